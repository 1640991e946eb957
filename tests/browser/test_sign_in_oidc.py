"""Sign-in by a real OpenID Connect provider: a process of its own on the loopback address."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant import accounts, log, sessions
from assistant.home import Home, home_at
from assistant.people import LOCAL
from tests.browser.conftest import App, Arrival, Visitor, answer_id, free_port, running

pytestmark = pytest.mark.browser
WELL_KNOWN = "/.well-known/openid-configuration"
STYLES = "cdn.jsdelivr.net"
"""Where the provider's own pages would get their looks; they do without."""
SHORT_SECONDS = 12
CLAUSE = "What does A.6.2.8 require?"


@dataclass(frozen=True)
class Provider:
    """A running provider and who is known to it."""

    url: str

    def put(self, who: str, **claims: object) -> None:
        """Say what the provider says of somebody from now on."""
        data = json.dumps({"name": f"Name of {who}", **claims}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/users/{who}", data, headers, method="PUT")
        urllib.request.urlopen(request, timeout=20).close()


@contextmanager
def provided(*options: str) -> Iterator[Provider]:
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    provider = Provider(f"http://127.0.0.1:{port}")
    try:
        _wait(provider.url + WELL_KNOWN)
        yield provider
    finally:
        process.kill()
        process.wait()


def _wait(url: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{url} does not answer")


@contextmanager
def metadata_of(provider: Provider, **changed: str) -> Iterator[str]:
    """The provider's metadata with something changed, served by a process in between."""

    class Between(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with urllib.request.urlopen(provider.url + WELL_KNOWN, timeout=20) as answer:
                metadata = {**json.load(answer), **changed}
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(metadata).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Between) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{WELL_KNOWN}"
        server.shutdown()


def settings(metadata: str, **more: str) -> dict[str, str]:
    return {
        "CLAUSEWISE_SIGN_IN": "oidc",
        "CLAUSEWISE_PUBLIC_URL": "http://127.0.0.1:{port}",
        "CLAUSEWISE_OIDC_METADATA_URL": metadata,
        "CLAUSEWISE_OIDC_CLIENT_ID": "clausewise",
        "CLAUSEWISE_OIDC_CLIENT_SECRET": "only-for-tests",
        "CLAUSEWISE_OIDC_ROLE_GROUPS": '{"ai-auditors": "auditor", "ai-reviewers": "reviewer"}',
        **more,
    }


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with provided() as started:
        yield started


@pytest.fixture(scope="module")
def guarded(
    provider: Provider, sample_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    """The app on the sample organisation, for people of the provider."""
    folder = tmp_path_factory.mktemp("guarded")
    with running(sample_template, folder, settings(provider.url + WELL_KNOWN)) as started:
        started.wait()
        yield started


@pytest.fixture(scope="module")
def home(guarded: App) -> Iterator[Home]:
    opened = home_at(guarded.home)
    yield opened
    opened.close()


Serving = Callable[..., App]


@pytest.fixture
def serving(sample_template: Path, tmp_path: Path) -> Iterator[Serving]:
    """Starts an app for one test, with a provider of which something is wrong."""
    with ExitStack() as stack:

        def start(metadata: str) -> App:
            started = stack.enter_context(running(sample_template, tmp_path, settings(metadata)))
            started.wait()
            return started

        yield start


def unstyled(page: Page) -> None:
    page.route(f"**/{STYLES}/**", lambda route: route.fulfill(body="", content_type="text/css"))


def enter(visitor: Visitor, who: str) -> None:
    """Sign in at the provider, from our sign-in page."""
    unstyled(visitor.page)
    visitor.page.get_by_role("link", name="Sign in").click()
    visitor.page.get_by_placeholder("sub").fill(who)
    visitor.page.get_by_role("button", name="Authorize").click()
    visitor.page.wait_for_url(f"{visitor.app.url}/**")
    visitor.seen.outside[:] = [url for url in visitor.seen.outside if STYLES not in url]


def entered(visitor: Visitor, who: str, path: str = "/") -> Visitor:
    visitor.open(path)
    enter(visitor, who)
    expect(visitor.page.get_by_text("Sign out")).to_be_visible()
    return visitor


def sign_ins(home: Home, login_ends: str) -> list[log.Record]:
    with home.database.read() as connection:
        found = log.latest(connection, sessions.SIGN_IN)
    return [entry for entry in found if entry.personal.get("login", "").endswith(f"|{login_ends}")]


def test_who_signs_in_at_the_provider_comes_in_with_the_roles_of_their_groups(
    guarded: App, home: Home, provider: Provider, strangers: Arrival
) -> None:
    provider.put("ada", groups=["ai-auditors", "choir"])
    visitor = entered(strangers(guarded), "ada", "/library?role=Administrator")
    expect(visitor.heading("Library")).to_be_visible()
    expect(visitor.page.get_by_text("Name of ada")).to_be_visible()
    expect(
        visitor.page.get_by_text("Investigation Report on the Credit Pre-check", exact=True)
    ).to_be_visible()
    expect(visitor.role).to_have_count(0)
    visitor.page.reload()
    expect(visitor.page.get_by_text("Name of ada")).to_be_visible()
    (entry,) = sign_ins(home, "ada")
    assert (entry.body["act"], entry.body["via"], entry.body["roles"]) == ("signed in", "oidc", ["auditor"])
    (account,) = [a for a in accounts.every(home, LOCAL) if a.login.endswith("|ada")]
    assert (account.login, entry.body["actor"]) == (f"{provider.url}|ada", account.person)


def test_who_is_in_no_group_is_an_employee(guarded: App, strangers: Arrival) -> None:
    visitor = entered(strangers(guarded), "someone", "/library")
    expect(visitor.page.get_by_text("Supplier AI Policy", exact=True)).to_be_visible()
    expect(visitor.page.get_by_text("Investigation Report on the Credit Pre-check")).to_have_count(0)


def test_a_deep_link_is_kept_through_the_provider(guarded: App, strangers: Arrival) -> None:
    first = entered(strangers(guarded), "ben")
    answer = answer_id(first.ask(CLAUSE))
    second = strangers(guarded).open(f"/?answer={answer}")
    enter(second, "ben")
    expect(second.answers).to_contain_text("A.6.2.8")


def test_changed_groups_count_from_the_next_sign_in(
    guarded: App, home: Home, provider: Provider, strangers: Arrival
) -> None:
    provider.put("eve", groups=["ai-reviewers"])
    visitor = entered(strangers(guarded), "eve")
    expect(visitor.page.get_by_text("Reviewer", exact=True)).to_be_visible()
    provider.put("eve", groups=[])
    entered(strangers(guarded), "eve")
    assert [entry.body["roles"] for entry in sign_ins(home, "eve")] == [["employee"], ["reviewer"]]
    assert len({entry.body["actor"] for entry in sign_ins(home, "eve")}) == 1


def test_signing_out_ends_every_tab_and_the_sign_in_at_the_provider(
    guarded: App, home: Home, strangers: Arrival
) -> None:
    visitor = entered(strangers(guarded), "fay")
    kept = visitor.page.context.cookies()
    other = Visitor(visitor.page.context.new_page(), guarded, visitor.seen).open("/library")
    expect(other.heading("Library")).to_be_visible()
    visitor.page.get_by_role("button", name="Sign out").click()
    visitor.page.wait_for_url("**/oauth2/end_session?**")
    expect(other.heading("You are signed out")).to_be_visible()
    visitor.page.get_by_role("button").first.click()
    expect(visitor.page.get_by_role("alert")).to_have_text("You are signed out.")
    assert [entry.body["act"] for entry in sign_ins(home, "fay")] == ["signed out", "signed in"]
    visitor.seen.outside[:] = [url for url in visitor.seen.outside if STYLES not in url]
    visitor.page.context.add_cookies([c for c in kept if c["name"].startswith("_streamlit_user")])
    visitor.open()  # with the cookie of before
    expect(visitor.page.get_by_text("Your sign-in was ended")).to_be_visible()


def test_disabling_an_account_ends_its_open_page_and_its_next_sign_in(
    guarded: App, home: Home, provider: Provider, strangers: Arrival
) -> None:
    visitor = entered(strangers(guarded), "gus")
    accounts.disable(home, LOCAL, f"{provider.url}|gus")
    expect(visitor.heading("You are signed out")).to_be_visible()
    expect(visitor.page.get_by_text("Your account is disabled.")).to_be_visible()
    expect(visitor.page.get_by_role("navigation")).to_have_count(0)
    visitor.page.get_by_role("link", name="Sign in").click()
    enter(visitor, "gus")
    expect(visitor.page.get_by_text("Your account is disabled.")).to_be_visible()


def test_a_token_that_expires_ends_the_open_page(serving: Serving, strangers: Arrival) -> None:
    with provided("-e", str(SHORT_SECONDS)) as brief:
        visitor = entered(strangers(serving(brief.url + WELL_KNOWN)), "hal")
        expect(visitor.heading("You are signed out")).to_be_visible(timeout=2_000 * SHORT_SECONDS)
        expect(visitor.page.get_by_text("Your sign-in has expired.")).to_be_visible()
        visitor.page.reload()
        expect(visitor.page.get_by_text("Your sign-in has expired.")).to_be_visible()
        expect(visitor.page.get_by_role("link")).to_have_text(["Sign in"])


def test_a_token_of_another_issuer_is_refused_and_said_so(
    serving: Serving, provider: Provider, strangers: Arrival
) -> None:
    with metadata_of(provider, issuer="https://id.example.org") as metadata:
        app = serving(metadata)
        visitor = strangers(app).open("/library")
        enter(visitor, "ivy")
        expect(visitor.page.get_by_role("alert")).to_contain_text("The sign-in was refused")
        expect(visitor.page.get_by_role("alert")).to_contain_text("issuer")
        visitor.open("/library")
        expect(visitor.page.get_by_role("link")).to_have_text(["Sign in"])
        opened = home_at(app.home)
        with opened.database.read() as connection:
            (entry,) = log.latest(connection, sessions.SIGN_IN)
        opened.close()
        assert (entry.body["act"], entry.body["reason"]) == ("failed", "not verified")
        assert "iss" in app.told()


def test_who_is_denied_at_the_provider_stays_out(guarded: App, strangers: Arrival) -> None:
    visitor = strangers(guarded).open()
    unstyled(visitor.page)
    visitor.page.get_by_role("link", name="Sign in").click()
    visitor.page.get_by_role("button", name="Deny").click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("The sign-in was refused")
    visitor.seen.outside[:] = [url for url in visitor.seen.outside if STYLES not in url]


def test_a_cookie_that_somebody_made_opens_nothing(guarded: App, strangers: Arrival) -> None:
    visitor = strangers(guarded)
    forged = {"name": "_streamlit_user", "value": "eyJpc19sb2dnZWRfaW4iOnRydWV9.x.y", "url": guarded.url}
    visitor.page.context.add_cookies([forged])
    visitor.open()
    expect(visitor.page.get_by_role("link")).to_have_text(["Sign in"])
