"""An item in one read: who may, what they see of it, and that a first verdict stays hidden meanwhile."""

from __future__ import annotations

import pytest

from assistant import detail as room
from assistant import draft_reading, drafts, reading, review
from assistant.ask import ask
from assistant.corrections import Statement
from assistant.errors import NotAllowed, NotHeld, UnknownRecord
from assistant.home import Home
from assistant.ingest import Declared, add_bytes
from assistant.models import Question
from assistant.people import Person, unsigned
from assistant.standing import State
from knowledge.models import Role

STOP = "Who may stop an AI system?"
DRAFT = b"# Drone Policy\n\n## 1 Keeping\n\nDrones are kept by [TO BE SUPPLIED: the keeper].\n"
QUOTE = "Every overseer may stop the system without asking anyone first."


def acting(name: str) -> Person:
    found = unsigned(name)
    assert found
    return found


EMPLOYEE, REVIEWER, SECOND = acting("employee"), acting("reviewer"), acting("reviewer-2")
AUTHOR, AUDITOR = acting("author"), acting("auditor")


def asked(home: Home, text: str = STOP) -> str:
    return ask(home, Question(text=text, person=EMPLOYEE.id)).id


def test_a_claim_stands_beside_its_quote_in_its_document(sample: Home) -> None:
    found = room.detail(sample, REVIEWER, asked(sample))
    quoted = found.said[0].quotes[0]
    assert quoted.stands
    assert quoted.status == "in force"
    text = reading.source(sample, REVIEWER, found.id, 0).text
    assert f"{quoted.before}{quoted.citation.quote}{quoted.after}" in text
    assert found.title == STOP
    assert found.searched
    assert found.documents and quoted.citation.document in found.documents


def test_an_employee_may_not_and_an_unknown_item_is_unknown(sample: Home) -> None:
    with pytest.raises(NotAllowed):
        room.detail(sample, EMPLOYEE, asked(sample))
    with pytest.raises(UnknownRecord):
        room.detail(sample, REVIEWER, "0123456789abcdef")


def test_a_first_verdict_is_hidden_from_the_second_reviewer_until_they_decide(sample: Home) -> None:
    sample.settings = sample.settings.model_copy(update={"reviewers": 2})
    item = asked(sample)
    review.reject(sample, REVIEWER, item, "The role is wrong.")
    acts = {who.id: [one.act for one in room.detail(sample, who, item).history] for who in (REVIEWER, SECOND)}
    assert acts == {REVIEWER.id: ["", "reject"], SECOND.id: [""]}
    assert room.detail(sample, AUDITOR, item).history[-1].reason == "The role is wrong."
    assert room.detail(sample, SECOND, item).given == 1
    review.approve(sample, SECOND, item)
    seen = room.detail(sample, SECOND, item)
    assert [one.act for one in seen.history] == ["", "reject", "approve"]
    assert seen.state is State.ESCALATED


def test_who_cannot_decide_is_told_why(sample: Home) -> None:
    item = asked(sample)
    review.claim(sample, REVIEWER, item)
    assert "claimed" in (room.detail(sample, SECOND, item).barred or "")
    assert room.detail(sample, REVIEWER, item).barred is None
    assert room.detail(sample, AUDITOR, item).barred == ""


def test_a_later_version_that_is_not_for_the_reader_is_not_shown(sample: Home) -> None:
    text = "# Drone Rules\n\n## 1 Purchase\n\nThe purchase of a drone is approved by the {}.\n"
    add_bytes(sample, text.format("Head of Facilities").encode(), "drones.md", "upload:drones.md")
    item = asked(sample, "Who approves the purchase of a drone?")
    hidden = Declared(audience=frozenset({Role.ADMINISTRATOR}))
    add_bytes(sample, text.format("Chief Pilot").encode(), "drones.md", "upload:drones.md", hidden)
    (for_auditor,) = room.detail(sample, AUDITOR, item).differences
    assert "Chief Pilot" in (for_auditor.after or "")
    (for_reviewer,) = room.detail(sample, REVIEWER, item).differences
    assert (for_reviewer.after, for_reviewer.successor) == (None, None)


def test_the_statement_that_is_not_carried_is_named(sample: Home) -> None:
    statements = [Statement(quotes=(QUOTE,)), Statement(quotes=("No document says these words.",))]
    with pytest.raises(NotHeld) as caught:
        review.correct(sample, REVIEWER, asked(sample), statements, "One is wrong.")
    assert caught.value.number == 2
    assert str(caught.value).startswith("Statement 2: ")


def test_an_approved_correction_stays_in_the_news_of_who_asked(sample: Home) -> None:
    item = asked(sample)
    review.correct(sample, REVIEWER, item, [Statement(quotes=(QUOTE,))], "Half of it is enough.")
    review.approve(sample, SECOND, item)
    assert [told.answer.id for told in reading.news(sample, EMPLOYEE)] == [item]


def test_drafts_are_listed_with_where_they_stand_and_read_with_every_revision(sample: Home) -> None:
    name = drafts.submit(sample, AUTHOR, DRAFT, "drone.md").body["item"]
    drafts.submit(sample, AUTHOR, DRAFT + b"\nThey are red.\n", "drone.md", draft=name)
    (row,) = draft_reading.listed(sample, AUTHOR)
    assert (row.title, row.number, row.own, row.approvals, row.needs) == ("Drone Policy", 2, True, 0, 1)
    assert row.placeholders == ("the keeper",)
    read = draft_reading.read(sample, REVIEWER, name)
    assert [one.number for one in read.revisions] == [1, 2]
    assert "They are red." in read.revisions[1].text
    with pytest.raises(NotAllowed):
        draft_reading.listed(sample, EMPLOYEE)
    with pytest.raises(UnknownRecord):
        draft_reading.read(sample, REVIEWER, asked(sample))
