"""Document specifications: what a type of document asks its author, and how its text is made of the answers.

Data, one YAML file a type below `data/documents`; a new file is a new type. docs/specifications.md says how
to write one. All is checked when it is read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from knowledge.data_files import data
from knowledge.errors import KnowledgeError
from knowledge.models import Kind
from knowledge.requirements import DATA, requirements

FOLDER = DATA / "documents"
SLOT = re.compile(r"\{([a-z0-9_.]+)\}")
"""A place in a template: `{q4}` for an answer, `{organisation}` for what the header says."""
HEADER_SLOTS = frozenset({"organisation", "title", "owner", "approver"})
_NUMBERS = re.compile(r"(?<![\w.])\d+(?![\w.]*\d)|\d+\s?%")
_REFERENCES = re.compile(
    r"\b(?:Art\.|Article|Articles|Annex|clause|clauses|control|controls|Regulation|Directive|ISO/IEC|ISO|IEC|NIST)"
    r"[\s\d().,/:A-Za-z-]*?\d[\d.()/:a-z-]*|\bA\.\d+(?:\.\d+)*|\(EU\) \d{4}/\d+"
)


class BadSpecification(KnowledgeError):
    """A specification that cannot be followed, with what is wrong."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


AnswerType = Literal["text", "long", "choice", "multi", "yes_no_unknown", "date", "number", "table"]


class Question(_Data):
    """One question of the intake."""

    id: str
    question: str
    says: str = Field(description="What the answer tells, as a noun phrase: what an open place asks for.")
    type: AnswerType
    required: bool = True
    help: str = ""
    options: tuple[str, ...] = Field(default=(), description="Of a choice; of a multi they are suggestions.")
    columns: tuple[str, ...] = Field(default=(), description="Of a table: what each row tells.")
    profile: str | None = Field(
        default=None, description="Entry of the organisation's profile that answers it."
    )
    find: str = Field(default="", description="Words by which the organisation's own documents are searched.")


When = Mapping[str, str | tuple[str, ...]]


class Listed(_Data):
    """A list: its lead-in, and fixed items or those that an answer gives, one a line."""

    lead: str = ""
    items: tuple[str, ...] = ()
    of: str | None = None


class Tabled(_Data):
    """A table: its header, and fixed rows or those of an answer of type table.

    With `each` every control, or every obligation of a clause, has a row whether the answer gives it or not.
    """

    caption: str = ""
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    of: str | None = None
    each: Literal["control", "obligation"] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Tabled:
        if self.each and (not self.of or len(self.header) < 3):
            raise ValueError(
                "a table with each has an answer (of) and at least id, title and one more column"
            )
        return self

    @property
    def expected(self) -> Mapping[str, str]:
        """What has a row in any case: id and title or words."""
        held = requirements()
        if self.each == "control":
            return {item.id: item.title for item in held.controls}
        if self.each == "obligation":
            return {o.id: o.text for item in held.clauses for o in item.obligations}
        return {}


class Quoted(_Data):
    """House text that is quoted here when the organisation's documents in force hold it."""

    find: str
    lead: str = ""


class Piece(_Data):
    """One block of a section; exactly one of text, answer, list, table, quote or terms."""

    text: str | None = None
    answer: str | None = Field(
        default=None, description="Question whose answer stands here in the author's words."
    )
    list: Listed | None = None
    table: Tabled | None = None
    quote: Quoted | None = None
    terms: Literal[True] | None = Field(default=None, description="The defined terms that the document uses.")
    cites: tuple[str, ...] = ()
    when: When = Field(default_factory=dict, description="Question to the answers with which it stands.")
    legal: bool = Field(default=False, description="It tells what a law says; a lawyer confirms it.")

    @model_validator(mode="after")
    def _one(self) -> Piece:
        held = [self.text, self.answer, self.list, self.table, self.quote, self.terms]
        if sum(part is not None for part in held) != 1:
            raise ValueError("a piece is one of text, answer, list, table, quote or terms")
        return self

    @property
    def templates(self) -> Iterator[str]:
        """Every text of it in which places are filled."""
        yield from [self.text] if self.text else []
        if self.list:
            yield from (self.list.lead, *self.list.items)
        if self.table:
            yield from (self.table.caption, *(cell for row in self.table.rows for cell in row))
        if self.quote:
            yield self.quote.lead

    @property
    def asks(self) -> Iterator[str]:
        """The questions it uses, by the last part of their ids, in order."""
        for text in self.templates:
            yield from (name for name in SLOT.findall(text) if name not in HEADER_SLOTS)
        for name in (self.answer, self.list and self.list.of, self.table and self.table.of):
            yield from [name] if name else []
        yield from self.when


class SectionSpec(_Data):
    """One section: what it must hold, which requirements it serves, and the pieces that make it."""

    id: str
    heading: str
    must_contain: str
    cites: tuple[str, ...] = Field(min_length=1)
    pieces: tuple[Piece, ...] = Field(min_length=1)


