"""The log: records in a hash chain that only grows.

A record's hash is SHA-256 over the RFC 8785 form of {seq, id, at, kind, body, previous}. Words that a
person typed stand beside the chain; the record binds them by a salted hash, so that they can be
erased later and the proof still holds.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import rfc8785
from sqlalchemy import Connection, Row, Select, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import NotLogged, UnknownRecord
from knowledge.clock import now
from knowledge.database import Database, personal, records

GENESIS = "0" * 64
"""What the first record names as the one before it."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record, with the personal words that belong to it."""

    seq: int
    id: str
    at: str
    kind: str
    body: Mapping[str, Any]
    previous: str
    hash: str
    personal: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Soundness:
    """What a check of the whole chain found; `broken_at` is the first bad record's number."""

    count: int
    head: str
    broken_at: int | None = None
    reason: str = ""

    @property
    def sound(self) -> bool:
        """Whether every record is as it was written."""
        return self.broken_at is None


def new_id() -> str:
    """An id for a record, which cannot be guessed."""
    return secrets.token_hex(8)


@contextmanager
def recording(database: Database) -> Iterator[Connection]:
    """A write that ends with its record on the log, or not at all.

    Raises NotLogged, with the database's own reason, when the record cannot be written.
    """
    try:
        with database.write() as connection:
            yield connection
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise NotLogged(
            f"The log cannot be written ({cause}), so nothing is shown and nothing was changed. "
            "Check that the disk has room and that the home folder can be written, then ask again."
        ) from error


def append(
    connection: Connection,
    kind: str,
    body: Mapping[str, Any],
    words: Mapping[str, str] | None = None,
    record_id: str | None = None,
) -> Record:
    """Append a record; the connection must be a write that the caller commits.

    `words` are what a person typed or who it was: only their salted hashes enter the chain.
    """
    last = connection.execute(
        select(records.c.seq, records.c.hash).order_by(records.c.seq.desc()).limit(1)
    ).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
    salts = {field: secrets.token_hex(16) for field in words or {}}
    bound = {field: _commitment(salts[field], value) for field, value in sorted((words or {}).items())}
    body = {**body, "personal": bound} if bound else dict(body)
    record_id = record_id or new_id()
    at = now()
    digest = _hash(seq, record_id, at, kind, body, previous)
    values = {"seq": seq, "id": record_id, "at": at, "kind": kind, "previous": previous}
    canonical = rfc8785.dumps(body).decode()
    connection.execute(insert(records).values(**values, body=canonical, hash=digest))
    for field, value in (words or {}).items():
        row = {"seq": seq, "field": field, "salt": salts[field], "value": value, "erased": False}
        connection.execute(insert(personal).values(row))
    return Record(seq, record_id, at, kind, body, previous, digest, dict(words or {}))


def _hash(seq: int, record_id: str, at: str, kind: str, body: Mapping[str, Any], previous: str) -> str:
    envelope: dict[str, Any] = {
        "seq": seq,
        "id": record_id,
        "at": at,
        "kind": kind,
        "body": dict(body),
        "previous": previous,
    }
    return hashlib.sha256(rfc8785.dumps(envelope)).hexdigest()


def _commitment(salt: str, value: str) -> str:
    return hashlib.sha256(f"{salt}\n{value}".encode()).hexdigest()


def get(connection: Connection, record_id: str) -> Record:
    """One record by id."""
    found = _records(connection, select(records).where(records.c.id == record_id))
    if not found:
        raise UnknownRecord(f"No record {record_id!r} is on the log.")
    return found[0]


def latest(
    connection: Connection,
    kind: str | None = None,
    limit: int = 100,
    containing: str | None = None,
) -> list[Record]:
    """The newest records first; `containing` keeps those whose body holds that text."""
    query = select(records).order_by(records.c.seq.desc()).limit(limit)
    if kind:
        query = query.where(records.c.kind == kind)
    if containing:
        query = query.where(records.c.body.contains(containing, autoescape=True))
    return _records(connection, query)


def _records(connection: Connection, query: Select[Any]) -> list[Record]:
    rows = connection.execute(query).all()
    wanted = query.with_only_columns(records.c.seq).subquery()
    words: dict[int, dict[str, str]] = {}
    kept = select(personal).join(wanted, wanted.c.seq == personal.c.seq).where(personal.c.erased.is_(False))
    for word in connection.execute(kept):
        words.setdefault(word.seq, {})[word.field] = word.value
    return [
        Record(r.seq, r.id, r.at, r.kind, json.loads(r.body), r.previous, r.hash, words.get(r.seq, {}))
        for r in rows
    ]


def verify(connection: Connection) -> Soundness:
    """Check every record against the chain and every personal word against its record."""
    expected, previous = 1, GENESIS
    for row in connection.execute(select(records).order_by(records.c.seq)):
        reason = _fault(row, expected, previous)
        if reason:
            return Soundness(expected - 1, previous, expected, reason)
        expected, previous = row.seq + 1, row.hash
    altered = _words_without_record(connection) or _altered_words(connection)
    if altered:
        return Soundness(expected - 1, previous, *altered)
    return Soundness(expected - 1, previous)


def _fault(row: Row[Any], expected: int, previous: str) -> str:
    if row.seq != expected:
        return f"record {expected} is missing; record {row.seq} stands in its place"
    if row.previous != previous:
        return "it does not follow the record before it"
    try:
        body = json.loads(row.body)
        digest = _hash(row.seq, row.id, row.at, row.kind, body, row.previous)
        canonical = rfc8785.dumps(body).decode() == row.body
    except (ValueError, rfc8785.CanonicalizationError):
        return "its body is not canonical JSON any more"
    return "" if digest == row.hash and canonical else "its content was altered after it was written"


def _words_without_record(connection: Connection) -> tuple[int, str] | None:
    """A record that was cut off the end, betrayed by what belonged to it."""
    known = select(records.c.seq)
    orphan = connection.execute(select(func.min(personal.c.seq)).where(personal.c.seq.not_in(known))).scalar()
    return (
        None if orphan is None else (orphan, "it is missing, and what a person typed for it is still there")
    )


def _altered_words(connection: Connection) -> tuple[int, str] | None:
    query = (
        select(personal, records.c.body)
        .join(records, records.c.seq == personal.c.seq)
        .where(personal.c.erased.is_(False))
        .order_by(personal.c.seq)
    )
    for row in connection.execute(query):
        bound = json.loads(row.body).get("personal", {}).get(row.field)
        if bound != _commitment(row.salt, row.value):
            return row.seq, f"its {row.field} was altered after it was written"
    return None
