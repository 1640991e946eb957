"""A provider's claims: what is believed, what each refusal is called, and who somebody is by them."""

from __future__ import annotations

import stat
import time
from pathlib import Path
from typing import Any

import pytest

from assistant import accounts, log, oidc, sessions
from assistant.errors import BadAccount, CannotOpen, NotSignedIn
from assistant.home import Home
from assistant.people import LOCAL, by_name
from assistant.settings import Settings
from knowledge.models import Role

ISSUER = "https://id.example.org"
METADATA = f"{ISSUER}/.well-known/openid-configuration"


def settings(home: Path, **more: Any) -> Settings:
    values: dict[str, Any] = {
        "home": home,
        "sign_in": "oidc",
        "public_url": "https://ai.example.org",
        "oidc_metadata_url": METADATA,
        "oidc_client_id": "clausewise",
        "oidc_client_secret": "hidden",
        "oidc_role_groups": {"gov-reviewers": "reviewer", "gov-admins": "administrator"},
    }
    return Settings(**{**values, **more})


def claims(**more: object) -> dict[str, object]:
    at = int(time.time())
    values: dict[str, object] = {
        "is_logged_in": True,
        "iss": ISSUER,
        "aud": "clausewise",
        "sub": "s-1",
        "name": "K. Example",
        "iat": at,
        "exp": at + 3600,
        "nonce": f"n{time.perf_counter_ns()}",
        "groups": ["gov-reviewers", "everybody"],
    }
    return {**values, **more}


def why_not(home: Path, said: dict[str, object], **more: Any) -> str:
    with pytest.raises(NotSignedIn) as refused:
        oidc.identity(settings(home, **more), said, ISSUER, time.time())
    return refused.value.why


@pytest.fixture
def home(bare: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    bare.settings = settings(bare.settings.home)
    monkeypatch.setattr(oidc, "issuer", lambda _: ISSUER)
    return bare


def test_groups_give_roles_and_none_gives_an_employee(tmp_path: Path) -> None:
    def roles(**more: object) -> frozenset[Role]:
        return oidc.identity(settings(tmp_path), claims(**more), ISSUER, time.time()).roles

    assert roles() == {Role.REVIEWER}
    assert roles(groups=["gov-admins", "gov-reviewers"]) == {Role.REVIEWER, Role.ADMINISTRATOR}
    assert roles(groups="gov-admins") == {Role.ADMINISTRATOR}
    for nothing in ([], None, "administrator", ["administrator"], {"gov-admins": True}, [["gov-admins"]]):
        assert roles(groups=nothing) == {Role.EMPLOYEE}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"iss": "https://id.example.com"}, "issuer"),
        ({"iss": f"{ISSUER}/"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "another app"}, "issuer"),
        ({"aud": ["another app"]}, "issuer"),
        ({"aud": None}, "issuer"),
        ({"iat": time.time() - 3600, "exp": time.time() - 1}, "expired"),
        ({"exp": None}, "clock"),
        ({"exp": "tomorrow"}, "clock"),
        ({"iat": None}, "clock"),
        ({"iat": time.time() + 1_000}, "clock"),
        ({"iat": time.time() + 200, "exp": time.time() + 100}, "clock"),
        ({"sub": ""}, "unverified"),
        ({"sub": None}, "unverified"),
        ({"sub": ["a", "b"]}, "unverified"),
        ({"sub": "x" * 400}, "unverified"),
    ],
)
def test_what_is_not_to_be_believed_is_refused(tmp_path: Path, said: dict[str, object], why: str) -> None:
    assert why_not(tmp_path, claims(**said)) == why


def test_a_sign_in_does_not_outlast_our_own_hours(tmp_path: Path) -> None:
    at = int(time.time())
    long = claims(iat=at - 3 * 3600, exp=at + 90 * 3600)
    assert why_not(tmp_path, long, session_hours=2) == "expired"
    found = oidc.identity(settings(tmp_path, session_hours=4), long, ISSUER, at)
    assert found.ends_at == sessions.moment_of(at + 3600)


def test_a_login_is_recorded_once_and_the_person_is_a_pseudonym(home: Home) -> None:
    said = claims()
    first, again = oidc.signed_in(home, said), oidc.signed_in(home, said)
    assert first == again
    assert (first.name, first.via, first.roles) == ("K. Example", "oidc", {Role.REVIEWER})
    assert first.person.startswith("p") and len(first.person) == 17
    with home.database.read() as connection:
        into, account = log.latest(connection, sessions.SIGN_IN), log.latest(connection, accounts.ACCOUNT)
    assert [entry.body["act"] for entry in into + account] == ["signed in", "added"]
    assert into[0].body["actor"] == first.person
    assert "s-1" not in str(into[0].body) and into[0].personal == {"login": f"{ISSUER}|s-1"}


