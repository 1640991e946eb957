"""A citation opened: the quote highlighted in its text, the page of a PDF, an address that comes back."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import INCIDENT, App, Arrival, Told, Visitor, answer_id, citation

pytestmark = pytest.mark.browser
QUOTE = "Whoever notices an AI incident reports it to the AI Incident Desk within 24 hours."
OTHER = (
    "Whoever notices an AI incident while overseeing a system reports it to the AI Incident Desk "
    "within 72 hours, with the case number and the decision that was taken."
)


def test_a_citation_opens_its_quote_highlighted_on_the_page_of_the_pdf(visitor: Visitor) -> None:
    answer = visitor.open().ask(INCIDENT)
    citation(answer, 1).click()
    expect(visitor.dialog.locator("mark")).to_have_text(QUOTE)
    expect(answer).to_contain_text(QUOTE)
    expect(visitor.dialog).to_contain_text("AI Incident Procedure, 2 Reporting, page 1")
    expect(visitor.dialog).to_contain_text("in force from 2025-11-01, owner: AI Incident Manager")
    expect(visitor.dialog).to_contain_text("The quote stands in the stored text, character for character.")
    picture = visitor.dialog.get_by_role("img", name="Page 1 of the document")
    expect(picture).to_be_visible()
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 500


def test_a_source_without_pages_has_no_picture(app: App, incident: Told, arrival: Arrival) -> None:
    visitor = arrival(app).open(f"/?answer={incident.answer}&source={incident.answer}.1")
    expect(visitor.dialog.locator("mark")).to_have_text(OTHER)
    expect(visitor.dialog).to_contain_text("Human Oversight Standard, 5 Reporting")
    expect(visitor.dialog.get_by_role("img", name=re.compile("Page"))).to_have_count(0)


def test_escape_closes_the_source_and_the_address_forgets_it(visitor: Visitor) -> None:
    answer = visitor.open().ask(INCIDENT)
    citation(answer, 2).click()
    expect(visitor.dialog.locator("mark")).to_have_text(OTHER)
    expect(visitor.page).to_have_url(re.compile(rf"source={answer_id(answer)}\.1"))
    visitor.page.keyboard.press("Escape")
    expect(visitor.dialog).to_have_count(0)
    expect(visitor.page).not_to_have_url(re.compile("source="))
    expect(answer).to_contain_text(QUOTE)


def test_a_link_to_an_open_citation_opens_it_elsewhere(app: App, incident: Told, elsewhere: Arrival) -> None:
    address = f"/?conversation={incident.conversation}&source={incident.answer}.0"
    visitor = elsewhere(app).open(address)
    expect(visitor.dialog.locator("mark")).to_have_text(QUOTE)
    visitor.page.reload()
    expect(visitor.dialog.locator("mark")).to_have_text(QUOTE)


@pytest.mark.parametrize("place", ["99", "²"])
def test_a_place_that_is_no_citation_leaves_the_page_whole(
    visitor: Visitor, incident: Told, place: str
) -> None:
    visitor.open(f"/?answer={incident.answer}&source={incident.answer}.{place}")
    expect(visitor.answers).to_have_count(1)
    visitor.idle()
    expect(visitor.input).to_be_visible()
    expect(visitor.dialog.locator("mark")).to_have_count(0)
    expect(visitor.page.get_by_test_id("stException")).to_have_count(0)


def test_a_source_of_no_answer_is_said_to_be_none(visitor: Visitor, app: App) -> None:
    ingest = json.loads(app.command("log", "--json"))[-1]["id"]
    for record in ("0123456789abcdef", ingest):
        visitor.open(f"/?source={record}.0")
        expect(visitor.page.get_by_text("This source cannot be opened")).to_be_visible()
        expect(visitor.page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.parametrize("field", ["answer", "source"])
def test_an_address_with_markup_is_shown_as_it_is(visitor: Visitor, field: str) -> None:
    markup = "![x](http://example/address)"
    visitor.open(f"/?{field}={markup}{'.0' if field == 'source' else ''}")
    expect(visitor.page.get_by_role("alert")).to_contain_text(markup)
    expect(visitor.page.locator("img[src*='example']")).to_have_count(0)
