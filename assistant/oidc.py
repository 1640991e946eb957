"""People of an OpenID Connect provider: what its tokens say, checked at every step, made a person of ours.

Login, code, nonce and signature are the business of Streamlit and Authlib; what they leave to us is here.
"""

from __future__ import annotations

import json
import os
import secrets
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import urlsplit

from sqlalchemy import Connection, update

from assistant import accounts, log, sessions, tables
from assistant.errors import CannotOpen
from assistant.people import SYSTEM, Person
from assistant.sessions import SIGN_IN, SignedIn, refused
from assistant.settings import is_loopback
from knowledge.models import Role

if TYPE_CHECKING:
    from assistant.home import Home
    from assistant.settings import Settings

_SKEW_SECONDS = 300
"""By so much the provider's clock may be ahead of ours."""
_LONGEST_LOGIN = 300
_NEEDED = ("oidc_metadata_url", "oidc_client_id", "oidc_client_secret", "public_url")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a provider's token says, after it was checked; `token_sha256` tells one login from another."""

    login: str
    name: str
    roles: frozenset[Role]
    token_sha256: str
    ends_at: str


def require_settings(settings: Settings) -> None:
    """Raise CannotOpen when something is not set that a provider needs."""
    missing = [f"CLAUSEWISE_{name.upper()}" for name in _NEEDED if not getattr(settings, name)]
    if missing:
        raise CannotOpen(f"Sign-in by a provider needs {', '.join(missing)}: docs/sign-in.md.")
    if not _confidential(settings.oidc_metadata_url or ""):
        raise CannotOpen("CLAUSEWISE_OIDC_METADATA_URL must begin with https:// (http:// on loopback only).")


def auth_section(settings: Settings) -> dict[str, Any]:
    """What Streamlit's login needs: the table `[auth]` of its secrets."""
    require_settings(settings)
    secret = settings.oidc_client_secret
    return {
        "redirect_uri": f"{(settings.public_url or '').rstrip('/')}/oauth2callback",
        "cookie_secret": _cookie_secret(settings),
        "client_id": settings.oidc_client_id,
        "client_secret": secret.get_secret_value() if secret else "",
        "server_metadata_url": settings.oidc_metadata_url,
        "client_kwargs": {"scope": settings.oidc_scope},
    }


def _cookie_secret(settings: Settings) -> str:
    if settings.oidc_cookie_secret:
        return settings.oidc_cookie_secret.get_secret_value()
    file = settings.home / "keys" / "sign-in-cookie"
    file.parent.mkdir(mode=0o700, exist_ok=True)
    if not file.exists():
        made = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as sink:
            sink.write(secrets.token_hex(32))
        made.replace(file)
    return file.read_text()


def signed_in(home: Home, claims: Mapping[str, Any]) -> SignedIn:
    """Who the claims of a provider's token are. Raises NotSignedIn, with the reason.

    The first time that a login is seen it is recorded, and the person gets their pseudonym.
    """
    if claims.get("is_logged_in") is not True:
        raise refused("nobody")
    found = identity(home.settings, claims, issuer(home.settings.oidc_metadata_url or ""), time.time())
    with home.database.read() as connection:
        if sessions.known(connection, found.token_sha256):
            return sessions.find(connection, found.token_sha256)
    with log.recording(home.database) as connection:
        if not sessions.known(connection, found.token_sha256):
            _arrive(connection, found)
    with home.database.read() as connection:
        return sessions.find(connection, found.token_sha256)


def note_refused(home: Home) -> None:
    """Put on the log that what came back from the provider was no sign-in."""
    stranger = Person("unknown", "", Role.EMPLOYEE, via="oidc")
    with log.recording(home.database) as connection:
        body = {**stranger.acted(), "act": "failed", "reason": "not verified"}
        log.append(connection, SIGN_IN, body)


def sign_out(home: Home, claims: Mapping[str, Any]) -> None:
    """End the sign-in of these claims, wherever it is open."""
    sessions.end(home, _fingerprint(claims))


def identity(settings: Settings, claims: Mapping[str, Any], of_provider: str, at: float) -> Identity:
    """Read the claims of a token at a Unix time. Raises NotSignedIn when they are not to be believed.

    `of_provider` is the issuer that the provider's metadata name.
    """
    if claims.get("iss") != of_provider or not _meant_for(settings.oidc_client_id, claims.get("aud")):
        raise refused("issuer")
    issued, expires = claims.get("iat"), claims.get("exp")
    if not _is_time(issued) or not _is_time(expires):
        raise refused("clock")
    if issued > at + _SKEW_SECONDS or issued > expires:
        raise refused("clock")
    ends = min(expires, issued + settings.session_hours * 3600)
    if ends <= at:
        raise refused("expired")
    who = claims.get(settings.oidc_person_claim)
    login = f"{of_provider}|{who}"
    if (
        not isinstance(who, str | int)
        or isinstance(who, bool)
        or not str(who).strip()
        or len(login) > _LONGEST_LOGIN
    ):
        raise refused("unverified")
    roles = roles_of(settings, claims.get(settings.oidc_roles_claim))
    return Identity(login, _name(claims), roles, _fingerprint(claims), sessions.moment_of(ends))


def _is_time(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def roles_of(settings: Settings, groups: object) -> frozenset[Role]:
    """The roles that a person's groups give; an employee's when they give none."""
    named = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    held = {
        settings.oidc_role_groups[g] for g in named if isinstance(g, str) and g in settings.oidc_role_groups
    }
    return frozenset(held) or frozenset({Role.EMPLOYEE})


@cache
def issuer(metadata_url: str) -> str:
    """The issuer that a provider's metadata name; asked once. Raises NotSignedIn when they cannot be had."""
    if not _confidential(metadata_url):
        raise refused("unreachable")
    try:
        with urllib.request.urlopen(metadata_url, timeout=10) as answer:  # noqa: S310
            named = json.loads(answer.read(1_000_000))["issuer"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise refused("unreachable") from error
    return str(named)


def _arrive(connection: Connection, found: Identity) -> None:
    """Note that somebody signed in; a disabled account's sign-in is over before it begins."""
    account = accounts.exactly(connection, found.login)
    if account is None:
        owner = accounts.new_person(connection, found.name)
        accounts.insert_account(connection, found.login, "oidc", owner, found.roles)
        account = accounts.exactly(connection, found.login)
        assert account
        accounts.record(connection, SYSTEM, "added", account)
    coming = SignedIn(found.login, account.person, account.name, found.roles, "oidc")
    if account.disabled:
        sessions.turn_away(connection, coming, found.token_sha256, found.ends_at)
        return
    table = tables.accounts
    values = {"roles": sessions.written(found.roles)}
    connection.execute(update(table).where(table.c.login == found.login).values(**values))
    sessions.begin(connection, coming, found.token_sha256, found.ends_at)


def _meant_for(client: str | None, audience: object) -> bool:
    return client in audience if isinstance(audience, list) else client is not None and client == audience


def _name(claims: Mapping[str, Any]) -> str:
    given = (claims.get(key) for key in ("name", "preferred_username", "email"))
    return next((str(name)[:200] for name in given if name), "")


def _fingerprint(claims: Mapping[str, Any]) -> str:
    parts = [claims.get(key) for key in ("iss", "sub", "iat", "exp", "nonce")]
    return sessions.digest(f"oidc\0{json.dumps(parts)}")  # a cookie cannot hold this


def _confidential(url: str) -> bool:
    """Whether what is fetched from an address cannot be changed on the way."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
