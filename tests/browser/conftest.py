"""The real app in a process of its own, and a real browser in front of it.

Nothing may leave this computer: every page is watched for requests, every app for connections.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Locator,
    Page,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HERE = {"127.0.0.1", "localhost"}
LEASH = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()
"""Ends an app when the tests that started it are killed, where the system can do that."""
DESK, PHONE = (1280, 900), (390, 844)
INCIDENT = "By when do I have to report an AI incident?"
INPUT = "Ask about your AI policies or ISO/IEC 42001"
MODEL_SECONDS = 90
"""A generous bound for loading the embedding model on a busy machine."""

expect.set_options(timeout=20_000)

_HOOK = """import sys

NOT_OUTSIDE = (None, "", "127.0.0.1", "::1", "localhost")


def hook(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in NOT_OUTSIDE:
        with open({path!r}, "a") as notes:
            notes.write(f"{{event}} {{host}}\\n")


sys.addaudithook(hook)
with open({watched!r}, "a") as notes:
    print(*sys.orig_argv, file=notes)
"""
"""Notes every address beyond this machine that Python code looks up or connects to."""
PROC = Path("/proc/net")
needs_proc = pytest.mark.skipif(
    not (PROC / "tcp").is_file(),
    reason="no /proc/net on this system: connections of native code cannot be seen without root",
)


class Watch:
    """Whom the processes of one session reach, or listen to, beyond this machine.

    An audit hook in every Python process notes each look-up and connection, however short. For code
    that is not Python the kernel's socket tables are read again and again, where there are any.
    """

    def __init__(self, folder: Path) -> None:
        self._notes, self._watched = folder / "outside.txt", folder / "watched.txt"
        hooks = folder / "hooks"
        hooks.mkdir()
        (hooks / "sitecustomize.py").write_text(
            _HOOK.format(path=str(self._notes), watched=str(self._watched))
        )
        self.environment = {"PYTHONPATH": f"{hooks}{os.pathsep}{ROOT}"}
        self._sockets: set[str] = set()
        self._ended = threading.Event()

    def start(self, session: int) -> None:
        """Begin to sample the sockets of a session's processes."""
        threading.Thread(target=self._sample, args=(session,), daemon=True).start()

    def stop(self) -> None:
        self._ended.set()

    def watched(self) -> list[str]:
        """Commands of the Python processes that held the hook."""
        return self._watched.read_text().splitlines()

    def seen(self) -> set[str]:
        """What was reached so far."""
        noted = self._notes.read_text().splitlines() if self._notes.exists() else []
        return set(noted) | self._sockets

    def _sample(self, session: int) -> None:
        while not self._ended.wait(0.2):
            suspects = outside_sockets()
            if suspects:
                own = _sockets_of(session)
                self._sockets |= {told for inode, told in suspects.items() if inode in own}


def outside_sockets() -> dict[str, str]:
    """Sockets of this machine that reach or listen beyond it, by inode."""
    found = {}
    for table in ("tcp", "tcp6", "udp", "udp6"):
        rows = (PROC / table).read_text().splitlines()[1:] if (PROC / table).is_file() else []
        for row in rows:
            _, local, remote, state, *_ = row.split()
            if _unset(remote) and not _loopback(local) and state == _LISTENING:
                found[row.split()[9]] = f"{table} listens on {local}"
            elif not _unset(remote) and not _loopback(remote):
                found[row.split()[9]] = f"{table} reaches {remote}"
    return found


_LISTENING = "0A"


def _unset(address: str) -> bool:
    return set(address.partition(":")[0]) == {"0"}


def _loopback(address: str) -> bool:
    """Whether an address as the kernel writes it, words in this machine's order, is 127.0.0.0/8 or ::1."""
    host = bytes.fromhex(address.partition(":")[0])
    words = [host[i : i + 4] for i in range(0, len(host), 4)]
    ordered = b"".join(word[::-1] if sys.byteorder == "little" else word for word in words)
    found = ip_address(ordered)
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def _sockets_of(session: int) -> set[str]:
    """Inodes of the sockets that the processes of a session hold."""
    inodes = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # the process may end while it is looked at
            if (folder / "stat").read_text().rpartition(")")[2].split()[3] != str(session):
                continue
            for link in (folder / "fd").iterdir():
                with suppress(OSError):
                    inodes |= set(re.findall(r"socket:\[(\d+)\]", str(link.readlink())))
    return inodes


@dataclass
class App:
    """A running app: `python -m assistant.cli.main --home … serve`."""

    home: Path
    port: int
    began: float
    process: subprocess.Popen[bytes]
    output: Path
    watch: Watch

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait(self, seconds: float = 60) -> None:
        """Until the app answers; its output is told when it ends or does not."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        pytest.fail(f"The app does not answer: {self.told()}")

    def command(self, *arguments: str) -> str:
        """Run a command on the same home while the app runs."""
        done = subprocess.run(
            [*_clausewise(self.home), *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout

    def told(self) -> str:
        """What the app printed so far; a trace in it is an error that the page could not handle."""
        return self.output.read_text()

    def stop(self) -> None:
        """End the app and its children at once; its home is thrown away."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _clausewise(home: Path) -> list[str]:
    return [sys.executable, "-m", "assistant.cli.main", "--home", str(home)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(template: Path, folder: Path, settings: Mapping[str, str] = {}) -> Iterator[App]:
    """An app on a copy of a home; when it ends it must have reached nobody.

    `settings` are environment variables, in which `{port}` stands for the app's port.
    """
    home = folder / "home"
    shutil.copytree(template, home)
    port, output, began = free_port(), folder / "output.txt", time.monotonic()
    watch = Watch(folder)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CLAUSEWISE_", "STREAMLIT_"))}
    environment |= {name: value.replace("{port}", str(port)) for name, value in settings.items()}
    command = [*LEASH, *_clausewise(home), "serve", "--port", str(port), "--no-browser"]
    with output.open("wb") as sink:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment | watch.environment,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    app = App(home, port, began, process, output, watch)
    watch.start(process.pid)
    try:
        yield app
    finally:
        watch.stop()
        app.stop()
    assert watch.seen() == set()


@pytest.fixture(scope="session")
def app(sample_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on the sample organisation, for tests that only ask and read."""
    with running(sample_template, tmp_path_factory.mktemp("app")) as started:
        started.wait()
        yield started


@pytest.fixture(scope="session")
def changing_app(sample_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on the sample organisation, for tests that add and withdraw documents."""
    with running(sample_template, tmp_path_factory.mktemp("changing")) as started:
        started.wait()
        yield started


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserType]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def profile(chromium: BrowserType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One person's browser; its cache on disk saves a third of the time that a page takes to open."""
    folder = tmp_path_factory.mktemp("profile")
    context = chromium.launch_persistent_context(folder, executable_path=CHROMIUM, args=QUIET)
    yield context
    context.close()


@pytest.fixture(scope="session")
def other_profile(chromium: BrowserType) -> Iterator[BrowserContext]:
    """Another person's browser, which knows nothing of the first."""
    browser = chromium.launch(executable_path=CHROMIUM, args=QUIET)
    yield browser.new_context()
    browser.close()


@dataclass
class Seen:
    """What a browser window did that it must not do."""

    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("request", lambda request: self._address(request.url))
        page.on("websocket", lambda socket: self._address(socket.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        # On a page below "/", Streamlit first asks for its own service below that page and gets a 404.
        probe = "/_stcore/" in message.location["url"] and "404" in message.text
        if message.type == "error" and not probe:
            self.errors.append(f"{message.text} ({message.location['url']})")

    def _address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in HERE:
            self.outside.append(url)


class Visitor:
    """A person with a browser window of their own; what is asked in it is the app's alone to remember."""

    def __init__(self, page: Page, app: App, seen: Seen) -> None:
        self.page, self.app, self.seen = page, app, seen

    def open(self, path: str = "/") -> Visitor:
        self.page.goto(self.app.url + path)
        return self

    def go(self, page: str) -> Visitor:
        """Open a page by its link beside the pages; Ask begins a new conversation."""
        self.page.get_by_role("navigation").get_by_role("link", name=page).click()
        expect(self.heading(page)).to_be_visible()
        return self

    def idle(self) -> None:
        """Until the page is drawn to its end."""
        state = self.page.get_by_test_id("stApp")
        expect(state).to_have_attribute("data-test-script-state", "notRunning")

    def unfold(self, name: str) -> None:
        """Open a folded part of the page, to its full height: what lies in it moves until then."""
        part = self.page.get_by_test_id("stExpander").filter(has=self.page.get_by_text(name)).last
        part.get_by_text(name).click()
        expect(part.locator("details")).to_have_attribute("open", "")
        self.page.wait_for_function(
            "part => part.getAnimations({subtree: true}).length === 0", arg=part.element_handle()
        )

    @property
    def input(self) -> Locator:
        return self.page.get_by_role("textbox", name=INPUT)

    @property
    def answers(self) -> Locator:
        finished = self.page.get_by_role("link", name="link to this answer")
        return self.page.get_by_label("Chat message from assistant").filter(has=finished)

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def ask(self, question: str) -> Locator:
        """Ask; the answer, once it is there."""
        expect(self.input).to_be_visible()
        before = self.answers.count()
        self.input.fill(question)
        self.input.press("Enter")
        expect(self.answers).to_have_count(before + 1, timeout=MODEL_SECONDS * 1000)
        return self.answers.last

    @property
    def role(self) -> Locator:
        return self.page.get_by_role("combobox", name="I am asking as")

    def choose(self, role: str) -> None:
        """Say who asks."""
        self.role.click()
        self.page.get_by_role("option", name=role).click()
        expect(self.role).to_have_value(role)
        self.idle()

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True)


def answer_id(answer: Locator) -> str:
    """The id that an answer names in the link to itself."""
    address = answer.get_by_role("link", name="link to this answer").get_attribute("href")
    found = re.fullmatch(r"/\?answer=([0-9a-f]{16})(&.*)?", address or "")
    assert found, address
    return found.group(1)


def citation(answer: Locator, number: int) -> Locator:
    """The button of a citation of an answer."""
    return answer.get_by_role("button", name=str(number), exact=True)


Arrival = Callable[..., Visitor]
_TRACE = re.compile(rf'File "{re.escape(str(ROOT))}/(app|assistant|knowledge)\b')
"""A line of a trace in our own code; Streamlit's server prints traces of connections that end."""


@contextmanager
def _arrivals(profile: BrowserContext) -> Iterator[Arrival]:
    visitors: list[Visitor] = []
    printed: dict[Path, int] = {}

    def arrive(app: App, size: tuple[int, int] = DESK) -> Visitor:
        printed.setdefault(app.output, len(app.told()))
        page, seen = profile.new_page(), Seen()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        seen.watch(page)
        visitors.append(Visitor(page, app, seen))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.page.close()
    for visitor in visitors:
        assert visitor.seen.outside == []
        assert visitor.seen.errors == []
    for output, before in printed.items():
        assert _TRACE.search(output.read_text()[before:]) is None


@pytest.fixture
def arrival(profile: BrowserContext) -> Iterator[Arrival]:
    """Opens windows of one person.

    At the end none may have erred or reached beyond this machine, nor its app have printed a trace.
    """
    with _arrivals(profile) as arrive:
        yield arrive


@pytest.fixture
def elsewhere(other_profile: BrowserContext) -> Iterator[Arrival]:
    """Opens windows of another person, held to the same."""
    with _arrivals(other_profile) as arrive:
        yield arrive


@pytest.fixture
def strangers(chromium: BrowserType) -> Iterator[Arrival]:
    """Opens windows of one new browser for each: nobody there has signed in anywhere."""
    browser = chromium.launch(executable_path=CHROMIUM, args=QUIET)
    with ExitStack() as stack:

        def arrive(app: App, size: tuple[int, int] = DESK) -> Visitor:
            return stack.enter_context(_arrivals(browser.new_context()))(app, size)

        yield arrive
    browser.close()


@pytest.fixture
def visitor(arrival: Arrival, app: App) -> Visitor:
    """An employee in front of the app that only answers."""
    return arrival(app)


@dataclass(frozen=True)
class Told:
    """An answer on the log of the app that only answers."""

    answer: str
    conversation: str


@pytest.fixture(scope="session")
def incident(profile: BrowserContext, app: App) -> Told:
    """An employee's answer on incident reports: two documents disagree, the first is a PDF."""
    page = profile.new_page()
    try:
        answer = Visitor(page, app, Seen()).open().ask(INCIDENT)
        conversation = re.search(r"conversation=(\w+)", page.url)
        assert conversation, page.url
        return Told(answer_id(answer), conversation.group(1))
    finally:
        page.close()
