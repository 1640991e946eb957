"""Signing in and out over HTTP: routes beside Streamlit's own, for a page cannot set a cookie."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.user_info import generate_login_redirect_url

from assistant import accounts, sessions
from assistant.errors import AssistantError, NotSignedIn
from assistant.settings import Settings
from assistant.ui import sign_in_page, visitors

NEXT_COOKIE = "clausewise_next"
"""Where somebody wanted to go who is away at the provider."""
_MOST_BYTES = 8_192
_NO_MATCH = (
    "Login and password do not match, or this login is locked or disabled. "
    f"After {accounts.FAILURES} wrong passwords a login is locked for {accounts.LOCKED_MINUTES} minutes."
)
"""One message for every failure, so that nobody learns which logins exist."""


def routes(settings: Settings) -> list[Route]:
    """The routes of the way to sign in that is set; none without sign-in."""
    if settings.sign_in == "accounts":
        return [
            Route("/sign-in", _form, methods=["GET"]),
            Route("/sign-in", _sign_in, methods=["POST"]),
            Route("/sign-out", _sign_out, methods=["POST"]),
        ]
    if settings.sign_in == "oidc":
        return [
            Route("/sign-in", _form, methods=["GET"]),
            Route("/sign-in/provider", _to_provider, methods=["GET"]),
        ]
    return []


def address(target: str, why: str = "nobody") -> str:
    """The address of the sign-in page that leads to a path afterwards, and says why one is there."""
    said = {"why": why} if why != "nobody" else {}
    return f"/sign-in?{urlencode({'next': target, **said})}"


def own_path(target: str) -> str:
    """A path on this site, with its query; the first page for whatever is none."""
    foreign = not target.startswith("/") or target.startswith("//") or "\\" in target
    if foreign or not target.isprintable() or target.startswith("/sign-in"):
        return "/"
    return quote(target, safe="/?&=%+:,;@!$'()*~-._")


async def _form(request: Request) -> Response:
    """The page; for somebody who is signed in, what they wanted."""
    target = own_path(request.query_params.get("next", "/"))
    home = await run_in_threadpool(visitors.opened_home)
    try:
        await run_in_threadpool(visitors.of_cookies, home, request.cookies)
        return RedirectResponse(target, status_code=303)
    except NotSignedIn:
        pass
    told = sessions.REASONS.get(request.query_params.get("why", ""), "")
    return _shown(home.settings, target, told)


def _shown(settings: Settings, target: str, told: str, status: int = 200) -> Response:
    if settings.sign_in == "oidc":
        page = sign_in_page.by_provider(quote(target, safe=""), told)
    else:
        page = sign_in_page.with_password(target, told)
    headers = {"Content-Security-Policy": sign_in_page.POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(page, status, headers)


async def _sign_in(request: Request) -> Response:
    home = await run_in_threadpool(visitors.opened_home)
    if not of_own_page(request.headers, home.settings):
        return PlainTextResponse("This form was not sent from the app's own page.", 403)
    fields = await _fields(request)
    if fields is None:
        return PlainTextResponse("That is too much for a sign-in.", 413)
    target = own_path(fields.get("next", "/"))
    login, password = fields.get("login", ""), fields.get("password", "")
    try:
        token = await run_in_threadpool(accounts.sign_in, home, login, password)
    except AssistantError as error:  # the log cannot be written, so nobody comes in
        return _shown(home.settings, target, str(error), 503)
    if token is None:
        return _shown(home.settings, target, _NO_MATCH, 403)
    answer = RedirectResponse(target, status_code=303, headers={"Cache-Control": "no-store"})
    answer.set_cookie(
        visitors.cookie_name(home.settings),
        token,
        max_age=home.settings.session_hours * 3600,
        httponly=True,
        secure=visitors.is_secure(home.settings),
        samesite="lax",  # strict would ask somebody to sign in anew who follows a link in a mail
    )
    return answer


async def _sign_out(request: Request) -> Response:
    home = await run_in_threadpool(visitors.opened_home)
    if not of_own_page(request.headers, home.settings):
        return PlainTextResponse("This form was not sent from the app's own page.", 403)
    name = visitors.cookie_name(home.settings)
    await run_in_threadpool(sessions.end, home, sessions.digest(request.cookies.get(name, "")))
    answer = RedirectResponse(address("/", "left"), status_code=303)
    answer.delete_cookie(name, httponly=True, secure=visitors.is_secure(home.settings), samesite="lax")
    return answer


async def _to_provider(request: Request) -> Response:
    """Off to the provider, through Streamlit's login; where to go afterwards waits in a cookie."""
    home = await run_in_threadpool(visitors.opened_home)
    answer = RedirectResponse(generate_login_redirect_url("default"), status_code=303)
    target = own_path(request.query_params.get("next", "/"))
    secure = visitors.is_secure(home.settings)
    answer.set_cookie(
        NEXT_COOKIE, quote(target, safe=""), max_age=600, httponly=True, secure=secure, samesite="lax"
    )
    return answer


def of_own_page(headers: Mapping[str, str], settings: Settings) -> bool:
    """Whether a form was sent from a page of this app, by what browsers say and no page can forge."""
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    if origin is None:
        return site == "same-origin"
    if settings.public_url and origin == settings.public_url.rstrip("/"):
        return True
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc == headers.get("host")


async def _fields(request: Request) -> dict[str, str] | None:
    """The fields of a form; None when they are more than one can fill in."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            return None
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}
