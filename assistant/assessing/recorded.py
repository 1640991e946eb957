"""What the log says of systems: the facts of the newest record of each, and the tier that holds by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from assistant import log
from assistant.log import Record

KIND, DECISION = "system", "tier decision"
WORDS = ("owner", "notes")
"""What may name people: kept beside the chain, where it can be erased."""
FACTS = ("purpose", "supplier", "status", "next_assessment")
_ALL = 1_000_000


@dataclass(slots=True)
class Recorded:
    """A system by its records. `erased` are the words that are gone from beside the log."""

    facts: dict[str, Any] = field(default_factory=dict)
    erased: frozenset[str] = frozenset()
    tier: str = ""
    decided: bool = False
    source: str | None = None

    def follow(self, entry: Record) -> None:
        """Take in the next record."""
        body = entry.body
        if entry.kind == DECISION:
            self.tier, self.decided = body["tier"], True
            self.facts |= {"next_assessment": body["next_assessment"]} if body["next_assessment"] else {}
            return
        words = {name: entry.personal.get(name, "") for name in WORDS}
        self.facts = {
            "name": body["title"],
            "role": body["plays"],
            **{name: body[name] for name in FACTS},
            **words,
        }
        self.erased = frozenset(body.get("personal", {})) - set(entry.personal)
        self.tier = body.get("tier", self.tier)
        self.source = body.get("source")

    def tells(self, facts: Mapping[str, Any], tier: str, decided: bool, source: str | None) -> bool:
        """Whether a row is what the records say; an erased word may still stand, beyond its period."""
        held = {name: value for name, value in facts.items() if name not in self.erased}
        said = {name: value for name, value in self.facts.items() if name not in self.erased}
        return held == said and (tier, decided, source) == (self.tier, self.decided, self.source)


def of_system(connection: Connection, system: str) -> Recorded | None:
    """What is recorded of one system; None when nothing is."""
    marked = f'"system":"{system}"'
    entries = [
        entry for kind in (KIND, DECISION) for entry in log.latest(connection, kind, _ALL, containing=marked)
    ]
    return _followed(entries).get(system)


def of_all(connection: Connection) -> dict[str, Recorded]:
    """What is recorded of every system, by id."""
    return _followed(entry for kind in (KIND, DECISION) for entry in log.latest(connection, kind, _ALL))


def _followed(entries: Iterable[Record]) -> dict[str, Recorded]:
    found: dict[str, Recorded] = {}
    for entry in sorted(entries, key=lambda one: one.seq):
        found.setdefault(entry.body["system"], Recorded()).follow(entry)
    return found
