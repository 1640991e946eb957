"""Switches: at once, on the record, also for a question that is on its way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from assistant import ask, switches
from assistant.errors import NotPossible, SwitchedOff
from assistant.home import Home, home_at
from assistant.switches import KIND, Mode, Switches
from tests.assistant.reviewing import ADMIN, EMPLOYEE, LOGS, entries, put

MESSAGE = "The walrus is ill. Ask again on Friday."


@pytest.fixture
def home(kept_org: Home) -> Iterator[Home]:
    yield kept_org
    switches.switch(kept_org, ADMIN, Mode.ON)


def now(home: Home) -> Switches:
    with home.database.read() as connection:
        return switches.current(connection)


def test_a_home_begins_switched_on(bare: Home) -> None:
    assert now(bare) == Switches(Mode.ON, "", frozenset())


def test_while_it_is_off_nothing_is_answered_and_the_message_is_told(home: Home) -> None:
    switches.switch(home, ADMIN, Mode.OFF, MESSAGE)
    before = len(entries(home, "answer"))
    with pytest.raises(SwitchedOff, match=MESSAGE):
        put(home, LOGS)
    assert len(entries(home, "answer")) == before
    switches.switch(home, ADMIN, Mode.ON)
    assert put(home, LOGS).status == "answered"


def test_a_question_that_is_being_searched_is_not_answered_any_more(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted = ask._draft

    def switched_meanwhile(*args: Any) -> ask.Draft:
        draft = drafted(*args)
        switches.switch(home, ADMIN, Mode.OFF, MESSAGE)
        return draft

    monkeypatch.setattr(ask, "_draft", switched_meanwhile)
    before = len(entries(home, "answer"))
    with pytest.raises(SwitchedOff, match=MESSAGE):
        put(home, LOGS)
    assert len(entries(home, "answer")) == before


def test_another_process_knows_at_once(home: Home) -> None:
    other = home_at(home.settings.home)
    switches.switch(other, ADMIN, Mode.OFF)
    with pytest.raises(SwitchedOff, match="Ask your administrator"):
        put(home, LOGS)
    other.close()


def test_with_quotes_only_quotes_are_answered(home: Home) -> None:
    switches.switch(home, ADMIN, Mode.QUOTES)
    assert put(home, LOGS).status == "answered"


def test_every_change_is_on_the_record_by_whom_and_how_it_is_now(home: Home) -> None:
    switches.hold(home, ADMIN, "children")
    switches.switch(home, ADMIN, Mode.OFF, MESSAGE)
    switches.hold(home, ADMIN, "children", on=False)
    changes = entries(home, KIND)[-3:]
    assert [(e.body["mode"], e.body["held"], e.body["actor"]) for e in changes] == [
        ("on", ["children"], ADMIN.id),
        ("off", ["children"], ADMIN.id),
        ("off", [], ADMIN.id),
    ]
    assert changes[1].personal == {"message": MESSAGE} and MESSAGE not in str(changes[1].body)
    assert now(home) == Switches(Mode.OFF, MESSAGE, frozenset())


def test_a_message_has_a_limit(home: Home) -> None:
    with pytest.raises(NotPossible, match="500"):
        switches.switch(home, ADMIN, Mode.OFF, "x" * 501)
    assert put(home, LOGS, EMPLOYEE).status == "answered"
