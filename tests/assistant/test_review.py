"""Review: four eyes, claims, and verdicts that are bound to what was seen."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from assistant import reading, review, rules, worklist
from assistant.errors import NotAllowed, NotPossible, UnknownRecord
from assistant.home import Home
from assistant.people import Person
from assistant.permissions import REFUSED
from assistant.standing import State
from knowledge.models import Role
from tests.assistant.reviewing import (
    ADMIN,
    AUDITOR,
    AUTHOR,
    CHATBOT,
    DRAFT,
    EMPLOYEE,
    LOGS,
    PARKING,
    REVIEWER,
    SECOND,
    THIRD,
    corrected,
    entries,
    last,
    person,
    put,
    queued,
    refused,
    stands,
    submitted,
    with_settings,
)

WROTE = "You wrote this"
WHY = "It is not right."


@pytest.fixture
def two(kept_org: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The home while two people must decide."""
    monkeypatch.setattr(kept_org, "settings", kept_org.settings)  # put back afterwards
    return with_settings(kept_org, reviewers=2)


def test_an_answer_is_approved_by_one_and_stays_so(kept_org: Home) -> None:
    item = put(kept_org, LOGS).id
    entry = review.approve(kept_org, REVIEWER, item, seen=last(kept_org, item))
    assert stands(kept_org, item).state is State.APPROVED
    (answer,) = [e for e in entries(kept_org) if e.id == item]
    assert entry.body["of"] == answer.hash


# Four eyes


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUTHOR])
def test_nobody_approves_their_own_draft(kept_org: Home, role: Role) -> None:
    item = submitted(kept_org, person(role))
    with refused(kept_org, person(role), WROTE if role is Role.REVIEWER else "may not"):
        review.approve(kept_org, person(role), item)
    assert stands(kept_org, item).state is State.PENDING


def test_a_second_account_of_the_author_is_the_author(kept_org: Home) -> None:
    item = submitted(kept_org)
    double = Person(AUTHOR.id, "Somebody else", Role.REVIEWER, frozenset({Role.REVIEWER}), via="provider")
    with refused(kept_org, double, WROTE):
        review.approve(kept_org, double, item)


def test_who_wrote_one_revision_of_many_does_not_approve_the_draft(kept_org: Home) -> None:
    item = submitted(kept_org, AUTHOR)
    submitted(kept_org, REVIEWER, DRAFT + "Twice.\n", draft=item)
    submitted(kept_org, AUTHOR, DRAFT + "Thrice.\n", draft=item)
    with refused(kept_org, REVIEWER, WROTE):
        review.approve(kept_org, REVIEWER, item)
    review.approve(kept_org, SECOND, item)
    assert stands(kept_org, item).state is State.APPROVED


def test_nobody_approves_their_own_correction(kept_org: Home) -> None:
    item = put(kept_org, PARKING).id
    corrected(kept_org, REVIEWER, item)
    with refused(kept_org, REVIEWER, WROTE):
        review.approve(kept_org, REVIEWER, item)
    review.approve(kept_org, SECOND, item)
    assert stands(kept_org, item).state is State.APPROVED


def test_a_correction_is_not_approved_by_its_writer_on_a_way_round(kept_org: Home) -> None:
    item = put(kept_org, PARKING).id
    corrected(kept_org, REVIEWER, item)
    review.escalate(kept_org, SECOND, item, WHY)
    review.flag(kept_org, EMPLOYEE, item, WHY)
    with refused(kept_org, REVIEWER, WROTE):
        review.approve(kept_org, REVIEWER, item)


@pytest.mark.parametrize("again", [review.flag, review.reopen])
def test_who_left_it_to_others_does_not_decide_not_even_after_putting_it_back(
    kept_org: Home, again: Callable[..., object]
) -> None:
    item = put(kept_org, LOGS).id
    review.escalate(kept_org, REVIEWER, item, WHY)
    with refused(kept_org, REVIEWER, "somebody else"):
        review.approve(kept_org, REVIEWER, item)
    again(kept_org, REVIEWER, item, WHY)
    with refused(kept_org, REVIEWER, "somebody else"):
        review.reject(kept_org, REVIEWER, item, WHY)
    review.approve(kept_org, SECOND, item)
    assert stands(kept_org, item).state is State.APPROVED


# Verdicts are bound to what was seen


def test_what_is_decided_is_not_decided_again(kept_org: Home) -> None:
    item = put(kept_org, LOGS).id
    seen = last(kept_org, item)
    review.approve(kept_org, REVIEWER, item, seen)
    for who in (REVIEWER, SECOND):
        with refused(kept_org, who, "approved already"):
            review.approve(kept_org, who, item, seen)


