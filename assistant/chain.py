"""The chain below the log: the bytes that bind a record, and the check of rows as they stand.

A record's hash is SHA-256 over the RFC 8785 form of {seq, id, at, kind, body, previous}. No number
in a body has a fraction, so that every program writes the same bytes for it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import rfc8785
from sqlalchemy import Connection, Row, select

from assistant.errors import DamagedRecord
from assistant.merkle import leaf_hash
from knowledge.database import personal, records

GENESIS = "0" * 64
"""What the first record names as the one before it."""
ERASE = "erase"
"""The kind of a record that names words which were erased."""
_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Word:
    """What a person typed, as it stands beside its record."""

    field: str
    salt: str
    value: str
    erased: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it stands in the database, whether sound or not; `body` is its text."""

    seq: int
    id: str
    at: str
    kind: str
    body: str
    previous: str
    hash: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """What a sound record gives to the proofs; `leaf` is its hash in the Merkle tree."""

    seq: int
    hash: str
    leaf: bytes


class Broken(Exception):
    """What is wrong with a record, as the end of a sentence that begins with it."""


def canonical(seq: int, record_id: str, at: str, kind: str, body: Mapping[str, Any], previous: str) -> bytes:
    """The bytes over which a record's hash is made; ValueError for what RFC 8785 cannot write."""
    envelope: dict[str, Any] = {
        "seq": seq,
        "id": record_id,
        "at": at,
        "kind": kind,
        "body": dict(body),
        "previous": previous,
    }
    return rfc8785.dumps(envelope)


def commitment(salt: str, value: str) -> str:
    """What stands in a record for words beside it."""
    return hashlib.sha256(f"{salt}\n{value}".encode()).hexdigest()


def parsed(text: str) -> dict[str, Any]:
    """A stored body; ValueError when it is none, or holds a number that no record can hold."""
    body = json.loads(text, parse_float=_fraction, parse_constant=_fraction)
    if not isinstance(body, dict):
        raise ValueError("not an object")
    return body


def _fraction(digits: str) -> float:
    raise ValueError(f"{digits} is no whole number")


def stored(connection: Connection) -> Iterator[Stored]:
    """Every record in order, page by page, so that memory does not grow with the log."""
    query = select(records).order_by(records.c.seq).execution_options(yield_per=_PAGE)
    with connection.execute(query) as rows:
        for page in rows.partitions(_PAGE):
            words = _words_between(connection, page[0].seq, page[-1].seq)
            for row in page:
                yield as_stored(row, words.get(row.seq, ()))


def one(connection: Connection, seq: int) -> Stored:
    """One record by its number, which must be on the log."""
    row = connection.execute(select(records).where(records.c.seq == seq)).one()
    return as_stored(row, _words_between(connection, seq, seq).get(seq, ()))


def as_stored(row: Row[Any], words: Sequence[Word]) -> Stored:
    """A row of the table with the words beside it."""
    return Stored(row.seq, row.id, row.at, row.kind, row.body, row.previous, row.hash, tuple(words))


def as_word(row: Row[Any]) -> Word:
    """A row of the table of words."""
    return Word(row.field, row.salt, row.value, row.erased)


def _words_between(connection: Connection, first: int, last: int) -> dict[int, list[Word]]:
    query = select(personal).where(personal.c.seq.between(first, last)).order_by(personal.c.seq)
    found: dict[int, list[Word]] = {}
    for row in connection.execute(query):
        found.setdefault(row.seq, []).append(as_word(row))
    return found


def links(connection: Connection) -> Iterator[Link]:
    """What each record gives to the proofs, in order; DamagedRecord at the first that breaks the chain."""
    count, previous = 0, GENESIS
    for record in stored(connection):
        try:
            data = sealed(record, count + 1, previous)
        except Broken as fault:
            raise DamagedRecord(
                f"The log is broken at record {count + 1}: {fault}. `clausewise log verify` says more."
            ) from fault
        count, previous = record.seq, record.hash
        yield Link(count, previous, leaf_hash(data))


def sealed(record: Stored, expected: int, previous: str) -> bytes:
    """The bytes that a sound record's hash is made of; Broken where it is not the record expected."""
    if record.seq != expected:
        raise Broken(f"record {expected} is missing; record {record.seq} stands in its place")
    if record.previous != previous:
        raise Broken("it does not follow the record before it")
    try:
        same = _written(record.body) == record.body
        data = _around(record).encode()
    except (ValueError, TypeError, RecursionError):
        raise Broken("its body is not canonical JSON any more") from None
    if not same or hashlib.sha256(data).hexdigest() != record.hash:
        raise Broken("its content was altered after it was written")
    return data


_PLAIN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)
_UNUSUAL = re.compile("[\ud800-\U0010ffff]|[0-9]{16}")
"""Where Python's JSON might not be RFC 8785's: rare characters in order, numbers beyond a double."""


def _written(text: str) -> str:
    """The canonical form of a stored body. Python's own encoder is many times as fast where it does."""
    body = parsed(text)
    return rfc8785.dumps(body).decode() if _UNUSUAL.search(text) else _PLAIN.encode(body)


def _around(record: Stored) -> str:
    """What `canonical` makes of a record whose body is canonical already."""
    at, record_id, kind, previous = map(_PLAIN.encode, (record.at, record.id, record.kind, record.previous))
    head = f'{{"at":{at},"body":{record.body},"id":{record_id},"kind":{kind}'
    return f'{head},"previous":{previous},"seq":{record.seq}}}'


_SALT = re.compile("[0-9a-f]{32}")
"""So that no part of what was typed can be taken for the salt."""


def check_words(record: Stored, erased: frozenset[str]) -> None:
    """Hold the words of a sound record to it; Broken unless each is as written, or erased on the record.

    `erased` are the fields that later records name as erased.
    """
    bound = parsed(record.body).get("personal")
    bound = bound if isinstance(bound, dict) else {}
    words = {word.field: word for word in record.words}
    for field in {**bound, **words}:
        word = words.get(field)
        if word and word.erased and field in bound:
            if field not in erased:
                raise Broken(f"its {field} was erased, and no record names who did so")
        elif (
            not word
            or not _SALT.fullmatch(word.salt)
            or bound.get(field) != commitment(word.salt, word.value)
        ):
            raise Broken(f"its {field} was altered or removed after it was written")


def erasures(connection: Connection) -> dict[int, frozenset[str]]:
    """The fields that `erase` records name, by the number of the record whose words they were."""
    query = select(records.c.seq, records.c.body).where(records.c.kind == ERASE)
    named: dict[int, frozenset[str]] = {}
    for row in connection.execute(query.execution_options(yield_per=_PAGE)):
        with suppress(ValueError, RecursionError, KeyError, TypeError):  # altered: the chain says so
            for entry in parsed(row.body)["records"]:
                if entry["seq"] < row.seq:
                    named[entry["seq"]] = named.get(entry["seq"], frozenset()) | {*entry["fields"]}
    return named
