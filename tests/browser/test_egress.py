"""Nothing leaves this computer: neither the page nor the app's processes reach beyond it."""

import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from tests.browser.conftest import App, Arrival, Visitor, Watch, citation, needs_proc, outside_sockets

pytestmark = pytest.mark.browser
OUTSIDE = "http://example.invalid/x"
DOCUMENTATION = "192.0.2.1"
"""An address that belongs to nobody (RFC 5737); connecting a datagram socket to it sends nothing."""


def test_the_app_reaches_nobody_while_it_answers_and_draws(visitor: Visitor, app: App) -> None:
    answer = visitor.open().ask("Does the AI policy apply to employees?")
    citation(answer, 1).click()
    expect(visitor.dialog.get_by_role("img", name="Page 1 of the document")).to_be_visible()
    visitor.open("/library")
    expect(visitor.page.get_by_text("Supplier AI Policy", exact=True)).to_be_visible()
    assert app.watch.seen() == set()


def test_the_process_that_serves_the_pages_is_watched(app: App) -> None:
    assert any("app.py" in command for command in app.watch.watched())


def test_the_check_notices_a_connection_of_python_code(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    code = f"import socket; socket.socket(type=socket.SOCK_DGRAM).connect_ex(('{DOCUMENTATION}', 9))"
    subprocess.run([sys.executable, "-c", code], env=os.environ | watch.environment, check=True)
    assert watch.seen() == {f"socket.connect {DOCUMENTATION}"}


@needs_proc
def test_the_check_notices_a_socket_that_listens_to_everyone() -> None:
    before = set(outside_sockets().values())
    with socket.create_server(("0.0.0.0", 0)) as server:
        port = f"{server.getsockname()[1]:04X}"
        assert set(outside_sockets().values()) - before == {f"tcp listens on 00000000:{port}"}


def test_the_check_of_pages_notices_a_request(app: App, arrival: Arrival) -> None:
    visitor = arrival(app).open()
    with suppress(Error):
        visitor.page.goto(OUTSIDE)
    assert visitor.seen.outside == [OUTSIDE]
    visitor.seen.outside.clear()
    visitor.seen.errors.clear()


def test_a_page_cannot_reach_beyond_its_app_even_if_its_content_tries(app: App, arrival: Arrival) -> None:
    visitor = arrival(app).open()
    expect(visitor.input).to_be_visible()
    stopped: list[str | None] = []
    visitor.page.on("requestfailed", lambda request: stopped.append(request.failure))
    visitor.page.evaluate(f"fetch('{OUTSIDE}').catch(() => 0)")
    visitor.page.evaluate(
        f"new Promise(done => Object.assign(new Image(), {{src: '{OUTSIDE}', onerror: done}}))"
    )
    assert len(visitor.seen.errors) >= 2
    assert all("Content Security Policy" in error for error in visitor.seen.errors)
    assert stopped == ["csp"] * len(visitor.seen.outside)  # the browser tells of it, and sends nothing
    visitor.seen.outside.clear()
    visitor.seen.errors.clear()
