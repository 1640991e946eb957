"""The page on which somebody signs in: plain HTML, since nothing of the app may be seen before."""

from __future__ import annotations

import base64
import hashlib
from html import escape

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #fff; color: #31333f;
  font: 1rem/1.6 "Source Sans", "Source Sans Pro", system-ui, sans-serif; }
main { width: min(22rem, 100vw - 2rem); padding: 1rem 0; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 1rem; }
label { display: block; font-size: .9rem; margin-top: 1rem; }
input { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem .75rem; border-radius: .5rem;
  border: 1px solid #a3a8b4; background: #f0f2f6; color: inherit; }
button, .button { display: inline-block; margin-top: 1.5rem; font: inherit; padding: .4rem 1.2rem;
  border-radius: .5rem; border: 1px solid #c8232c; background: #c8232c; color: #fff; text-decoration: none; }
:focus-visible { outline: 3px solid #1c83e1; outline-offset: 2px; }
.told { padding: .6rem .9rem; border-radius: .4rem; background: rgba(255, 43, 43, .09); margin: 0; }
@media (prefers-color-scheme: dark) {
  body { background: #0e1117; color: #fafafa; } input { background: #262730; border-color: #5b5f6b; }
}
"""
_SHA256 = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_SHA256}'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing is loaded but this style, and the form goes nowhere else."""
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · Clausewise</title><link rel="icon" href="data:,"><style>{style}</style></head>
<body><main><h1>Clausewise</h1>
{told}{body}
</main></body></html>
"""
_FORM = """<form method="post" action="/sign-in">
<input type="hidden" name="next" value="{target}">
<label for="login">Login</label>
<input id="login" name="login" autocomplete="username" autocapitalize="none" spellcheck="false" required
  maxlength="100" autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required
  maxlength="256">
<button type="submit">Sign in</button>
</form>"""
_LINK = """<p>Your organisation's sign-in opens; it brings you back here.</p>
<a class="button" href="/sign-in/provider?next={target}">Sign in</a>"""


def with_password(target: str, told: str) -> str:
    """The page with a form for login and password; `target` is where it leads, `told` a message."""
    return _page(_FORM.format(target=escape(target)), told)


def by_provider(target: str, told: str) -> str:
    """The page with a link to the provider; `target` is percent-encoded."""
    return _page(_LINK.format(target=escape(target)), told)


def _page(body: str, told: str) -> str:
    message = f'<p class="told" role="alert">{escape(told)}</p>' if told else ""
    return _PAGE.format(style=_STYLE, told=message, body=body)
