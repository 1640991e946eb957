"""Accounts: who is not signed in sees nothing, and what ends a sign-in ends the open page at once."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import expect

from assistant import accounts, log, sessions, tables
from assistant.home import Home, home_at
from assistant.people import LOCAL
from knowledge.models import Role
from tests.browser.conftest import (
    DESK,
    INCIDENT,
    PHONE,
    App,
    Arrival,
    Visitor,
    answer_id,
    citation,
    running,
)
from tests.browser.test_library import add, payload
from tests.browser.test_phone import SIDEWAYS

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"
SIGNED_OUT = "You are signed out"
CLAUSE = "What does A.6.2.8 require?"


@pytest.fixture(scope="module")
def guarded(sample_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on the sample organisation, for people with accounts."""
    folder = tmp_path_factory.mktemp("guarded")
    with running(sample_template, folder, {"CLAUSEWISE_SIGN_IN": "accounts"}) as started:
        started.wait()
        yield started


@pytest.fixture(scope="module")
def home(guarded: App) -> Iterator[Home]:
    """The app's home, opened by another process, as a command opens it."""
    opened = home_at(guarded.home)
    yield opened
    opened.close()


Hire = Callable[..., str]


@pytest.fixture
def hire(home: Home, request: pytest.FixtureRequest) -> Hire:
    """Gives somebody an account."""

    def made(*roles: Role, login: str = "kim") -> str:
        name = f"{login}-{abs(hash(request.node.nodeid)) % 10**8}"
        accounts.add(home, LOCAL, name, PASSWORD, roles or [Role.EMPLOYEE])
        return name

    return made


def enter(visitor: Visitor, login: str, password: str = PASSWORD) -> None:
    visitor.page.get_by_label("Login").fill(login)
    visitor.page.get_by_label("Password").fill(password)
    visitor.page.keyboard.press("Enter")


def entered(visitor: Visitor, login: str, path: str = "/") -> Visitor:
    visitor.open(path)
    enter(visitor, login)
    expect(visitor.page.get_by_text("Sign out")).to_be_visible()
    return visitor


def refused(visitor: Visitor) -> None:
    """The sign-in was refused; the browser's own note of that is no error of the page."""
    expect(visitor.page.get_by_role("alert")).to_contain_text("do not match")
    assert [error for error in visitor.seen.errors if "403" not in error] == []
    visitor.seen.errors.clear()


def gone(visitor: Visitor) -> None:
    """The page shows that one is signed out, the way in, and nothing else."""
    expect(visitor.heading(SIGNED_OUT)).to_be_visible()
    expect(visitor.page.get_by_test_id("stMain").get_by_role("link")).to_have_text(["Sign in"])
    expect(visitor.page.get_by_role("navigation")).to_have_count(0)
    expect(visitor.answers).to_have_count(0)
    expect(visitor.input).to_have_count(0)


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_signing_in_by_keyboard_opens_the_page_and_names_who_is_there(
    guarded: App, strangers: Arrival, hire: Hire, size: tuple[int, int]
) -> None:
    login = hire(login=f"kim{size[0]}")
    visitor = strangers(guarded, size).open()
    expect(visitor.page.get_by_label("Login")).to_be_focused()
    assert visitor.page.evaluate(SIDEWAYS) == []
    visitor.page.keyboard.type(login)
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.type(PASSWORD)
    visitor.page.keyboard.press("Enter")
    expect(visitor.input).to_be_editable()
    if size == DESK:
        expect(visitor.page.get_by_text(login)).to_be_visible()
        expect(visitor.role).to_have_count(0)
        expect(visitor.page.get_by_text("No sign-in")).to_have_count(0)


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    guarded: App, strangers: Arrival, hire: Hire
) -> None:
    visitor = entered(strangers(guarded), hire())
    (cookie,) = [c for c in visitor.page.context.cookies() if c["name"] == "clausewise_session"]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
    assert "clausewise_session" not in visitor.page.evaluate("document.cookie")


def test_a_wrong_password_and_an_unknown_login_are_told_the_same(
    guarded: App, strangers: Arrival, hire: Hire
) -> None:
    visitor = strangers(guarded).open()
    told = []
    for login in (hire(), "nobody"):
        enter(visitor, login, "wrong password")
        refused(visitor)
        told.append(visitor.page.get_by_role("alert").inner_text())
    assert told[0] == told[1]


