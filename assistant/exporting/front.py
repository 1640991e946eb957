"""What stands before and after the sections of every export, made once from a document."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import ceil

from assistant.drafting.compose import spoken
from assistant.drafting.document import PLACEHOLDER, Block, Document, Header, missing
from assistant.models import Citation
from knowledge.formats.builder import clean
from knowledge.requirements import Requirement, requirements

LEGAL = "[Legal: to be confirmed by counsel]"
"""Stands behind every block that tells what a law says."""
OPEN_POINTS, SERVED, SOURCES, CHANGES = "Open points", "Requirements served", "Sources", "Change history"
BACK = (OPEN_POINTS, SERVED, SOURCES, CHANGES)
"""Headings of what stands after the sections, in order."""
CONTENTS = "Contents"
SUMMARY = "summary"
"""The form of a document that is meant to fit on one page."""
_BRIEF = frozenset({"Version", "Status", "Owner", "Effective from"})
WIDE = 6
"""A table of so many columns or more has a page of its own on its side."""
_ROOM, _ROOM_WIDE = 100, 165
"""Letters that fit beside each other on an upright page and on one on its side, at the size of tables."""
_WORD, _LONG = 18, 80
"""A word is kept whole up to so many letters; a cell wants no more room than so many."""

_ASKED = {
    "Organisation": ("organisation", "the name of the organisation"),
    "Owner": ("owner", "the owner of the document"),
    "Author": ("author", "the author of the document"),
    "Reviewer": ("reviewer", "who reviews the document"),
    "Approver": ("approver", "who approves the document"),
    "Effective from": ("effective", "the day from which the document is in force"),
    "Next review": ("next_review", "the day of the next review"),
    "Classification": ("classification", "the classification of the document"),
}
FIELDS = {label: field for label, (field, _) in _ASKED.items()} | {"Title": "title"}
"""Rows of the control table that people fill in, and the fields of the header they stand for."""


@dataclass(frozen=True)
class Table:
    """A table of the front or back: widths are shares of the whole, in per cent."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """A part after the sections: a heading, and a table or what is said in its stead."""

    heading: str
    table: Table | None
    said: str = ""


@dataclass(frozen=True)
class Front:
    """The control table (label, value), the lines of every page's head, and the parts at the end."""

    control: tuple[tuple[str, str], ...]
    head: tuple[str, str]
    back: tuple[Part, ...]
    contents: bool = True


def front(document: Document) -> Front:
    """What stands before and after the sections of a document; a summary has what fits on its page."""
    if document.header.form == SUMMARY:
        back = (_open_points(document), _sources(document))
        rows = tuple(row for row in control(document.header) if row[0] in _BRIEF)
        return Front(rows, _head(document.header), tuple(part for part in back if part.table), contents=False)
    return Front(
        control=tuple(control(document.header)),
        head=_head(document.header),
        back=(_open_points(document), _served(document), _sources(document), _changes(document)),
    )


def control(header: Header) -> Iterator[tuple[str, str]]:
    """The rows of the control table; what nobody said is an open place."""
    yield "Document id", plain(header.id)
    yield "Title", plain(header.title)
    yield "Document type", plain(header.form)
    yield "Version", plain(header.version)
    yield "Status", plain(header.status)
    for label, (field, asked) in _ASKED.items():
        said = getattr(header, field)
        yield label, spoken(said) if isinstance(said, date) else plain(said) if said else missing(asked)


def open_places(document: Document) -> tuple[str, ...]:
    """Every open place of the document as it leaves, its control table's first, each once."""
    header = (asked for field, asked in _ASKED.values() if not getattr(document.header, field))
    return tuple(dict.fromkeys((*header, *document.placeholders)))


def plain(text: str) -> str:
    """Text as files can hold it: no control characters, and nothing that XML forbids."""
    return clean(text).translate({0xFFFE: None, 0xFFFF: None})


def moment(document: Document) -> datetime:
    """The time that files are given: the day of the last change, or a fixed day before there is one.

    Not the time of writing, since the same document has to give the same bytes.
    """
    day = max((change.on for change in document.changes), default=date(2000, 1, 1))
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def marks(block: Block) -> str:
    """What stands behind a block's words: the ids that it serves, and that a lawyer has to confirm it."""
    ids = f"[{', '.join(block.requirements)}]" if block.requirements else ""
    return " ".join(mark for mark in (ids, LEGAL if block.legal else "") if mark)


def marked(block: Block) -> str:
    """A block's text with its marks."""
    return " ".join(part for part in (plain(block.text).strip(), marks(block)) if part)


def origin(citation: Citation) -> str:
    """Where a quote stands, in words: title, version, section, page."""
    parts = [citation.title, f"version {citation.number}", citation.section]
    parts += [f"page {citation.page}"] if citation.page is not None else []
    return plain(", ".join(part for part in parts if part))


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in parts, each with whether it is an open place."""
    end = 0
    for found in PLACEHOLDER.finditer(text):
        if found.start() > end:
            yield text[end : found.start()], False
        yield found.group(), True
        end = found.end()
    if end < len(text):
        yield text[end:], False


def right_to_left(text: str) -> bool:
    """Whether a text is written from right to left: its first letter decides."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)


