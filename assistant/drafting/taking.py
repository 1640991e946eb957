"""A document in force taken up for its next version: its own words in the sections of its type, none lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from assistant.drafting.document import Block, Document, Header, Section
from assistant.drafting.manuscript import HeaderFields
from assistant.errors import NotPossible
from knowledge import library
from knowledge import models as loaded_models
from knowledge.clock import today
from knowledge.control import states_control
from knowledge.errors import LoadError
from knowledge.library import Version
from knowledge.load import load_bytes
from knowledge.mentions import mentions
from knowledge.models import LoadedDocument, Role, may_see
from knowledge.specifications import SectionSpec, Specification
from knowledge.terms import stems

if TYPE_CHECKING:
    from assistant.home import Home


@dataclass(frozen=True, slots=True)
class Base:
    """The version in force from which a revision begins: its head and its text in sections."""

    version: Version
    type: str
    fields: HeaderFields
    sections: tuple[Section, ...]

    def document(self, header: Header) -> Document:
        """The first revision: the words of the version, under the head of the next."""
        return Document(type=self.type, header=header, sections=self.sections)


def base(home: Home, role: Role, spec: Specification, document: str) -> Base:
    """The version in force of a document of the house; NotPossible when there is none for this role."""
    with home.database.read() as connection:
        version = library.in_force(library.all_versions(connection), today()).get(document)
        if version is None or not version.house or version.built_in:
            version = None
        if version is None or not may_see(role, version.audience):
            raise NotPossible(f"No document {document[:80]!r} in force is there to be revised.")
        data = library.data_of(connection, version.id)
    try:
        loaded = load_bytes(data, version.file)
    except LoadError as error:
        raise NotPossible(f"{version.file}: {error.problem}. {error.remedy}") from error
    said = dict(_control(loaded))
    secret = None if Role.EMPLOYEE in version.audience else "Restricted"
    fields = HeaderFields(
        owner=version.owner or said.get("owner"), classification=said.get("classification") or secret
    )
    return Base(version, spec.id, fields, sections(spec, loaded))


def sections(spec: Specification, loaded: LoadedDocument) -> tuple[Section, ...]:
    """A text in the sections of a type: by heading, exactly or by its stems; the rest in sections of its own.

    A section keeps the heading under which its words stood, without its number. Sections of its own come
    last. What only states the owner, version or dates of the document is for its head.
    """
    parts = _joined(spec, _parts(loaded))
    order = {section.id: place for place, section in enumerate(spec.sections)}
    own = iter(range(1, len(parts) + 1))
    found = []
    for part in parts:
        section = spec.section(part.section) if part.section else None
        found.append(
            Section(
                id=section.id if section else f"{spec.id}.own{next(own)}",
                heading=part.heading or spec.title,
                requirements=section.cites if section else (),
                blocks=tuple(part.blocks),
                origin="edited",
            )
        )
    return tuple(sorted(found, key=lambda one: order.get(one.id, len(order))))


@dataclass(slots=True)
class _Part:
    """What stands under one heading of the text."""

    heading: str
    level: int
    blocks: list[Block] = field(default_factory=list)
    section: str | None = None


_Piece = tuple[loaded_models.Block, str]


def _parts(loaded: LoadedDocument) -> list[_Part]:
    """The text by its headings; a title before everything else is no part."""
    pieces = [(block, loaded.text[block.start : block.end]) for block in loaded.blocks]
    if pieces and pieces[0][0].role == "heading" and _same(pieces[0][1], loaded.title):
        pieces = pieces[1:]
    opening = next((n for n, (block, _) in enumerate(pieces) if block.role == "heading"), len(pieces))
    pieces = [p for n, p in enumerate(pieces) if n >= opening or not states_control(p[1])]
    parts: list[_Part] = [_Part("", 0)]
    for is_heading, group in groupby(pieces, key=lambda piece: piece[0].role == "heading"):
        if is_heading:
            parts += [_Part(_bare(text), block.level) for block, text in group]
        else:
            parts[-1].blocks += _blocks(list(group))
    return parts if parts[0].blocks else parts[1:]


def _joined(spec: Specification, parts: Iterable[_Part]) -> list[_Part]:
    """Parts of one section in one; a heading below another that is no section's own stays with it."""
    joined: list[_Part] = []
    taken: dict[str, _Part] = {}
    for part in parts:
        section = matching(spec, part.heading)
        above = joined[-1] if joined else None
        if section is None and above is not None and above.heading and part.level > above.level:
            _append(above, part)
        elif section is not None and section.id in taken:
            _append(taken[section.id], part)
        else:
            part.section = section.id if section else None
            joined.append(part)
            if section:
                taken[section.id] = part
    return joined


