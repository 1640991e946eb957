"""Accounts, sign-ins and the people behind them: what lets somebody in, and what ends it at once."""

from __future__ import annotations

import io
import statistics
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from assistant import accounts, log, passwords, sessions, tables
from assistant.accounts import FAILURES
from assistant.errors import BadAccount, NotAllowed, NotSignedIn, UnknownPerson
from assistant.home import Home
from assistant.people import LOCAL, Person, by_name, unsigned, usual
from assistant.settings import Settings
from assistant.tables import accounts as table
from knowledge.embed import Encoder
from knowledge.models import Role
from tests.assistant.test_cli import CommandLine

PASSWORD = "correct horse battery"
CHANGES = {
    "add": lambda home, who: accounts.add(home, who, "new", PASSWORD, [Role.EMPLOYEE]),
    "roles": lambda home, who: accounts.set_roles(home, who, "kim", [Role.AUDITOR]),
    "password": lambda home, who: accounts.set_password(home, who, "kim", "another good one"),
    "disable": lambda home, who: accounts.disable(home, who, "kim"),
    "enable": lambda home, who: accounts.enable(home, who, "kim"),
    "list": lambda home, who: accounts.every(home, who),
}


@pytest.fixture
def home(bare: Home) -> Iterator[Home]:
    """A home whose people sign in with accounts; `kim` is a reviewer and an employee."""
    bare.settings = bare.settings.model_copy(update={"sign_in": "accounts"})
    accounts.add(bare, LOCAL, "kim", PASSWORD, [Role.REVIEWER, Role.EMPLOYEE], "K. Example")
    yield bare


def entered(home: Home, login: str = "kim", password: str = PASSWORD) -> str:
    token = accounts.sign_in(home, login, password)
    assert token
    return token


def who(home: Home, token: str) -> sessions.SignedIn:
    with home.database.read() as connection:
        return sessions.find(connection, sessions.digest(token))


def why_not(home: Home, token: str) -> str:
    with pytest.raises(NotSignedIn) as refused:
        who(home, token)
    return refused.value.why


def records(home: Home, kind: str) -> list[log.Record]:
    with home.database.read() as connection:
        return log.latest(connection, kind)


def stored(home: Home, login: str) -> str:
    with home.database.read() as connection:
        return str(connection.execute(select(table.c.password).where(table.c.login == login)).scalar_one())


def set_row(home: Home, **values: object) -> None:
    with home.database.write() as connection:
        connection.execute(update(table).values(**values))


def test_the_right_password_lets_in_and_only_a_hash_of_the_token_is_kept(home: Home) -> None:
    token = entered(home, " KIM ")
    found = who(home, token)
    assert (found.login, found.name, found.via) == ("kim", "K. Example", "account")
    assert found.roles == {Role.REVIEWER, Role.EMPLOYEE}
    assert len(token) >= 43
    files = b"".join(file.read_bytes() for file in home.settings.home.glob("clausewise.db*"))
    assert token.encode() not in files and PASSWORD.encode() not in files


@pytest.mark.parametrize("password", ["short", "x" * 300, "me and KIM together", "aaaaaaaaaaaaaaa"])
def test_a_password_that_is_guessed_at_once_is_refused(home: Home, password: str) -> None:
    with pytest.raises(BadAccount):
        accounts.set_password(home, LOCAL, "kim", password)
    entered(home)


def test_there_is_no_account_before_one_is_made(bare: Home) -> None:
    assert accounts.every(bare, LOCAL) == []
    assert accounts.sign_in(bare, "admin", "admin") is None


@pytest.mark.parametrize("login", ["", "two words", "a|b", "x" * 101, "-kim", "k\x00m"])
def test_a_login_that_could_be_mistaken_is_refused(home: Home, login: str) -> None:
    with pytest.raises(BadAccount):
        accounts.add(home, LOCAL, login, PASSWORD, [Role.EMPLOYEE])
    assert accounts.sign_in(home, login, PASSWORD) is None


def test_a_login_is_given_once_and_needs_a_role(home: Home) -> None:
    with pytest.raises(BadAccount, match="taken"):
        accounts.add(home, LOCAL, "Kim", PASSWORD, [Role.EMPLOYEE])
    with pytest.raises(BadAccount, match="role"):
        accounts.add(home, LOCAL, "lee", PASSWORD, [])
    with pytest.raises(UnknownPerson):
        accounts.disable(home, LOCAL, "nobody")


def test_wrong_passwords_lock_a_login_for_a_quarter_of_an_hour(home: Home) -> None:
    for _ in range(FAILURES):
        assert accounts.sign_in(home, "kim", "wrong password") is None
    assert accounts.sign_in(home, "kim", PASSWORD) is None
    (account,) = accounts.every(home, LOCAL)
    assert account.locked_until
    minutes = datetime.fromisoformat(account.locked_until) - datetime.now(UTC)
    assert timedelta(minutes=14) < minutes <= timedelta(minutes=15)
    set_row(home, locked_until=sessions.moment(-1))
    entered(home)


