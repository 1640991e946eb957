"""Start the web app as a process of its own, on the loopback address only."""

import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from pathlib import Path

from assistant.errors import AssistantError
from assistant.settings import Settings

APP = Path(__file__).parent.parent / "app.py"
LOOPBACK = "127.0.0.1"


def run(settings: Settings, port: int | None, browser: bool) -> None:
    """Run until stopped; raises AssistantError when the port is taken."""
    port = port or settings.port
    url = f"http://{LOOPBACK}:{port}"
    if _listens(port):
        raise AssistantError(
            f"Port {port} is in use, perhaps by Clausewise itself: open {url}, or choose another with --port."
        )
    environment = {**os.environ, "CLAUSEWISE_HOME": str(settings.home.resolve())}
    print(f"Clausewise: {url} (stop with Ctrl+C)", flush=True)
    command = [sys.executable, "-P", "-m", "assistant.ui.launch", "run", str(APP), *_options(port)]
    with subprocess.Popen(command, env=environment) as app:
        signal.signal(signal.SIGTERM, lambda *_: app.terminate())
        if browser:
            _open(url, port, app)
        raise SystemExit(app.wait())


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0


def _open(url: str, port: int, app: subprocess.Popen[bytes]) -> None:
    """Open the page in a browser as soon as the app listens."""
    while app.poll() is None:
        if _listens(port):
            webbrowser.open(url)
            return
        time.sleep(0.1)


def _options(port: int) -> list[str]:
    """Streamlit's options: local, no statistics sent, no developer's menu.

    Headless always: otherwise Streamlit offers developers, on the reader's page, to write files of its own
    beside the app. The browser is opened by `run`.
    """
    values = {
        "server.address": LOOPBACK,
        "server.port": port,
        "server.showEmailPrompt": "false",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "server.maxUploadSize": 200,
        "server.enableXsrfProtection": "true",
        "browser.gatherUsageStats": "false",
        "browser.serverAddress": LOOPBACK,
        "client.toolbarMode": "viewer",
        "client.showErrorDetails": "none",
    }
    return [part for key, value in values.items() for part in (f"--{key}", str(value))]
