"""Reuse: what was approved is said again, for as long as it holds and nobody doubts it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from assistant import queue, review
from assistant.home import Home
from assistant.standing import State
from assistant.tables import items
from knowledge import library
from tests.assistant.reviewing import (
    ADMIN,
    AUDITOR,
    EMPLOYEE,
    LOGS,
    LOGS_QUOTE,
    PARKING,
    REVIEWER,
    SECOND,
    added,
    corrected,
    entries,
    person,
    put,
    queued,
    stands,
)

GATE = "Who opens the northern gate for walruses?"
RULE = "# Walruses\n\nThe keeper on duty opens the northern gate for walruses at dusk.\n"


@pytest.fixture
def approved(org: Home) -> str:
    """An approved answer of an employee, by id."""
    item = put(org, LOGS).id
    review.approve(org, REVIEWER, item)
    return item


@pytest.mark.parametrize("asked", [LOGS, "  how long are  event logs kept ?!", LOGS.rstrip("?")])
def test_the_same_question_of_the_same_role_is_answered_as_approved(
    org: Home, approved: str, asked: str
) -> None:
    again = put(org, asked, person("employee-2"))
    assert again.approved
    assert (again.approved.answer, again.approved.role) == (approved, REVIEWER.role)
    assert again.approved.at == stands(org, approved).decided_at
    first = next(e for e in entries(org, "answer") if e.id == approved)
    assert [c.model_dump(mode="json") for c in again.claims] == first.body["answer"]["claims"]


def test_it_says_by_which_role_and_when_never_by_whom(org: Home) -> None:
    item = put(org, LOGS).id
    review.approve(org, SECOND, item)
    again = put(org, LOGS)
    assert again.approved and SECOND.id not in again.model_dump_json()


def test_it_is_logged_as_an_answer_of_its_own(org: Home, approved: str) -> None:
    again = put(org, LOGS)
    entry = entries(org, "answer")[-1]
    assert entry.id == again.id != approved
    assert entry.body["answer"]["approved"]["answer"] == approved
    assert [verdict["outcome"] for verdict in entry.body["verdicts"]] == ["held"] * len(again.claims)
    assert again.id not in queued(org)  # nothing asks to review it once more
    assert stands(org, again.id).state is State.PENDING


def test_another_role_another_question_and_another_day_are_not_answered_so(org: Home, approved: str) -> None:
    assert put(org, LOGS, AUDITOR).approved is None
    assert put(org, LOGS.replace("event logs", "logs")).approved is None
    assert put(org, LOGS, as_of=date(2026, 6, 1)).approved is None


def test_what_was_asked_of_another_day_is_not_said_again(org: Home) -> None:
    item = put(org, LOGS, as_of=date(2026, 6, 1)).id
    review.approve(org, REVIEWER, item)
    assert put(org, LOGS).approved is None


def test_it_is_not_said_again_after_a_cited_version_is_superseded(org: Home) -> None:
    version = added(org, RULE)
    item = put(org, GATE).id
    review.approve(org, REVIEWER, item)
    assert put(org, GATE).approved
    newer = added(org, RULE.replace("dusk", "dawn"))
    again = put(org, GATE)
    assert again.approved is None
    assert {c.version for claim in again.claims for c in claim.citations} & {version.id, newer.id} == {
        newer.id
    }


def test_it_is_not_said_again_by_a_standing_that_nobody_noted_yet(
    org: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sources are looked at again even when the queue does not know that they changed."""
    monkeypatch.setattr("assistant.ingest.sweep_document", lambda *_: [])
    added(org, RULE)
    item = put(org, GATE).id
    review.approve(org, REVIEWER, item)
    added(org, RULE.replace("dusk", "dawn"))
    assert stands(org, item).state is State.APPROVED
    assert put(org, GATE).approved is None


def test_it_is_not_said_again_once_flagged_or_reopened(org: Home, approved: str) -> None:
    review.flag(org, EMPLOYEE, approved, "This is wrong.")
    assert put(org, LOGS).approved is None
    review.approve(org, REVIEWER, approved)
    assert put(org, LOGS).approved
    review.reopen(org, ADMIN, approved, "We look again.")
    assert put(org, LOGS).approved is None


def test_it_is_not_said_again_once_somebody_doubts_where_it_was_said_again(org: Home, approved: str) -> None:
    again = put(org, LOGS).id
    review.flag(org, EMPLOYEE, again, "This is wrong.")
    assert put(org, LOGS).approved is None
    review.reject(org, REVIEWER, again, "It is wrong.")
    assert put(org, LOGS).approved is None
    review.reopen(org, ADMIN, approved, "We look again.")
    review.approve(org, REVIEWER, approved)
    assert put(org, LOGS).approved


def test_a_correction_is_said_only_when_somebody_else_approved_it(org: Home) -> None:
    item = put(org, PARKING).id
    corrected(org, REVIEWER, item)
    assert put(org, PARKING).status == "abstained"
    review.approve(org, SECOND, item)
    again = put(org, PARKING)
    assert again.approved and again.approved.corrected
    assert [claim.text for claim in again.claims] == [LOGS_QUOTE]


def test_the_log_is_believed_and_not_the_queue(org: Home, approved: str) -> None:
    other = put(org, PARKING).id
    with org.database.write() as connection:
        key = queue.question_key("May otters swim?")
        connection.execute(update(items).where(items.c.id == approved).values(question_key=key))
        connection.execute(update(items).where(items.c.id == other).values(state="approved"))
    assert put(org, "May otters swim?").approved is None
    assert put(org, PARKING).approved is None


def test_words_in_capitals_are_other_words() -> None:
    assert queue.question_key("Who supports IT?") != queue.question_key("who supports it?")
    assert queue.question_key("Who supports IT?") == queue.question_key("who  supports IT")


def test_an_approved_abstention_is_not_said_again(org: Home) -> None:
    item = put(org, PARKING).id
    review.approve(org, REVIEWER, item)
    assert put(org, PARKING).approved is None


def test_the_approved_answer_comes_from_what_the_role_may_see_today(org: Home) -> None:
    version = added(org, RULE)
    item = put(org, GATE).id
    review.approve(org, REVIEWER, item)
    declared = {"audience": frozenset({ADMIN.role})}
    with org.database.write() as connection:
        library.declare(connection, version.id, declared)
    again = put(org, GATE)
    assert again.approved is None
    assert version.id not in again.model_dump_json()
