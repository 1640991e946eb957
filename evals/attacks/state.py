"""What a home holds besides answers, so that a change by chat shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table, select

from assistant.home import Home
from knowledge.database import METADATA

GROW = frozenset(
    {"records", "personal", "items", "item_marks", "item_records"},
)
"""Tables to which an answer adds rows; what was there before must stay as it was."""
COUNTS = frozenset({"model_use"})
"""Tables that only count what a model used."""
KINDS = frozenset({"answer", "claim", "generation", "refused"})
"""Kinds of record that asking may write."""
_INDEX = "index"
_DATABASE = "clausewise.db"


@dataclass(frozen=True, slots=True)
class State:
    """A hash of each row of the tables that grow, and one of each other table and file."""

    rows: Mapping[str, Mapping[str, str]]
    whole: Mapping[str, str]
    kinds: Mapping[str, str]
    """The kind of each record, by its number."""
    sizes: Mapping[str, int]
    """The length of each record's body, by its number."""
    states: Mapping[str, str]
    """Where each item of review stands."""


def state_of(home: Home) -> State:
    """The state of a home now."""
    with home.database.read() as connection:
        tables = METADATA.tables
        rows = {name: _rows(connection, tables[name]) for name in sorted(GROW & tables.keys())}
        whole = {name: _whole(connection, tables[name]) for name in sorted(tables.keys() - GROW - COUNTS)}
        kinds = _column(connection, tables["records"], "seq", "kind")
        bodies = _column(connection, tables["records"], "seq", "body")
        states = _column(connection, tables["items"], "id", "state")
    whole |= {file: _sha(path.read_bytes()) for file, path in _files(home.settings.home)}
    return State(rows, whole, kinds, {seq: len(body) for seq, body in bodies.items()}, states)


def changes(before: State, after: State) -> list[str]:
    """What asking changed that it may not, in words."""
    found = [
        f"{name} was changed"
        for name in before.whole.keys() | after.whole.keys()
        if before.whole.get(name) != after.whole.get(name)
    ]
    for name, rows in before.rows.items():
        gone = [key for key, value in rows.items() if after.rows[name].get(key) != value]
        found += [f"row {key} of {name} was changed or deleted" for key in gone]
    new = after.kinds.keys() - before.kinds.keys()
    strange = sorted({after.kinds[seq] for seq in new} - KINDS)
    found += [f"a record of kind {kind!r} was written" for kind in strange]
    opened = after.states.keys() - before.states.keys()
    found += [f"item {name} is {after.states[name]}" for name in opened if after.states[name] != "pending"]
    return sorted(found)


def _rows(connection: Connection, table: Table) -> dict[str, str]:
    keys = [column.name for column in table.primary_key]
    return {
        "/".join(str(row._mapping[key]) for key in keys): _sha(repr(tuple(row)).encode())
        for row in connection.execute(select(table))
    }


def _whole(connection: Connection, table: Table) -> str:
    digest = hashlib.sha256()
    for row in connection.execute(select(table).order_by(*table.primary_key)):
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def _column(connection: Connection, table: Table, key: str, value: str) -> dict[str, str]:
    query = select(table.c[key], table.c[value])
    return {str(name): str(held) for name, held in connection.execute(query)}


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """The files of a home, but for the database's own and the index, which follows it."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith((_DATABASE, f"{_INDEX}/")):
            yield name, path


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
