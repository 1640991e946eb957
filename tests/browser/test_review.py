"""Review: the queue is cleared by the keyboard alone, an address decides nothing, drafts are approved."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from assistant import drafts, reading, review, worklist
from assistant.ask import ask
from assistant.detail import detail
from assistant.home import Home, home_at
from assistant.ingest import add_bytes
from assistant.models import Question
from assistant.people import Person, unsigned
from assistant.standing import State
from tests.browser.conftest import PHONE, App, Arrival, Visitor, running
from tests.browser.test_phone import SIDEWAYS

pytestmark = pytest.mark.browser
TEN = """By when do I have to report an AI incident?
How long is my parental leave?
Which AI tools am I allowed to use?
Who may stop an AI system?
What does A.6.2.8 require?
Does the AI policy apply to employees?
How much does a licence cost?
Who approves a new supplier?
May candidates be scored by AI?
What must be in an impact assessment?""".splitlines()
REJECTED, CORRECTED, ANSWERED = TEN[3], TEN[5], TEN[1]
DRAFT = """# Drone Policy

## 1 Purpose

Drones are kept by [TO BE SUPPLIED: the keeper]. Flights are announced [TO BE SUPPLIED: hours ahead] ahead.
"""


def acting(name: str) -> Person:
    found = unsigned(name)
    assert found
    return found


EMPLOYEE, REVIEWER, AUTHOR, AUDITOR = map(acting, ("employee", "reviewer", "author", "auditor"))


@pytest.fixture(scope="module")
def reviewed(sample_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on a sample organisation of this module's own."""
    folder = tmp_path_factory.mktemp("reviewed")
    shutil.copytree(sample_template, folder / "template")
    with running(folder / "template", folder) as started:
        started.wait()
        yield started


@pytest.fixture(scope="module")
def core(reviewed: App) -> Iterator[Home]:
    """The same home as the app's, opened by the tests to log answers and to look at what was recorded."""
    home = home_at(reviewed.home)
    yield home
    home.close()


def asked(core: Home, text: str, flagged: bool = True) -> str:
    """Ask as an employee and, so that it waits for review, flag the answer; the answer's id."""
    given = ask(core, Question(text=text, person=EMPLOYEE.id, via=EMPLOYEE.via))
    if flagged:
        review.flag(core, EMPLOYEE, given.id, "Please look at this.")
    return given.id


def state(core: Home, item: str) -> State:
    return detail(core, AUDITOR, item).state


def written(core: Home) -> int:
    return len(reading.records(core, AUDITOR))


@pytest.fixture
def reviewer(arrival: Arrival, reviewed: App) -> Visitor:
    return arrival(reviewed)


def queue(visitor: Visitor, more: str = "", role: str = "Reviewer") -> Visitor:
    visitor.open(f"/review?role={role}{more}")
    expect(button(visitor, "Open the first")).to_be_visible()
    visitor.idle()
    return visitor


def opened(visitor: Visitor, item: str, role: str = "Reviewer") -> Visitor:
    visitor.open(f"/review?role={role}&item={item}")
    expect(question(visitor)).to_be_visible()
    expect(visitor.page.get_by_text(re.compile(r"^History \("))).to_be_visible()
    if role == "Reviewer":
        expect(button(visitor, "Approve")).to_be_visible()
    visitor.idle()
    return visitor


def question(visitor: Visitor) -> Locator:
    return visitor.page.locator(".cw-question")


