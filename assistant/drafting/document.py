"""A document while it is written: sections of blocks, each with what it serves and what it rests on.

Frozen, and JSON as it is stored. Registers, assessments and gap reports take the same shape, so that every
document leaves through the same exports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

from assistant.models import Citation, Frozen

PLACEHOLDER = re.compile(r"\[\s*TO BE SUPPLIED\b\s*:?\s*([^\]\n]*)\]?", re.IGNORECASE)
"""An open place, with what is missing."""


def missing(what: str) -> str:
    """The open place that asks for something."""
    return f"[TO BE SUPPLIED: {what}]"


def shortened(words: str, most: int) -> str:
    """Words on one line, cut off where they have more than so many characters."""
    folded = " ".join(words.split())
    return folded if len(folded) <= most else f"{folded[: most - 1].rstrip()}…"


class Block(Frozen):
    """A paragraph, a list, a table or a quotation of house text."""

    kind: Literal["text", "list", "table", "quote"]
    text: str = Field(
        default="", description="The paragraph, a list's lead-in, a table's caption, or the lead of a quote."
    )
    items: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    requirements: tuple[str, ...] = Field(default=(), description="Ids of what it serves.")
    answers: tuple[str, ...] = Field(
        default=(), description="Ids of the intake's questions that it rests on."
    )
    citations: tuple[Citation, ...] = Field(
        default=(), description="Sources; a quote's own words stand in the first."
    )
    taken_from: tuple[str, ...] = Field(
        default=(), description="Ids of documents that its answers were taken from and may not cite any more."
    )
    legal: bool = Field(default=False, description="It tells what a law says; a lawyer confirms it.")

    @property
    def documents(self) -> frozenset[str]:
        """Ids of the documents whose words it may hold, cited or not."""
        return frozenset((*(cited.document for cited in self.citations), *self.taken_from))

    @property
    def words(self) -> Iterator[str]:
        """Every text of it, in reading order."""
        yield from [self.text] if self.text else []
        yield from (citation.quote for citation in self.citations if self.kind == "quote")
        yield from self.items
        yield from (cell for row in self.rows for cell in row)


class Section(Frozen):
    """A section; `origin` says whether its blocks were composed or written by a person.

    Reworded blocks were worded by a language model and taken over by a person.
    """

    id: str
    heading: str
    requirements: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    origin: Literal["composed", "edited", "reworded"] = "composed"
    locked: bool = False


class Header(Frozen):
    """What stands at the head of every page, and on the first. None is shown as an open place."""

    id: str
    title: str
    form: str = "policy"
    organisation: str | None = None
    version: str = "draft"
    status: str = "Draft"
    classification: str | None = None
    owner: str | None = None
    author: str | None = None
    reviewer: str | None = None
    approver: str | None = None
    effective: date | None = None
    next_review: date | None = None


class Change(Frozen):
    """One line of the change history."""

    version: str
    on: date
    by: str
    what: str


class Document(Frozen):
    """A whole document."""

    type: str = Field(description="Id of the specification.")
    header: Header
    sections: tuple[Section, ...]
    changes: tuple[Change, ...] = ()

    def section(self, name: str) -> Section:
        """A section by id; KeyError when there is none."""
        for section in self.sections:
            if section.id == name:
                return section
        raise KeyError(name)

    def with_section(self, section: Section) -> Document:
        """The same document with one section put in its place."""
        held = tuple(section if one.id == section.id else one for one in self.sections)
        return self.model_copy(update={"sections": held})

    @property
    def blocks(self) -> Iterator[tuple[Section, Block]]:
        """Every block with its section."""
        for section in self.sections:
            yield from ((section, block) for block in section.blocks)

    @property
    def placeholders(self) -> tuple[str, ...]:
        """What is missing, each once, in reading order."""
        found = (m.group(1).strip() for _, b in self.blocks for t in b.words for m in PLACEHOLDER.finditer(t))
        return tuple(dict.fromkeys(found))

    @property
    def requirements(self) -> tuple[str, ...]:
        """Ids of everything that a block serves, each once, in reading order."""
        return tuple(dict.fromkeys(name for _, block in self.blocks for name in block.requirements))

    @property
    def sources(self) -> tuple[Citation, ...]:
        """The sources that a block rests on, each quote once, in reading order."""
        return tuple(dict.fromkeys(cited for _, block in self.blocks for cited in block.citations))