def test_a_login_is_locked_after_five_wrong_passwords(guarded: App, strangers: Arrival, hire: Hire) -> None:
    login, visitor = hire(), strangers(guarded).open()
    for password in [*["wrong password"] * accounts.FAILURES, PASSWORD]:
        enter(visitor, login, password)
        refused(visitor)


def test_a_deep_link_is_kept_through_the_sign_in(guarded: App, strangers: Arrival, hire: Hire) -> None:
    login = hire()
    first = entered(strangers(guarded), login)
    answer = answer_id(first.ask(CLAUSE))
    second = strangers(guarded).open(f"/?answer={answer}")
    expect(second.page.get_by_label("Login")).to_be_visible()
    enter(second, login, "wrong password")
    refused(second)
    enter(second, login)
    expect(second.answers).to_have_count(1)
    expect(second.answers).to_contain_text("A.6.2.8")


def test_disabling_an_account_ends_its_open_page(
    guarded: App, home: Home, strangers: Arrival, hire: Hire
) -> None:
    login = hire()
    visitor = entered(strangers(guarded), login)
    visitor.ask(CLAUSE)
    accounts.disable(home, LOCAL, login)
    gone(visitor)
    expect(visitor.page.get_by_text("Your account is disabled.")).to_be_visible()
    visitor.page.reload()
    expect(visitor.page.get_by_label("Login")).to_be_visible()


def test_changed_roles_end_an_open_page_and_count_after_the_next_sign_in(
    guarded: App, home: Home, strangers: Arrival, hire: Hire
) -> None:
    login = hire()
    visitor = entered(strangers(guarded), login)
    accounts.set_roles(home, LOCAL, login, [Role.AUDITOR])
    gone(visitor)
    visitor.page.get_by_role("link", name="Sign in").click()
    enter(visitor, login)
    expect(visitor.page.get_by_text("Auditor")).to_be_visible()


def test_signing_out_in_one_tab_ends_the_other(guarded: App, strangers: Arrival, hire: Hire) -> None:
    visitor = entered(strangers(guarded), hire())
    page = visitor.page.context.new_page()
    other = Visitor(page, guarded, visitor.seen).open("/library")
    expect(other.heading("Library")).to_be_visible()
    visitor.page.get_by_role("button", name="Sign out").click()
    expect(visitor.page.get_by_role("alert")).to_have_text("You are signed out.")
    gone(other)
    assert "clausewise_session" not in {cookie["name"] for cookie in page.context.cookies()}
    other.page.get_by_role("link", name="Sign in").click()
    expect(other.page).to_have_url(f"{guarded.url}/sign-in?next=%2Flibrary")


def test_an_expired_sign_in_ends_the_open_page(
    guarded: App, home: Home, strangers: Arrival, hire: Hire
) -> None:
    login = hire()
    visitor = entered(strangers(guarded), login)
    table = tables.sessions
    with home.database.write() as connection:
        ours = table.update().where(table.c.login == login)
        connection.execute(ours.values(ends_at=sessions.moment(-1)))
    gone(visitor)
    expect(visitor.page.get_by_text("Your sign-in has expired.")).to_be_visible()


def test_a_role_in_the_address_gives_nothing_to_who_is_signed_in(
    guarded: App, strangers: Arrival, hire: Hire
) -> None:
    visitor = entered(strangers(guarded), hire(), "/library?role=Administrator&person=2&acting=Auditor")
    expect(visitor.page.get_by_text("Supplier AI Policy", exact=True)).to_be_visible()
    expect(visitor.page.get_by_text("Investigation Report on the Credit Pre-check")).to_have_count(0)
    expect(visitor.page.get_by_role("combobox", name="I am")).to_have_count(0)


def test_who_has_several_roles_chooses_among_these(guarded: App, strangers: Arrival, hire: Hire) -> None:
    visitor = entered(strangers(guarded), hire(Role.EMPLOYEE, Role.AUDITOR), "/library")
    restricted = visitor.page.get_by_text("Investigation Report on the Credit Pre-check", exact=True)
    expect(visitor.page.get_by_text("Supplier AI Policy", exact=True)).to_be_visible()
    expect(restricted).to_have_count(0)
    acting = visitor.page.get_by_role("combobox", name="I am acting as")
    expect(acting).to_have_value("Employee")
    acting.click()
    expect(visitor.page.get_by_role("option")).to_have_text(["Employee", "Auditor"])
    visitor.page.get_by_role("option", name="Auditor").click()
    expect(restricted).to_be_visible()


