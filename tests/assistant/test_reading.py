"""Reading the log: who reads which record, and in which form."""

from __future__ import annotations

import pytest

from assistant import reading, review
from assistant.errors import UnknownRecord
from assistant.home import Home
from assistant.people import Person
from knowledge.models import Role
from tests.assistant.reviewing import (
    ADMIN,
    AUDITOR,
    AUTHOR,
    EMPLOYEE,
    INCIDENT,
    LOGS,
    PARKING,
    REVIEWER,
    entries,
    person,
    put,
    submitted,
)

OTHER = person("employee-2")


def reads(home: Home, who: Person, name: str) -> bool:
    """Whether a person reads a record by its id, which is the same as finding it in the list."""
    listed = name in {entry.id for entry in reading.records(home, who)}
    try:
        reading.record(home, who, name)
    except UnknownRecord as error:
        assert str(error) == f"No record {name!r} is on the log, or it is not for you."
        assert not listed
        return False
    assert listed
    return True


def test_an_answer_is_for_who_asked_and_for_those_who_review_or_audit(kept_org: Home) -> None:
    given = put(kept_org, LOGS)
    readers = [
        who for who in (EMPLOYEE, OTHER, AUTHOR, REVIEWER, AUDITOR, ADMIN) if reads(kept_org, who, given.id)
    ]
    assert readers == [EMPLOYEE, REVIEWER, AUDITOR, ADMIN]
    assert reading.conversation(kept_org, OTHER, given.conversation) == []
    with pytest.raises(UnknownRecord):
        reading.answer(kept_org, OTHER, given.id)


def test_only_answers_are_for_who_caused_them(kept_org: Home) -> None:
    item = submitted(kept_org)
    draft = next(e.id for e in entries(kept_org, "draft") if e.body["item"] == item)
    flag = review.flag(kept_org, EMPLOYEE, put(kept_org, LOGS).id, "This is wrong.").id
    assert [reads(kept_org, AUTHOR, draft), reads(kept_org, EMPLOYEE, flag)] == [False, False]
    assert [reads(kept_org, REVIEWER, draft), reads(kept_org, REVIEWER, flag)] == [True, True]


def test_who_asked_cannot_ask_on_from_somebody_elses_conversation(kept_org: Home) -> None:
    given = put(kept_org, "What does A.6.2.8 require?")
    follow = "And which evidence for it?"
    assert put(kept_org, follow, conversation=given.conversation).understood_as
    assert put(kept_org, follow, OTHER, conversation=given.conversation).understood_as is None


def test_a_source_opens_where_the_quote_stands(kept_org: Home) -> None:
    given = put(kept_org, INCIDENT)
    found = reading.source(kept_org, EMPLOYEE, given.id, 0)
    assert found.text[found.citation.start : found.citation.end] == found.citation.quote
    assert found.status == "in force"
    assert bool(found.data) == bool(found.citation.page)
    with pytest.raises(IndexError):
        reading.source(kept_org, EMPLOYEE, given.id, 99)
    with pytest.raises(UnknownRecord):
        reading.source(kept_org, OTHER, given.id, 0)


def test_news_tell_what_reviewers_changed_and_nothing_else(org: Home) -> None:
    kept, changed, others = put(org, LOGS).id, put(org, PARKING).id, put(org, PARKING, OTHER).id
    review.approve(org, REVIEWER, kept)
    for item in (changed, others):
        review.reject(org, REVIEWER, item, "This was not for us.")
    (told,) = reading.news(org, EMPLOYEE)
    assert (told.entry.id, told.reason) == (changed, "This was not for us.")
    assert told.decided and told.decided.role is Role.REVIEWER
    assert REVIEWER.id not in {told.decided.answer, told.decided.at}


def test_the_reason_of_an_escalation_is_not_for_who_asked(kept_org: Home) -> None:
    item = put(kept_org, LOGS).id
    review.escalate(kept_org, REVIEWER, item, "I cannot judge the keeper.")
    assert "keeper" not in repr(reading.answer(kept_org, EMPLOYEE, item).reason)


def test_the_chain_that_is_checked_is_the_whole_one(kept_org: Home) -> None:
    found = reading.soundness(kept_org, AUDITOR)
    assert found.sound and found.count == len(entries(kept_org))