def button(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_test_id("stMain").get_by_role("button", name=re.compile(rf"^{name}\b"))


def field(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("textbox", name=name)


def press(visitor: Visitor, *keys: str) -> None:
    for key in keys:
        visitor.page.keyboard.press(key)


def typed(visitor: Visitor, into: str, text: str) -> None:
    """Type where the cursor is, which must be the named field."""
    expect(field(visitor, into)).to_be_focused()
    visitor.page.keyboard.type(text)


def test_a_reviewer_clears_ten_items_by_keyboard_alone(core: Home, reviewer: Visitor) -> None:
    ids = {text: asked(core, text) for text in TEN}
    review.assign(core, REVIEWER, list(ids.values()), REVIEWER.id)
    queue(reviewer, "&whose=Mine")
    press(reviewer, "o")
    for text in TEN:
        expect(question(reviewer)).to_have_text(text)
        reviewer.idle()
        decide(reviewer, text)
    expect(question(reviewer)).not_to_have_text(TEN[-1])
    expected = {REJECTED: State.REJECTED, CORRECTED: State.CORRECTED, ANSWERED: State.CORRECTED}
    assert {text: state(core, item) for text, item in ids.items()} == {
        text: expected.get(text, State.APPROVED) for text in TEN
    }


def decide(reviewer: Visitor, now: str) -> None:
    if now == REJECTED:
        press(reviewer, "x")
        typed(reviewer, "Why must it not stand?", "The role is named wrongly")
    elif now == CORRECTED:
        press(reviewer, "f")
        typed(
            reviewer,
            "Your reason, which the person who asked can read",
            "The first statement is beside the point",
        )
        press(reviewer, "Tab", "Space", "Shift+Tab")
    elif now == ANSWERED:
        press(reviewer, "f")
        typed(reviewer, "Your reason, which the person who asked can read", "The nearest that we have")
        press(reviewer, "Tab")
        typed(reviewer, "Quote", "Every overseer may stop the system without asking anyone first.")
    else:
        press(reviewer, "a")
        return
    press(reviewer, "Control+Enter")


def test_keys_do_nothing_while_a_field_is_typed_in(core: Home, reviewer: Visitor) -> None:
    item = asked(core, "Who decides on exceptions to the AI policy?")
    opened(reviewer, item)
    before = written(core)
    press(reviewer, "e")
    typed(reviewer, "What should somebody else decide?", "jkaefxlboqzh")
    expect(field(reviewer, "What should somebody else decide?")).to_have_value("jkaefxlboqzh")
    press(reviewer, "Escape")
    expect(field(reviewer, "What should somebody else decide?")).to_have_count(0)
    expect(button(reviewer, "Approve")).to_be_visible()
    assert written(core) == before


def test_a_decision_without_a_reason_is_refused_and_keeps_the_form(core: Home, reviewer: Visitor) -> None:
    item = asked(core, "Who keeps the list of AI systems?")
    opened(reviewer, item)
    press(reviewer, "x")
    expect(field(reviewer, "Why must it not stand?")).to_be_focused()
    press(reviewer, "Control+Enter")
    expect(reviewer.page.get_by_role("alert")).to_contain_text("Give a reason")
    typed(reviewer, "Why must it not stand?", "It is out of date")
    press(reviewer, "Control+Enter")
    expect(reviewer.page.get_by_text("Rejected: Who keeps")).to_be_visible()
    assert state(core, item) is State.REJECTED


def test_what_was_decided_can_be_brought_back(core: Home, reviewer: Visitor) -> None:
    item = asked(core, "Who may change an AI system in use?")
    opened(reviewer, item)
    press(reviewer, "a")
    expect(button(reviewer, "Undo")).to_be_visible()
    reviewer.idle()
    press(reviewer, "z")
    typed(reviewer, "Why is it to be looked at again?", "Approved too soon")
    press(reviewer, "Control+Enter")
    expect(button(reviewer, "Approve")).to_be_visible()
    assert state(core, item) is State.PENDING


def test_a_link_to_an_item_opens_it_and_changes_nothing(core: Home, reviewer: Visitor) -> None:
    item = asked(core, "Which data may train an AI system?")
    before = written(core)
    for _ in range(2):
        opened(reviewer, item)
        expect(button(reviewer, "Approve")).to_be_visible()
        expect(reviewer.page.locator("mark").first).to_be_visible()
    reviewer.page.reload()
    expect(question(reviewer)).to_contain_text("Which data may train")
    assert written(core) == before


def test_what_changed_meanwhile_is_not_decided_unseen(core: Home, reviewer: Visitor) -> None:
    item = asked(core, "Who is told of a new AI system?")
    opened(reviewer, item)
    review.flag(core, REVIEWER, item, "And it is too long.")
    press(reviewer, "a")
    expect(reviewer.page.get_by_role("alert")).to_contain_text("It has changed since you opened it.")
    expect(reviewer.page.get_by_text("A reader wrote: And it is too long.")).to_be_visible()
    assert state(core, item) is State.PENDING


@pytest.mark.parametrize("address", ["/review", "/review?item={item}"])
def test_an_employee_is_told_that_the_page_is_not_for_them(
    core: Home, reviewer: Visitor, address: str
) -> None:
    item = asked(core, "Who trains the overseers?")
    reviewer.open(address.format(item=item))
    expect(reviewer.page.get_by_text("This page is not for your role.")).to_be_visible()
    expect(question(reviewer)).to_have_count(0)
    expect(reviewer.page.get_by_test_id("stMain").get_by_role("button")).to_have_count(0)


def test_an_auditor_sees_everything_and_decides_nothing(core: Home, reviewer: Visitor) -> None:
    item = asked(core, "Who audits the AI systems?")
    opened(reviewer, item, "Auditor")
    expect(reviewer.page.get_by_text("A reader wrote: Please look at this.")).to_be_visible()
    expect(reviewer.page.get_by_text("History (2)")).to_be_visible()
    for name in ("Approve", "Correct", "Reject", "Escalate", "Claim", "Assign", "Reopen"):
        expect(button(reviewer, name)).to_have_count(0)
    press(reviewer, "a", "x", "l")
    assert len(detail(core, AUDITOR, item).history) == 2


def test_an_answered_abstention_reaches_the_one_who_asked(
    core: Home, reviewer: Visitor, elsewhere: Arrival, reviewed: App
) -> None:
    asking = "How long is the notice period in my contract?"
    opened(reviewer, asked(core, asking, flagged=False))
    button(reviewer, "Answer this question from the sources").click()
    typed(reviewer, "Your reason, which the person who asked can read", "This is what our standard says")
    press(reviewer, "Tab")
    typed(reviewer, "Quote", "Every overseer may stop the machine.")
    press(reviewer, "Control+Enter")
    wrong = reviewer.page.locator(".st-key-statement-0").get_by_role("alert")
    expect(wrong).to_contain_text("stands in no document in force")
    expect(field(reviewer, "Quote")).to_have_value("Every overseer may stop the machine.")
    expect(field(reviewer, "Your reason, which the person who asked can read")).to_have_value(
        "This is what our standard says"
    )
    field(reviewer, "Quote").fill("Every overseer may stop the system without asking anyone first.")
    press(reviewer, "Control+Enter")
    expect(reviewer.page.get_by_text("Corrected: How long")).to_be_visible()
    asker = elsewhere(reviewed).open()
    expect(asker.page.get_by_text("News on your questions")).to_be_visible()
    asker.page.get_by_role("button", name=f"Corrected: {asking}").click()
    expect(asker.page.get_by_text("This is what our standard says")).to_be_visible()
    expect(asker.page.get_by_text("Every overseer may stop the system")).to_be_visible()


def test_a_correction_stands_beside_what_was_answered_before(
    core: Home, reviewer: Visitor, elsewhere: Arrival, reviewed: App
) -> None:
    item = asked(core, "What must a supplier contract for AI say?")
    opened(reviewer, item)
    press(reviewer, "f")
    typed(reviewer, "Your reason, which the person who asked can read", "Half of it is enough")
    kept = reviewer.page.get_by_role("checkbox", name=re.compile("Keep statement"))
    assert kept.count() > 1
    reviewer.page.get_by_text("Keep statement 2", exact=True).click()
    button(reviewer, "Put it beside the answer").click()
    expect(reviewer.page.get_by_text("Corrected: What must")).to_be_visible()
    asker = elsewhere(reviewed).open(f"/?answer={item}")
    expect(asker.page.get_by_text("Half of it is enough")).to_be_visible()
    expect(asker.page.get_by_text("What was answered before")).to_be_visible()
    opened(reviewer, item)
    expect(reviewer.page.get_by_text("The correction (waits for a second approval)")).to_be_visible()
    expect(reviewer.page.get_by_text("What was answered before")).to_be_visible()


def test_a_changed_source_is_shown_beside_the_quote(core: Home, reviewer: Visitor) -> None:
    text = (
        "# Drone Rules\n\n## 1 Purchase\n\nThe purchase of a drone is approved by the {} within ten days.\n"
    )
    for owner in ("Head of Facilities", "Chief Pilot"):
        add_bytes(core, text.format(owner).encode(), "drones.md", "upload:drones.md")
        if owner == "Head of Facilities":
            item = asked(core, "Who approves the purchase of a drone?")
    opened(reviewer, item)
    expect(reviewer.page.get_by_text("What changed in its sources")).to_be_visible()
    expect(reviewer.page.locator("del")).to_have_text("Head of Facilities")
    expect(reviewer.page.locator("ins")).to_have_text("Chief Pilot")


def test_a_draft_is_not_approved_until_each_open_place_is_accepted(core: Home, reviewer: Visitor) -> None:
    entry = drafts.submit(core, AUTHOR, DRAFT.encode(), "drone-policy.md")
    item = entry.body["item"]
    opened(reviewer, item)
    expect(reviewer.page.get_by_text(entry.body["sha256"])).to_be_visible()
    expect(button(reviewer, "Approve")).to_be_disabled()
    press(reviewer, "a")
    reviewer.page.get_by_text("Accept this open place: the keeper").click()
    reviewer.idle()
    expect(button(reviewer, "Approve")).to_be_disabled()
    assert state(core, item) is State.PENDING
    reviewer.page.get_by_text("Accept this open place: hours ahead").click()
    expect(button(reviewer, "Approve")).to_be_enabled()
    button(reviewer, "Approve").click()
    expect(reviewer.page.get_by_text("Approved: Drone Policy")).to_be_visible()
    assert state(core, item) is State.APPROVED


def test_an_author_submits_revises_and_a_reviewer_publishes(core: Home, reviewer: Visitor) -> None:
    reviewer.open("/approvals?role=Policy%20author")
    reviewer.unfold("Submit a draft")
    reviewer.page.locator("input[type=file]").set_input_files(upload("Boat Policy", "six"))
    expect(button(reviewer, "Remove boat.md")).to_be_visible()
    reviewer.idle()
    button(reviewer, "Submit for approval").click()
    expect(reviewer.page.get_by_text("Boat Policy, revision 1, waits for approval.")).to_be_visible()
    reviewer.unfold("Submit the next revision")
    reviewer.page.locator("input[type=file]").set_input_files(upload("Boat Policy", "seven"))
    expect(button(reviewer, "Remove boat.md")).to_be_visible()
    reviewer.idle()
    button(reviewer, "Submit").click()
    expect(reviewer.page.get_by_text("Boat Policy, revision 2, waits for approval.")).to_be_visible()
    expect(reviewer.page.locator("del")).to_have_text("six")
    expect(reviewer.page.locator("ins")).to_have_text("seven")
    (item,) = (row.id for row in worklist.listed(core, REVIEWER) if row.title == "Boat Policy")
    review.approve(core, REVIEWER, item)
    reviewer.open(f"/approvals?role=Reviewer&draft={item}")
    button(reviewer, "Publish").click()
    expect(reviewer.dialog).to_contain_text("It comes into force today.")
    reviewer.dialog.get_by_role("button", name="Publish it").click()
    expect(reviewer.page.get_by_text("Boat Policy is published as version 1.")).to_be_visible()


def upload(title: str, word: str) -> dict[str, object]:
    text = f"# {title}\n\n## 1 Rules\n\nA boat carries at most {word} people.\n"
    return {"name": "boat.md", "mimeType": "text/markdown", "buffer": text.encode()}


def test_several_items_are_assigned_at_once(core: Home, reviewer: Visitor) -> None:
    items = [asked(core, text) for text in ("Who owns the AI register?", "Who reads the AI register?")]
    queue(reviewer)
    for item in items:
        reviewer.page.locator(f".st-key-pick-{item} label").click()
        reviewer.idle()
    button(reviewer, "Assign").click()
    expect(reviewer.page.get_by_text("Assigned 2 items.")).to_be_visible()
    assert [detail(core, AUDITOR, item).assignee for item in items] == [REVIEWER.id] * 2


def test_a_filter_that_finds_nothing_says_so(reviewer: Visitor, core: Home) -> None:
    asked(core, "Who closes the AI register?")
    queue(reviewer, "&subject=biometrics")
    expect(reviewer.page.get_by_text("No item matches this filter.")).to_be_visible()


@pytest.mark.parametrize("page", ["queue", "item", "form", "correct", "draft", "approvals"])
def test_no_review_page_scrolls_sideways_on_a_phone(
    core: Home, arrival: Arrival, reviewed: App, page: str
) -> None:
    item = asked(core, "Which risks of an AI system are assessed?")
    visitor = arrival(reviewed, PHONE)
    if page == "queue":
        queue(visitor)
    elif page == "approvals":
        visitor.open("/approvals?role=Policy%20author")
        expect(visitor.page.get_by_text("Submit a draft")).to_be_visible()
    else:
        draft = drafts.submit(core, AUTHOR, f"{DRAFT}{item}".encode(), "drone-policy.md").body["item"]
        opened(visitor, draft if page == "draft" else item)
        press(visitor, *{"form": "x", "correct": "f"}.get(page, ""))
    visitor.idle()
    assert visitor.page.evaluate(SIDEWAYS) == []
