"""Gaps: from the map to a requirement, its quote, and the quote in its document; overruled there."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import App, Arrival

pytestmark = pytest.mark.browser
LOGS, ASSESSED = "A.6.2.8", 60_000


def test_from_the_map_to_the_quote_in_its_document_by_keyboard(arrival: Arrival, app: App) -> None:
    visitor = arrival(app).open("/gaps?role=Auditor")
    tile = visitor.page.get_by_role("link", name=LOGS)
    expect(tile).to_be_visible(timeout=ASSESSED)
    expect(tile).to_contain_text("addressed")
    tile.focus()
    visitor.page.keyboard.press("Enter")
    opened = visitor.page.locator(".st-key-gap")
    expect(opened).to_contain_text("Each system records its inputs")
    sources = opened.get_by_role("button", name="Open source")
    expect(sources).to_have_count(3)
    visitor.idle()
    sources.first.press("Enter")
    expect(visitor.dialog.locator("mark")).to_contain_text("Each system records its inputs")


def test_an_employee_is_shown_no_gaps(arrival: Arrival, app: App) -> None:
    visitor = arrival(app).open("/gaps?gap=A.6.2.8")
    expect(visitor.page.get_by_text("This page is for policy authors")).to_be_visible()


def test_an_author_overrules_and_both_views_are_shown(arrival: Arrival, changing_app: App) -> None:
    visitor = arrival(changing_app).open(f"/gaps?role=Policy+author&gap={LOGS}")
    opened = visitor.page.locator(".st-key-gap")
    expect(opened).to_be_visible(timeout=ASSESSED)
    visitor.unfold("Overrule the program")
    opened.get_by_text("nothing found", exact=True).last.click()
    opened.get_by_role("textbox", name="Reason").fill("The logs are not switched on.")
    opened.get_by_role("button", name="Set this status").click()
    expect(opened).to_contain_text("nothing found, because: The logs are not switched on.")
    expect(opened).to_contain_text("the program: addressed")
    opened.get_by_role("button", name=f"Take back what is said of {LOGS}").click()
    expect(opened).not_to_contain_text("because")


def test_an_author_fills_a_row_of_the_statement_and_exports_it(arrival: Arrival, changing_app: App) -> None:
    visitor = arrival(changing_app).open("/gaps?role=Policy+author&control=A.7.2")
    opened = visitor.page.locator(".st-key-control")
    expect(opened).to_be_visible(timeout=ASSESSED)
    opened.get_by_text("excluded", exact=True).click()
    opened.get_by_role("textbox", name="Reason").fill("The vendor does it.")
    opened.get_by_role("button", name="Save").click()
    expect(visitor.page.get_by_text("A.7.2: vendor does it")).to_be_visible()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Excel").last.click()
    assert download.value.suggested_filename == "statement-of-applicability.xlsx"