def _append(above: _Part, part: _Part) -> None:
    above.blocks += [_text(part.heading), *part.blocks]


_NUMBER = re.compile(r"^\s*(?:§\s*)?(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[A-Z][.)])\s+(?=\S)")
"""The number of a heading, which exports give it anew."""
_ENOUGH = 0.5
"""Share of the stems of two headings that must be common, unless all of one stand in the section's."""
_NEGATED = re.compile(r"\b(no|not|never|nothing|without|forbidden|prohibited)\b", re.IGNORECASE)
"""What turns a heading into its opposite: "not allowed" is not "allowed"."""


def matching(spec: Specification, heading: str) -> SectionSpec | None:
    """The section that a heading means: the same words, or stems enough in common; None when none does."""
    bare = _bare(heading)
    for section in spec.sections:
        if _same(bare, section.heading):
            return section
    score, best = max(((_alike(bare, one.heading), one) for one in spec.sections), key=lambda pair: pair[0])
    return best if score else None


def _bare(heading: str) -> str:
    return " ".join(_NUMBER.sub("", heading).split())


def _alike(heading: str, section: str) -> float:
    """How much a heading means a section, from 0: not at all."""
    words, others = set(stems(heading)), set(stems(section))
    if not words & others or bool(_NEGATED.search(heading)) != bool(_NEGATED.search(section)):
        return 0.0
    share = len(words & others) / len(words | others)
    return share if share >= _ENOUGH or words <= others else 0.0


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _blocks(pieces: Sequence[_Piece]) -> Iterator[Block]:
    """Paragraphs as they are, items in a row as a list with its lead, rows in a row as a table."""
    lead = ""
    for role, group in groupby(pieces, key=lambda piece: piece[0].role):
        texts = [text for _, text in group]
        if role == "item":
            yield _list(lead, texts)
        elif lead:
            yield _text(lead)
        lead = ""
        if role == "row":
            yield from _table(texts)
        elif role != "item":
            last = " ".join(texts[-1].split())
            lead = last if last.endswith(":") else ""
            yield from map(_text, texts[:-1] if lead else texts)
    if lead:
        yield _text(lead)


def _text(text: str) -> Block:
    folded = " ".join(text.split())
    return Block(kind="text", text=folded, requirements=_named(folded))


def _named(text: str) -> tuple[str, ...]:
    return tuple(mention.id for mention in mentions(text) if mention.known)


def _list(lead: str, texts: Sequence[str]) -> Block:
    items = tuple(" ".join(re.sub(r"^\s*[-*•–]\s+", "", text).split()) for text in texts)
    return Block(kind="list", text=lead, items=items, requirements=_named(" ".join((lead, *items))))


def _table(texts: Sequence[str]) -> Iterator[Block]:
    """Rows of "name: value; name: value" as a table where all have the same names; else as paragraphs."""
    rows = [[cell.partition(": ") for cell in text.split("; ")] for text in texts]
    header = tuple(name for name, _, _ in rows[0])
    regular = len(header) > 1 and all(tuple(name for name, _, _ in row) == header for row in rows)
    if regular:
        cells = tuple(tuple(value for _, _, value in row) for row in rows)
        yield Block(kind="table", header=header, rows=cells, requirements=_named(" ".join(texts)))
    else:
        yield from map(_text, texts)


def _control(loaded: LoadedDocument) -> Iterator[tuple[str, str]]:
    """What the first lines say of owner and classification, by their names in small letters."""
    for block in loaded.blocks[:25]:
        text = loaded.text[block.start : block.end]
        if block.role != "heading" and states_control(text):
            for line in text.splitlines():
                name, _, value = line.partition(":")
                yield name.strip().casefold(), value.strip()
