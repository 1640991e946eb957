"""Documents that the tests of exports write: every kind of block, and arbitrary ones."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from assistant.drafting.document import Block, Change, Document, Header, Section, missing
from assistant.exporting.front import plain
from assistant.models import Citation
from knowledge.models import Kind

QUOTE = "Staff must not enter personal data into public AI tools."
HOSTILE = (
    '#import "x"',
    '#read("/etc/passwd")',
    "$ x^2 $",
    "@reference",
    "<label>",
    "`code` ```js x```",
    "[b] #[c] ]",
    "// comment /* more */",
    "\\ \\u{41} *a* _b_ ~ -- ---",
    "#{panic()}",
    "= heading",
    "- item + item / term: x",
)


def citation(quote: str = QUOTE, page: int | None = 3) -> Citation:
    return Citation(
        document="doc-use",
        title="Acceptable use of AI",
        file="use.docx",
        version="0123456789abcdef" * 4,
        number=2,
        section="Rules > Personal data",
        page=page,
        start=0,
        end=len(quote),
        quote=quote,
        kind=Kind.POLICY,
    )


def header(**fields: object) -> Header:
    return Header.model_validate({"id": "AIP-001", "title": "AI policy", **fields})


def every_block() -> tuple[Block, ...]:
    return (
        Block(
            kind="text",
            text="Müller & Söhne AG directs its work with AI. It must do so on record.",
            requirements=("5.2-a", "A.2.2"),
            answers=("t.q1",),
        ),
        Block(
            kind="list",
            text="AI must not be used to:",
            items=("rate people by how they behave", missing("a second use")),
            requirements=("A.2.2",),
            answers=("t.q5",),
            citations=(citation("No rating of people."),),
        ),
        Block(kind="list", items=("an item without a lead-in", "another")),
        Block(kind="quote", text="The rules say:", citations=(citation(),), requirements=("A.9.2",)),
        Block(kind="table", text="Systems", header=("System", "Owner"), rows=(("Sorter", "Service desk"),)),
        Block(kind="text", text="A serious incident is reported under Article 73.", legal=True),
        Block(kind="text", text="The policy is reviewed once a year. 😀 שלום", requirements=("A.2.4",)),
    )


def document(*sections: Section, **fields: object) -> Document:
    made = sections or (
        Section(id="t.s1", heading="Purpose and scope", requirements=("4.3",), blocks=every_block()),
        Section(id="t.s2", heading="Register", blocks=(wide_table(),)),
        Section(
            id="t.s3",
            heading="Review",
            blocks=(Block(kind="text", text="It is reviewed. [see below]", requirements=("A.2.4",)),),
        ),
    )
    changes = (Change(version="0.1", on=date(2026, 1, 5), by="Head of AI", what="First text"),)
    return Document(type="t", header=header(**fields), sections=made, changes=changes)


def wide_table(columns: int = 10, rows: int = 3) -> Block:
    names = tuple(f"Column {number}" for number in range(columns))
    cells = tuple(tuple(f"cell {row}.{number}" for number in range(columns)) for row in range(rows))
    return Block(kind="table", text="A wide table:", header=names, rows=cells, requirements=("A.4.2",))


WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Co", "Cn")) | st.sampled_from("-*>|#[]\\`_:.—\n $@<&=~1"),
    min_size=1,
    max_size=40,
).filter(lambda text: bool(plain(text).strip()))
_IDS = st.lists(st.sampled_from(["5.2-a", "A.2.2", "9.3.2-b", "4.3"]), unique=True, max_size=3).map(tuple)
_COMMON = {"requirements": _IDS, "legal": st.booleans(), "answers": st.just(("t.q1",))}
_CITED = st.lists(WORDS.map(citation), min_size=1, max_size=2).map(tuple)
BLOCKS = st.one_of(
    st.builds(Block, kind=st.just("text"), text=WORDS, **_COMMON),
    st.builds(
        Block,
        kind=st.just("list"),
        text=WORDS | st.just(""),
        items=st.lists(WORDS, min_size=1, max_size=3).map(tuple),
        **_COMMON,
    ),
    st.builds(
        Block,
        kind=st.just("table"),
        text=WORDS | st.just(""),
        header=st.tuples(WORDS, WORDS),
        rows=st.lists(st.tuples(WORDS, WORDS | st.just("")), min_size=1, max_size=3).map(tuple),
        **_COMMON,
    ),
    st.builds(Block, kind=st.just("quote"), text=WORDS | st.just(""), citations=_CITED, **_COMMON),
)
"""Any block whose words are seen; texts hold everything that means something to a format."""
SECTIONS = st.lists(BLOCKS, max_size=5).map(
    lambda made: Section(id="t.s1", heading="Purpose", blocks=tuple(made))
)