def test_pictures_and_uploads_come_through_for_who_is_signed_in(
    guarded: App, strangers: Arrival, hire: Hire
) -> None:
    visitor = entered(strangers(guarded), hire(Role.ADMINISTRATOR))
    citation(visitor.ask(INCIDENT), 1).click()
    expect(visitor.dialog.get_by_role("img", name=re.compile("Page"))).to_be_visible()
    visitor.open()
    add(visitor, payload("kiosk.md", "# Kiosk Rule\n\nThe kiosk may answer visitors until nine.\n"))
    expect(visitor.page.get_by_role("status")).to_contain_text("kiosk.md: stored")


def test_sign_ins_are_on_the_log(guarded: App, home: Home, strangers: Arrival, hire: Hire) -> None:
    login = hire()
    visitor = entered(strangers(guarded), login)
    visitor.page.get_by_role("button", name="Sign out").click()
    expect(visitor.page.get_by_label("Login")).to_be_visible()
    with home.database.read() as connection:
        newest = log.latest(connection, sessions.SIGN_IN, limit=2)
    assert [(entry.body["act"], entry.personal["login"]) for entry in newest] == [
        ("signed out", login),
        ("signed in", login),
    ]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def status(
    app: App, path: str, headers: Mapping[str, str] = {}, data: bytes | None = None
) -> tuple[int, str]:
    """How the app answers somebody who is not signed in: the status, and where it leads."""
    request = urllib.request.Request(app.url + path, data, dict(headers))
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=20) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("location", "")


SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.parametrize("cookie", [{}, {"Cookie": "clausewise_session=guessed"}])
def test_nothing_of_the_app_is_given_to_who_is_not_signed_in(guarded: App, cookie: dict[str, str]) -> None:
    html = {"Accept": "text/html", **cookie}
    assert status(guarded, "/_stcore/health", cookie) == (200, "")
    assert status(guarded, "/", html) == (303, "/sign-in?next=%2F")
    assert status(guarded, "/library?source=a.0", html) == (303, "/sign-in?next=%2Flibrary%3Fsource%3Da.0")
    for path in ("/media/x.png", "/_stcore/upload_file/a/b", "/_stcore/metrics", "/", "/component/x/y"):
        assert status(guarded, path, cookie) == (401, "")
    assert status(guarded, "/_stcore/stream", {**SOCKET, **cookie}) == (401, "")
    assert status(guarded, "/auth/login?provider=x", cookie) == (401, "")


def test_the_form_is_taken_from_our_own_page_only_and_leads_nowhere_else(guarded: App, hire: Hire) -> None:
    login = hire()
    form = f"login={login}&password={PASSWORD.replace(' ', '+')}&next=".encode()
    own = {"Origin": guarded.url}
    for foreign in (
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {**own, "Sec-Fetch-Site": "cross-site"},
        {**own, "Sec-Fetch-Site": "same-site"},
    ):
        assert status(guarded, "/sign-in", foreign, form)[0] == 403
        assert status(guarded, "/sign-out", foreign, b"")[0] == 403
    for target in (b"https://evil.example", b"//evil.example", b"/%5Cevil.example", b"javascript:alert(1)"):
        assert status(guarded, "/sign-in", own, form + target) == (303, "/")
    assert status(guarded, "/sign-in", own, form + b"/log%3Frecord=a") == (303, "/log?record=a")
    assert status(guarded, "/sign-in", own, b"x" * 10_000)[0] == 413


def test_every_answer_has_strict_headers(guarded: App, app: App) -> None:
    for served, path in ((guarded, "/sign-in"), (guarded, "/_stcore/health"), (app, "/"), (app, "/media/x")):
        try:
            with urllib.request.urlopen(served.url + path, timeout=20) as answer:
                headers = answer.headers
        except urllib.error.HTTPError as error:
            headers = error.headers
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy and "default-src" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_without_sign_in_the_page_says_so_and_lets_choose_which_reviewer_one_is(
    app: App, arrival: Arrival
) -> None:
    visitor = arrival(app).open("/?role=Reviewer&person=2")
    expect(visitor.page.get_by_text("No sign-in: whoever opens this page chooses a role.")).to_be_visible()
    expect(visitor.role).to_have_value("Reviewer")
    expect(visitor.page.get_by_role("spinbutton", name="Which of them")).to_have_value("2")
    assert status(app, "/sign-out", {"Origin": app.url}, b"")[0] in (404, 405)
