"""Start the web app: `python -m assistant.ui.launch APP OPTIONS`, with Streamlit's options as JSON.

To judge the origin of a foreign page, Streamlit would look its own public address up on the network.
"""

import json
import sys
from contextlib import suppress

from starlette.middleware import Middleware
from streamlit import App, net_util

from assistant import oidc
from assistant.settings import Settings
from assistant.ui.guard import Gate, StrictHeaders
from assistant.ui.sign_in import routes
from assistant.ui.visitors import is_secure

LOOPBACK = "127.0.0.1"


def application(script: str, settings: Settings) -> App:
    """Streamlit's application, with what stands before it."""
    middleware = [Middleware(StrictHeaders, secure=is_secure(settings))]
    if settings.sign_in != "switcher":
        middleware.append(Middleware(Gate, settings=settings))
    secrets = {"auth": oidc.auth_section(settings)} if settings.sign_in == "oidc" else None
    return App(script, routes=routes(settings), middleware=middleware, secrets=secrets)


def start() -> None:
    """Run the application, with this machine's address known beforehand."""
    net_util._external_ip = LOOPBACK
    script, options = sys.argv[1:3]
    sys.argv = [script]  # beside which Streamlit looks for modules and its configuration
    with suppress(KeyboardInterrupt):  # the server has ended in good order before it passes Ctrl+C on
        application(script, Settings()).run(config=json.loads(options))


if __name__ == "__main__":
    start()
