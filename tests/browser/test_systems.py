"""Systems: from the interview to a tier that somebody else decides; no answer is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import App, Arrival, Visitor, running

pytestmark = pytest.mark.browser
NAME = "CV Ranker <b>2</b>"


@pytest.fixture(scope="module")
def registry(bare_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on an organisation of this module's own."""
    with running(bare_template, tmp_path_factory.mktemp("registry")) as started:
        started.wait()
        yield started


def part(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("radio", name=name, exact=True).click()
    visitor.idle()


def step(visitor: Visitor, title: str) -> None:
    """Go on until a step is open."""
    chosen = visitor.page.get_by_role("combobox", name="Step")
    for _ in range(40):
        visitor.idle()
        if title in chosen.input_value():
            return
        before = chosen.input_value()
        visitor.page.get_by_role("button", name="Next", exact=True).click()
        expect(chosen).not_to_have_value(before)
    raise AssertionError(title)


def box(visitor: Visitor, question: str, label: str) -> Locator:
    return visitor.page.locator(f".st-key-boxes-{question}").get_by_role("checkbox", name=label)


@contextmanager
def counted(visitor: Visitor) -> Iterator[None]:
    """Until the step counts one answer more: then it is kept."""
    step = visitor.page.get_by_role("combobox", name="Step")
    before = step.input_value()
    yield
    expect(step).not_to_have_value(before)
    visitor.idle()


def tick(visitor: Visitor, question: str, label: str) -> None:
    with counted(visitor):
        box(visitor, question, label).locator("xpath=ancestor::label").click()
        expect(box(visitor, question, label)).to_be_checked()


def say(visitor: Visitor, question: str, answer: str) -> None:
    with counted(visitor):
        group = visitor.page.get_by_role("radiogroup", name=question)
        group.get_by_role("radio", name=answer, exact=True).click()


def entered(visitor: Visitor) -> None:
    visitor.idle()
    visitor.unfold("Enter a system")
    field = visitor.page.get_by_role("textbox", name="Name", exact=True)
    field.fill(NAME)
    field.press("Enter")
    expect(visitor.page.get_by_text(f"{NAME} is in the register.")).to_be_visible()


def test_an_interview_leads_to_a_tier_that_a_reviewer_decides(registry: App, arrival: Arrival) -> None:
    author = arrival(registry).open("/systems?role=Policy+author")
    expect(author.page.get_by_text("No system is in the register yet.")).to_be_visible()
    entered(author)
    step(author, "Prohibited practices")
    tick(author, "prohibited_facts", "None of these")
    step(author, "High-risk uses")
    tick(author, "annex_iii_points", "4(a) recruitment and selection")
    say(author, "Does it profile people?", "Yes")
    name = re.search(r"system=(\w+)", author.page.url)
    assert name
    link = f"/systems?system={name.group(1)}"

    author.page.close()  # as when the process is killed: what was answered is there
    author = arrival(registry).open(f"{link}&role=Policy+author")
    step(author, "High-risk uses")
    expect(box(author, "annex_iii_points", "4(a) recruitment and selection")).to_be_checked()
    step(author, "Our own questions")
    say(author, "Has legal said that it must stop?", "No")
    part(author, "Result")
    expect(author.page.get_by_text("T3 full, until what is open is answered")).to_be_visible()
    expect(author.page.get_by_text("E4x: Profiling closes the derogation")).to_be_visible()
    author.page.get_by_role("button", name="Keep as an assessment").click()
    expect(author.page.get_by_text("Assessment 1 is kept.")).to_be_visible()
    part(author, "Assessments")
    expect(author.page.get_by_text("A reviewer who had no hand in it decides")).to_be_visible()
    expect(author.page.get_by_role("button", name="Decide")).to_have_count(0)

    reviewer = arrival(registry).open(f"{link}&role=Reviewer")
    part(reviewer, "Assessments")
    reviewer.page.get_by_role("button", name="Decide").click()
    expect(reviewer.page.get_by_text("Decided: T3 full.")).to_be_visible()
    reviewer.page.get_by_role("button", name="Back to the register").click()
    expect(reviewer.page.get_by_role("button", name=NAME)).to_be_visible()
    expect(reviewer.page.get_by_text("T3 full", exact=True)).to_be_visible()


def test_a_table_is_looked_at_before_it_is_imported(registry: App, arrival: Arrival) -> None:
    author = arrival(registry).open("/systems?role=Policy+author")
    author.unfold("Import a table")
    table = b"name,status\nOtter Counter,in use\n,idea\n"
    author.page.locator("input[type=file]").set_input_files(
        {"name": "systems.csv", "mimeType": "text/csv", "buffer": table}
    )
    expect(author.page.get_by_text("1 new, 0 changed, 0 known already, 1 cannot be taken.")).to_be_visible()
    expect(author.page.get_by_text("line 3: A system needs a name.")).to_be_visible()
    expect(author.page.get_by_role("button", name="Otter Counter")).to_have_count(0)
    author.page.get_by_role("button", name="Import", exact=True).click()
    expect(author.page.get_by_role("button", name="Otter Counter")).to_be_visible()


def test_an_employee_is_told_that_the_page_is_not_for_them(registry: App, arrival: Arrival) -> None:
    employee = arrival(registry).open("/systems")
    expect(employee.page.get_by_text("This page is not for your role.")).to_be_visible()
    expect(employee.page.get_by_role("textbox", name="Search")).to_have_count(0)


def test_an_unknown_system_is_told(registry: App, arrival: Arrival) -> None:
    auditor = arrival(registry).open("/systems?system=nothing&role=Auditor")
    expect(auditor.page.get_by_text("is in the register")).to_be_visible()
