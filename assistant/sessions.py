"""Who is signed in: looked up in the database at every step, so that what ends a sign-in ends it at once.

The browser holds a random token, or what a provider signed; here is only a hash of it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, update

from assistant import log
from assistant.errors import NotSignedIn
from assistant.people import Person, usual
from assistant.tables import accounts, people, sessions
from knowledge import clock
from knowledge.clock import now
from knowledge.models import Role

if TYPE_CHECKING:
    from assistant.home import Home

SIGN_IN = "sign-in"
"""The kind of a record of somebody who came, was refused, or left."""

REASONS = {
    "nobody": "You are not signed in.",
    "expired": "Your sign-in has expired.",
    "ended": "Your sign-in was ended: you signed out, or an administrator changed your account.",
    "left": "You are signed out.",
    "disabled": "Your account is disabled. Ask an administrator.",
    "issuer": "The sign-in was refused: it comes from another provider than the one that is set up here.",
    "clock": "The sign-in was refused: its times are not plausible. Compare the clocks of both systems.",
    "unverified": "The sign-in was refused: what the provider sent could not be verified (its issuer, "
    "signature, times or state). Try again; if it stays so, an administrator finds the cause in the output "
    "of clausewise serve.",
    "unreachable": "The provider cannot be reached, so nobody can sign in. Try again in a minute.",
}
"""Why nobody is signed in, in words for whom it concerns."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in, with the roles that this sign-in gave them."""

    login: str
    person: str
    name: str
    roles: frozenset[Role]
    via: str

    def acting(self, role: Role | None = None) -> Person:
        """The person in one of their roles; in their usual one when they do not have that."""
        return Person(self.person, self.name, usual(self.roles, role), self.roles, self.via)


def refused(why: str) -> NotSignedIn:
    """The error that says why nobody is signed in."""
    return NotSignedIn(why, REASONS[why])


def new_token() -> str:
    """What the browser of somebody who signs in shall hold: 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """How a token is known here."""
    return hashlib.sha256(token.encode()).hexdigest()


def moment(seconds: float = 0) -> str:
    """A moment so many seconds from now, as the tables write it."""
    return clock.from_now(timedelta(seconds=seconds))


def moment_of(timestamp: float) -> str:
    """A Unix time as the tables write it."""
    return clock.written(datetime.fromtimestamp(timestamp, UTC))


def begin(connection: Connection, signed_in: SignedIn, token_sha256: str, ends_at: str) -> None:
    """Remember a sign-in until its time is over, on the record; what is over is forgotten."""
    _insert(connection, signed_in, token_sha256, ends_at, ended=False)
    body = {**signed_in.acting().acted(), "act": "signed in", "roles": sorted(signed_in.roles)}
    log.append(connection, SIGN_IN, body, {"login": signed_in.login})


def turn_away(connection: Connection, signed_in: SignedIn, token_sha256: str, ends_at: str) -> None:
    """Refuse somebody whose account is disabled, on the record, once."""
    _insert(connection, signed_in, token_sha256, ends_at, ended=True)
    body = {**signed_in.acting().acted(), "act": "failed", "reason": "disabled"}
    log.append(connection, SIGN_IN, body, {"login": signed_in.login})


def _insert(
    connection: Connection, signed_in: SignedIn, token_sha256: str, ends_at: str, ended: bool
) -> None:
    connection.execute(delete(sessions).where(sessions.c.ends_at < now()))
    row = {"token_sha256": token_sha256, "login": signed_in.login, "roles": written(signed_in.roles)}
    connection.execute(insert(sessions).values(**row, began_at=now(), ends_at=ends_at, ended=ended))


def known(connection: Connection, token_sha256: str) -> bool:
    """Whether this sign-in has begun before, whatever became of it."""
    query = select(sessions.c.login).where(sessions.c.token_sha256 == token_sha256)
    return connection.execute(query).first() is not None


def find(connection: Connection, token_sha256: str) -> SignedIn:
    """Who is signed in by this. Raises NotSignedIn, with the reason."""
    row = connection.execute(
        select(
            sessions.c.login, sessions.c.roles, sessions.c.ends_at, sessions.c.ended,
            accounts.c.provider, accounts.c.person, accounts.c.disabled, people.c.name,
        )
        .join(accounts, accounts.c.login == sessions.c.login)
        .join(people, people.c.id == accounts.c.person)
        .where(sessions.c.token_sha256 == token_sha256)
    ).first()  # fmt: skip
    if row is None:
        raise refused("nobody")
    if row.disabled:
        raise refused("disabled")
    if row.ended:
        raise refused("ended")
    if row.ends_at <= now():
        raise refused("expired")
    return SignedIn(row.login, row.person, row.name, read(row.roles), VIA[row.provider])


VIA = {"local": "account", "oidc": "oidc"}
"""How a person came, by whose account it is."""


def end(home: Home, token_sha256: str) -> None:
    """Sign out, on the record; nothing happens when nobody is signed in by this."""
    with log.recording(home.database) as connection:
        try:
            signed_in = find(connection, token_sha256)
        except NotSignedIn:
            return
        connection.execute(update(sessions).where(sessions.c.token_sha256 == token_sha256).values(ended=True))
        body = {**signed_in.acting().acted(), "act": "signed out"}
        log.append(connection, SIGN_IN, body, {"login": signed_in.login})


def end_all(connection: Connection, login: str) -> None:
    """End every sign-in of an account."""
    connection.execute(update(sessions).where(sessions.c.login == login).values(ended=True))


def written(roles: frozenset[Role]) -> str:
    """Roles as a table's column holds them."""
    return " ".join(sorted(roles))


def read(column: str) -> frozenset[Role]:
    """Roles from a table's column."""
    return frozenset(map(Role, column.split()))
