"""Start the web app as a process of its own; without sign-in, on a loopback address only."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from pathlib import Path
from urllib.parse import urlsplit

from assistant import oidc
from assistant.errors import AssistantError
from assistant.settings import Settings, is_loopback

APP = Path(__file__).parent.parent / "app.py"
LOOPBACK = "127.0.0.1"


def run(settings: Settings, port: int | None, browser: bool) -> None:
    """Run until stopped; raises AssistantError when the port is taken, or a setting lets nobody in."""
    check(settings)
    port = port or settings.port
    host = _reached_at(settings.address)
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    if _listens(host, port):
        raise AssistantError(
            f"Port {port} is in use, perhaps by Clausewise itself: open {url}, or choose another with --port."
        )
    url = settings.public_url or url
    environment = {**os.environ, "CLAUSEWISE_HOME": str(settings.home.resolve())}
    print(f"Clausewise: {url} (stop with Ctrl+C)", flush=True)
    options = json.dumps(_options(settings, port))
    command = [sys.executable, "-P", "-m", "assistant.ui.launch", str(APP), options]
    with subprocess.Popen(command, env=environment) as app:
        signal.signal(signal.SIGTERM, lambda *_: app.terminate())
        if browser:
            _open(url, host, port, app)
        raise SystemExit(app.wait())


def check(settings: Settings) -> None:
    """Raise AssistantError for settings with which the app must not, or cannot, be served."""
    if settings.sign_in == "switcher" and not is_loopback(settings.address):
        raise AssistantError(
            f"Without sign-in the app listens on this machine only, not on {settings.address}: whoever "
            "reached it could choose any role. Set CLAUSEWISE_SIGN_IN to accounts or oidc first "
            "(docs/sign-in.md), or CLAUSEWISE_ADDRESS to 127.0.0.1."
        )
    parts = urlsplit(settings.public_url or "http://localhost")
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
        raise AssistantError(
            f"CLAUSEWISE_PUBLIC_URL is no address such as https://ai.example.org: {settings.public_url}. "
            "It has no path."
        )
    if settings.sign_in == "oidc":
        oidc.require_settings(settings)


def _reached_at(address: str) -> str:
    """Where this machine itself reaches what listens on an address."""
    return {"0.0.0.0": LOOPBACK, "::": "::1", "localhost": LOOPBACK}.get(address, address)  # noqa: S104


def _listens(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        return probe.connect_ex((host, port)) == 0


def _open(url: str, host: str, port: int, app: subprocess.Popen[bytes]) -> None:
    """Open the page in a browser as soon as the app listens."""
    while app.poll() is None:
        if _listens(host, port):
            webbrowser.open(url)
            return
        time.sleep(0.1)


def _options(settings: Settings, port: int) -> dict[str, object]:
    """Streamlit's options: no statistics sent, no developer's menu, no host names but ours.

    Headless always: otherwise Streamlit offers developers, on the reader's page, to write files of its own
    beside the app. The browser is opened by `run`.
    """
    return {
        "server.address": settings.address,
        "server.port": port,
        "server.showEmailPrompt": False,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.maxUploadSize": 200,
        "server.enableXsrfProtection": True,
        "server.allowedHosts": _names(settings),
        "browser.gatherUsageStats": False,
        "browser.serverAddress": urlsplit(settings.public_url or "").hostname or settings.address,
        "client.toolbarMode": "viewer",
        "client.showErrorDetails": "none",
    }


def _names(settings: Settings) -> list[str]:
    """The names by which browsers may call the app, against pages elsewhere that give it theirs.

    Any, when it is on a network and nobody said what it is called there.
    """
    public = urlsplit(settings.public_url or "").hostname
    if public is None and not is_loopback(settings.address):
        return []
    return sorted({LOOPBACK, "localhost", _reached_at(settings.address), *filter(None, [public])})
