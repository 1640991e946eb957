"""The log: records in a hash chain that only grows.

A record's hash is SHA-256 over the RFC 8785 form of {seq, id, at, kind, body, previous}. Words that a
person typed stand beside the chain; the record binds them by a salted hash, so that they can be
erased later and the proof still holds.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import rfc8785
from sqlalchemy import Connection, Result, Row, Select, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import DamagedRecord, NotLogged, UnknownRecord
from knowledge.clock import now
from knowledge.database import Database, personal, records

GENESIS = "0" * 64
"""What the first record names as the one before it."""
_PAGE = 1_000


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
        raise UnknownRecord(f"No record {record_id!r} is on the log, or it is not for you.")
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


def by_number(connection: Connection, numbers: Select[tuple[int]]) -> list[Record]:
    """The records whose numbers a query gives, oldest first."""
    return _records(connection, select(records).where(records.c.seq.in_(numbers)).order_by(records.c.seq))


def _records(connection: Connection, query: Select[Any]) -> list[Record]:
    rows = connection.execute(query).all()
    wanted = query.with_only_columns(records.c.seq).subquery()
    words: dict[int, dict[str, str]] = {}
    kept = select(personal).join(wanted, wanted.c.seq == personal.c.seq).where(personal.c.erased.is_(False))
    for word in connection.execute(kept):
        words.setdefault(word.seq, {})[word.field] = word.value
    return [_record(row, words.get(row.seq, {})) for row in rows]


def _record(row: Row[Any], words: Mapping[str, str]) -> Record:
    try:
        body = _parsed(row.body)
    except ValueError:
        raise DamagedRecord(
            f"Record {row.seq} was altered and cannot be read any more. `clausewise log verify` says more."
        ) from None
    return Record(row.seq, row.id, row.at, row.kind, body, row.previous, row.hash, words)


def _parsed(text: str) -> dict[str, Any]:
    """A stored body; ValueError when it is none. Whole numbers beyond a double's are doubles (RFC 8785)."""
    body = json.loads(text, parse_int=_whole)
    if not isinstance(body, dict):
        raise ValueError("not an object")
    return body


def _whole(digits: str) -> int | float:
    number = int(digits)
    return number if abs(number) < 2**53 else float(digits)


def verify(connection: Connection) -> Soundness:
    """Check every record against the chain, and every personal word against its record."""
    query = select(records).order_by(records.c.seq).execution_options(yield_per=_PAGE)
    with connection.execute(query) as rows:
        return _checked(connection, rows)


def _checked(connection: Connection, rows: Result[Any]) -> Soundness:
    count, previous = 0, GENESIS
    for page in rows.partitions(_PAGE):
        words = _words_between(connection, page[0].seq, page[-1].seq)
        for row in page:
            reason = _fault(row, count + 1, previous) or _altered_word(row, words.get(row.seq, ()))
            if reason:
                return Soundness(count, previous, count + 1, reason)
            count, previous = row.seq, row.hash
    beyond = connection.execute(select(func.min(personal.c.seq)).where(personal.c.seq > count)).scalar()
    if beyond is not None:
        reason = "it is missing, and what a person typed for it is still there"
        return Soundness(count, previous, count + 1, reason)
    return Soundness(count, previous)


def _fault(row: Row[Any], expected: int, previous: str) -> str:
    if row.seq != expected:
        return f"record {expected} is missing; record {row.seq} stands in its place"
    if row.previous != previous:
        return "it does not follow the record before it"
    try:
        body = _parsed(row.body)
        digest = _hash(row.seq, row.id, row.at, row.kind, body, row.previous)
        canonical = rfc8785.dumps(body).decode() == row.body
    except (ValueError, RecursionError, rfc8785.CanonicalizationError):
        return "its body is not canonical JSON any more"
    return "" if digest == row.hash and canonical else "its content was altered after it was written"


def _words_between(connection: Connection, first: int, last: int) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(select(personal).where(personal.c.seq.between(first, last))):
        found.setdefault(row.seq, []).append(row)
    return found


def _altered_word(record: Row[Any], words: Iterable[Row[Any]]) -> str:
    bound = _parsed(record.body).get("personal", {})
    held = {w.field: w.erased or bound.get(w.field) == _commitment(w.salt, w.value) for w in words}
    field = next((name for name in {**bound, **held} if not held.get(name)), None)
    return f"its {field} was altered or removed after it was written" if field else ""