def is_wide(block: Block) -> bool:
    """Whether a block is a table that needs a page on its side."""
    return block.kind == "table" and columns(block.header, block.rows) >= WIDE


def columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """How many columns a table has."""
    return max([len(header), *map(len, rows)], default=0)


def widths(header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Shares of the columns in per cent: room for the longest word first, the rest by how much is written.

    The words of a header are bold, and so a quarter wider.
    """
    count = columns(header, rows)
    if not count:
        return ()
    cells = [[row[i] if i < len(row) else "" for row in (header, *rows)] for i in range(count)]
    names = [*header, *[""] * (count - len(header))]
    least = [
        max(4, *(ceil(1.25 * len(w)) for w in name.split()), *(len(w) for c in column for w in c.split()))
        for name, column in zip(names, cells, strict=True)
    ]
    least = [min(letters, _WORD) + 3 for letters in least]
    typical = [sorted(map(len, column))[ceil(0.9 * (len(column) - 1))] for column in cells]
    more = [max(0, min(length, _LONG) - part) for length, part in zip(typical, least, strict=True)]
    spare = max(0, (_ROOM_WIDE if count >= WIDE else _ROOM) - sum(least))
    room = [
        part + spare * (extra or 1) / sum(e or 1 for e in more)
        for part, extra in zip(least, more, strict=True)
    ]
    shares = [max(1, round(100 * part / sum(room))) for part in room]
    shares[shares.index(max(shares))] += 100 - sum(shares)
    return tuple(shares)


def short_title(name: str) -> str:
    """The short title of a clause or control, or of that to which an obligation belongs."""
    known = requirements()
    stem = name.split("-")[0]
    found = known.by_id.get(stem) or next((o for o in known.objectives if stem == o.id), None)
    if isinstance(found, Requirement) or found is not None:
        return found.title
    members = known.group(stem)
    return f"{members[0].id} to {members[-1].id}" if members else "not a requirement that is known here"


def place(document: Document, number: int) -> str:
    """A section as the lists at the end name it."""
    return f"{number} {plain(document.sections[number - 1].heading)}"


def _head(header: Header) -> tuple[str, str]:
    first = (header.id, header.title, f"Version {header.version}")
    second = (
        f"Owner: {header.owner or missing('owner')}",
        f"Status: {header.status}",
        f"Classification: {header.classification or missing('classification')}",
    )
    return plain(" · ".join(first)), plain(" · ".join(second))


def _open_points(document: Document) -> Part:
    rows = [
        (point.group(1).strip(), "Document control")
        for _, value in control(document.header)
        for point in PLACEHOLDER.finditer(value)
    ]
    for number, section in enumerate(document.sections, 1):
        here = place(document, number)
        for block in section.blocks:
            rows += [
                (plain(found.group(1)).strip(), here)
                for w in block.words
                for found in PLACEHOLDER.finditer(w)
            ]
            rows += [("confirmation by counsel of what it says about the law", here)] if block.legal else []
    table = _table(
        ("No.", "What is open", "Where"), [(str(i), *r) for i, r in enumerate(dict.fromkeys(rows), 1)]
    )
    return Part(OPEN_POINTS, table, "Nothing is open.")


def _served(document: Document) -> Part:
    where: dict[str, list[str]] = {}
    for number, section in enumerate(document.sections, 1):
        for name in (name for block in section.blocks for name in block.requirements):
            places = where.setdefault(name, [])
            places += [] if str(number) in places else [str(number)]
    rows = [(plain(n), short_title(n), ", ".join(where[n])) for n in sorted(where, key=_order)]
    return Part(SERVED, _table(("Id", "Short title", "Sections"), rows), "No requirement is named.")


def _order(name: str) -> tuple[bool, list[tuple[int, str]]]:
    """Clauses before controls, each by number."""
    parts = name.removeprefix("A.").replace("-", ".").split(".")
    return name.startswith("A."), [(int(p), "") if p.isdecimal() else (0, p) for p in parts]


def _sources(document: Document) -> Part:
    rows = [
        (
            str(number),
            plain(f"{source.title}, version {source.number}"),
            plain(source.section) + (f", page {source.page}" if source.page is not None else ""),
            plain(source.quote),
            plain(source.version),
        )
        for number, source in enumerate(document.sources, 1)
    ]
    header = ("No.", "Document", "Section and page", "Quote", "Version id")
    return Part(SOURCES, _table(header, rows, (6, 19, 21, 36, 18)), "No source was used.")


def _changes(document: Document) -> Part:
    rows = [(plain(c.version), spoken(c.on), plain(c.by), plain(c.what)) for c in document.changes]
    table = _table(("Version", "Date", "By", "What was changed"), rows, (12, 20, 20, 48))
    return Part(CHANGES, table, "No change is recorded yet.")


def _table(
    header: tuple[str, ...], rows: Sequence[tuple[str, ...]], shares: tuple[int, ...] = ()
) -> Table | None:
    return Table(header, tuple(rows), shares or widths(header, rows)) if rows else None
