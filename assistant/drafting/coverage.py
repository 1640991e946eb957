"""Coverage: which obligations a document serves that it claims to serve, and by which paragraph.

It tells where a document speaks of an obligation, not that it fulfils it: that is for the reviewer to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from assistant.drafting.document import PLACEHOLDER, Block, Document, Section, shortened
from assistant.models import Frozen
from knowledge.requirements import Requirement, requirements
from knowledge.specifications import Specification


class Coverage(StrEnum):
    """How far a document serves an obligation."""

    COVERED = "covered"
    PARTLY = "partly"
    OPEN = "open"


class Place(Frozen):
    """A block of a document: its section and its number in it, from 1."""

    section: str
    heading: str
    block: int
    text: str


class Served(Frozen):
    """An obligation that a document claims to serve."""

    id: str
    of: str
    """The clause or control below which it stands."""
    asks: str
    coverage: Coverage
    why: str
    places: tuple[Place, ...] = ()


def coverage(spec: Specification, document: Document) -> tuple[Served, ...]:
    """Every obligation of what the document claims to serve, in the order of the standard.

    *Covered*: a paragraph without an open place names the obligation, or names its clause or control, which
    asks for nothing else. *Partly*: the paragraphs that name it have open places, or only its clause or
    control is named as a whole. *Open*: no paragraph names it.
    """
    return tuple(_served(item, name, asks, document) for item, name, asks in _claimed(spec))


def _claimed(spec: Specification) -> Iterable[tuple[Requirement, str, str]]:
    held = requirements()
    names = set(spec.satisfies)
    for item in held.items:
        groups = {item.id, *(".".join(item.id.split(".")[:n]) for n in range(1, item.id.count(".") + 1))}
        for obligation in item.obligations:
            if names & (groups | {obligation.id}):
                yield item, obligation.id, obligation.text


def _served(item: Requirement, name: str, asks: str, document: Document) -> Served:
    whole = {name} | ({item.id} if len(item.obligations) == 1 else set())
    exact = [found for found in _places(document) if whole & set(found[1].requirements)]
    broad = [found for found in _places(document) if item.id in found[1].requirements]
    closed = [found for found in exact if not is_open(found[1])]
    if closed:
        state, why, found = Coverage.COVERED, "A paragraph serves it.", closed
    elif exact:
        state, why, found = Coverage.PARTLY, "What serves it still has open places.", exact
    elif broad:
        why = f"Paragraphs name {item.id} as a whole, none this obligation."
        state, found = Coverage.PARTLY, broad
    else:
        state, why, found = Coverage.OPEN, "No paragraph names it.", []
    places = tuple(_place(section, block) for section, block in found)
    return Served(id=name, of=item.id, asks=asks, coverage=state, why=why, places=places)


def _places(document: Document) -> Iterable[tuple[Section, Block]]:
    return [(section, block) for section, block in document.blocks if any(block.words)]


def _place(section: Section, block: Block) -> Place:
    return Place(
        section=section.id,
        heading=section.heading,
        block=section.blocks.index(block) + 1,
        text=shortened(next(iter(block.words), ""), 160),
    )


def is_open(block: Block) -> bool:
    """Whether something is still to be supplied in a block."""
    return any(PLACEHOLDER.search(words) for words in block.words)
