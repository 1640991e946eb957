"""Accounts: who may sign in and in which roles. Every change is on the log, the login as words to be erased.

Several accounts may belong to one person; records know the person only, so that nobody is two.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, select, update

from assistant import log, passwords, sessions
from assistant.errors import BadAccount, UnknownPerson
from assistant.people import Person
from assistant.permissions import Operation, require
from assistant.sessions import SIGN_IN, SignedIn
from assistant.tables import accounts, people
from knowledge.clock import now
from knowledge.models import Role

if TYPE_CHECKING:
    from assistant.home import Home

ACCOUNT = "account"
"""The kind of a record of a change of accounts."""
FAILURES, LOCKED_MINUTES = 5, 15
"""After so many wrong passwords in a row, none is right for so long."""
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")
_STRANGER = Person("unknown", "", Role.EMPLOYEE, via="account")


@dataclass(frozen=True, slots=True)
class Account:
    """One way of a person to sign in. `login` of a provider's account is `issuer|value of its claim`."""

    login: str
    provider: str
    person: str
    name: str
    roles: frozenset[Role]
    disabled: bool
    locked_until: str | None
    added_at: str


def get(connection: Connection, login: str) -> Account | None:
    """The account of a login, in whatever case it was typed."""
    return exactly(connection, login) or exactly(connection, normal(login))


def exactly(connection: Connection, login: str) -> Account | None:
    """The account of a login as it is stored; a provider's subjects differ by case."""
    row = connection.execute(_accounts().where(accounts.c.login == login)).first()
    return _account(row) if row else None


def roles_of(connection: Connection, person: str) -> frozenset[Role]:
    """Every role that a person holds by an account that is not disabled, by their pseudonym."""
    rows = connection.execute(_accounts().where(accounts.c.person == person, ~accounts.c.disabled))
    return frozenset().union(*(_account(row).roles for row in rows))


def every(home: Home, person: Person) -> list[Account]:
    """All accounts, the oldest first."""
    require(home.database, person, Operation.PEOPLE)
    with home.database.read() as connection:
        rows = connection.execute(_accounts().order_by(accounts.c.added_at, accounts.c.login))
        return [_account(row) for row in rows]


def add(
    home: Home,
    person: Person,
    login: str,
    password: str,
    roles: Collection[Role],
    name: str = "",
    same_person_as: str | None = None,
) -> Account:
    """Make an account; with `same_person_as` it is another one of the person who has that login.

    Raises BadAccount for a login, password or roles that cannot be, UnknownPerson for `same_person_as`.
    """
    require(home.database, person, Operation.PEOPLE)
    login, held = _usable(login), _some(roles)
    stored = passwords.hashed(password, login)
    with log.recording(home.database) as connection:
        if get(connection, login):
            raise BadAccount(f"The login {login!r} is taken.")
        if same_person_as:
            owner = _known(connection, same_person_as).person
        else:
            owner = new_person(connection, name.strip() or login)
        insert_account(connection, login, "local", owner, held, stored)
        account = _known(connection, login)
        record(connection, person, "added", account)
    return account


def set_roles(home: Home, person: Person, login: str, roles: Collection[Role]) -> Account:
    """Give an account these roles and no others; whoever is signed in by it is signed out."""
    require(home.database, person, Operation.PEOPLE)
    held = _some(roles)
    return _change(home, person, login, "roles changed", {"roles": sessions.written(held)}, local=True)


def set_password(home: Home, person: Person, login: str, password: str) -> Account:
    """Give an account a new password, which also unlocks it; whoever is signed in by it is signed out."""
    require(home.database, person, Operation.PEOPLE)
    values = {
        "password": passwords.hashed(password, normal(login)),
        "failures": 0,
        "locked_until": None,
    }
    return _change(home, person, login, "password changed", values, local=True)


def disable(home: Home, person: Person, login: str) -> Account:
    """Let nobody sign in by an account; whoever is signed in by it is signed out."""
    require(home.database, person, Operation.PEOPLE)
    return _change(home, person, login, "disabled", {"disabled": True})


def enable(home: Home, person: Person, login: str) -> Account:
    """Undo `disable`, and a lock after wrong passwords."""
    require(home.database, person, Operation.PEOPLE)
    values = {"disabled": False, "failures": 0, "locked_until": None}
    return _change(home, person, login, "enabled", values)


def sign_in(home: Home, login: str, password: str) -> str | None:
    """Sign in by a password: the token that the browser shall hold, or None, never saying why not.

    An attempt is counted before its password is looked at, so that many at once are no more guesses.
    """
    login = normal(login)
    account, stored = _attempt(home, login)
    right = passwords.matches(password, stored)
    if account is None or stored is None or not right:
        _note_failure(home, account, stored is not None)
        return None
    token = sessions.new_token()
    renewed = passwords.renewed(password, stored) or stored
    values = {"failures": 0, "locked_until": None, "password": renewed}
    with log.recording(home.database) as connection:
        current = get(connection, login)
        if current is None or current.disabled or _stored(connection, login) != stored:
            return None  # changed while the password was compared
        connection.execute(update(accounts).where(accounts.c.login == login).values(**values))
        coming = SignedIn(login, current.person, current.name, current.roles, "account")
        until = sessions.moment(home.settings.session_hours * 3600)
        sessions.begin(connection, coming, sessions.digest(token), until)
    return token