class Specification(_Data):
    """A type of document. Building one raises ValueError, with what is wrong, unless it can be followed."""

    id: str
    title: str
    form: str = Field(description="What it is called: policy, procedure, register, plan …")
    kind: Kind = Field(description="What it becomes in the library.")
    purpose: str
    satisfies: tuple[str, ...] = Field(min_length=1)
    approver: str
    terms: Mapping[str, str] = Field(default_factory=dict, description="Defined terms and what they mean.")
    intake: tuple[Question, ...] = Field(min_length=1)
    sections: tuple[SectionSpec, ...] = Field(min_length=1)
    reviewer_checks: tuple[str, ...]
    traps: tuple[str, ...] = ()

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Questions by id."""
        return {question.id: question for question in self.intake}

    def question(self, name: str) -> Question:
        """A question by its id or the last part of it."""
        return self.questions[name if "." in name else f"{self.id}.{name}"]

    def section(self, name: str) -> SectionSpec:
        """A section by id."""
        return next(section for section in self.sections if section.id == name)

    @model_validator(mode="after")
    def _sound(self) -> Specification:
        for fault in _faults(self):
            raise ValueError(fault)
        return self


def _faults(held: Specification) -> Iterator[str]:
    """What is wrong with a specification, in words."""
    ids = Counter([*(q.id for q in held.intake), *(s.id for s in held.sections)])
    yield from (f"id {name} stands {n} times" for name, n in ids.items() if n > 1)
    yield from (
        f"id {name} does not begin with {held.id}." for name in ids if not name.startswith(f"{held.id}.")
    )
    for question in held.intake:
        if question.type == "choice" and not question.options:
            yield f"{question.id} is a choice without options"
        if (question.type == "table") != bool(question.columns):
            yield f"{question.id}: a table, and only a table, has columns"
    for name in [*held.satisfies, *(name for s in held.sections for name in s.cites)]:
        if not requirements().knows(name):
            yield f"it cites {name}, which does not exist"
    used: set[str] = set()
    for section in held.sections:
        for piece in section.pieces:
            used.update(f"{held.id}.{name}" for name in piece.asks)
            yield from (f"{section.id}: {fault}" for fault in _piece_faults(held, piece))
    yield from (f"{name} is asked and never used" for name in sorted(set(held.questions) - used))


NORMATIVE = re.compile(
    r"\b(must|shall|may not|is required to|are required to|may only|is not allowed|never)\b", re.IGNORECASE
)
"""Words that make a sentence a rule."""


def _piece_faults(held: Specification, piece: Piece) -> Iterator[str]:
    kinds = {q.id: q.type for q in held.intake}
    for name in piece.asks:
        if f"{held.id}.{name}" not in kinds:
            yield f"{{{name}}} is no question"
            return
    for text in piece.templates:
        for name in set(SLOT.findall(text)) - HEADER_SLOTS:
            if kinds[f"{held.id}.{name}"] in ("yes_no_unknown", "table", "long"):
                yield f"{{{name}}} is {kinds[f'{held.id}.{name}']} and cannot stand inside a sentence"
        if not piece.legal and _NUMBERS.search(_REFERENCES.sub(" ", SLOT.sub(" ", text))):
            yield f"{text!r} states a figure that nobody supplied; ask for it, or mark it legal"
    yield from _when_faults(held, piece)
    if piece.table and piece.table.of and kinds[f"{held.id}.{piece.table.of}"] != "table":
        yield f"{piece.table.of} is no table"
    if piece.table and any(len(row) != len(piece.table.header) for row in piece.table.rows):
        yield "a row of the table has not as many cells as its header"
    if not piece.cites and any(NORMATIVE.search(text) for text in piece.templates):
        yield f"{next(iter(piece.templates))!r} is a rule and cites nothing"
    for name in piece.cites:
        if not requirements().knows(name):
            yield f"it cites {name}, which does not exist"


def _when_faults(held: Specification, piece: Piece) -> Iterator[str]:
    """Answers on which a piece waits and that nobody can give."""
    for name, wanted in piece.when.items():
        question = held.question(name)
        answers = {"choice": question.options, "yes_no_unknown": ("yes", "no")}.get(question.type)
        for answer in (wanted,) if isinstance(wanted, str) else wanted:
            if answers and answer not in (*answers, "given", "missing"):
                yield f"a piece waits for {answer!r} as answer to {name}; it is one of {', '.join(answers)}"


def read(file: Path) -> Specification:
    """A specification from its file; BadSpecification names the file and what is wrong."""
    try:
        return Specification.model_validate(data(file))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadSpecification(f"{file.name} cannot be read: {error}") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg'].removeprefix('Value error, ')}".lstrip(": ")
            for fault in error.errors()
        )
        raise BadSpecification(f"{file.name} cannot be followed: {faults}") from error


@cache
def specifications(folder: Path = FOLDER) -> Mapping[str, Specification]:
    """Every type by id, in the order of their titles."""
    found = [read(file) for file in sorted(folder.glob("*.yaml"))]
    for name, n in Counter(one.id for one in found).items():
        if n > 1:
            raise BadSpecification(f"{n} files in {folder.name} have the id {name}; each type has one file.")
    return {one.id: one for one in sorted(found, key=lambda one: one.title)}


def specification(name: str) -> Specification:
    """A type by id; BadSpecification says what there is."""
    held = specifications()
    if name not in held:
        raise BadSpecification(f"There is no document type {name!r}. There are: {', '.join(held)}.")
    return held[name]
