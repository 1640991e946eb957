"""Start the web app: `python -m assistant.ui.launch APP OPTIONS`, with Streamlit's options as JSON.

To judge the origin of a foreign page, Streamlit would look its own public address up on the network.
"""

import json
import sys
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from streamlit import App, net_util

from assistant import oidc
from assistant.settings import Settings
from assistant.ui.guard import Gate, StrictHeaders
from assistant.ui.sign_in import routes
from assistant.ui.visitors import is_secure

LOOPBACK = "127.0.0.1"


def application(script: str, settings: Settings) -> App:
    """Streamlit's application, with what stands before it."""
    middleware = [
        Middleware(TrustedHostMiddleware, allowed_hosts=own_hosts(settings), www_redirect=False),
        Middleware(StrictHeaders, secure=is_secure(settings)),
    ]
    if settings.sign_in != "switcher":
        middleware.append(Middleware(Gate, settings=settings))
    secrets = {"auth": oidc.auth_section(settings)} if settings.sign_in == "oidc" else None
    return App(script, routes=routes(settings), middleware=middleware, secrets=secrets)


def own_hosts(settings: Settings) -> list[str]:
    """The names under which the app answers; any, where it listens on every address and has no public one.

    Otherwise a foreign name that is pointed at this machine would be served as if it were ours.
    """
    public = urlsplit(settings.public_url or "").hostname
    if not public and (settings.address == "0.0.0.0" or ":" in settings.address):  # noqa: S104
        return ["*"]
    return list(dict.fromkeys(filter(None, (LOOPBACK, "localhost", settings.address, public))))


def start() -> None:
    """Run the application, with this machine's address known beforehand."""
    net_util._external_ip = LOOPBACK
    script, options = sys.argv[1:3]
    sys.argv = [script]  # beside which Streamlit looks for modules and its configuration
    with suppress(KeyboardInterrupt):  # the server has ended in good order before it passes Ctrl+C on
        application(script, Settings()).run(config=json.loads(options))


if __name__ == "__main__":
    start()
