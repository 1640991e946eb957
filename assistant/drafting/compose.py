"""Compose a document from its specification, the intake and house text; no model, and nothing invented.

Every word is the specification's, the author's or a quotation. What nobody said is an open place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.drafting.document import Block, Document, Header, Section, missing
from assistant.drafting.house import Finder, nothing
from assistant.drafting.intake import Given, Intake
from assistant.models import Citation
from knowledge.models import HOUSE_KINDS
from knowledge.specifications import SLOT, Piece, Question, SectionSpec, Specification, Tabled

NAME, VERSION = "specification", 1


def compose(spec: Specification, given: Intake, header: Header, find: Finder = nothing) -> Document:
    """The whole document; `find` looks for house text where the specification quotes it."""
    made = _Made(spec, given, header, find)
    sections = [made.section(section) for section in spec.sections]
    return Document(type=spec.id, header=header, sections=tuple(made.with_terms(sections)))


@dataclass(frozen=True)
class _Made:
    """What the pieces are filled from."""

    spec: Specification
    given: Intake
    header: Header
    find: Finder

    def section(self, section: SectionSpec) -> Section:
        """A section without its defined terms; each open question is an open place of it once."""
        blocks: list[Block] = []
        for piece in section.pieces:
            open_ = self._undecided(piece)
            if open_ is not None:
                whether = self._block(piece, text=missing(open_.says), legal=False)
                asked = (words for block in blocks for words in block.words)
                blocks += [] if any(whether.text in words for words in asked) else [whether]
            elif self._stands(piece):
                blocks += self._blocks(piece)
        return Section(
            id=section.id, heading=section.heading, requirements=section.cites, blocks=tuple(blocks)
        )

    def with_terms(self, sections: Sequence[Section]) -> list[Section]:
        """The sections, with the terms that they use defined where the specification wants it."""
        used = " ".join(w for s in sections for b in s.blocks for w in b.words).casefold()
        terms = [
            (t, m) for t, m in self.spec.terms.items() if re.search(rf"\b{re.escape(t.casefold())}", used)
        ]
        return [
            section.model_copy(
                update={"blocks": tuple(b for block in section.blocks for b in _defined(block, terms))}
            )
            for section in sections
        ]

    def _undecided(self, piece: Piece) -> Question | None:
        """The question on whose answer it depends whether the piece stands, while there is no answer.

        None when another answer has already settled that it does not stand.
        """
        asked = [(self.spec.question(name), wanted) for name, wanted in piece.when.items()]
        open_ = [q for q, wanted in asked if wanted not in ("given", "missing") and not self._known(q)]
        settled = any(q not in open_ and not self._is(q, wanted) for q, wanted in asked)
        return open_[0] if open_ and not settled else None

    def _stands(self, piece: Piece) -> bool:
        return all(self._is(self.spec.question(name), wanted) for name, wanted in piece.when.items())

    def _is(self, question: Question, wanted: str | Sequence[str]) -> bool:
        known = self._known(question)
        if wanted in ("given", "missing"):
            return known == (wanted == "given")
        if not known:
            return False
        options = {wanted} if isinstance(wanted, str) else set(wanted)
        said = {line.casefold() for line in self.given[question.id].lines}
        return bool(said & {option.casefold() for option in options})

    def _known(self, question: Question) -> bool:
        return question.id in self.given and self.given[question.id].known

    def _blocks(self, piece: Piece) -> list[Block]:
        if piece.text is not None:
            return [self._block(piece, text=self._filled(piece.text, prose=True))]
        if piece.answer is not None:
            return self._own_words(piece, self.spec.question(piece.answer))
        if piece.list is not None:
            return self._list(piece)
        if piece.table is not None:
            return [self._table(piece)]
        if piece.quote is not None:
            return self._quote(piece)
        return [self._block(piece, kind="list", text=_TERMS)]

    def _block(self, piece: Piece, **parts: object) -> Block:
        questions = dict.fromkeys(self.spec.question(name) for name in piece.asks)
        answers = [self.given[q.id] for q in questions if q.id in self.given]
        taken = tuple(c for answer in answers for c in answer.citations)
        uncited = (document for answer in answers for document in answer.taken_from)
        cited: tuple[Citation, ...] = parts.pop("citations", ())  # type: ignore[assignment]
        return Block.model_validate(
            {
                "kind": "text",
                "requirements": piece.cites,
                "answers": tuple(q.id for q in questions),
                "citations": (*cited, *taken),
                "taken_from": tuple(dict.fromkeys(uncited)),
                "legal": piece.legal,
                **parts,
            }
        )

    def _own_words(self, piece: Piece, question: Question) -> list[Block]:
        if not self._known(question):
            return [self._block(piece, text=missing(question.says))]
        paragraphs = [
            p for line in self.given[question.id].lines for p in re.split(r"\n\s*\n|\n", line) if p.strip()
        ]
        return [self._block(piece, text=sentence(paragraph)) for paragraph in paragraphs]

    def _list(self, piece: Piece) -> list[Block]:
        assert piece.list is not None
        items = [self._filled(item) for item in piece.list.items]
        if piece.list.of:
            question = self.spec.question(piece.list.of)
            lines = self.given[question.id].lines if self._known(question) else (missing(question.says),)
            items += [
                part.strip(" -•*") for line in lines for part in line.splitlines() if part.strip(" -•*")
            ]
        return [self._block(piece, kind="list", text=self._filled(piece.list.lead), items=tuple(items))]

    def _table(self, piece: Piece) -> Block:
        assert piece.table is not None
        table = piece.table
        rows = [tuple(self._filled(cell) for cell in row) for row in table.rows]
        if table.of:
            rows += self._given_rows(table, self.spec.question(table.of))
        caption = self._filled(table.caption)
        return self._block(piece, kind="table", text=caption, header=table.header, rows=tuple(rows))

    def _given_rows(self, table: Tabled, question: Question) -> list[tuple[str, ...]]:
        """The rows of an answer; what has a row in any case stands open where the answer has none."""
        given = self.given[question.id].rows if self._known(question) else ()
        width, open_ = len(table.header), missing(question.says)
        expected = table.expected
        named = [(row[0], row[1] or expected.get(row[0], ""), *row[2:]) if expected else row for row in given]
        told = [_closed(row[:width], table.header) for row in named]
        if not expected:
            return told or [(open_, *[""] * (width - 1))]
        rows = {row[0]: row for row in told}
        for name, words in expected.items():
            rows.setdefault(name, (name, words, open_, *[""] * (width - 3)))
        order = list(expected)
        return sorted(rows.values(), key=lambda row: order.index(row[0]) if row[0] in order else len(order))

    def _quote(self, piece: Piece) -> list[Block]:
        assert piece.quote is not None
        found = self.find(piece.quote.find)
        if found is None or found.kind not in HOUSE_KINDS:
            return []
        lead = self._filled(piece.quote.lead) or f"{found.title} says:"
        return [self._block(piece, kind="quote", text=lead, citations=(found,))]

    def _filled(self, template: str, prose: bool = False) -> str:
        """A template with its places filled; what nobody said is an open place.

        In prose an answer that begins a sentence gets its capital.
        """

        def place(slot: re.Match[str]) -> str:
            said = self._place(slot.group(1))
            begins = prose and _BEGINS.search(template[: slot.start()])
            return said[:1].upper() + said[1:] if begins else said

        text = SLOT.sub(place, template)
        return re.sub(r"\.\.(?=\s|$)", ".", text)

    def _place(self, name: str) -> str:
        if name in _HEADER:
            said = getattr(self.header, name)
            return said if said else missing(_HEADER[name])
        question = self.spec.question(name)
        return phrase(question, self.given[question.id]) if self._known(question) else missing(question.says)


def _closed(row: Sequence[str], header: Sequence[str]) -> tuple[str, ...]:
    """A row with an open place in each cell that says nothing."""
    return tuple(
        cell or missing(f"{column.lower()}, for {row[0]}" if place and row[0] else column.lower())
        for place, (cell, column) in enumerate(zip(row, header, strict=False))
    )


_TERMS = "In this document:"
_BEGINS = re.compile(r"(?:^|[.!?]\s+)$")
_HEADER = {
    "organisation": "the name of the organisation",
    "title": "the title of the document",
    "owner": "the owner of the document",
    "approver": "who approves the document",
}


def _defined(block: Block, terms: Sequence[tuple[str, str]]) -> list[Block]:
    if block.kind != "list" or block.text != _TERMS or block.items:
        return [block]
    items = tuple(f"{term} means {meaning}." for term, meaning in terms)
    return [block.model_copy(update={"items": items})] if items else []


def phrase(question: Question, given: Given) -> str:
    """An answer as it stands inside a sentence: "a, b and c", "1 March 2026"."""
    parts = [" ".join(line.split()).rstrip(".;,") for line in given.lines]
    if question.type == "date":
        parts = [spoken(date.fromisoformat(part)) for part in parts]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def spoken(day: date) -> str:
    """A date as it is written in a text."""
    return f"{day.day} {day:%B %Y}"


def sentence(text: str) -> str:
    """An author's words as a paragraph: white space folded, a capital first and a full stop last."""
    folded = " ".join(text.split())
    folded = folded[:1].upper() + folded[1:]
    return folded if folded.endswith((".", "!", "?", ":", "]", "”", '"')) else f"{folded}."
