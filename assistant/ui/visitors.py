"""Who stands behind a request or a page: the cookie of an account, or what a provider signed."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import cache
from typing import Any

from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import AUTH_COOKIE_NAME, get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from assistant import oidc, sessions
from assistant.home import Home, home_at
from assistant.sessions import SignedIn, refused
from assistant.settings import Settings

_OPENING = threading.Lock()


def opened_home() -> Home:
    """The home of this process, opened once, whoever asks first: a page or a request."""
    with _OPENING:
        return _home()


@cache
def _home() -> Home:
    return home_at(None)


def is_secure(settings: Settings) -> bool:
    """Whether readers reach the app through TLS, as its public address says."""
    return (settings.public_url or "").startswith("https://")


def cookie_name(settings: Settings) -> str:
    """The cookie of an account; with TLS its name makes browsers insist on this host and on TLS."""
    return f"{'__Host-' if is_secure(settings) else ''}clausewise_session"


def of_cookies(home: Home, cookies: Mapping[str, str]) -> SignedIn:
    """Who is signed in by what a browser sent. Raises NotSignedIn, with the reason."""
    if home.settings.sign_in == "oidc":
        return oidc.signed_in(home, claims_in(cookies))
    token = cookies.get(cookie_name(home.settings))
    if not token:
        raise refused("nobody")
    with home.database.read() as connection:
        return sessions.find(connection, sessions.digest(token))


def claims_in(cookies: Mapping[str, str]) -> Mapping[str, Any]:
    """The claims of a provider's token in the cookie that Streamlit signed; none when there is no such."""
    secret = get_cookie_secret()

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(secret, name, value.encode("latin-1", "ignore")) if value else None

    whole = get_cookie_with_chunks(one, AUTH_COOKIE_NAME)
    try:
        claims = json.loads(whole) if whole else {}
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}
