"""Which records a person may read: none that tells of a document that is not for them.

The same answer is given for a record that does not exist and one that is not for the reader.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from assistant import log
from assistant.log import Record
from assistant.people import Person
from assistant.permissions import Operation, allowed
from assistant.tables import marks
from knowledge.database import versions
from knowledge.models import SEES_ALL, Role

REMOVED = "remove"
_OF_PEOPLE = frozenset({"account", "sign-in", "refused", "erase", "person"})
"""Kinds of record that tell what people did wrong or who they are: for those who audit and keep accounts."""


def hidden_versions(connection: Connection, role: Role) -> frozenset[str]:
    """Ids of the versions that a role may not see, with those of documents that were removed."""
    if role in SEES_ALL:
        return frozenset()
    gone = {
        version: audience
        for entry in reversed(log.latest(connection, REMOVED, limit=1_000_000))
        for version, audience in entry.body.get("audiences", {}).items()
    }
    every = connection.execute(select(versions.c.id, versions.c.audience))
    audiences = {**gone, **{row.id: json.loads(row.audience) for row in every}}
    return frozenset(name for name, audience in audiences.items() if role.value not in audience)


def versions_in(body: Any) -> Iterator[str]:
    """The versions that a record's body names, wherever they stand in it."""
    if isinstance(body, dict):
        for key, value in body.items():
            if key == "version" and isinstance(value, str):
                yield value
            elif key in ("versions", "searched") and isinstance(value, list):
                yield from (name for name in value if isinstance(name, str))
            else:
                yield from versions_in(value)
    elif isinstance(body, list):
        for value in body:
            yield from versions_in(value)


def hidden_items(connection: Connection, role: Role, hidden: frozenset[str]) -> frozenset[str]:
    """Ids of the items of review that name a hidden version, or are drafts that are not for a role."""
    if role in SEES_ALL:
        return frozenset()
    seen = (marks.c.kind == "seen") & marks.c.value.in_(sorted(hidden))
    barred = (marks.c.kind == "barred") & (marks.c.value == role.value)
    return frozenset(connection.execute(select(marks.c.item).where(seen | barred).distinct()).scalars())


def may_read(entry: Record, person: Person, hidden: frozenset[str]) -> bool:
    """Whether a person may read a record, given the versions that are hidden from their role."""
    own = entry.body.get("actor") == person.id or entry.body.get("asker") == person.id
    if not (allowed(person, Operation.LOG) or (own and entry.kind == "answer")):
        return False
    if entry.kind in _OF_PEOPLE and not allowed(person, Operation.EXPORT):
        return False
    audience = entry.body.get("audience")
    if audience is not None and person.role not in SEES_ALL and person.role.value not in audience:
        return False
    return not hidden or hidden.isdisjoint(versions_in(entry.body))
