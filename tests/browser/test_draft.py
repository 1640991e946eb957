"""Draft: from the questions of a policy to a Word file, with hand edits kept, and on to approval."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from docx import Document as open_docx
from playwright.sync_api import Locator, expect

from tests.browser.conftest import App, Arrival, Visitor, running
from tests.model_server import ModelServer, Says

UNITS = "every unit that buys or builds otters"
MINE = "Otters are counted by hand."


def author(arrival: Arrival, app: App, path: str = "/draft") -> Visitor:
    mark = "&" if "?" in path else "?"
    return arrival(app).open(f"{path}{mark}role=Policy%20author")


def begun(visitor: Visitor, type_: str = "AI policy") -> Visitor:
    """A document of a type that was just begun, at its questions."""
    expect(visitor.heading("Draft")).to_be_visible()
    visitor.page.get_by_role("combobox", name="Type").click()
    visitor.page.get_by_role("option", name=type_, exact=True).click()
    visitor.page.get_by_role("button", name="Begin", exact=True).click()
    expect(visitor.page.get_by_role("button", name="Suggest answers")).to_be_visible()
    visitor.idle()
    return visitor


def part(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_test_id("stButtonGroup").get_by_role("radio", name=name, exact=True).click()
    visitor.idle()


def composed(visitor: Visitor) -> Visitor:
    visitor.page.get_by_role("button", name="Compose the document").first.click()
    expect(visitor.page.get_by_text("The document is composed")).to_be_visible()
    return visitor


def section(visitor: Visitor, number: int) -> Locator:
    return visitor.page.locator(f".st-key-section-{number}")


def answer(visitor: Visitor, question: str, text: str) -> None:
    field = visitor.page.get_by_role("textbox", name=question)
    field.fill(text)
    field.press("Tab")
    visitor.idle()


def test_from_the_questions_to_a_word_file(arrival: Arrival, changing_app: App) -> None:
    visitor = begun(author(arrival, changing_app))
    answer(visitor, "Which units does the policy cover?", UNITS)
    expect(visitor.page.get_by_text(re.compile("^1 of"))).to_be_visible()  # saved, and told so
    visitor.page.reload()
    expect(visitor.page.get_by_role("textbox", name="Which units does the policy cover?")).to_have_value(
        UNITS
    )
    composed(visitor)
    part(visitor, "Document")
    expect(section(visitor, 1)).to_contain_text(UNITS)
    expect(section(visitor, 1).locator("mark").first).to_contain_text("TO BE SUPPLIED")
    part(visitor, "Export and submit")
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="Word").click()
    made = open_docx(io.BytesIO(download.value.path().read_bytes()))
    assert any(UNITS in paragraph.text for paragraph in made.paragraphs)
    assert "exported" in changing_app.command("log", "--json")


def test_a_suggestion_comes_with_its_source_and_is_taken_only_when_asked(
    arrival: Arrival, changing_app: App
) -> None:
    visitor = begun(author(arrival, changing_app))
    visitor.page.get_by_role("button", name="Suggest answers").click()
    use = visitor.page.get_by_role("button", name="Use it").first
    expect(use).to_be_visible()
    expect(visitor.page.get_by_text(re.compile("^0 of"))).to_be_visible()
    use.click()
    expect(visitor.page.get_by_text(re.compile("^1 of"))).to_be_visible()
    expect(visitor.page.get_by_text("Taken from")).to_be_visible()
    field = visitor.page.get_by_role("textbox", name="Which units does the policy cover?")
    expect(field).to_have_value(re.compile("every employee"))
    answer(visitor, "Which aim of the organisation", "answers that customers understand")
    expect(visitor.page.get_by_text(re.compile("^2 of"))).to_be_visible()
    expect(field).to_have_value(re.compile("every employee"))


def fill_cell(visitor: Visitor, question: str, text: str) -> None:
    """Write into the first cell of a table: its field is there once the chosen cell was opened."""
    table = visitor.page.locator(f".st-key-q-ai-policy-{question}").get_by_test_id("stDataFrame")
    field = visitor.page.locator("textarea.gdg-input")
    visitor.idle()
    table.scroll_into_view_if_needed()
    for _ in range(5):
        table.click(position={"x": 150, "y": 55})
        visitor.page.keyboard.press("Enter")
        with suppress(AssertionError):
            expect(field).to_be_visible(timeout=3_000)
            break
    field.fill(text)
    field.press("Enter")
    expect(visitor.page.get_by_text(re.compile("^1 of"))).to_be_visible()


def test_a_table_outlasts_another_part_and_another_window(arrival: Arrival, changing_app: App) -> None:
    visitor = begun(author(arrival, changing_app))
    other = author(arrival, changing_app, visitor.page.url[visitor.page.url.index("/draft") :])
    expect(other.page.get_by_role("button", name="Suggest answers")).to_be_visible()
    visitor.page.bring_to_front()  # a page behind another draws no canvas
    fill_cell(visitor, "q17", "Otters first")
    part(visitor, "Document")
    part(visitor, "Questions")
    answer(other, "Which units does the policy cover?", UNITS)
    composed(visitor)
    part(visitor, "Document")
    expect(section(visitor, 2)).to_contain_text("Otters first")


def test_back_goes_from_a_part_to_the_one_before_and_to_the_list(arrival: Arrival, changing_app: App) -> None:
    visitor = begun(author(arrival, changing_app))
    part(visitor, "Revisions")
    expect(visitor.page.get_by_text("There is no revision yet")).to_be_visible()
    visitor.page.go_back()
    expect(visitor.page.get_by_role("button", name="Suggest answers")).to_be_visible()
    visitor.idle()
    visitor.page.go_back()
    expect(visitor.heading("Draft")).to_be_visible()


def test_what_was_written_by_hand_stays_until_its_replacement_is_confirmed(
    arrival: Arrival, changing_app: App
) -> None:
    visitor = composed(begun(author(arrival, changing_app)))
    part(visitor, "Document")
    first = section(visitor, 1)
    first.get_by_role("button", name="Edit").click()
    visitor.page.get_by_role("textbox", name="Text of the section").fill(f"{MINE} [5.2-a]")
    visitor.page.get_by_role("textbox", name="Text of the section").press("Tab")
    first.get_by_role("button", name="Save").click()
    expect(first).to_contain_text("edited by hand")
    visitor.page.get_by_role("button", name="Compose again").first.click()
    expect(visitor.page.get_by_text("Left as they were")).to_be_visible()
    expect(first).to_contain_text(MINE)
    first.get_by_role("button", name="Compose again").click()
    visitor.dialog.get_by_role("button", name="Replace it").click()
    expect(first).not_to_contain_text(MINE)
    part(visitor, "Revisions")
    expect(visitor.page.get_by_text("edited by Policy author (you)")).to_be_visible()


def test_an_employee_is_told_that_the_page_is_not_for_them(arrival: Arrival, app: App) -> None:
    visitor = arrival(app).open("/draft")
    expect(visitor.page.get_by_text("This page is not for your role")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Begin", exact=True)).to_have_count(0)


def test_a_document_goes_on_to_approval_as_a_word_file(arrival: Arrival, changing_app: App) -> None:
    visitor = composed(begun(author(arrival, changing_app)))
    part(visitor, "Export and submit")
    visitor.page.get_by_role("button", name="Submit", exact=True).click()
    with visitor.page.expect_popup() as opened:
        visitor.page.get_by_role("link", name="See where it stands").first.click()
    expect(opened.value.get_by_text("Open places", exact=True)).to_be_visible()


BINDS = "It binds every employee in all departments and at every site."
ANEW = "In all departments and at every site it binds every employee."
FALSE = "In all departments and at every site it binds nobody."


@pytest.fixture(scope="module")
def model_app(bare_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app with a language model on this machine that words one sentence well and then falsely."""
    rows = [{"text": text, "quotes": [{"passage": 1, "quote": BINDS}]} for text in (ANEW, FALSE)]
    with ModelServer([Says(json.dumps({"claims": rows}))]) as server:
        names = {"": "openai:scripted", "_URL": server.url, "_KEY": "x", "_RETRIES": "0"}
        settings = {f"CLAUSEWISE_MODEL{name}": value for name, value in names.items()}
        with running(bare_template, tmp_path_factory.mktemp("model"), settings) as started:
            started.wait()
            yield started


