"""Erasure: what people typed is gone from the files, on the record, and the log stays sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import accounts, erasure, log, pseudonyms, switches
from assistant.errors import NotLogged, UnknownPerson
from assistant.home import Home, home_at
from assistant.log import Record
from assistant.people import LOCAL
from assistant.settings import Settings
from assistant.switches import Mode
from knowledge.models import Role
from tests.assistant.logs import body, grow

OLD = "2020-01-01T00:00:00.000Z"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Records 1 to 4 are the requirements, 5 to 7 answers."""
    home = home_at(tmp_path / "home")
    grow(home, 3)
    yield home
    home.close()


def held(home: Home) -> list[Record]:
    with home.database.read() as connection:
        assert log.verify(connection).sound
        return log.latest(connection, limit=10_000)[::-1]


def test_words_are_erased_by_whom_and_why(home: Home) -> None:
    assert erasure.erase(home, LOCAL, [6, 5], reason="Mia asked on 1 June") == 2
    *_, five, six, seven, said = held(home)
    assert (five.personal, six.personal) == ({}, {})
    assert seven.personal["question"] == "why 2?"
    fields = ["person", "question"]
    assert (said.kind, said.personal) == ("erase", {"reason": "Mia asked on 1 June"})
    assert said.body["records"] == [{"seq": 5, "fields": fields}, {"seq": 6, "fields": fields}]
    assert (said.body["actor"], said.body["role"], said.body["cause"]) == (
        "local",
        "administrator",
        "request",
    )


def test_erasing_again_or_nothing_leaves_no_record(home: Home) -> None:
    erasure.erase(home, LOCAL, [5], reason="r")
    before = len(held(home))
    for seqs in ([5], [1], [99], []):
        assert erasure.erase(home, LOCAL, seqs, reason="r") == 0
    assert len(held(home)) == before


def test_all_words_of_a_person_are_found_by_old_and_new_records(home: Home) -> None:
    for actor in ("p1", "p10", "p_1"):
        with log.recording(home.database) as connection:
            log.append(connection, "answer", body(actor=actor), {"question": "q"})
    grow(home, 1, person="p1")
    assert erasure.erase(home, LOCAL, actor="p1", reason="r") == 2
    assert [bool(record.personal) for record in held(home)[4:-1]] == [True] * 3 + [False, True, True, False]
    with pytest.raises(UnknownPerson):
        erasure.erase(home, LOCAL, actor='"%', reason="r")


def test_erased_words_leave_the_files(home: Home) -> None:
    secret = "a most particular sentence " * 300
    grow(home, 1, question=secret)
    files = [p for p in home.settings.home.iterdir() if p.name.startswith("clausewise.db")]
    assert any(b"most particular" in path.read_bytes() for path in files)
    erasure.erase(home, LOCAL, [8], reason="r")
    assert [path for path in files if b"most particular" in path.read_bytes()] == []


def test_erasure_is_whole_or_not_at_all(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "now", lambda: None)  # which the table of records refuses
    with pytest.raises(NotLogged):
        erasure.erase(home, LOCAL, [5], reason="r")
    assert all(record.personal for record in held(home)[4:])


def test_many_records_are_erased_in_batches(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "_BATCH", 2)
    assert erasure.erase(home, LOCAL, range(1, 8), reason="r") == 3
    assert [len(r.body["records"]) for r in held(home) if r.kind == "erase"] == [2, 1]


def with_retention(home: Home, days: int | None) -> Home:
    return Home(Settings(home=home.settings.home, retention_days=days))


def test_words_older_than_the_retention_are_erased_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "_BATCH", 2)
    with monkeypatch.context() as patch:
        patch.setattr(log, "now", lambda: OLD)
        grow(home, 5)
    kept = with_retention(home, None)
    assert erasure.retain(kept) == 0
    kept.close()
    home = with_retention(home, 183)
    assert erasure.retain(home) == 5
    assert erasure.retain(home) == 0
    records = held(home)
    assert [bool(record.personal) for record in records[4:12]] == [True] * 3 + [False] * 5
    made = [record for record in records if record.kind == "erase"]
    assert [len(record.body["records"]) for record in made] == [2, 2, 1]
    assert all((r.body["cause"], r.body["days"], r.personal) == ("retention", 183, {}) for r in made)
    home.close()


def test_the_reason_of_an_erasure_is_erased_in_its_time_and_then_nothing_is_left(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(log, "now", lambda: OLD)
        erasure.erase(home, LOCAL, [5], reason="said by a person")
    home = with_retention(home, 200)
    assert (erasure.retain(home), erasure.retain(home)) == (1, 0)
    assert held(home)[7].personal == {}
    home.close()


def test_a_person_goes_with_name_accounts_and_words_by_whatever_name_is_given(home: Home) -> None:
    account = accounts.add(home, LOCAL, "wren", "seven otters in a boat", [Role.REVIEWER], "W. R.")
    token = accounts.sign_in(home, "wren", "seven otters in a boat")
    assert token
    assert erasure.erase(home, LOCAL, actor="wren", reason="They left.") == 2
    with home.database.read() as connection:
        assert log.verify(connection).sound
        assert accounts.get(connection, "wren") is None
        assert pseudonyms.names(connection) == {}
        kept = [entry for entry in log.latest(connection) if "wren" in str(entry) or "W. R." in str(entry)]
    assert kept == []
    assert held(home)[-1].body["person"] == account.person


def test_an_unknown_person_is_an_error(home: Home) -> None:
    with pytest.raises(UnknownPerson, match="nobody here"):
        erasure.erase(home, LOCAL, actor="nobody-such", reason="r")


def test_what_readers_were_told_is_erased_where_it_is_shown(home: Home) -> None:
    switches.switch(home, LOCAL, Mode.OFF, "Somebody broke it")
    erasure.erase(home, LOCAL, [held(home)[-1].seq], reason="It names somebody.")
    assert switches.now(home).message == ""
