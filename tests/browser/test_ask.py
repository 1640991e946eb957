"""Ask: numbered citations, follow-ups, abstentions, conflicts; a conversation that can be come back to."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import INCIDENT, App, Arrival, Told, Visitor, answer_id, citation

pytestmark = pytest.mark.browser
UNANSWERED = "How long is my parental leave?"


def test_an_answer_numbers_its_citations_and_names_their_places(visitor: Visitor) -> None:
    answer = visitor.open().ask("Does the AI policy apply to employees?")
    numbers = answer.get_by_role("button", name=re.compile(r"^\d+$")).all_inner_texts()
    assert len(numbers) >= 2
    assert numbers == [str(place) for place in range(1, len(numbers) + 1)]
    expect(answer).to_contain_text("What your organisation's documents say:")
    expect(answer).to_contain_text("AI Policy, 2 Who it applies to, page 1")
    expect(answer.get_by_text("house policy").first).to_be_visible()


def test_typing_and_enter_asks(visitor: Visitor) -> None:
    visitor.open().input.focus()
    visitor.page.keyboard.type("What does A.6.2.8 require?")
    visitor.page.keyboard.press("Enter")
    expect(visitor.answers).to_have_count(1)
    expect(visitor.answers).to_contain_text("A.6.2.8 AI system recording of event logs")


def test_an_example_asks_itself(visitor: Visitor) -> None:
    visitor.open().page.get_by_role("button", name="Which AI tools am I allowed to use?").click()
    expect(visitor.answers).to_have_count(1)
    expect(visitor.answers).to_contain_text("Generative AI Acceptable Use Policy")


def test_a_conflict_is_named_with_both_sides_and_whom_to_ask(visitor: Visitor) -> None:
    answer = visitor.open().ask(INCIDENT)
    expect(answer).to_contain_text("Two documents in force do not agree")
    expect(answer).to_contain_text("one says 24 hours, the other 72 hours")
    expect(answer).to_contain_text("Ask AI Incident Manager or Head of Operations which one holds.")
    expect(answer.get_by_text("AI Incident Procedure, 2 Reporting, page 1").first).to_be_visible()
    expect(answer.get_by_text("Human Oversight Standard, 5 Reporting")).to_be_visible()


def test_an_abstention_shows_the_nearest_sources_and_whom_to_ask(visitor: Visitor) -> None:
    answer = visitor.open().ask(UNANSWERED)
    expect(answer).to_contain_text("Our sources hold no sure answer to this.")
    expect(answer).to_contain_text(re.compile(r"Ask (the|[A-Z])[^.]+\."))
    expect(answer).to_contain_text("Closest sources, for you to look at:")
    expect(answer).to_contain_text("Supplier AI Policy, 3 What the contract must say")
    expect(answer).to_contain_text("Not answered")
    expect(answer.get_by_role("button", name=re.compile(r"^\d+$"))).to_have_count(0)


def test_a_follow_up_says_how_it_was_understood(visitor: Visitor) -> None:
    visitor.open().ask(INCIDENT)
    answer = visitor.ask("and for contractors?")
    expect(answer).to_contain_text("Understood as: By when do contractors have to report an AI incident?")
    expect(answer).to_contain_text("Contractors report through their contact person")


def test_an_unclear_question_is_asked_back_and_a_choice_answers_it(visitor: Visitor) -> None:
    answer = visitor.open().ask("Who decides?")
    expect(answer).to_contain_text("Which do you mean?")
    choice = answer.get_by_role("button", name="Stopping a system (Human Oversight Standard)")
    choice.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.answers).to_have_count(2)
    expect(visitor.answers.last).to_contain_text(
        "decides on the restart together with the Head of Operations"
    )
    expect(visitor.answers.first.get_by_role("button", name="Stopping a system")).to_have_count(0)


def test_a_reload_keeps_the_conversation(visitor: Visitor) -> None:
    first = answer_id(visitor.open().ask("What does A.6.2.8 require?"))
    second = answer_id(visitor.ask(UNANSWERED))
    visitor.page.reload()
    expect(visitor.answers).to_have_count(2)
    assert [answer_id(answer) for answer in visitor.answers.all()] == [first, second]
    expect(visitor.page.get_by_label("Chat message from user").last).to_contain_text(UNANSWERED)


def test_a_new_conversation_begins_empty_and_forgets_the_subject(visitor: Visitor) -> None:
    visitor.open().ask(INCIDENT)
    visitor.page.get_by_role("button", name="New conversation").click()
    expect(visitor.answers).to_have_count(0)
    answer = visitor.ask("and for contractors?")
    expect(answer).not_to_contain_text("Understood as")


def test_a_link_to_an_answer_opens_it_elsewhere(app: App, incident: Told, elsewhere: Arrival) -> None:
    other = elsewhere(app).open(f"/?answer={incident.answer}")
    expect(other.answers).to_have_count(1)
    assert answer_id(other.answers) == incident.answer
    expect(other.answers).to_contain_text("one says 24 hours, the other 72 hours")


def test_a_new_answer_is_read_from_its_beginning(visitor: Visitor) -> None:
    visitor.open().ask(UNANSWERED)
    answer = visitor.ask(INCIDENT)
    expect(citation(answer, 4)).to_be_attached()  # so that it is longer than the window
    expect(answer.get_by_text("Two documents in force do not agree")).to_be_in_viewport(ratio=1)


def test_an_unknown_answer_is_said_to_be_unknown(visitor: Visitor) -> None:
    visitor.open("/?answer=0123456789abcdef")
    expect(
        visitor.page.get_by_text("No record '0123456789abcdef' is on the log, or it is not for you.")
    ).to_be_visible()
    expect(visitor.input).to_be_visible()
    expect(visitor.page.get_by_text("Traceback")).to_have_count(0)


def test_a_question_with_markup_is_shown_as_it_was_typed(visitor: Visitor) -> None:
    typed = "<img src=http://example.invalid/q onerror=alert(1)> ![x](http://example.invalid/q.png) allowed?"
    visitor.open().ask(typed)
    visitor.idle()
    expect(visitor.page.get_by_label("Chat message from user")).to_contain_text(typed)
    answer = visitor.ask("and for contractors?")
    expect(answer).to_contain_text(f"Understood as: {typed}")
    expect(visitor.page.get_by_role("main").locator("img[src*='example']")).to_have_count(0)
