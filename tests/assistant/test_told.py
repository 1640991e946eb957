"""What a reader is told of an answer after review, also of one that was taken from another."""

from __future__ import annotations

from assistant import reading, review, switches
from assistant.home import Home
from assistant.standing import State
from tests.assistant.reviewing import ADMIN, EMPLOYEE, LOGS, PARKING, REVIEWER, SECOND, corrected, person, put

OTHER = person("employee-2")


def test_an_answer_taken_from_an_approved_one_is_doubted_with_it(kept_org: Home) -> None:
    first = put(kept_org, LOGS)
    review.approve(kept_org, REVIEWER, first.id)
    again = put(kept_org, LOGS, OTHER)
    assert again.approved and not reading.answer(kept_org, OTHER, again.id).unsupported
    review.reopen(kept_org, REVIEWER, first.id, "It was too quick.")
    review.reject(kept_org, REVIEWER, first.id, "It is false.")
    assert reading.answer(kept_org, OTHER, again.id).unsupported
    assert [told.entry.id for told in reading.news(kept_org, OTHER)] == [again.id]


def test_a_rejection_is_told_while_the_answer_is_looked_at_again(kept_org: Home) -> None:
    answer = put(kept_org, LOGS)
    review.reject(kept_org, REVIEWER, answer.id, "It is false.")
    review.flag(kept_org, EMPLOYEE, answer.id, "I liked it.")
    told = reading.answer(kept_org, EMPLOYEE, answer.id)
    assert (told.state, told.rejected) == (State.PENDING, True)


def test_a_rejected_correction_does_not_come_back(kept_org: Home) -> None:
    answer = put(kept_org, PARKING)
    corrected(kept_org, REVIEWER, answer.id)
    review.reject(kept_org, SECOND, answer.id, "Nobody asked this.")
    review.flag(kept_org, EMPLOYEE, answer.id, "Please answer me.")
    assert reading.answer(kept_org, EMPLOYEE, answer.id).correction is None
    review.approve(kept_org, REVIEWER, answer.id)  # the abstention: the correction is nobody's any more
    assert reading.answer(kept_org, EMPLOYEE, answer.id).correction is None


def test_a_correction_of_a_held_answer_is_shown_when_it_is_approved(kept_org: Home) -> None:
    switches.hold(kept_org, ADMIN, "biometrics")
    answer = put(kept_org, "Does A.6.2.8 apply to biometric systems?")
    assert answer.status == "held"
    corrected(kept_org, REVIEWER, answer.id)
    told = reading.answer(kept_org, EMPLOYEE, answer.id)
    assert (told.answer.status, told.correction) == ("held", None)
    review.approve(kept_org, SECOND, answer.id)
    assert reading.answer(kept_org, EMPLOYEE, answer.id).correction
    switches.hold(kept_org, ADMIN, "biometrics", on=False)