def test_failures_are_forgotten_after_a_success_and_after_a_lock(home: Home) -> None:
    for _ in range(FAILURES - 1):
        accounts.sign_in(home, "kim", "wrong password")
    entered(home)  # the last attempt before the lock
    for _ in range(FAILURES):
        accounts.sign_in(home, "kim", "wrong password")
    set_row(home, locked_until=sessions.moment(-1))
    for _ in range(FAILURES - 1):
        accounts.sign_in(home, "kim", "wrong password")
    entered(home)


def test_many_attempts_at_once_are_no_more_guesses(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bool] = []
    monkeypatch.setattr(passwords, "matches", lambda _, stored: compared.append(stored is not None) or False)
    attempts = [threading.Thread(target=accounts.sign_in, args=(home, "kim", "guess")) for _ in range(12)]
    for attempt in attempts:
        attempt.start()
    for attempt in attempts:
        attempt.join()
    assert sum(compared) == FAILURES


def test_an_unknown_login_takes_as_long_as_a_known_one(home: Home) -> None:
    def seconds(login: str) -> float:
        set_row(home, failures=0, locked_until=None)
        began = time.perf_counter()
        assert accounts.sign_in(home, login, "wrong password") is None
        return time.perf_counter() - began

    seconds("nobody")  # the hash to compare with is made once
    known, unknown = (statistics.median(seconds(name) for _ in range(7)) for name in ("kim", "nobody"))
    assert 0.5 < known / unknown < 2


def test_a_hash_with_other_parameters_is_made_anew_at_sign_in(home: Home) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    set_row(home, password=weak)
    entered(home)
    assert stored(home, "kim") != weak
    assert not PasswordHasher().check_needs_rehash(stored(home, "kim"))
    entered(home)


def test_accounts_of_one_person_are_one_person(home: Home) -> None:
    other = accounts.add(home, LOCAL, "kim-admin", PASSWORD, [Role.ADMINISTRATOR], same_person_as="kim")
    first, second = who(home, entered(home)), who(home, entered(home, "kim-admin"))
    assert first.person == second.person == other.person
    assert (first.acting().role, second.acting().role) == (Role.REVIEWER, Role.ADMINISTRATOR)
    assert accounts.add(home, LOCAL, "lee", PASSWORD, [Role.REVIEWER]).person != first.person


@pytest.mark.parametrize(
    ("change", "why"),
    [("disable", "disabled"), ("roles", "ended"), ("password", "ended")],
)
def test_a_change_of_an_account_ends_what_is_open(home: Home, change: str, why: str) -> None:
    accounts.add(home, LOCAL, "lee", PASSWORD, [Role.EMPLOYEE])
    tokens, others = [entered(home), entered(home)], entered(home, "lee")
    CHANGES[change](home, LOCAL)
    assert [why_not(home, token) for token in tokens] == [why, why]
    assert who(home, others).login == "lee"


def test_a_disabled_account_opens_nothing_until_it_is_enabled(home: Home) -> None:
    token = entered(home)
    accounts.disable(home, LOCAL, "kim")
    assert accounts.sign_in(home, "kim", PASSWORD) is None
    accounts.enable(home, LOCAL, "kim")
    assert why_not(home, token) == "ended"
    entered(home)


def test_a_sign_in_ends_by_signing_out_and_by_time(home: Home) -> None:
    token, other = entered(home), entered(home)
    sessions.end(home, sessions.digest(token))
    assert why_not(home, token) == "ended"
    assert who(home, other)
    with home.database.write() as connection:
        connection.execute(update(tables.sessions).values(ends_at=sessions.moment(-1), ended=False))
    assert why_not(home, other) == "expired"
    entered(home)
    assert why_not(home, other) == "nobody"  # what is over is forgotten
    assert why_not(home, "") == "nobody"


def test_what_happens_to_accounts_is_on_the_log_with_the_login_apart(home: Home) -> None:
    accounts.set_roles(home, LOCAL, "kim", [Role.AUDITOR])
    accounts.disable(home, LOCAL, "kim")
    found = records(home, accounts.ACCOUNT)
    (account,) = accounts.every(home, LOCAL)
    assert [entry.body["act"] for entry in found] == ["disabled", "roles changed", "added"]
    assert {entry.body["account"] for entry in found} == {account.person}
    assert found[1].body["roles"] == ["auditor"]
    assert {entry.personal["login"] for entry in found} == {"kim"}
    assert not any("kim" in str(dict(entry.body)) or "K. Example" in str(entry.body) for entry in found)


