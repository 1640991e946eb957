"""Start the web app as a process of its own, on the loopback address only."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from assistant.errors import AssistantError
from assistant.settings import Settings

APP = Path(__file__).parent.parent / "app.py"
LOOPBACK = "127.0.0.1"


def run(settings: Settings, port: int | None, browser: bool) -> None:
    """Run until stopped; raises AssistantError when the port is taken."""
    port = port or settings.port
    with socket.socket() as probe:
        if probe.connect_ex((LOOPBACK, port)) == 0:
            raise AssistantError(
                f"Port {port} is in use, perhaps by Clausewise itself: open "
                f"http://{LOOPBACK}:{port}, or choose another with --port."
            )
    environment = {**os.environ, "CLAUSEWISE_HOME": str(settings.home.resolve())}
    print(f"Clausewise: http://{LOOPBACK}:{port} (stop with Ctrl+C)", flush=True)
    command = [sys.executable, "-P", "-m", "assistant.ui.launch", "run", str(APP), *_options(port, browser)]
    with subprocess.Popen(command, env=environment) as app:
        signal.signal(signal.SIGTERM, lambda *_: app.terminate())
        raise SystemExit(app.wait())


def _options(port: int, browser: bool) -> list[str]:
    """Streamlit's options: local, no statistics sent, no developer's menu."""
    values = {
        "server.address": LOOPBACK,
        "server.port": port,
        "server.showEmailPrompt": "false",
        "server.headless": str(not browser).lower(),
        "server.fileWatcherType": "none",
        "server.maxUploadSize": 200,
        "server.enableXsrfProtection": "true",
        "browser.gatherUsageStats": "false",
        "browser.serverAddress": LOOPBACK,
        "client.toolbarMode": "viewer",
        "client.showErrorDetails": "none",
    }
    return [part for key, value in values.items() for part in (f"--{key}", str(value))]
