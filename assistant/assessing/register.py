"""The register as people read it: a list that can be narrowed, and one system with all that hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.assessing import assessments, held, systems
from assistant.assessing.assessments import Kept
from assistant.assessing.systems import System
from assistant.home import Home
from assistant.people import Person
from assistant.permissions import Operation, require


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which systems: those that meet every condition that is set. `tier` "none" takes those without one."""

    words: str = ""
    status: str | None = None
    tier: str | None = None
    overdue: bool = False

    def takes(self, one: System) -> bool:
        """Whether a system is wanted."""
        facts = one.facts
        text = " ".join([facts.name, facts.purpose, facts.owner, facts.supplier, facts.notes, one.id])
        return (
            all(word in text.casefold() for word in self.words.casefold().split())
            and self.status in (None, facts.status)
            and self.tier in (None, one.tier or "none")
            and (one.overdue or not self.overdue)
        )


@dataclass(frozen=True, slots=True)
class Read:
    """One system with its assessments, the newest first, and how many answers its interview has."""

    system: System
    assessments: Sequence[Kept]
    answered: int


def listed(home: Home, person: Person, wanted: Wanted = Wanted()) -> list[System]:
    """The systems in the register by name, those first whose reassessment is overdue."""
    require(home.database, person, Operation.REGISTER)
    with home.database.read() as connection:
        found = [one for one in systems.every(connection) if wanted.takes(one)]
    return sorted(found, key=lambda one: not one.overdue)


def read(home: Home, person: Person, system: str) -> Read:
    """One system; UnknownRecord when there is none of this id."""
    require(home.database, person, Operation.REGISTER, system[:40])
    with home.database.read() as connection:
        found = systems.get(connection, system)
        kept = assessments.of_system(connection, system)
        return Read(found, kept, len(held.stored(connection, system)))
