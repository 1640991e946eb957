"""No document states a figure, a date or a name that neither its author nor a source supplied.

The check reads the composed text as a stranger would. It knows what the author said, what is quoted, what the
header says, and the names that the type itself and the requirements are made of; every other figure, amount
or capitalised word is a fact that nobody supplied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.drafting.compose import compose, spoken
from assistant.drafting.document import PLACEHOLDER, Block, Document, Header
from assistant.drafting.intake import Given, intake
from assistant.models import Citation
from knowledge.amounts import amounts
from knowledge.glossary import Glossary
from knowledge.models import Kind
from knowledge.requirement_documents import MAIN_CLAUSES
from knowledge.requirements import requirements
from knowledge.sentences import sentences
from knowledge.specifications import NORMATIVE, SLOT, Specification, read, specifications

ROOT = Path(__file__).parents[2]
INTAKES = sorted((ROOT / "tests" / "data" / "intakes").glob("*.yaml"))
TYPES = tuple(specifications().values())
NOBODY = Header(id="x", title="Untitled")
ENDINGS = (("", "s"), ("", "d"), ("", "ed"), ("", "ing"), ("e", "ing"))
RARE = {"avoid", "maturity"}
"""Ordinary words that a type begins a sentence with and that stand nowhere in small letters."""
PUBLIC = ("the Algorithmic Impact Assessment of the Government of Canada", "the European Union")
"""Public schemes and places that a type may name although they are no law of its organisation."""
SOMEBODY = Header(
    id="x", title="Untitled", organisation="Example Ltd", owner="the secretary", approver="the board"
)

_CLAUSE = re.compile(
    r"\b(?:clauses?|controls?) \d+(?:\.\d+)*|\bA\.\d+(?:\.\d+)*|\b\d+(?:\.\d+)+(?:-[a-z]\d?)?"
)
_STANDARD = re.compile(r"\bISO(?:/IEC)?(?: TS)? (\d+)(?:-\d+)?(?::\d{4})?")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[^\W\d_]+")
_BEGINS = re.compile(r"(?:^|[.!?:]\s+)[\s(“\"'‘]*$")


@cache
def ordinary() -> frozenset[str]:
    """Words that stand in small letters somewhere in the project, with their inflections."""
    files = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    for folder in ("assistant", "evals", "knowledge", "tests/data/intakes"):
        files += [f for f in ROOT.glob(f"{folder}/**/*") if f.suffix in (".jsonl", ".md", ".py", ".yaml")]
    text = " ".join(file.read_text("utf-8") for file in files)
    words = set(re.findall(r"(?<![\w-])[a-z]+(?!\w)", text))
    return frozenset(RARE | words | {w.removesuffix(cut) + end for w in words for cut, end in ENDINGS})


@cache
def standards() -> frozenset[str]:
    """Numbers of the standards that the requirements themselves speak of."""
    return frozenset(_STANDARD.findall(requirements().model_dump_json())) | {"42001"}


def _without_references(text: str) -> str:
    """A text without open places, numbers of requirements that exist, and standards of the requirements."""
    text = PLACEHOLDER.sub(" it ", text)
    text = _STANDARD.sub(lambda m: "ISO" if m[1] in standards() else m[0], text)
    return _CLAUSE.sub(lambda m: "it" if requirements().knows(m[0].split()[-1]) else m[0], text)


def _plain(spec: Specification, text: str) -> str:
    """A text in which a section of the same document is named without its heading."""
    for section in spec.sections:
        text = text.replace(f'"{section.heading}"', "it")
    return text


def names(text: str) -> Iterator[str]:
    """Capitalised words, except an ordinary word that begins a sentence."""
    for match in _WORD.finditer(text):
        word = match[0]
        begins = _BEGINS.search(text[: match.start()])
        if word[0].isupper() and not (begins and word.lower() in ordinary()):
            yield word


def facts(text: str) -> set[str]:
    """Figures, amounts of time, shares, and names of a text."""
    plain = _without_references(text)
    found = {amount.said for amount in amounts(plain)} | set(_NUMBER.findall(plain))
    return found | set(names(plain))


def own_names(spec: Specification) -> frozenset[str]:
    """The names that a type may use: headings, terms, laws that it tells of, the requirements it lists."""
    titles = [*(item.title for item in requirements().items), *(o.title for o in requirements().objectives)]
    terms = [part for pair in spec.terms.items() for part in pair]
    tables = [head for s in spec.sections for p in s.pieces if p.table for head in p.table.header]
    asked = [words for s in spec.sections for p in s.pieces if p.table for words in p.table.expected.values()]
    legal = [text for s in spec.sections for piece in s.pieces if piece.legal for text in piece.templates]
    headings = [spec.title, *(s.heading for s in spec.sections), *tables]
    short = [term.short for term in Glossary.with_own(ROOT / "no own list").terms]
    texts = [*headings, *terms, *legal, *asked, *titles, *MAIN_CLAUSES.values(), *short, *PUBLIC]
    return frozenset({"ISO", "IEC", "AI", "Annex", "A", "B", "C", "D"}.union(*map(names, texts)))


def texts(block: Block) -> Iterator[str]:
    """All that a block says in words of the program or of the author."""
    yield from (block.text, *block.items, *block.header)
    yield from (cell for row in block.rows for cell in row)


def unsupplied(spec: Specification, document: Document, said: Iterable[str] = ()) -> set[str]:
    """Facts of a document that are neither said nor names of its type; what a law says is looked at apart."""
    known = [*said, *(v for v in document.header.model_dump().values() if isinstance(v, str))]
    for _, block in document.blocks:
        known += [part for cited in block.citations for part in (cited.title, cited.quote)]
    supplied = " \n ".join(known)
    words = {word.lower() for word in _WORD.findall(supplied)}
    figures = set(_NUMBER.findall(supplied)) | {amount.said for amount in amounts(supplied)}
    stated = {
        fact
        for _, block in document.blocks
        if not block.legal
        for text in texts(block)
        for fact in facts(_plain(spec, text))
    }
    return {fact for fact in stated - own_names(spec) - figures if fact.lower() not in words}


def said_in(given: dict[str, Given]) -> list[str]:
    """Every word of an intake, with its dates as a text says them."""
    lines = [line for one in given.values() for line in one.lines]
    lines += [cell for one in given.values() for row in one.rows for cell in row]
    days = [match for line in lines for match in re.findall(r"\d{4}-\d\d-\d\d", line)]
    return lines + [spoken(date.fromisoformat(day)) for day in days]


def by_id(spec: Specification) -> str:
    return spec.id


@pytest.mark.parametrize("spec", TYPES, ids=by_id)
def test_an_empty_intake_gives_no_fact(spec: Specification) -> None:
    document = compose(spec, {}, NOBODY)
    assert unsupplied(spec, document) == set()
    assert document.placeholders, "what nobody said is asked"


@pytest.mark.parametrize("spec", TYPES, ids=by_id)
def test_no_piece_states_a_fact_whatever_is_answered(spec: Specification) -> None:
    """Also those pieces that an empty intake leaves out."""
    stated = {
        fact
        for section in spec.sections
        for piece in section.pieces
        if not piece.legal
        for text in piece.templates
        for fact in facts(SLOT.sub("it", _plain(spec, text)))
    }
    assert stated - own_names(spec) == set()


@pytest.mark.parametrize("spec", TYPES, ids=by_id)
def test_examples_of_the_help_do_not_get_into_an_empty_document(spec: Specification) -> None:
    document = compose(spec, {}, NOBODY)
    text = " ".join(word for _, block in document.blocks for word in texts(block))
    quoted = [
        found for q in spec.intake for found in re.findall(r"\"([^\"]+)\"", q.help.partition("example")[2])
    ]
    assert [example for example in quoted if len(example.split()) > 4 and example in text] == []


STATED = {
    "The policy was approved by Jane Miller.": {"Jane", "Miller"},
    "Acme approved it.": {"Acme"},
    "It took effect on 3 March 2026.": {"3", "March", "2026"},
    "All systems were assessed within three weeks.": {"three weeks"},
    "Of these, 95 percent were done.": {"95 percent", "95"},
    "The budget is 40,000 euros.": {"40,000"},
    "It follows ISO 31000.": {"31000"},
    "It serves control A.3.4.": {"3.4"},
    "The meeting was in Lisbon.": {"Lisbon"},
    "It was decided at 14:30.": {"14:30"},
}


@pytest.mark.parametrize("text", STATED)
def test_a_fact_that_a_document_states_by_itself_is_seen(text: str) -> None:
    """The check can fail: a doctored document is caught, wherever in a block the fact stands."""
    spec = TYPES[0]
    document = compose(spec, {}, NOBODY)
    section = document.sections[-1]
    for block in (
        Block(kind="text", text=text),
        Block(kind="list", text="It is so:", items=(text,)),
        Block(kind="table", header=("Matter",), rows=((text,),)),
    ):
        doctored = document.with_section(section.model_copy(update={"blocks": (*section.blocks, block)}))
        assert STATED[text] <= unsupplied(spec, doctored), block.kind
        assert unsupplied(spec, doctored, [text]) == set(), "what the author said is no invention"


def test_a_fact_that_a_specification_states_is_seen(tmp_path: Path) -> None:
    """A name in a piece passes the loader, which knows only figures; it does not pass here."""
    raw: dict[str, Any] = {
        "id": "note",
        "title": "Note",
        "form": "record",
        "kind": "record",
        "purpose": "A note.",
        "satisfies": ["5.2"],
        "approver": "top management",
        "intake": [{"id": "note.q1", "question": "Who?", "says": "who it is", "type": "text"}],
        "sections": [
            {
                "id": "note.s1",
                "heading": "Approval",
                "must_contain": "who",
                "cites": ["5.2-a"],
                "pieces": [{"text": "It is approved by {q1} and Jane Miller within five days."}],
            }
        ],
        "reviewer_checks": [],
    }
    file = tmp_path / "note.yaml"
    file.write_text(yaml.safe_dump(raw), "utf-8")
    spec = read(file)
    assert unsupplied(spec, compose(spec, {}, NOBODY)) == {"Jane", "Miller", "five days"}


def test_a_quotation_is_a_source_of_facts() -> None:
    quote = Citation(
        document="d",
        title="AI Policy",
        file="p.md",
        version="v",
        number=1,
        section="1",
        page=None,
        start=0,
        end=34,
        quote="Jane Miller decides within 5 days.",
        kind=Kind.POLICY,
    )
    for spec in TYPES:
        assert unsupplied(spec, compose(spec, {}, NOBODY, lambda _: quote)) == set()


def composed(file: Path) -> tuple[Specification, dict[str, Given], Document]:
    spec = specifications()[file.stem]
    raw = yaml.safe_load(file.read_text("utf-8"))
    assert set(raw) <= set(spec.questions), "an intake names whole ids"
    given = intake(spec, raw)
    return spec, given, compose(spec, given, SOMEBODY)


def by_name(file: Path) -> str:
    return file.stem


@pytest.mark.parametrize("file", INTAKES, ids=by_name)
def test_a_whole_intake_gives_no_fact_beside_its_own(file: Path) -> None:
    spec, given, document = composed(file)
    assert unsupplied(spec, document, said_in(given)) == set()


@pytest.mark.parametrize("file", INTAKES, ids=by_name)
def test_every_rule_serves_a_requirement_that_exists(file: Path) -> None:
    _, _, document = composed(file)
    for _, block in document.blocks:
        for text in block.words:
            rules = [text[a:b] for a, b in sentences(text) if NORMATIVE.search(text[a:b])]
            assert not rules or block.requirements, f"{rules[0]} serves nothing"
        assert all(requirements().knows(name) for name in block.requirements)


@pytest.mark.parametrize("file", INTAKES, ids=by_name)
def test_every_section_has_text(file: Path) -> None:
    spec, _, document = composed(file)
    assert [section.id for section in document.sections] == [section.id for section in spec.sections]
    for section in document.sections:
        assert any(PLACEHOLDER.sub("", word).strip() for block in section.blocks for word in texts(block)), (
            section.id
        )


def test_there_is_an_intake_to_look_at() -> None:
    assert INTAKES
