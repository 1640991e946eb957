"""The log: records in a hash chain that only grows (`assistant/chain.py`).

Words that a person typed stand beside the chain; the record binds them by a salted hash, so that
they can be erased later and the proof still holds.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import rfc8785
from sqlalchemy import Connection, Select, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from assistant import chain
from assistant.chain import GENESIS, Stored, Word
from assistant.errors import DamagedRecord, NotLogged, UnknownRecord
from knowledge.clock import now
from knowledge.database import Database, personal, records


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
    ValueError for a body that JSON cannot hold or with a number that is not whole, which programs
    write differently.
    """
    _refuse_fractions(body)
    last = connection.execute(
        select(records.c.seq, records.c.hash).order_by(records.c.seq.desc()).limit(1)
    ).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
    salts = {field: secrets.token_hex(16) for field in words or {}}
    bound = {field: chain.commitment(salts[field], value) for field, value in sorted((words or {}).items())}
    body = {**body, "personal": bound} if bound else dict(body)
    record_id = record_id or new_id()
    at = now()
    digest = hashlib.sha256(chain.canonical(seq, record_id, at, kind, body, previous)).hexdigest()
    values = {"seq": seq, "id": record_id, "at": at, "kind": kind, "previous": previous}
    connection.execute(insert(records).values(**values, body=rfc8785.dumps(body).decode(), hash=digest))
    for field, value in (words or {}).items():
        row = {"seq": seq, "field": field, "salt": salts[field], "value": value, "erased": False}
        connection.execute(insert(personal).values(row))
    return Record(seq, record_id, at, kind, body, previous, digest, dict(words or {}))


def _refuse_fractions(value: object) -> None:
    if isinstance(value, float):
        raise ValueError(f"{value!r} in a record's body: count in whole units instead")
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            _refuse_fractions(part)


def size(connection: Connection) -> int:
    """How many records there are, which is the number of the newest."""
    return connection.execute(select(func.max(records.c.seq))).scalar() or 0


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
    words: dict[int, list[Word]] = {}
    for word in connection.execute(select(personal).join(wanted, wanted.c.seq == personal.c.seq)):
        words.setdefault(word.seq, []).append(chain.as_word(word))
    return [read(chain.as_stored(row, words.get(row.seq, ()))) for row in rows]


def read(stored: Stored) -> Record:
    """A record as it was appended, without the words that were erased since; else DamagedRecord."""
    try:
        body = chain.parsed(stored.body)
    except (ValueError, RecursionError):
        raise DamagedRecord(
            f"Record {stored.seq} was altered and cannot be read any more. `clausewise log verify` says more."
        ) from None
    words = {word.field: word.value for word in stored.words if not word.erased}
    return Record(stored.seq, stored.id, stored.at, stored.kind, body, stored.previous, stored.hash, words)


def verify(connection: Connection) -> Soundness:
    """Check every record against the chain, and every personal word against its record.

    A word may be gone only where a later record of kind `erase` names it.
    """
    erased = chain.erasures(connection)
    count, previous = 0, GENESIS
    for record in chain.stored(connection):
        try:
            chain.sealed(record, count + 1, previous)
            chain.check_words(record, erased.get(record.seq, frozenset()))
        except chain.Broken as fault:
            return Soundness(count, previous, count + 1, str(fault))
        count, previous = record.seq, record.hash
    beyond = connection.execute(select(func.min(personal.c.seq)).where(personal.c.seq > count)).scalar()
    if beyond is not None:
        reason = "it is missing, and what a person typed for it is still there"
        return Soundness(count, previous, count + 1, reason)
    return Soundness(count, previous)
