"""Switches: what an administrator decides holds at once in pages that are open."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import App, Arrival

pytestmark = pytest.mark.browser


def test_a_switched_off_assistant_is_off_in_an_open_page_and_comes_back(
    arrival: Arrival, changing_app: App
) -> None:
    visitor = arrival(changing_app).open()
    expect(visitor.input).to_be_enabled()
    changing_app.command("switch", "off", "--message", "Back at noon.")
    try:
        expect(visitor.page.get_by_role("alert").first).to_contain_text("Back at noon.")
        visitor.page.reload()
        expect(visitor.input).to_be_disabled()
    finally:
        changing_app.command("switch", "on")
    expect(visitor.page.get_by_text("Search is ready.")).to_be_visible()
    visitor.page.reload()
    expect(visitor.input).to_be_enabled()


def test_an_administrator_holds_a_subject_on_the_page(arrival: Arrival, changing_app: App) -> None:
    visitor = arrival(changing_app).open("/oversight?role=Administrator")
    visitor.unfold("Switch the assistant")
    visitor.page.get_by_role("combobox", name="Hold answers").click()
    visitor.page.get_by_role("option", name="biometrics").click()
    visitor.page.keyboard.press("Escape")
    visitor.page.get_by_role("button", name="Switch", exact=True).click()
    try:
        expect(visitor.page.get_by_text("Held until reviewed: biometrics.")).to_be_visible()
        reader = arrival(changing_app).open()
        answer = reader.ask("Does A.6.2.8 apply to biometric systems?")
        expect(answer).to_contain_text("A reviewer looks at the answer before it is shown")
        expect(answer).not_to_contain_text("event logs")
    finally:
        changing_app.command("switch", "free", "biometrics")
