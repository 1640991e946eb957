"""The organisation's profile: what it says of itself once, from which documents are filled."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, delete, insert, select

from assistant import log
from assistant.drafting.tables import profile_entries
from assistant.errors import NotPossible
from assistant.home import Home
from assistant.models import Frozen
from assistant.people import Person
from assistant.permissions import Operation, require
from knowledge.formats.builder import clean

KIND = "profile"
_FILE = Path(__file__).with_name("profile.yaml")
_MOST = 2_000


class Entry(Frozen):
    """One thing that the profile holds; `many` says that each line is one of several."""

    label: str
    help: str
    many: bool = False


Profile = Mapping[str, tuple[str, ...]]
"""Lines by the key of their entry; what was not said is not in it."""


@cache
def entries() -> Mapping[str, Entry]:
    """What the profile can hold, by key, in the order of a form."""
    raw: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    return {key: Entry.model_validate(value) for key, value in raw.items()}


def profile(home: Home) -> Profile:
    """What the organisation has said of itself."""
    with home.database.read() as connection:
        return held(connection)


def named(home: Home) -> str | None:
    """The organisation's name, if the profile has it."""
    return next(iter(profile(home).get("organisation", ())), None)


def held(connection: Connection) -> Profile:
    """What the organisation has said of itself, in one state of the database."""
    rows = connection.execute(select(profile_entries.c.key, profile_entries.c.lines)).all()
    said = {row.key: tuple(json.loads(row.lines)) for row in rows}
    return {key: said[key] for key in entries() if key in said}


def set_profile(home: Home, person: Person, key: str, lines: Sequence[str]) -> Profile:
    """Say one thing of the organisation; no lines clear it. Saying the same again leaves no record."""
    require(home.database, person, Operation.WRITE, key[:40])
    if key not in entries():
        raise NotPossible(f"The profile has no entry {key!r}. It has {', '.join(entries())}.")
    said = _tidied(entries()[key], lines)
    with log.recording(home.database) as connection:
        if held(connection).get(key, ()) != said:
            body = {**person.acted(), "entry": key, "cleared": not said}
            entry = log.append(connection, KIND, body, {"lines": "\n".join(said)} if said else None)
            connection.execute(delete(profile_entries).where(profile_entries.c.key == key))
            if said:
                row = {"key": key, "lines": json.dumps(said, ensure_ascii=False), "seq": entry.seq}
                connection.execute(insert(profile_entries).values(row))
        return held(connection)


def _tidied(entry: Entry, lines: Sequence[str]) -> tuple[str, ...]:
    parts = [line for text in lines for line in clean(text).splitlines()]
    said = tuple(" ".join(part.split()) for part in parts if part.strip())
    if sum(map(len, said)) > _MOST:
        raise NotPossible(f"{entry.label}: say it in {_MOST} characters.")
    if len(said) > 1 and not entry.many:
        raise NotPossible(f"{entry.label}: one line is wanted, not {len(said)}.")
    return said