def test_of_two_verdicts_at_once_one_decides_and_the_other_is_refused(kept_org: Home) -> None:
    item = put(kept_org, LOGS).id
    before = len(entries(kept_org, REFUSED))

    def approves(who: Person) -> bool:
        try:
            review.approve(kept_org, who, item)
        except NotAllowed:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        given = list(threads.map(approves, [REVIEWER, SECOND, THIRD, person("reviewer-4")]))
    assert sum(given) == 1
    assert len(entries(kept_org, REFUSED)) == before + 3
    assert len(stands(kept_org, item).rounds) == 1


def test_a_verdict_on_what_has_grown_since_is_refused(kept_org: Home) -> None:
    item = put(kept_org, LOGS).id
    seen = last(kept_org, item)
    review.flag(kept_org, EMPLOYEE, item, "This is not what I asked.")
    with refused(kept_org, REVIEWER, "changed since you opened it"):
        review.approve(kept_org, REVIEWER, item, seen)


def test_an_approval_of_earlier_bytes_of_a_draft_is_refused(kept_org: Home) -> None:
    item = submitted(kept_org)
    seen = last(kept_org, item)
    submitted(kept_org, AUTHOR, DRAFT + "Twice.\n", draft=item)
    with refused(kept_org, REVIEWER, "changed since you opened it"):
        review.approve(kept_org, REVIEWER, item, seen)


@pytest.mark.parametrize("reason", ["", "  ", "x", "y" * 4_001])
def test_everything_but_an_approval_needs_a_reason(kept_org: Home, reason: str) -> None:
    item = put(kept_org, LOGS).id
    before = len(entries(kept_org))
    for act in (review.reject, review.escalate, review.flag):
        with pytest.raises(NotPossible):
            act(kept_org, REVIEWER, item, reason)
    assert len(entries(kept_org)) == before


def test_reasons_are_kept_beside_the_chain(kept_org: Home) -> None:
    item = put(kept_org, LOGS).id
    entry = review.reject(kept_org, REVIEWER, item, "The walrus says otherwise.")
    assert entry.personal == {"reason": "The walrus says otherwise."}
    assert "walrus" not in str(entry.body)


# Two reviewers


def test_two_who_agree_approve(two: Home) -> None:
    item = put(two, LOGS).id
    review.approve(two, REVIEWER, item)
    with refused(two, REVIEWER, "given your verdict"):
        review.approve(two, REVIEWER, item)
    review.approve(two, SECOND, item)
    assert stands(two, item).state is State.APPROVED


def test_two_who_disagree_leave_it_to_a_third(two: Home) -> None:
    item = put(two, LOGS).id
    review.approve(two, REVIEWER, item)
    review.reject(two, SECOND, item, WHY)
    for who in (REVIEWER, SECOND):
        with refused(two, who, "somebody else"):
            review.approve(two, who, item)
    review.approve(two, THIRD, item)
    assert stands(two, item).state is State.APPROVED


def test_the_second_reviewer_does_not_see_the_first_verdict(two: Home) -> None:
    item = put(two, CHATBOT).id
    before = queued(two, SECOND, everything=True)[item]
    verdict = review.reject(two, REVIEWER, item, "The walrus says otherwise.")

    def seen(who: Person) -> bool:
        try:
            reading.record(two, who, verdict.id)
        except UnknownRecord:
            return verdict.id in {entry.id for entry in reading.records(two, who)}
        return True

    both = Person("reviewer-2", "Reviewer 2", Role.AUDITOR, frozenset({Role.AUDITOR, Role.REVIEWER}))
    assert [seen(who) for who in (REVIEWER, AUDITOR, SECOND, both)] == [True, True, False, False]
    told = reading.answer(two, SECOND, item)
    assert (told.state, told.decided, told.reason) == (State.PENDING, None, None)
    assert queued(two, SECOND, everything=True)[item] == before
    assert "walrus" not in str(review.claim(two, SECOND, item))
    review.approve(two, SECOND, item)
    assert seen(SECOND)


def test_a_first_correction_is_not_told_to_anyone_before_the_second_verdict(two: Home) -> None:
    item = put(two, PARKING).id
    corrected(two, REVIEWER, item)
    assert reading.answer(two, EMPLOYEE, item).correction is None
    assert reading.answer(two, SECOND, item).correction is None


# Claims


def test_what_somebody_claimed_is_not_decided_or_claimed_by_another(kept_org: Home) -> None:
    item = put(kept_org, LOGS).id
    until = review.claim(kept_org, REVIEWER, item).body["until"]
    for act in (review.claim, review.approve):
        with refused(kept_org, SECOND, f"Somebody else has claimed it until {until}"):
            act(kept_org, SECOND, item)
    with refused(kept_org, SECOND, "not claimed it"):
        review.release(kept_org, SECOND, item)
    assert queued(kept_org, REVIEWER, whose="mine", everything=True).keys() >= {item}
    review.approve(kept_org, REVIEWER, item)


