"""The register of AI systems: what each is, and every change of it on the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from assistant import log
from assistant.assessing import recorded
from assistant.assessing.recorded import WORDS, Recorded
from assistant.assessing.tables import systems
from assistant.errors import DamagedRecord, NotPossible, UnknownRecord
from assistant.home import Home
from assistant.log import Record
from assistant.models import Frozen
from assistant.people import Person
from assistant.permissions import Operation, require
from knowledge.clock import now, today
from knowledge.formats.builder import clean
from knowledge.tiers import eu_ai_act

KIND = recorded.KIND
STATUSES = ("idea", "in development", "in use", "suspended", "retired")
LONGEST = {"name": 300, "purpose": 5_000, "owner": 300, "supplier": 300, "notes": 5_000}
"""Characters that each text may have."""


def roles() -> Mapping[str, str]:
    """What an organisation can be to a system, and what that is called."""
    return next(one.options for one in eu_ai_act().questions if one.id == "role")


class Facts(Frozen):
    """What the register tells of a system; empty text is what nobody said."""

    name: str
    purpose: str = ""
    role: str = ""
    owner: str = ""
    supplier: str = ""
    status: str = ""
    next_assessment: date | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """A system as it stands. `decided` says that a reviewer here decided the tier, not an import."""

    id: str
    facts: Facts
    tier: str
    decided: bool
    source: str | None
    added_at: str
    changed_at: str

    @property
    def overdue(self) -> bool:
        """Whether its reassessment should have been made by now."""
        due = self.facts.next_assessment
        return due is not None and due < today() and self.facts.status != "retired"


def checked(raw: Mapping[str, Any]) -> Facts:
    """Facts as a form or a file gives them. Raises NotPossible, which names the field and what it takes."""
    strays = [name for name in raw if name not in Facts.model_fields]
    if strays:
        raise NotPossible(f"A system has no {strays[0]!r}. It has {', '.join(Facts.model_fields)}.")
    texts = {name: _text(name, raw.get(name)) for name in LONGEST}
    if not texts["name"]:
        raise NotPossible("A system needs a name.")
    return Facts(
        **texts,
        role=_one("role", raw.get("role"), tuple(roles())),
        status=_one("status", raw.get("status"), STATUSES),
        next_assessment=_day(raw.get("next_assessment")),
    )


def _text(name: str, value: Any) -> str:
    lines = clean("" if value is None else str(value)).strip()
    text = lines if name in ("purpose", "notes") else " ".join(lines.split())
    if len(text) > LONGEST[name]:
        raise NotPossible(f"{name}: it is longer than {LONGEST[name]} characters.")
    return text


def _one(name: str, value: Any, options: tuple[str, ...]) -> str:
    text = "" if value is None else str(value).strip().casefold()
    if text and text not in options:
        raise NotPossible(f"{name}: {text[:60]!r} is none of {', '.join(options)}.")
    return text


def _day(value: Any) -> date | None:
    if value is None or value == "" or isinstance(value, date):
        return value or None
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise NotPossible(f"next_assessment: {str(value)[:60]!r} is not a date like 2026-01-31.") from None


def add(home: Home, person: Person, facts: Facts) -> System:
    """Enter a system; one of the same name, owner and supplier is refused with NotPossible."""
    require(home.database, person, Operation.KEEP_REGISTER)
    with log.recording(home.database) as connection:
        alike = [one for one in every(connection) if same(one.facts, facts)]
        if alike:
            raise NotPossible(f"{facts.name} is in the register already, as {alike[0].id}.")
        return enter(connection, person, facts)


def same(one: Facts, other: Facts) -> bool:
    """Whether two entries are taken for the same system."""
    return likeness(one) == likeness(other)


def likeness(facts: Facts) -> tuple[str, ...]:
    """By what two entries are compared: name, owner and supplier, without case."""
    return (facts.name.casefold(), facts.owner.casefold(), facts.supplier.casefold())


def enter(
    connection: Connection,
    person: Person,
    facts: Facts,
    *,
    id: str | None = None,
    source: str | None = None,
    tier: str = "",
    act: str = "add",
) -> System:
    """Write a new system and its record; `tier` is what an import tells, decided elsewhere."""
    made = System(id or log.new_id(), facts, tier, False, source, at := now(), at)
    connection.execute(
        insert(systems).values(
            id=made.id,
            source=source,
            tier=tier,
            tier_decided=False,
            added_at=at,
            changed_at=at,
            **facts.model_dump(),
        )
    )
    noted(connection, person, made, act, tuple(name for name, value in facts if value))
    return made


def change(home: Home, person: Person, system: str, facts: Facts) -> System:
    """Put other facts in the place of a system's; what does not differ leaves no record."""
    require(home.database, person, Operation.KEEP_REGISTER, system[:40])
    with log.recording(home.database) as connection:
        return altered(connection, person, get(connection, system), facts)


def altered(connection: Connection, person: Person, before: System, facts: Facts) -> System:
    """Write changed facts and their record."""
    old = before.facts.model_dump()
    differing = tuple(name for name, value in facts.model_dump().items() if value != old[name])
    if not differing:
        return before
    where = systems.c.id == before.id
    after = replace(before, facts=facts, changed_at=now())
    connection.execute(update(systems).where(where).values(changed_at=after.changed_at, **facts.model_dump()))
    noted(connection, person, after, "change", differing)
    return after


def noted(
    connection: Connection, person: Person, system: System, act: str, changed: tuple[str, ...]
) -> Record:
    """Put what became of a system on the log, with the facts as they are now."""
    facts = system.facts.model_dump(mode="json")
    body = {
        **person.acted(),
        "act": act,
        "system": system.id,
        "title": facts.pop("name"),
        "plays": facts.pop("role"),  # `role` is that of the person who acts
        **{name: value for name, value in facts.items() if name not in WORDS},
        "changed": list(changed),
        **({"source": system.source} if system.source else {}),
        **({"tier": system.tier} if act == "import" and system.tier else {}),
    }
    words = {name: facts[name] for name in WORDS if facts[name]}
    return log.append(connection, KIND, body, words)


def get(connection: Connection, system: str) -> System:
    """One system; UnknownRecord when there is none, DamagedRecord when it is not what its record says."""
    row = connection.execute(select(systems).where(systems.c.id == system)).first()
    if row is None:
        raise UnknownRecord(
            f"No system {system[:40]!r} is in the register. `clausewise systems list` lists them."
        )
    return _read(row, recorded.of_system(connection, row.id))


def every(connection: Connection) -> list[System]:
    """Every system, by name; DamagedRecord when one of them is not what its record says, or is gone."""
    said = recorded.of_all(connection)
    rows = connection.execute(select(systems)).all()
    gone = said.keys() - {row.id for row in rows}
    if gone:
        raise DamagedRecord(f"System {min(gone)} is on the log and not in the register: it was taken out.")
    found = [_read(row, said.get(row.id)) for row in rows]
    return sorted(found, key=lambda one: (one.facts.name.casefold(), one.id))


def _read(row: Row[Any], said: Recorded | None) -> System:
    facts = Facts(**{name: getattr(row, name) for name in Facts.model_fields})
    held = facts.model_dump(mode="json")
    if said is None or not said.tells(held, row.tier, row.tier_decided, row.source):
        raise DamagedRecord(
            f"System {row.id} of the register is not what its record says: it was altered since."
        )
    return System(row.id, facts, row.tier, row.tier_decided, row.source, row.added_at, row.changed_at)
