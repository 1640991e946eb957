"""Sensitive subjects: how they are recognised, and that what is held stays with the reviewers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import reading, review, switches
from assistant.errors import NotPossible
from assistant.home import Home
from assistant.standing import State
from assistant.subjects import subjects, touched
from tests.assistant.reviewing import (
    ADMIN,
    AUDITOR,
    EMPLOYEE,
    LOGS,
    LOGS_QUOTE,
    REVIEWER,
    SECOND,
    corrected,
    entries,
    put,
    queued,
)

DISMISSAL = "May AI decide on a dismissal?"
WORDS = "to decide on dismissal"
BUNDLED = subjects(Path("/nowhere"))


def ids(text: str) -> list[str]:
    return [subject.id for subject in touched(BUNDLED, text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("May AI rank job applicants?", ["employment"]),
        ("Can we use AI for HIRING decisions?", ["employment"]),
        ("May I delete logs about firing people by algorithm?", ["employment"]),
        ("Is face   recognition at the gate allowed?", ["biometrics"]),
        ("May pupils under 14 use the chatbot?", ["children"]),
        ("May I paste a diagnosis into the assistant?", ["health"]),
        ("Are we liable for what it says?", ["legal-position"]),
        ("What fine would we get?", ["legal-position"]),
        ("Is a hiring tool with emotion recognition fine?", ["employment", "biometrics"]),
    ],
)
def test_a_sensitive_question_is_recognised(text: str, found: list[str]) -> None:
    assert ids(text) == found


@pytest.mark.parametrize(
    "text",
    [
        LOGS,
        "The credit pre-check turned down applicants from two postal areas.",
        "A minor nonconformity is put right within a month.",
        "The marketing team writes promotional texts.",
        "Candidate models are compared before release.",
        "Who pursues an issue?",
        "Which of the two is a courtesy copy?",
        "Is it fine to use the picture generator?",
    ],
)
def test_a_word_that_only_looks_like_one_is_none(text: str) -> None:
    assert ids(text) == []


def test_an_organisation_has_its_own_list(tmp_path: Path) -> None:
    (tmp_path / "subjects.yaml").write_text("- {id: walruses, name: walruses, terms: [walrus*]}\n")
    assert [s.id for s in touched(subjects(tmp_path), "Walruses hire people")] == ["walruses"]


@pytest.mark.parametrize(
    "text", ["- {id: A, name: x, terms: []}", "a: [", "- {id: ab, name: ab, terms: [x], y: 1}"]
)
def test_a_list_that_is_not_usable_says_where(tmp_path: Path, text: str) -> None:
    (tmp_path / "subjects.yaml").write_text(text)
    with pytest.raises(ValueError, match=r"subjects\.yaml"):
        subjects(tmp_path)


def test_an_id_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    row = "- {id: otters, name: otters, terms: [otter]}\n"
    (tmp_path / "subjects.yaml").write_text(row * 2)
    with pytest.raises(ValueError, match="twice"):
        subjects(tmp_path)


# Held


@pytest.fixture
def held(org: Home) -> str:
    """The id of an answer that is held, on employment."""
    switches.hold(org, ADMIN, "employment")
    given = put(org, DISMISSAL)
    assert (given.status, given.claims, given.nearest, given.conflicts) == ("held", (), (), ())
    assert given.note and "employment" in given.note
    return given.id


def told(home: Home, item: str) -> str:
    """Everything that who asked can read of an answer."""
    entry = reading.record(home, EMPLOYEE, item)
    found = reading.answer(home, EMPLOYEE, item)
    again = reading.conversation(home, EMPLOYEE, found.answer.conversation)
    return repr([entry, found, again, reading.records(home, EMPLOYEE), reading.news(home, EMPLOYEE)])


def test_the_record_has_the_whole_answer_and_who_asked_reads_none_of_it(org: Home, held: str) -> None:
    (entry,) = [e for e in entries(org, "answer") if e.id == held]
    assert WORDS in entry.body["answer"]["text"] and entry.body["answer"]["status"] == "answered"
    assert (entry.body["review"]["held"], entry.body["review"]["reasons"][0]) == ("employment", "held")
    assert WORDS not in told(org, held)
    cited = {c["version"] for claim in entry.body["answer"]["claims"] for c in claim["citations"]}
    assert cited and not any(version in told(org, held) for version in cited)
    with pytest.raises(IndexError):
        reading.source(org, EMPLOYEE, held, 0)


def test_who_asked_cannot_find_out_what_is_held_by_searching_for_it(org: Home, held: str) -> None:
    assert [e.id for e in reading.records(org, AUDITOR, words="emotions staff")] == [held]
    assert reading.records(org, EMPLOYEE, words="emotions staff") == []
    assert [e.id for e in reading.records(org, EMPLOYEE, words="dismissal held")] == [held]


def test_reviewers_and_auditors_see_what_is_held(org: Home, held: str) -> None:
    for who in (REVIEWER, AUDITOR):
        assert WORDS in reading.answer(org, who, held).answer.text
        assert WORDS in repr(reading.record(org, who, held).body)
    assert queued(org)[held].held == "employment"


def test_what_is_approved_is_shown(org: Home, held: str) -> None:
    review.approve(org, REVIEWER, held)
    assert WORDS in told(org, held)
    assert WORDS in reading.news(org, EMPLOYEE)[0].answer.text
    assert reading.source(org, EMPLOYEE, held, 0)


def test_what_is_rejected_stays_hidden_with_the_reason(org: Home, held: str) -> None:
    review.reject(org, REVIEWER, held, "Ask the works council.")
    assert WORDS not in told(org, held)
    assert reading.news(org, EMPLOYEE)[0].reason == "Ask the works council."


@pytest.mark.parametrize("again", [review.flag, review.reopen])
def test_what_is_put_back_is_hidden_again(org: Home, held: str, again: Callable[..., object]) -> None:
    review.approve(org, REVIEWER, held)
    again(org, ADMIN, held, "We look again.")
    assert WORDS not in told(org, held)


def test_a_correction_is_shown_in_place_of_what_is_held(org: Home, held: str) -> None:
    corrected(org, REVIEWER, held)
    found = reading.answer(org, EMPLOYEE, held)
    assert (found.state, found.answer.status) == (State.CORRECTED, "held")
    assert found.correction is None  # nobody else has looked at it yet
    review.approve(org, SECOND, held)
    assert LOGS_QUOTE in told(org, held) and WORDS not in told(org, held)


def test_a_correction_that_somebody_doubts_is_hidden_too(org: Home, held: str) -> None:
    corrected(org, REVIEWER, held)
    review.escalate(org, SECOND, held, "I am not sure.")
    assert LOGS_QUOTE not in told(org, held)


def test_what_was_approved_is_said_again_while_the_subject_is_held(org: Home, held: str) -> None:
    review.approve(org, REVIEWER, held)
    again = put(org, DISMISSAL)
    assert again.approved and WORDS in again.text


def test_a_subject_that_is_let_go_is_answered(org: Home, held: str) -> None:
    switches.hold(org, ADMIN, "employment", on=False)
    assert put(org, DISMISSAL).status == "answered"


def test_only_a_subject_of_the_list_is_held(org: Home) -> None:
    with pytest.raises(NotPossible, match="employment, biometrics"):
        switches.hold(org, ADMIN, "walruses")