def _attempt(home: Home, login: str) -> tuple[Account | None, str | None]:
    """Count an attempt: the account if there is one, and its password if it may be tried now."""
    if not _LOGIN.fullmatch(login):
        return None, None
    with log.recording(home.database) as connection:
        account = get(connection, login)
        if account is None or account.provider != "local" or account.disabled:
            return account, None
        if account.locked_until and account.locked_until > now():
            return account, None
        before = 0 if account.locked_until else _failures(connection, login)
        until = sessions.moment(LOCKED_MINUTES * 60) if before + 1 >= FAILURES else None
        values = {"failures": before + 1, "locked_until": until}
        connection.execute(update(accounts).where(accounts.c.login == login).values(**values))
        return account, _stored(connection, login)


def _note_failure(home: Home, account: Account | None, tried: bool) -> None:
    """Put a failed attempt on the log; what was typed for a login that does not exist may be a password."""
    with log.recording(home.database) as connection:
        known = get(connection, account.login) if account else None
        locked = bool(known and known.locked_until and known.locked_until > now())
        reason = "unknown login"
        if known:
            reason = "wrong password" if tried else "disabled" if known.disabled else "locked"
        body = {**_STRANGER.acted(), "act": "failed", "reason": reason, "locked": locked}
        body["account"] = known.person if known else ""
        log.append(connection, SIGN_IN, body, {"login": known.login} if known else None)


def _failures(connection: Connection, login: str) -> int:
    query = select(accounts.c.failures).where(accounts.c.login == login)
    return int(connection.execute(query).scalar_one())


def _stored(connection: Connection, login: str) -> str | None:
    query = select(accounts.c.password).where(accounts.c.login == login)
    found: str | None = connection.execute(query).scalar_one()
    return found


def new_person(connection: Connection, name: str) -> str:
    """A pseudonym for somebody who was not known before."""
    pseudonym = f"p{secrets.token_hex(8)}"
    connection.execute(insert(people).values(id=pseudonym, name=name, added_at=now()))
    return pseudonym


def insert_account(
    connection: Connection,
    login: str,
    provider: str,
    owner: str,
    roles: frozenset[Role],
    password: str | None = None,
) -> None:
    """Write the row of a new account; the caller records it."""
    values = {"login": login, "provider": provider, "person": owner, "roles": sessions.written(roles)}
    more = {"password": password, "failures": 0, "disabled": False, "added_at": now()}
    connection.execute(insert(accounts).values(**values, **more))


def record(connection: Connection, person: Person, act: str, account: Account) -> None:
    """Put a change of an account on the log."""
    body = {**person.acted(), "act": act, "account": account.person, "roles": sorted(account.roles)}
    log.append(connection, ACCOUNT, body, {"login": account.login, "name": account.name})


def normal(login: str) -> str:
    """A login as it is stored, however it was typed."""
    return login.strip().casefold()


def _change(
    home: Home, person: Person, login: str, act: str, values: dict[str, Any], local: bool = False
) -> Account:
    with log.recording(home.database) as connection:
        account = _known(connection, login)
        if local and account.provider != "local":
            raise BadAccount(f"{login}: roles and password of this account are kept by its provider.")
        connection.execute(update(accounts).where(accounts.c.login == account.login).values(**values))
        if act != "enabled":
            sessions.end_all(connection, account.login)
        changed = _known(connection, account.login)
        record(connection, person, act, changed)
    return changed


def _known(connection: Connection, login: str) -> Account:
    account = get(connection, login)
    if account is None:
        raise UnknownPerson(f"No account has the login {login!r}. `clausewise people list` shows them.")
    return account


def _usable(login: str) -> str:
    name = normal(login)
    if not _LOGIN.fullmatch(name):
        raise BadAccount(f"{login!r} cannot be a login: use letters a to z, digits and . _ @ + - only.")
    return name


def _some(roles: Collection[Role]) -> frozenset[Role]:
    if not roles:
        raise BadAccount("An account needs at least one role: --role employee, for example.")
    return frozenset(roles)


def _accounts() -> Any:
    return select(accounts, people.c.name).join(people, people.c.id == accounts.c.person)


def _account(row: Row[Any]) -> Account:
    return Account(
        row.login,
        row.provider,
        row.person,
        row.name,
        sessions.read(row.roles),
        bool(row.disabled),
        row.locked_until,
        row.added_at,
    )
