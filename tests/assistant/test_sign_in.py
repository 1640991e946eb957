"""The door: where a sign-in may lead, whose forms are taken, on which address what is served."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import serve
from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.ui import sign_in_page
from assistant.ui.guard import Gate, _secured
from assistant.ui.sign_in import of_own_page, own_path, routes
from assistant.ui.visitors import cookie_name

OWN = {"host": "ai.example.org", "origin": "http://ai.example.org"}


def settings(**more: Any) -> Settings:
    return Settings(home=Path("nowhere"), **more)


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
     "evil", "//[", "", "/a\r\nSet-Cookie: x=y", "/\t/evil.example", "/sign-in?next=/", "///evil.example"],
)  # fmt: skip
def test_a_sign_in_leads_nowhere_else(target: str) -> None:
    assert own_path(target) == "/"


def test_a_sign_in_leads_to_the_page_that_was_wanted() -> None:
    assert own_path("/library?source=ab.0&as_of=2026-01-31") == "/library?source=ab.0&as_of=2026-01-31"
    assert own_path("/log?clause=é x") == "/log?clause=%C3%A9%20x"
    assert own_path("/log?clause=%C3%A9") == "/log?clause=%C3%A9"


@given(st.text(max_size=30) | st.from_regex(r"[/\\]{1,3}[a-z@:.?#%/\\]{0,20}"))
def test_no_target_leaves_this_site(target: str) -> None:
    assert re.fullmatch(r"/([^/\\\s][^\\\s]*)?", own_path(target))


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        (OWN, True),
        ({**OWN, "sec-fetch-site": "same-origin"}, True),
        ({"host": "ai.example.org", "sec-fetch-site": "same-origin"}, True),
        ({**OWN, "sec-fetch-site": "same-site"}, False),
        ({**OWN, "sec-fetch-site": "cross-site"}, False),
        ({**OWN, "sec-fetch-site": "none"}, False),
        ({**OWN, "origin": "http://ai.example.org:81"}, False),
        ({**OWN, "origin": "http://evil.example"}, False),
        ({**OWN, "origin": "null"}, False),
        ({"host": "ai.example.org"}, False),
        ({"host": "127.0.0.1:8501", "origin": "https://ai.example.org"}, True),  # a proxy that sets the host
    ],
)
def test_a_form_is_taken_from_the_apps_own_page_only(headers: dict[str, str], taken: bool) -> None:
    assert of_own_page(headers, settings(public_url="https://ai.example.org/")) is taken


def test_a_password_is_asked_for_where_there_are_accounts_only() -> None:
    paths = {
        way: {(route.path, *sorted(route.methods or ())) for route in routes(settings(sign_in=way))}
        for way in ("switcher", "accounts", "oidc")
    }
    assert paths["switcher"] == set()
    assert ("/sign-in", "POST") in paths["accounts"]
    assert not any("POST" in route for route in paths["oidc"])


@pytest.mark.parametrize(
    ("path", "way", "open_"),
    [
        ("/static/js/index.js", "accounts", True),
        ("/_stcore/health", "accounts", True),
        ("/sign-in", "accounts", True),
        ("/sign-inside", "accounts", False),
        ("/_stcore/healthy", "accounts", False),
        ("/_stcore/upload_file/a/b", "accounts", False),
        ("/media/a.png", "oidc", False),
        ("/", "oidc", False),
        ("/auth/login", "accounts", False),
        ("/auth/login", "oidc", True),
        ("/_stcore/agent/run", "oidc", False),
    ],
)
def test_only_the_way_in_is_open(path: str, way: str, open_: bool) -> None:
    async def nothing(*_: object) -> None: ...

    gate = Gate(nothing, settings(sign_in=way))
    assert gate._is_open({"type": "http", "path": path}) is open_
    assert not gate._is_open({"type": "websocket", "path": path})


def test_the_page_shows_words_as_words_and_needs_nothing_from_elsewhere() -> None:
    page = sign_in_page.with_password('/"><script>', "<b>told</b>")
    assert "<script>" not in page and "<b>" not in page
    assert not re.search(r"https?://|src=|@import|url\(", page)
    assert "<label for=" in page and 'lang="en"' in page


def test_with_tls_the_cookie_is_bound_to_the_host() -> None:
    assert cookie_name(settings(public_url="https://ai.example.org")) == "__Host-clausewise_session"
    assert cookie_name(settings()) == "clausewise_session"


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7", "ai.example.org", ""])
def test_without_sign_in_only_this_machine_is_served(address: str) -> None:
    with pytest.raises(AssistantError, match="CLAUSEWISE_SIGN_IN"):
        serve.check(settings(address=address))
    serve.check(settings(address=address, sign_in="accounts"))


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_this_machine_is_served_without_sign_in(address: str) -> None:
    serve.check(settings(address=address))


@pytest.mark.parametrize(
    "url", ["ai.example.org", "ftp://ai.example.org", "https://", "https://a.example/path"]
)
def test_a_public_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(AssistantError, match="CLAUSEWISE_PUBLIC_URL"):
        serve.check(settings(public_url=url))


def test_the_app_answers_to_its_own_names_only() -> None:
    assert serve._names(settings()) == ["127.0.0.1", "localhost"]
    assert "ai.example.org" in serve._names(settings(public_url="https://ai.example.org"))
    assert serve._names(settings(address="0.0.0.0", sign_in="accounts")) == []


def test_with_tls_every_cookie_is_for_tls_only() -> None:
    assert _secured(b"set-cookie", b"a=b; Path=/") == (b"set-cookie", b"a=b; Path=/; Secure")
    assert _secured(b"Set-Cookie", b"a=b; Secure") == (b"Set-Cookie", b"a=b; Secure")
    assert _secured(b"location", b"/") == (b"location", b"/")
