"""Whose a pseudonym is, and whose pseudonym a login or a name means."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from assistant import log
from assistant.accounts import ACCOUNT, get
from assistant.errors import UnknownPerson
from assistant.people import unsigned
from assistant.tables import people
from knowledge.database import personal

if TYPE_CHECKING:
    from assistant.home import Home


def pseudonym(home: Home, name: str) -> str:
    """The pseudonym of whom a login, a name or a pseudonym means; UnknownPerson when it is nobody's.

    Without sign-in a role's name is a pseudonym; so is whatever an actor on the log is called.
    """
    with home.database.read() as connection:
        account = get(connection, name)
        if account:
            return account.person
        same = select(people.c.id).where((people.c.id == name) | (people.c.name == name))
        found = list(connection.execute(same).scalars())
        if len(found) > 1:
            raise UnknownPerson(f"{len(found)} people are called {name!r}. Name one by a login or pseudonym.")
        if found:
            return str(found[0])
        if unsigned(name) or _acted(connection, name):
            return name
    raise UnknownPerson(f"{name!r} is nobody here. `clausewise people list` shows who has an account.")


def names(connection: Connection) -> dict[str, str]:
    """Whose each pseudonym is, by the records that bind it; an erased name is not there."""
    found = {}
    for entry in reversed(log.latest(connection, ACCOUNT, limit=1_000_000)):
        name = entry.personal.get("name")
        if name:
            found[str(entry.body["account"])] = name
        else:
            found.pop(str(entry.body["account"]), None)
    return found


def _acted(connection: Connection, name: str) -> bool:
    """Whether a record names somebody so: as its actor, or, before there were pseudonyms, among its words."""
    words = select(personal.c.seq).where(personal.c.field == "person", personal.c.value == name)
    spelled = f'"actor":{json.dumps(name, ensure_ascii=False)}'
    named = connection.execute(words).first() is not None
    return named or bool(log.latest(connection, limit=1, containing=spelled))
