"""What changed between two revisions of a document, section by section."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.differing import revised
from assistant.drafting.document import Block, Change, Document, Section
from assistant.drafting.manuscript import Difference
from knowledge.clock import today

_SAID = {"added": "Added", "removed": "Removed", "reworded": "Reworded"}


def plain(section: Section) -> str:
    """A section's words, a line each: headings, paragraphs, items, rows and quotes."""
    return "\n".join([section.heading, *(line for block in section.blocks for line in _lines(block))]) + "\n"


def _lines(block: Block) -> Iterator[str]:
    yield from [block.text] if block.text else []
    yield from (f"“{cited.quote}”" for cited in block.citations[:1] if block.kind == "quote")
    yield from (f"- {item}" for item in block.items)
    yield from (" | ".join(row) for row in (block.header, *block.rows) if row)


def between(before: Document, after: Document) -> tuple[Difference, ...]:
    """The sections whose words differ, in the order of `after`, then those that are gone."""
    old, new = ({section.id: section for section in one.sections} for one in (before, after))
    return tuple(_differences(old, new))


def _differences(old: dict[str, Section], new: dict[str, Section]) -> Iterator[Difference]:
    for name, section in new.items():
        was, now = plain(old[name]) if name in old else "", plain(section)
        if was != now:
            change = "reworded" if name in old else "added"
            yield Difference(name, section.heading, change, tuple(revised(was, now)))  # type: ignore[arg-type]
    for name, section in old.items():
        if name not in new:
            yield Difference(name, section.heading, "removed", tuple(revised(plain(section), "")))


def change_list(before: Document, after: Document) -> tuple[Change, ...]:
    """The same as lines of the change history of `after`, by its version and author, of today."""
    head = after.header
    return tuple(
        Change(
            version=head.version,
            on=today(),
            by=head.author or head.owner or "",
            what=f"{_SAID[one.change]}: {one.heading}",
        )
        for one in between(before, after)
    )