def test_two_accounts_with_one_employee_number_are_one_person(home: Home) -> None:
    home.settings = settings(home.settings.home, oidc_person_claim="employee")
    daily = oidc.signed_in(home, claims(sub="daily", employee=4711))
    special = oidc.signed_in(home, claims(sub="special", employee=4711, groups=["gov-admins"]))
    assert daily.person == special.person
    assert (daily.roles, special.roles) == ({Role.REVIEWER}, {Role.ADMINISTRATOR})
    assert oidc.signed_in(home, claims(sub="other", employee=4712)).person != daily.person


def test_a_changed_group_counts_from_the_next_sign_in(home: Home) -> None:
    before = claims()
    assert oidc.signed_in(home, before).roles == {Role.REVIEWER}
    after = oidc.signed_in(home, claims(groups=[]))
    assert after.roles == {Role.EMPLOYEE}
    assert oidc.signed_in(home, before).person == after.person
    assert by_name(home, f"{ISSUER}|s-1", Role.REVIEWER).role is Role.EMPLOYEE


def test_signing_out_ends_a_login_for_good(home: Home) -> None:
    said = claims()
    oidc.signed_in(home, said)
    oidc.sign_out(home, said)
    with pytest.raises(NotSignedIn) as refused:
        oidc.signed_in(home, said)
    assert refused.value.why == "ended"
    assert oidc.signed_in(home, claims())


def test_a_disabled_account_ends_what_is_open_and_refuses_what_comes_once_on_the_log(home: Home) -> None:
    said, later = claims(), claims()
    oidc.signed_in(home, said)
    accounts.disable(home, LOCAL, f"{ISSUER}|s-1")
    for tried in (said, later, later):
        with pytest.raises(NotSignedIn) as refused:
            oidc.signed_in(home, tried)
        assert refused.value.why == "disabled"
    with home.database.read() as connection:
        acts = [entry.body["act"] for entry in log.latest(connection, sessions.SIGN_IN)]
    assert acts == ["failed", "signed in"]


def test_roles_and_password_of_a_providers_account_are_not_ours(home: Home) -> None:
    oidc.signed_in(home, claims())
    with pytest.raises(BadAccount, match="provider"):
        accounts.set_roles(home, LOCAL, f"{ISSUER}|s-1", [Role.ADMINISTRATOR])
    with pytest.raises(BadAccount, match="provider"):
        accounts.set_password(home, LOCAL, f"{ISSUER}|s-1", "correct horse battery")
    assert accounts.sign_in(home, f"{ISSUER}|s-1", "") is None


def test_nobody_is_signed_in_without_a_login(home: Home) -> None:
    for said in ({}, {"is_logged_in": False}, {**claims(), "is_logged_in": False}):
        with pytest.raises(NotSignedIn) as refused:
            oidc.signed_in(home, said)
        assert refused.value.why == "nobody"


def test_the_provider_is_asked_through_a_way_that_nobody_can_change() -> None:
    for url in ("http://id.example.org/x", "file:///etc/passwd", ""):
        with pytest.raises(NotSignedIn) as refused:
            oidc.issuer(url)
        assert refused.value.why == "unreachable"
    with pytest.raises(NotSignedIn):
        oidc.issuer("http://127.0.0.1:1/.well-known/openid-configuration")


def test_the_cookies_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    first = oidc.auth_section(settings(tmp_path / "home"))
    assert first["redirect_uri"] == "https://ai.example.org/oauth2callback"
    assert first["cookie_secret"] == oidc.auth_section(settings(tmp_path / "home"))["cookie_secret"]
    assert len(first["cookie_secret"]) == 64
    (file,) = (tmp_path / "home" / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    given = oidc.auth_section(settings(tmp_path / "home", oidc_cookie_secret="x" * 40))
    assert given["cookie_secret"] == "x" * 40


@pytest.mark.parametrize("name", ["oidc_metadata_url", "oidc_client_id", "oidc_client_secret", "public_url"])
def test_a_setting_that_a_provider_needs_is_asked_for_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotOpen, match=f"CLAUSEWISE_{name.upper()}"):
        oidc.require_settings(settings(tmp_path, **{name: None}))
    with pytest.raises(CannotOpen, match="https"):
        oidc.require_settings(settings(tmp_path, oidc_metadata_url="http://id.example.org/x"))


@pytest.mark.parametrize("wrong", [{"exp": float("nan")}, {"iat": True}, {"sub": True}, {"sub": " "}])
def test_a_claim_of_another_kind_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(NotSignedIn):
        oidc.identity(settings(tmp_path), claims(**wrong), ISSUER, time.time())
