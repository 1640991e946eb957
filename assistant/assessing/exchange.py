"""The register to and from tables: what an import would do, the import, the export."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from assistant import log
from assistant.assessing import layouts, systems
from assistant.assessing.layouts import OWN, Layout, Line
from assistant.assessing.systems import Facts, System
from assistant.errors import NotPossible
from assistant.exporting.formats import EXPORTED
from assistant.home import Home
from assistant.people import Person
from assistant.permissions import Operation, require
from knowledge.library import sha256
from knowledge.tiers import internal

COLUMNS = ("id", *Facts.model_fields)
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that would be entered, or that changes a system."""

    line: int
    facts: Facts
    tier: str = ""
    key: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be taken, and why."""

    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import does: `known` counts the rows that are in the register already or stood above."""

    layout: str
    new: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    known: int
    bad: tuple[Bad, ...]

    @property
    def rows(self) -> int:
        """All rows below the header."""
        return len(self.new) + len(self.changed) + self.known + len(self.bad)


@dataclass
class _Sorting:
    """The register, and what the rows so far would do to it."""

    by_id: dict[str, System]
    by_key: dict[str, System]
    alike: set[tuple[str, ...]]
    seen: set[str] = field(default_factory=set)
    new: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    known: int = 0

    @classmethod
    def of(cls, every: list[System]) -> _Sorting:
        return cls(
            {one.id: one for one in every},
            {one.source: one for one in every if one.source},
            {systems.likeness(one.facts) for one in every},
        )

    def put(self, layout: Layout, line: Line) -> None:
        """Sort one row."""
        if line.problem:
            self.bad.append(Bad(line.number, line.problem))
            return
        raw = layouts.taken(layout, line)
        tier = raw.pop("tier", "")
        try:
            facts = systems.checked(raw)
            _tier(tier)
        except NotPossible as error:
            self.bad.append(Bad(line.number, str(error)))
            return
        name = line.cells.get("id", "").strip() if layout.id == OWN else ""
        key = None if _ID.fullmatch(name) else layouts.key(layout, line)
        entry = Entry(line.number, facts, tier, key, name if _ID.fullmatch(name) else None)
        self._place(entry, key or name)

    def _place(self, entry: Entry, name: str) -> None:
        held = self.by_id.get(entry.id or "") or self.by_key.get(entry.key or "")
        likeness = systems.likeness(entry.facts)
        if name and name in self.seen and likeness not in self.alike:
            self.bad.append(Bad(entry.line, f"its id {name.rpartition(':')[2]!r} stood in a row above"))
        elif held and entry.id and held.facts != entry.facts:
            self.changed.append(entry)
        elif held or name in self.seen or (not name and likeness in self.alike):
            self.known += 1
        else:
            self.new.append(entry)
            self.alike.add(likeness)
        self.seen |= {name} if name else set()

    def preview(self, layout: Layout) -> Preview:
        """What was found."""
        return Preview(layout.title, tuple(self.new), tuple(self.changed), self.known, tuple(self.bad))


def _tier(tier: str) -> None:
    known = [one.id for one in internal().tiers]
    if tier and tier not in known:
        raise NotPossible(f"tier: {tier[:60]!r} is none of {', '.join(known)}.")


def preview(home: Home, person: Person, data: bytes) -> Preview:
    """What an import of a table would do; nothing is changed. Raises NotPossible for an unknown table."""
    require(home.database, person, Operation.KEEP_REGISTER)
    layout, lines = layouts.read(data)
    with home.database.read() as connection:
        return _sorted(connection, layout, lines)


def take(home: Home, person: Person, data: bytes) -> Preview:
    """Import a table: new systems are entered, rows of our own export change theirs, bad rows are left out.

    A tier that a row tells counts for new systems only, and as told, not as decided here.
    """
    require(home.database, person, Operation.KEEP_REGISTER)
    layout, lines = layouts.read(data)
    with log.recording(home.database) as connection:
        found = _sorted(connection, layout, lines)
        for entry in found.new:
            systems.enter(
                connection,
                person,
                entry.facts,
                id=entry.id,
                source=entry.key,
                tier=entry.tier,
                act="import",
            )
        held = {one.id: one for one in systems.every(connection)} if found.changed else {}
        for entry in found.changed:
            systems.altered(connection, person, held[entry.id or ""], entry.facts)
        return found


def _sorted(connection: Connection, layout: Layout, lines: list[Line]) -> Preview:
    sorting = _Sorting.of(systems.every(connection))
    for line in lines:
        sorting.put(layout, line)
    return sorting.preview(layout)


def exported(home: Home, person: Person) -> bytes:
    """The register as CSV with its own columns; that it was taken out is on the log."""
    require(home.database, person, Operation.REGISTER)
    with log.recording(home.database) as connection:
        every = systems.every(connection)
        data = _csv(every)
        body: Mapping[str, Any] = {
            **person.acted(),
            "title": "register of AI systems",
            "act": "csv",
            "what": "systems",
            "count": len(every),
            "sha256": sha256(data),
        }
        log.append(connection, EXPORTED, body)
    return data


def _csv(every: list[System]) -> bytes:
    names = (*COLUMNS[:-2], "tier", *COLUMNS[-2:])
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(names)
    for one in every:
        told = {"id": one.id, "tier": one.tier, **one.facts.model_dump(mode="json")}
        rows.writerow([layouts.guarded(str(told[name] or "")) for name in names])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
