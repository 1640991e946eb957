"""The log: it only grows, and whatever is changed behind its back is named by its record's number."""

from __future__ import annotations

import hashlib
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rfc8785 import CanonicalizationError
from sqlalchemy import text as sql
from sqlalchemy.exc import DatabaseError

from assistant import log
from assistant.chain import GENESIS
from assistant.errors import NotLogged, UnknownRecord
from assistant.log import Record, Soundness
from knowledge.database import Database

TEXT = st.text(max_size=12)
SAFE = 2**53 - 1
"""The largest whole number that every reader of JSON reads alike (RFC 8785)."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
BODIES = st.dictionaries(TEXT, JSON, max_size=4)
RICH: dict[str, Any] = {
    "n": 2,
    "said": 'zwölf "µ" \n \x1f 🙂',
    "none": None,
    "all": [True, {}],
}
WRITER = """
import sys
from assistant import log
from knowledge.database import Database
database = Database("sqlite:///" + sys.argv[1])
for number in range(int(sys.argv[2])):
    with log.recording(database) as connection:
        log.append(connection, "test", {"number": number}, {"person": sys.argv[3]})
"""


@dataclass(frozen=True, slots=True)
class Chain:
    """A log in a file, and a way to change it that asks nobody."""

    database: Database
    path: Path

    def append(self, body: dict[str, Any], words: dict[str, str] | None = None) -> Record:
        with log.recording(self.database) as connection:
            return log.append(connection, "test", body, words)

    def check(self) -> Soundness:
        with self.database.read() as connection:
            return log.verify(connection)

    def records(self) -> list[Record]:
        with self.database.read() as connection:
            return log.latest(connection)[::-1]

    def tamper(self, *statements: str, **values: object) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            for (trigger,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                connection.execute(f"DROP TRIGGER {trigger}")
            for statement in statements:
                connection.execute(statement, values)


def chain_of(folder: Path, count: int) -> Chain:
    path = folder / "log.db"
    chain = Chain(Database(f"sqlite:///{path}"), path)
    for number in range(1, count + 1):
        chain.append({**RICH, "n": number}, {"question": f"question {number}"})
    return chain


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    """Five records."""
    chain = chain_of(tmp_path, 5)
    yield chain
    chain.database.close()


@pytest.fixture(scope="module")
def open_chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """Three records whose triggers are gone; whoever changes them puts them back."""
    chain = chain_of(tmp_path_factory.mktemp("open"), 3)
    chain.tamper()
    yield chain
    chain.database.close()


def writer(path: Path, count: int, person: str = "p") -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WRITER, str(path), str(count), person]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def test_each_record_names_the_one_before_it(chain: Chain) -> None:
    held = chain.records()
    assert [r.seq for r in held] == [1, 2, 3, 4, 5]
    assert [r.previous for r in held] == [GENESIS, *(r.hash for r in held[:-1])]
    assert chain.check() == Soundness(5, held[-1].hash)


def test_an_empty_log_is_sound(tmp_path: Path) -> None:
    chain = chain_of(tmp_path, 0)
    assert chain.check() == Soundness(0, GENESIS)
    chain.database.close()


def test_a_record_is_read_as_it_was_appended(chain: Chain) -> None:
    added = chain.append(RICH, {"question": "why?", "person": "me"})
    with chain.database.read() as connection:
        assert log.get(connection, added.id) == added
        with pytest.raises(UnknownRecord, match="'nothing'"):
            log.get(connection, "nothing")


def test_words_of_a_person_stand_beside_the_chain(chain: Chain) -> None:
    added = chain.append({"n": 6}, {"question": "a very private matter"})
    with closing(sqlite3.connect(chain.path)) as connection:
        (body,) = connection.execute("SELECT body FROM records WHERE id = ?", [added.id]).fetchone()
    assert "private" not in body
    assert added.body["personal"].keys() == {"question"}


def test_the_same_words_leave_different_hashes(chain: Chain) -> None:
    first, second = (chain.append({}, {"person": "me"}) for _ in range(2))
    assert first.body["personal"] != second.body["personal"]


def test_records_are_found_by_their_text_and_nothing_is_a_wildcard(chain: Chain) -> None:
    chain.append({"says": "100%_sure"})
    with chain.database.read() as connection:
        assert [r.seq for r in log.latest(connection, containing="%_sure")] == [6]
        assert log.latest(connection, containing="1%sure") == []
        assert log.latest(connection, kind="other") == []
        assert [r.seq for r in log.latest(connection, limit=2)] == [6, 5]


FORGED = "UPDATE records SET body = '{\"n\":0}' WHERE seq = 3"


@pytest.mark.parametrize(
    ("statements", "broken_at"),
    [
        pytest.param([FORGED], 3, id="body"),
        pytest.param(["UPDATE records SET body = body || ' ' WHERE seq = 3"], 3, id="white space"),
        pytest.param([f"UPDATE records SET hash = '{'0' * 64}' WHERE seq = 3"], 3, id="hash"),
        pytest.param([f"UPDATE records SET hash = '{'0' * 64}' WHERE seq = 5"], 5, id="hash of the last"),
        pytest.param([f"UPDATE records SET previous = '{'0' * 64}' WHERE seq = 3"], 3, id="previous"),
        pytest.param(["UPDATE records SET kind = 'other' WHERE seq = 3"], 3, id="kind"),
        pytest.param(["UPDATE records SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 3"], 3, id="time"),
        pytest.param(["UPDATE records SET id = 'ffff' WHERE seq = 3"], 3, id="id"),
        pytest.param(["DELETE FROM records WHERE seq = 3"], 3, id="deleted"),
        pytest.param(["DELETE FROM records WHERE seq = 1"], 1, id="first deleted"),
        pytest.param(
            ["DELETE FROM records WHERE seq = 3", "UPDATE records SET seq = seq - 1 WHERE seq > 3"],
            3,
            id="deleted and closed up",
        ),
        pytest.param(
            [f"UPDATE records SET seq = {new} WHERE seq = {old}" for old, new in ((2, 9), (4, 2), (9, 4))],
            2,
            id="two swapped",
        ),
        pytest.param(["UPDATE personal SET value = 'other' WHERE seq = 3"], 3, id="personal words"),
        pytest.param(["UPDATE personal SET salt = 'other' WHERE seq = 3"], 3, id="salt"),
        pytest.param(["INSERT INTO personal VALUES (3, 'person', 's', 'v', 0)"], 3, id="words put in"),
        pytest.param(["UPDATE records SET body = 'gone' WHERE seq = 3"], 3, id="no JSON"),
        pytest.param(["UPDATE records SET body = '3' WHERE seq = 3"], 3, id="no object"),
        pytest.param(['UPDATE records SET body = \'{"b":1,"a":2}\' WHERE seq = 3'], 3, id="order"),
        pytest.param(["UPDATE records SET body = '{\"n\":99999999999999999}' WHERE seq = 3"], 3, id="huge"),
        pytest.param(["UPDATE records SET kind = CAST(kind AS BLOB) WHERE seq = 3"], 3, id="kind as bytes"),
        pytest.param(["UPDATE records SET body = 'null' WHERE seq = 3"], 3, id="null"),
        pytest.param(["UPDATE records SET body = CAST(x'7bff7d' AS TEXT) WHERE seq = 3"], 3, id="no text"),
        pytest.param(["UPDATE records SET body = CAST(body AS BLOB) WHERE seq = 3"], 3, id="bytes"),
        pytest.param(["UPDATE personal SET value = 'x' WHERE seq = 2", FORGED], 2, id="words, then body"),
        pytest.param(["UPDATE personal SET value = 'x' WHERE seq = 4", FORGED], 3, id="body, then words"),
    ],
)
def test_tampering_is_named_at_its_record(chain: Chain, statements: list[str], broken_at: int) -> None:
    chain.tamper(*statements)
    found = chain.check()
    assert (found.sound, found.broken_at) == (False, broken_at)
    assert found.reason


def test_a_missing_record_is_called_missing(chain: Chain) -> None:
    chain.tamper("DELETE FROM records WHERE seq IN (2, 3)")
    assert chain.check().reason == "record 2 is missing; record 4 stands in its place"


def test_a_record_forged_with_a_hash_of_its_own_is_betrayed_by_the_next(chain: Chain) -> None:
    old = chain.records()[2]
    body: dict[str, Any] = {**old.body, "n": 0}
    whole: dict[str, Any] = {
        "seq": 3,
        "id": old.id,
        "at": old.at,
        "kind": old.kind,
        "body": body,
        "previous": old.previous,
    }
    digest = hashlib.sha256(rfc8785.dumps(whole)).hexdigest()
    forged = rfc8785.dumps(body).decode()
    chain.tamper("UPDATE records SET body = :body, hash = :hash WHERE seq = 3", body=forged, hash=digest)
    assert chain.check().broken_at == 4


SILENTLY = "UPDATE personal SET erased = 1, value = '', salt = '' WHERE seq = 3"


def test_words_erased_on_the_record_are_gone_and_the_proof_stands(chain: Chain) -> None:
    with chain.database.write() as connection:
        connection.execute(sql(SILENTLY))
        log.append(connection, "erase", {"records": [{"seq": 3, "fields": ["question"]}]})
    assert chain.check().sound
    assert [bool(r.personal) for r in chain.records()[:5]] == [True, True, False, True, True]


@pytest.mark.parametrize(
    "named",
    [
        pytest.param(None, id="by nobody"),
        pytest.param([{"seq": 2, "fields": ["question"]}], id="another record"),
        pytest.param([{"seq": 3, "fields": ["person"]}], id="another word"),
        pytest.param([{"seq": 3}], id="no word"),
        pytest.param(3, id="nothing"),
    ],
)
def test_words_that_no_record_names_as_erased_are_missed(chain: Chain, named: object) -> None:
    with chain.database.write() as connection:
        connection.execute(sql(SILENTLY))
        if named:
            log.append(connection, "erase", {"records": named})
    assert chain.check().broken_at == 3
    assert chain.check().reason == "its question was erased, and no record names who did so"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET kind = 'other'",
        "DELETE FROM records WHERE seq = 5",
        "UPDATE OR REPLACE records SET body = '{}'",
        "INSERT OR REPLACE INTO records SELECT seq, id, at, kind, '{}', previous, hash FROM records",
        "REPLACE INTO records SELECT 6, id, at, kind, '{}', previous, hash FROM records WHERE seq = 5",
    ],
)
def test_the_database_itself_refuses_every_change_of_a_record(chain: Chain, statement: str) -> None:
    before = chain.records()
    with pytest.raises(DatabaseError), chain.database.write() as connection:
        connection.execute(sql(statement))
    assert chain.records() == before


def test_what_fails_in_the_middle_leaves_no_record(chain: Chain) -> None:
    with pytest.raises(RuntimeError), log.recording(chain.database) as connection:
        log.append(connection, "test", {})
        raise RuntimeError
    assert chain.check().count == 5


@pytest.mark.parametrize("body", [{"n": SAFE + 1}, {"n": "\ud800"}, {"n": b""}])
def test_a_body_that_json_cannot_hold_is_refused(chain: Chain, body: dict[str, Any]) -> None:
    with pytest.raises(CanonicalizationError), log.recording(chain.database) as connection:
        log.append(connection, "test", body)
    assert chain.check().count == 5


@pytest.mark.parametrize("fraction", [0.5, 1.0, float("nan")])
def test_a_number_that_is_not_whole_is_refused_wherever_it_stands(chain: Chain, fraction: float) -> None:
    for body in ({"n": fraction}, {"n": [1, {"deep": (fraction,)}]}):
        with pytest.raises(ValueError, match="whole units"), log.recording(chain.database) as connection:
            log.append(connection, "test", body)
    assert chain.check().count == 5


def test_a_log_that_may_only_be_read_says_so(chain: Chain) -> None:
    frozen = Database(f"sqlite:///file:{chain.path}?mode=ro&uri=true")
    with pytest.raises(NotLogged, match="readonly"), log.recording(frozen) as connection:
        log.append(connection, "test", {})
    frozen.close()
    assert chain.check().count == 5


def test_a_record_without_its_words_is_not_kept(chain: Chain) -> None:
    with chain.database.write() as connection:
        connection.execute(
            sql("CREATE TRIGGER t BEFORE INSERT ON personal BEGIN SELECT RAISE(ABORT, 'no room left'); END")
        )
    with pytest.raises(NotLogged, match="no room left"):
        chain.append({}, {"question": "q"})
    assert chain.check().count == 5


def test_several_processes_append_without_a_fork_or_a_gap(tmp_path: Path) -> None:
    """Fifty records by five; they also create the database at once, and are watched while they write."""
    path = tmp_path / "log.db"
    writers = [writer(path, 10, person) for person in "abcde"]
    database = Database(f"sqlite:///{path}")
    chain = Chain(database, path)
    while any(process.poll() is None for process in writers):
        assert chain.check().sound
    assert [process.communicate()[1] for process in writers] == [b""] * 5
    assert (chain.check().count, chain.check().sound) == (50, True)
    said = [(r.personal["person"], r.body["number"]) for r in chain.records()]
    for person in "abcde":
        assert [number for who, number in said if who == person] == list(range(10))
    database.close()


def test_a_killed_process_leaves_whole_records_only(tmp_path: Path) -> None:
    chain = chain_of(tmp_path, 1)
    for wait in (0.02, 0.07, 0.13):
        before = chain.check().count
        process = writer(chain.path, 100_000)
        while chain.check().count == before:
            time.sleep(0.01)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert chain.check().sound
    chain.append({})
    assert chain.check().sound
    assert all(r.personal for r in chain.records()[:-1])
    chain.database.close()


@given(BODIES, st.dictionaries(TEXT, TEXT, max_size=2))
@example({"\uffee": 1, "🙂": 2, "\u2028": "\x7f\x1f"}, {})
@example({"n": -SAFE, "": [[], {}], "personal": 0}, {"q": ""})
@settings(deadline=None, max_examples=60)
def test_every_body_is_read_back_and_sound(
    open_chain: Chain, body: dict[str, Any], words: dict[str, str]
) -> None:
    with open_chain.database.engine.connect().execution_options(writer=True) as connection:  # left undone
        added = log.append(connection, "test", body, words)
        assert log.verify(connection).sound
        read = log.get(connection, added.id)
    assert read == added
    assert read.body == ({**body, "personal": read.body["personal"]} if words else body)
    assert read.personal == words


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_every_changed_byte_of_a_body_is_found(open_chain: Chain, data: st.DataObject) -> None:
    written = rfc8785.dumps(dict(open_chain.records()[1].body))
    place = data.draw(st.integers(0, len(written) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != written[place]))
    changed = written[:place] + bytes([byte]) + written[place + 1 :]
    change = "UPDATE records SET body = CAST(:body AS TEXT) WHERE seq = 2"
    open_chain.tamper(change, body=changed)
    try:
        assert open_chain.check().broken_at == 2
    finally:
        open_chain.tamper(change, body=written)
    assert open_chain.check().sound


def test_the_front_of_what_was_typed_cannot_be_made_salt(chain: Chain) -> None:
    record = chain.append({}, {"comment": "This is not right.\nApprove it all the same."})
    chain.tamper(
        "UPDATE personal SET salt = salt || char(10) || 'This is not right.', "
        "value = 'Approve it all the same.' WHERE field = 'comment'"
    )
    assert chain.check().broken_at == record.seq