def test_sign_ins_are_on_the_log_and_what_was_typed_for_nobody_is_not(home: Home) -> None:
    accounts.sign_in(home, "kim", "wrong password")
    accounts.sign_in(home, "my secret password", "kim")
    sessions.end(home, sessions.digest(entered(home)))
    out, into, unknown, wrong = records(home, sessions.SIGN_IN)
    assert [e.body["act"] for e in (out, into, unknown, wrong)] == [
        "signed out",
        "signed in",
        "failed",
        "failed",
    ]
    assert (wrong.body["reason"], unknown.body["reason"]) == ("wrong password", "unknown login")
    assert into.body["actor"] == wrong.body["account"] == who_is(home)
    assert wrong.body["actor"] == "unknown"
    assert (wrong.personal, unknown.personal) == ({"login": "kim"}, {})


def who_is(home: Home) -> str:
    (account,) = accounts.every(home, LOCAL)
    return account.person


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_an_administrator_manages_accounts(home: Home, change: str, role: Role) -> None:
    person = Person("p1", "", role, frozenset({role}))
    with pytest.raises(NotAllowed):
        CHANGES[change](home, person)
    assert records(home, "refused")[0].body["operation"] == "manage accounts"
    assert who(home, entered(home)).roles == {Role.REVIEWER, Role.EMPLOYEE}


def test_an_administrators_powers_are_not_taken_up_by_chance() -> None:
    assert usual(frozenset(Role)) is Role.REVIEWER
    assert usual({Role.ADMINISTRATOR, Role.EMPLOYEE}) is Role.EMPLOYEE
    assert usual({Role.ADMINISTRATOR, Role.EMPLOYEE}, Role.ADMINISTRATOR) is Role.ADMINISTRATOR
    assert usual({Role.EMPLOYEE}, Role.ADMINISTRATOR) is Role.EMPLOYEE


def test_without_sign_in_a_name_on_the_command_line_is_a_role(bare: Home) -> None:
    second = unsigned("reviewer-2", "command line")
    assert by_name(bare, "reviewer-2") == second
    stranger = by_name(bare, "somebody", Role.REVIEWER)
    assert (stranger.id, stranger.role, stranger.via) == ("somebody", Role.EMPLOYEE, "command line")


def test_with_sign_in_a_name_on_the_command_line_is_a_login(home: Home) -> None:
    assert by_name(home, "Kim", Role.REVIEWER).role is Role.REVIEWER
    assert by_name(home, "kim", Role.EMPLOYEE).role is Role.EMPLOYEE
    assert by_name(home, "kim", Role.ADMINISTRATOR).role is Role.REVIEWER
    assert by_name(home, "kim").id == who_is(home)
    with pytest.raises(UnknownPerson, match="people add"):
        by_name(home, "reviewer")
    accounts.disable(home, LOCAL, "kim")
    with pytest.raises(NotAllowed, match="disabled"):
        by_name(home, "kim")


def test_the_command_line_manages_accounts(
    bare: Home, capsys: pytest.CaptureFixture[str], encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = CommandLine(bare.settings.home, capsys, encoder)

    def typed(*lines: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    assert "people add" in cli("people", "list").out
    typed(PASSWORD)
    added = cli("people", "add", "kim", "--role", "administrator", "--password-stdin", "--name", "K")
    assert added.out == "kim: administrator; enabled.\n"
    typed(PASSWORD)
    cli("people", "add", "kay", "--role", "author", "--same-person-as", "kim", "--password-stdin")
    assert (
        "employee, reviewer" in cli("people", "roles", "kim", "--role", "reviewer", "--role", "employee").out
    )
    assert cli("people", "disable", "kay").out == "kay: author; disabled.\n"
    listed = cli("people", "list", "--json").json
    assert [(a["login"], a["state"], a["name"]) for a in listed] == [
        ("kim", "enabled", "K"),
        ("kay", "disabled", "K"),
    ]
    assert listed[0]["person"] == listed[1]["person"]
    cli("people", "enable", "kay")
    typed("quite another password")
    cli("people", "password", "kay", "--password-stdin")
    assert accounts.sign_in(bare, "kay", PASSWORD) is None
    entered(bare, "kay", "quite another password")
    typed()
    cli("people", "add", "lee", "--role", "employee").refused("--password-stdin")
    cli("people", "disable", "nobody").refused("nobody", "people list")


def test_a_password_on_a_terminal_is_typed_twice(
    bare: Home, capsys: pytest.CaptureFixture[str], encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = CommandLine(bare.settings.home, capsys, encoder)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    answers = iter([PASSWORD, "something else", PASSWORD, PASSWORD])
    monkeypatch.setattr("getpass.getpass", lambda _: next(answers))
    cli("people", "add", "kim", "--role", "employee").refused("not the same")
    assert cli("people", "add", "kim", "--role", "employee").status == 0
    entered(bare)


def test_settings_do_not_show_secrets(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, oidc_client_secret="hidden-one", oidc_cookie_secret="hidden-two")
    assert "hidden" not in repr(settings)
