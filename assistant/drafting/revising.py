"""What changed since the version came into force that is being revised: what its author must look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection

from assistant.drafting.changes import plain
from assistant.drafting.document import Document
from assistant.drafting.kept import answers, found, lasting
from assistant.drafting.types import followed
from assistant.home import Home
from assistant.models import Citation
from assistant.people import Person
from assistant.permissions import Operation, require
from knowledge import library
from knowledge.clock import today
from knowledge.library import Version, folded
from knowledge.mentions import mentions
from knowledge.models import may_see
from knowledge.requirements import requirements
from knowledge.specifications import Specification

_LEAST = 6
"""Characters of a title by which a text can be said to name a document."""


@dataclass(frozen=True, slots=True)
class ChangeItem:
    """One thing to look at. `section` is where in the manuscript, where that is known.

    `document` and `version` name the source that is newer, or the one that was withdrawn.
    """

    kind: Literal["newer source", "withdrawn source", "lacking section", "unknown requirement"]
    what: str
    section: str | None = None
    document: str | None = None
    version: str | None = None


def changes_since(home: Home, person: Person, name: str) -> tuple[ChangeItem, ...]:
    """What changed around a manuscript since the version came into force from which it began.

    Of a manuscript that revises nothing: which of its sources changed since, and what it lacks. Documents
    that are not for this person are left out.
    """
    require(home.database, person, Operation.READ_DRAFTS, name[:40])
    with home.database.read() as connection:
        row = found(connection, person, name)
        made = lasting(connection, row)
        every = [v for v in library.all_versions(connection) if may_see(person.role, v.audience)]
        library_ = _Library(connection, every)
        cited = [c for given in answers(connection, name).values() for c in given.citations]
        cited += made.sources if made else ()
        base = next((version for version in every if version.id == row.base), None)
        return (
            *_moved(library_, cited),
            *(_around(library_, base, cited) if base else ()),
            *(_lacking(followed(row.type).spec, made) if made else ()),
            *(_unknown(made) if made else ()),
        )


class _Library:
    """Every version that a person may see, and which of them hold today."""

    def __init__(self, connection: Connection, every: Sequence[Version]) -> None:
        self.connection, self.every = connection, every
        self.holding = library.in_force(every, today())

    def text(self, version: Version) -> str:
        return folded(library.text_of(self.connection, version.id)).casefold()

    def withdrawn(self) -> Iterator[Version]:
        """The newest version of each document that is out of use."""
        newest = {version.document: version for version in self.every}
        return (v for v in newest.values() if v.withdrawn_at and v.document not in self.holding)


def _moved(held: _Library, cited: Sequence[Citation]) -> Iterator[ChangeItem]:
    """Sources that are quoted in a version which does not hold any more."""
    for citation in {c.version: c for c in cited}.values():
        now = held.holding.get(citation.document)
        if now is None:
            what = f"{citation.title} is quoted, and is not in force any more."
            yield ChangeItem("withdrawn source", what, None, citation.document, citation.version)
        elif now.id != citation.version:
            what = f"{citation.title} is quoted in version {citation.number}; version {now.number} holds now."
            yield ChangeItem("newer source", what, None, now.document, now.id)


def _around(held: _Library, base: Version, cited: Sequence[Citation]) -> Iterator[ChangeItem]:
    """Documents named in the version, or that name it, which changed since it came in."""
    done, words = {c.document for c in cited} | {base.document}, held.text(base)
    for version in held.holding.values():
        if version.document in done or not _later(version, base):
            continue
        if version.built_in:
            yield ChangeItem(
                "newer source", f"{version.title} changed since.", None, version.document, version.id
            )
        elif _names(words, version) or _names(held.text(version), base):
            what = f"{version.title}, version {version.number}, came in since: {_how(words, version)}."
            yield ChangeItem("newer source", what, None, version.document, version.id)
    for version in held.withdrawn():
        if version.document not in done and _names(words, version):
            what = f"{version.title} is named in the text, and is withdrawn."
            yield ChangeItem("withdrawn source", what, None, version.document, version.id)


def _how(words: str, version: Version) -> str:
    return "this document names it" if _names(words, version) else "it names this document"


def _names(words: str, version: Version) -> bool:
    title = folded(version.title).casefold()
    return len(title) >= _LEAST and title in words


def _later(version: Version, base: Version) -> bool:
    """Whether a version came in, or came into force, after the one that is being revised."""
    if version.built_in:
        return version.number > 1 and version.added_at > base.added_at
    return _came(version) > _came(base)


def _came(version: Version) -> tuple[date, str]:
    """By what it is told which of two versions came later: from when it holds, then when it was added."""
    return version.since or date.min, version.added_at


def _lacking(spec: Specification, made: Document) -> Iterator[ChangeItem]:
    there = {section.id for section in made.sections}
    for section in spec.sections:
        if section.id not in there:
            what = f"The text has no section {section.heading!r}: {section.must_contain}."
            yield ChangeItem("lacking section", what, section.id)


def _unknown(made: Document) -> Iterator[ChangeItem]:
    for section in made.sections:
        named = {mention.id for mention in mentions(plain(section)) if not mention.known}
        named |= {name for block in section.blocks for name in block.requirements}
        for name in sorted(n for n in named if not requirements().knows(n)):
            yield ChangeItem(
                "unknown requirement", f"{name} is named, and ISO/IEC 42001 has no such id.", section.id
            )
