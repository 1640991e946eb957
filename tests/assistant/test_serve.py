"""Real processes: commands from any folder, and the web app, which this machine alone can reach."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant import log
from assistant.home import Home
from assistant.settings import Settings
from assistant.ui.launch import own_hosts
from knowledge.embed import Encoder
from tests.assistant.test_cli import CommandLine

ROOT = Path(__file__).parents[2]
LOOPBACK = "127.0.0.1"
OTHER = "127.0.0.2"
"""Another address of this machine: what listens on all addresses answers here too."""
SECONDS = 60
"""A generous bound for a start on a busy machine."""
PROC = Path("/proc/net/tcp")
needs_proc = pytest.mark.skipif(not PROC.exists(), reason="no /proc/net/tcp on this system: Linux only")


def process(
    *arguments: str, home: Path, environment: Mapping[str, str] = {}, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[str]:
    """A real `clausewise`, started elsewhere and in a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "assistant.cli.main", "--home", str(home), *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        start_new_session=True,
    )


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def open_at(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex((address, port)) == 0


def until(true: Callable[[], bool], seconds: float = SECONDS) -> bool:
    """Wait for something; say whether it came."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


@dataclass(frozen=True, slots=True)
class Served:
    """A web app that a new user started: nothing is known of them yet, and they type nothing."""

    process: subprocess.Popen[str]
    port: int

    def started(self) -> bool:
        """Wait until it listens; False when it does not, or ended."""
        until(lambda: open_at(LOOPBACK, self.port) or self.process.poll() is not None)
        return self.process.poll() is None and open_at(LOOPBACK, self.port)

    def end(self) -> str:
        """End it with all its children; what it wrote to the error stream."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.communicate()[1]


Serve = Callable[..., Served]


@pytest.fixture
def serve(bare: Home, port: int, tmp_path: Path) -> Iterator[Serve]:
    served: list[Served] = []

    def start(*options: str) -> Served:
        (tmp_path / "user").mkdir()
        command = ("serve", "--port", str(port), *options)
        opener = tmp_path / "user" / "browser"
        opener.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
        opener.chmod(0o755)
        user = {"HOME": str(tmp_path / "user"), "BROWSER": str(opener)}
        served.append(
            Served(process(*command, home=bare.settings.home, environment=user, stdin=subprocess.PIPE), port)
        )
        return served[-1]

    yield start
    for app in served:
        app.end()


def listening(port: int) -> set[str]:
    """The addresses on which someone listens on a port, as the kernel writes them."""
    rows = [
        row.split()
        for table in (PROC, PROC.with_name("tcp6"))
        if table.exists()
        for row in table.read_text().splitlines()[1:]
    ]
    locals_ = [row[1].split(":") for row in rows if row[3] == "0A"]
    return {address for address, number in locals_ if int(number, 16) == port}


def configuration(app: Served) -> dict[str, dict[str, object]]:
    """What Streamlit itself makes of the options with which the app runs."""
    children = Path(f"/proc/{app.process.pid}/task/{app.process.pid}/children").read_text().split()
    commands = [Path(f"/proc/{child}/cmdline").read_text().split("\0")[:-1] for child in children]
    (command,) = (c for c in commands if str(ROOT / "app.py") in c)
    options = json.loads(command[command.index(str(ROOT / "app.py")) + 1])
    flags = [
        part
        for name, value in options.items()
        for one in (value if isinstance(value, list) else [value])
        for part in (f"--{name}", str(one))
    ]
    shown = subprocess.run(
        [sys.executable, "-m", "streamlit", "config", "show", *flags],
        capture_output=True,
        text=True,
        check=True,
    )
    return tomllib.loads(shown.stdout[shown.stdout.index("[global]") :])


@needs_proc
def test_the_app_is_reached_from_this_machine_alone_and_tells_nobody(serve: Serve) -> None:
    app = serve("--no-browser")
    assert app.started(), app.end()
    with urllib.request.urlopen(f"http://{LOOPBACK}:{app.port}/_stcore/health", timeout=SECONDS) as answer:
        assert answer.status == 200
    assert listening(app.port) == {"0100007F"}
    assert not open_at(OTHER, app.port)
    found = configuration(app)
    assert found["browser"]["gatherUsageStats"] is False
    assert found["server"]["address"] == LOOPBACK
    assert found["server"]["enableXsrfProtection"] is True
    assert found["client"]["showErrorDetails"] == "none"
    os.killpg(app.process.pid, signal.SIGINT)  # what Ctrl+C does
    assert until(lambda: app.process.poll() is not None)
    assert not open_at(LOOPBACK, app.port)
    assert "Traceback" not in app.end()


def test_a_first_start_asks_for_nothing_serves_and_opens_the_page(serve: Serve, tmp_path: Path) -> None:
    app = serve()
    assert app.started(), app.end()
    opened = tmp_path / "opened"
    assert until(lambda: opened.exists() and opened.read_text() == f"http://{LOOPBACK}:{app.port}\n")


@needs_proc
@pytest.mark.parametrize("options", [(), ("--no-browser",)])
def test_readers_are_never_offered_what_is_for_developers(serve: Serve, options: tuple[str, ...]) -> None:
    app = serve(*options)
    assert app.started(), app.end()
    assert configuration(app)["server"]["headless"] is True


def test_ending_the_command_ends_the_app(serve: Serve) -> None:
    app = serve("--no-browser")
    assert app.started(), app.end()
    app.process.terminate()
    assert until(lambda: app.process.poll() is not None)
    assert until(lambda: not open_at(LOOPBACK, app.port), seconds=15)


def test_a_taken_port_is_refused_in_one_sentence(
    bare: Home, port: int, capsys: pytest.CaptureFixture[str], encoder: Encoder
) -> None:
    cli = CommandLine(bare.settings.home, capsys, encoder)
    with socket.create_server((LOOPBACK, port)):
        cli("serve", "--port", str(port)).refused(f"Port {port} is in use", "--port")


def test_a_real_process_answers_from_any_folder(bare: Home) -> None:
    bare.forget_vectors()  # by keyword alone: no model has to be loaded
    asking = process("ask", "What does A.6.2.8 ask?", "--json", home=bare.settings.home)
    out, err = asking.communicate(timeout=100)
    assert (asking.returncode, err) == (0, "")
    answer = json.loads(out)
    with bare.database.read() as connection:
        assert log.get(connection, answer["id"]).body["answer"]["claims"] == answer["claims"]


def test_a_reader_who_leaves_is_no_error(bare: Home) -> None:
    listing = process("library", "--json", home=bare.settings.home)
    assert listing.stdout and listing.stderr
    listing.stdout.close()
    assert (listing.wait(60), listing.stderr.read()) == (1, "")
    listing.stderr.close()


def damaged(home: Path) -> dict[str, str]:
    home.mkdir()
    (home / "clausewise.db").write_text("no database at all")
    return {}


def a_file(home: Path) -> dict[str, str]:
    home.write_text("no folder")
    return {}


def unreachable(_: Path) -> dict[str, str]:
    return {"CLAUSEWISE_DATABASE": "postgresql+psycopg://clerk:hidden@127.0.0.1:1/clausewise"}


def bad_setting(_: Path) -> dict[str, str]:
    return {"CLAUSEWISE_PORT": "many"}


@pytest.mark.parametrize("trouble", [damaged, a_file, unreachable, bad_setting])
def test_a_home_that_cannot_be_opened_is_one_sentence(
    trouble: Callable[[Path], dict[str, str]], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    opening = process("library", home=home, environment=trouble(home))
    out, err = opening.communicate(timeout=60)
    assert (opening.returncode, out) == (1, "")
    assert err.startswith("Error: ") and len(err.splitlines()) == 1, err
    assert "hidden" not in err


def test_the_origin_of_a_page_is_judged_without_asking_the_network() -> None:
    code = (
        "import requests;"
        "requests.get = lambda *a, **k: print('asked', a);"
        "import sys, assistant.ui.launch as launch;"
        "launch.App.run = lambda self, config: None;"
        "sys.argv = ['launch', 'app.py', '{}'];"
        "launch.start();"
        "from streamlit.web.server.server_util import is_url_from_allowed_origins as allowed;"
        "print(allowed('http://evil.example'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("more", "hosts"),
    [
        ({}, ["127.0.0.1", "localhost"]),
        (
            {"public_url": "https://ai.example.org", "sign_in": "accounts", "address": "0.0.0.0"},
            ["127.0.0.1", "localhost", "0.0.0.0", "ai.example.org"],
        ),
        ({"sign_in": "accounts", "address": "0.0.0.0"}, ["*"]),
    ],
)
def test_the_app_answers_under_its_own_names(tmp_path: Path, more: dict[str, str], hosts: list[str]) -> None:
    assert own_hosts(Settings.model_validate({"home": tmp_path, **more})) == hosts