def test_a_claim_that_ran_out_or_was_given_up_is_free_again(
    kept_org: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = put(kept_org, LOGS).id, put(kept_org, LOGS).id
    until = review.claim(kept_org, REVIEWER, first).body["until"]
    review.claim(kept_org, REVIEWER, second)
    review.release(kept_org, REVIEWER, second)
    review.claim(kept_org, SECOND, second)
    for module in (rules, worklist):
        monkeypatch.setattr(module, "now", lambda: until)
    assert queued(kept_org, SECOND, everything=True)[first].claimed_by is None
    review.approve(kept_org, SECOND, first)


def test_a_claim_lasts_as_long_as_is_set(org: Home) -> None:
    entry = review.claim(with_settings(org, claim_minutes=90), REVIEWER, put(org, LOGS).id)
    begun, until = entry.at[11:16], entry.body["until"][11:16]
    minutes = [int(time[:2]) * 60 + int(time[3:]) for time in (begun, until)]
    assert (minutes[1] - minutes[0]) % (24 * 60) in (90, 91)


def test_items_are_assigned_and_found_by_whom_they_are_for(kept_org: Home) -> None:
    some = [put(kept_org, PARKING).id for _ in range(2)]
    review.assign(kept_org, ADMIN, some, SECOND.id)
    assert queued(kept_org, SECOND, whose="mine").keys() >= set(some)
    assert not queued(kept_org, REVIEWER, whose="unassigned").keys() & set(some)
    review.assign(kept_org, ADMIN, some[:1], None)
    assert some[0] in queued(kept_org, REVIEWER, whose="unassigned")


# Flags and reopening


def test_a_reader_flags_their_own_answers_only(kept_org: Home) -> None:
    item = put(kept_org, LOGS, replace(EMPLOYEE, id="employee-7")).id
    with pytest.raises(UnknownRecord) as hidden:
        review.flag(kept_org, EMPLOYEE, item, WHY)
    with pytest.raises(UnknownRecord) as missing:
        review.flag(kept_org, EMPLOYEE, "f" * 16, WHY)
    assert str(hidden.value).replace(item, "") == str(missing.value).replace("f" * 16, "")


def test_what_is_flagged_comes_first_in_the_queue(kept_org: Home) -> None:
    item = put(kept_org, LOGS).id
    review.approve(kept_org, REVIEWER, item)
    review.flag(kept_org, EMPLOYEE, item, "This is wrong.")
    assert worklist.listed(kept_org, REVIEWER)[0].reasons[0] == "flagged by a reader"
    assert stands(kept_org, item).state is State.PENDING


def test_what_is_open_is_not_reopened(kept_org: Home) -> None:
    item = put(kept_org, LOGS).id
    with refused(kept_org, ADMIN, "still open"):
        review.reopen(kept_org, ADMIN, item, WHY)
    review.reject(kept_org, REVIEWER, item, WHY)
    review.reopen(kept_org, ADMIN, item, WHY)
    assert stands(kept_org, item).state is State.PENDING
    assert len(stands(kept_org, item).rounds) == 1


def test_who_may_not_read_drafts_is_not_told_that_something_is_one(kept_org: Home) -> None:
    said = set()
    for name in (submitted(kept_org), put(kept_org, LOGS).id, "f" * 16):
        with pytest.raises(NotAllowed) as error:
            review.approve(kept_org, EMPLOYEE, name)
        said.add(str(error.value))
    assert len(said) == 1


def test_who_has_no_part_in_an_answer_is_not_told_that_it_is_one(kept_org: Home) -> None:
    item = put(kept_org, LOGS).id
    for name in (item, "f" * 16):
        with pytest.raises(UnknownRecord, match="No item"):
            submitted(kept_org, AUTHOR, draft=name)


def test_items_are_given_to_reviewers_only(kept_org: Home) -> None:
    item = put(kept_org, PARKING).id
    for nobody in ("employee", "somebody"):
        with pytest.raises(NotPossible, match="assigned to reviewers"):
            review.assign(kept_org, ADMIN, [item], nobody)
    review.assign(kept_org, ADMIN, [item], None)


def test_a_reader_flags_an_answer_once(kept_org: Home) -> None:
    item = put(kept_org, LOGS).id
    review.flag(kept_org, EMPLOYEE, item, "This is the old rule.")
    with refused(kept_org, EMPLOYEE, "flagged it already"):
        review.flag(kept_org, EMPLOYEE, item, "Again and again.")
    review.approve(kept_org, REVIEWER, item)
    review.flag(kept_org, EMPLOYEE, item, "It still is.")


def test_whoever_left_an_item_to_others_does_not_get_it_back_by_another(kept_org: Home) -> None:
    item = put(kept_org, PARKING).id
    review.escalate(kept_org, REVIEWER, item, "Not mine.")
    review.escalate(kept_org, SECOND, item, "Nor mine.")
    with refused(kept_org, REVIEWER, "left this to somebody else"):
        review.approve(kept_org, REVIEWER, item)
    review.approve(kept_org, THIRD, item)
