"""Gap assessments that were made: each on the log, and kept until what it rests on changes."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, delete, insert, literal, select

from assistant import log
from assistant.gaps.tables import assessments
from assistant.home import Home
from assistant.models import Frozen
from assistant.people import Person
from assistant.permissions import Operation, require
from knowledge.library import sha256
from knowledge.models import Role

KIND = "gap assessment"
"""The kind of a record that says that an assessment was made, and what came of it."""


def held(home: Home, key: str) -> str | None:
    """The assessment of this state of things; None when there is none, or it is not as it was made."""
    with home.database.read() as connection:
        where = assessments.c.key == key
        row = connection.execute(select(assessments.c.value, assessments.c.seq).where(where)).first()
        if row is None or _recorded(connection, row.seq) != sha256(row.value.encode()):
            return None
        value: str = row.value
        return value


def _recorded(connection: Connection, seq: int) -> str | None:
    entry = next(iter(log.by_number(connection, select(literal(seq)))), None)
    return str(entry.body["sha256"]) if entry and entry.kind == KIND else None


class Made(Frozen):
    """What the record says of an assessment: how many obligations stand where, and on which versions."""

    day: str
    revision: int
    statuses: tuple[str, ...]
    versions: tuple[str, ...]


def keep(home: Home, person: Person, key: str, value: str, made: Made) -> None:
    """Put an assessment on the log and keep it in the place of the role's last one."""
    require(home.database, person, Operation.GAPS)
    body = {
        **person.acted(),
        "sees": person.role.value,
        "day": made.day,
        "revision": made.revision,
        "counts": dict(Counter(made.statuses)),
        "versions": list(made.versions),
        "sha256": sha256(value.encode()),
    }
    with log.recording(home.database) as connection:
        entry = log.append(connection, KIND, body)
        forget(connection, person.role)
        row = {"key": key, "role": person.role.value, "value": value, "seq": entry.seq}
        connection.execute(insert(assessments).values(row))


def forget(connection: Connection, role: Role | None = None) -> None:
    """Let go of what is kept, for one role or for all: a document that is removed is quoted nowhere."""
    gone = delete(assessments)
    connection.execute(gone.where(assessments.c.role == role.value) if role else gone)