def test_a_section_is_reworded_by_the_language_model_once_it_is_taken_over(
    arrival: Arrival, model_app: App, tmp_path: Path
) -> None:
    intake = tmp_path / "intake.yaml"
    intake.write_text("q14: all departments and at every site\n", "utf-8")
    made = ["draft", "ai-policy", "--intake", str(intake), "-o", str(tmp_path / "policy.md"), "--json"]
    name = json.loads(model_app.command(*made))["manuscript"]
    visitor = author(arrival, model_app, f"/draft?manuscript={name}&part=Document")
    first = section(visitor, 1)
    expect(first).to_contain_text("Reworded by openai:scripted on this machine; nothing leaves it.")
    first.get_by_role("button", name="Have the language model reword").click()
    expect(first).to_contain_text("Stays as it is")
    expect(first).to_contain_text(ANEW)
    expect(first).to_contain_text(BINDS)
    expect(first).not_to_contain_text(FALSE)
    first.get_by_role("button", name="Take it over").click()
    expect(visitor.page.get_by_text("The section stands in the new words.")).to_be_visible()
    expect(first).to_contain_text("reworded by a language model")
    expect(first).not_to_contain_text(BINDS)
    section(visitor, 2).get_by_role("button", name="Lock").click()
    expect(section(visitor, 2).get_by_role("button", name="Unlock")).to_be_visible()
    expect(section(visitor, 2).get_by_role("button", name="Have the language model")).to_have_count(0)
