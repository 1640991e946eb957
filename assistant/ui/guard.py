"""What stands before every request: strict headers, and nothing of the app for who is not signed in."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from streamlit.web.server.server_util import AUTH_COOKIE_NAME

from assistant import oidc
from assistant.errors import NotSignedIn
from assistant.settings import Settings
from assistant.ui import visitors
from assistant.ui.sign_in import NEXT_COOKIE, address, own_path

_CALLBACK = "/oauth2callback"
_OPEN = ("/static/", "/_stcore/health", "/_stcore/host-config", "/sign-in", "/sign-out")
"""What anybody may have: Streamlit's program for the browser, whether the app lives, and signing in."""
_OPEN_TO_PROVIDERS = ("/auth/login", "/auth/logout", _CALLBACK)
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; "
    "worker-src 'self' blob:; connect-src 'self' data: blob:; frame-src 'none'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
"""As strict as Streamlit works with: a page can load from and send to this app only."""
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class StrictHeaders:
    """Adds headers to every response, and `Secure` to every cookie when readers come through TLS."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        """Wrap an application."""
        self.app, self.secure = app, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if self.secure:
                    message["headers"] = [_secured(name, value) for name, value in message["headers"]]
            await send(message)

        await self.app(scope, receive, sending)


def _secured(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    open_cookie = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return name, value + b"; Secure" if open_cookie else value


class Gate:
    """Lets nobody in who is not signed in: pages lead to the sign-in, everything else is refused (401).

    Also the websocket and the addresses of uploads and pictures, which Streamlit leaves open.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Wrap an application."""
        self.app = app
        self.open = _OPEN + (_OPEN_TO_PROVIDERS if settings.sign_in == "oidc" else ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif scope["path"] == _CALLBACK and _CALLBACK in self.open:
            await _returned(self.app, scope, receive, send)
        elif self._is_open(scope):
            await self.app(scope, receive, send)
        else:
            why = await run_in_threadpool(_why_not, HTTPConnection(scope).cookies)
            if why is None:
                await self.app(scope, receive, send)
            else:
                await _refuse(scope, receive, send, why)

    def _is_open(self, scope: Scope) -> bool:
        path: str = scope["path"]
        return scope["type"] == "http" and any(
            path == way or path.startswith(way if way.endswith("/") else f"{way}/") for way in self.open
        )


def _why_not(cookies: Mapping[str, str]) -> str | None:
    """Why somebody may not come in; None when they may."""
    try:
        visitors.of_cookies(visitors.opened_home(), cookies)
    except NotSignedIn as error:
        return error.why
    return None


async def _refuse(scope: Scope, receive: Receive, send: Send, why: str) -> None:
    if scope["type"] == "websocket":
        refusal = PlainTextResponse("Sign in first.", 401)
        await WebSocket(scope, receive, send).send_denial_response(refusal)
        return
    headers = Headers(scope=scope)
    answer: Response = PlainTextResponse("Sign in first.", 401)
    if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
        query = scope["query_string"].decode("latin-1")
        wanted = scope["path"] + (f"?{query}" if query else "")
        answer = RedirectResponse(address(own_path(wanted), why), 303, {"Cache-Control": "no-store"})
    await answer(scope, receive, send)


async def _returned(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Streamlit's answer to who comes back from the provider, led to where they wanted to go.

    Streamlit leads everybody to the first page, also whom it refused, and says nothing.
    """
    connection = HTTPConnection(scope)
    target = own_path(unquote(connection.cookies.get(NEXT_COOKIE, "/")))
    tried = {"state", "error"} & set(connection.query_params)

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if not tried:
                headers["location"] = address("/", "left")
            elif _came(headers):
                headers["location"] = target
            else:
                await run_in_threadpool(oidc.note_refused, visitors.opened_home())
                headers["location"] = address(target, "unverified")
            headers.append("set-cookie", f"{NEXT_COOKIE}=; Max-Age=0; Path=/; HttpOnly; SameSite=lax")
        await send(message)

    await app(scope, receive, sending)


def _came(headers: Headers) -> bool:
    """Whether a response gives the browser the cookie of who signed in."""
    given = (cookie for cookie in headers.getlist("set-cookie") if cookie.startswith(f"{AUTH_COOKIE_NAME}="))
    return any("max-age=0" not in cookie.lower() for cookie in given)
