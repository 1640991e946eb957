"""Passages as they lie in SQL: by version, by id."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from knowledge.database import passages


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as it lies in SQL; its text is `text[start:end]` of the version."""

    id: str
    version: str
    start: int
    end: int
    section: tuple[str, ...]
    page: int | None
    head: tuple[int, int] | None
    embed_key: str


def of_version(connection: Connection, version_id: str) -> list[StoredPassage]:
    """The passages of a version, in order."""
    where = passages.c.version_id == version_id
    query = select(passages).where(where).order_by(passages.c.ordinal)
    return [_passage(row) for row in connection.execute(query)]


def by_id(connection: Connection, ids: Iterable[str]) -> dict[str, StoredPassage]:
    """Passages by id; ids that are gone are left out."""
    query = select(passages).where(passages.c.id.in_(list(ids)))
    return {row.id: _passage(row) for row in connection.execute(query)}


def section_at(connection: Connection, version_id: str, offset: int) -> tuple[str, ...]:
    """The heading path of the passage of a version in which an offset lies; empty when there is none."""
    query = (
        select(passages.c.section)
        .where(passages.c.version_id == version_id, passages.c.start <= offset)
        .order_by(passages.c.start.desc())
        .limit(1)
    )
    found = connection.execute(query).scalar()
    return tuple(json.loads(found)) if found else ()


def _passage(row: Row[Any]) -> StoredPassage:
    head = None if row.head_start is None else (row.head_start, row.head_end)
    section = tuple(json.loads(row.section))
    return StoredPassage(row.id, row.version_id, row.start, row.end, section, row.page, head, row.embed_key)
