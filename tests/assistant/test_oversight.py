"""Oversight: the figures are those of the log, and only of what their reader may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant import ingest, review
from assistant.ask import ask
from assistant.cases import export
from assistant.corrections import Statement
from assistant.home import Home
from assistant.ingest import Declared
from assistant.models import Answer, Question
from assistant.oversight import Oversight, oversight
from assistant.oversight_text import as_csv, as_markdown
from assistant.people import Person, unsigned
from assistant.switches import Mode, switch
from evals.answers import cases
from knowledge.clock import today
from knowledge.models import Role

CLAUSE, GIRAFFE = "What does A.6.2.8 require?", "How many wheels does a giraffe have?"
LOGS = "How long are event logs kept?"
QUOTE = "Event logs are kept for twelve months."


def person(name: str) -> Person:
    found = unsigned(name)
    assert found
    return found


Ask = Callable[..., Answer]


@pytest.fixture
def put(sample: Home) -> Ask:
    def asking(text: str, role: Role = Role.EMPLOYEE) -> Answer:
        return ask(sample, Question(text=text, role=role))

    return asking


@pytest.fixture
def reviewed(sample: Home, put: Ask) -> Oversight:
    """One answer approved, one corrected and approved, one that nobody answered, one flagged."""
    approved, corrected, flagged = put(CLAUSE), put(LOGS), put("Who may stop an AI system?")
    put(GIRAFFE)
    review.approve(sample, person("reviewer"), approved.id)
    said = [Statement(quotes=(QUOTE,))]
    review.correct(sample, person("reviewer"), corrected.id, said, "Only this is asked.")
    review.approve(sample, person("reviewer-2"), corrected.id)
    review.flag(sample, person("employee"), flagged.id, "This is the old rule.")
    return oversight(sample, person("auditor"))


def test_what_was_asked_and_decided_is_counted(reviewed: Oversight) -> None:
    expected = {"asked": 4, "answered": 3, "abstained": 1, "approved": 2, "corrected": 1, "flagged": 1}
    assert reviewed.totals == {"unclear": 0, "held": 0, "rejected": 0, "escalated": 0, **expected}
    (week,) = reviewed.weeks
    assert week.counts == reviewed.totals
    year, number, _ = today().isocalendar()
    assert week.week == f"{year}-W{number:02}"


def test_clauses_are_counted_by_the_answers_that_cite_them(reviewed: Oversight) -> None:
    (found,) = (clause for clause in reviewed.clauses if clause.id == "A.6.2.8")
    assert (found.answers, found.corrected) == (1, 0)
    assert found.title


def test_what_nobody_answered_is_listed_until_a_reviewer_answers(sample: Home, put: Ask) -> None:
    asked = put(GIRAFFE)
    (open_one,) = oversight(sample, person("auditor")).unanswered
    assert (open_one.id, open_one.question) == (asked.id, GIRAFFE)
    review.correct(sample, person("reviewer"), asked.id, [Statement(quotes=(QUOTE,))], "Answered.")
    assert oversight(sample, person("auditor")).unanswered == ()


def test_time_to_review_is_from_the_answer_to_its_first_final_verdict(reviewed: Oversight) -> None:
    assert reviewed.hours_to_review_median is not None and reviewed.hours_to_review_p90 is not None
    assert 0 < reviewed.hours_to_review_median <= reviewed.hours_to_review_p90 < 0.1


def test_a_time_without_questions_has_no_figures(sample: Home, put: Ask) -> None:
    put(CLAUSE)
    found = oversight(sample, person("auditor"), date(2020, 1, 1), date(2020, 1, 31))
    assert set(found.totals.values()) == {0}
    assert (found.weeks, found.hours_to_review_median) == ((), None)
    assert "no decision yet" in as_markdown(found)


def test_both_days_of_the_period_belong_to_it(sample: Home, put: Ask) -> None:
    put(CLAUSE)
    day = today()
    assert oversight(sample, person("auditor"), day, day).totals["asked"] == 1
    assert oversight(sample, person("auditor"), day - timedelta(9), day - timedelta(2)).totals["asked"] == 0


def test_switches_are_part_of_oversight(sample: Home) -> None:
    switch(sample, person("administrator"), Mode.OFF, "Back at noon.")
    switch(sample, person("administrator"), Mode.ON)
    assert [s.mode for s in oversight(sample, person("auditor")).switches] == ["off", "on"]


def test_what_a_reviewer_may_not_see_is_not_in_their_figures(sample: Home, put: Ask) -> None:
    rule = b"# Otter Rule\n\nOtters of the board are fed at seven by the keeper of the board.\n"
    secret = Declared(audience=frozenset({Role.ADMINISTRATOR}))
    ingest.add_bytes(sample, rule, "otters.md", "test:otters", secret)
    put("When are the otters of the board fed?", Role.ADMINISTRATOR)
    assert oversight(sample, person("administrator")).totals["asked"] == 1
    hidden = oversight(sample, person("reviewer"))
    assert (hidden.totals["asked"], hidden.unanswered, hidden.clauses) == (0, (), ())


def test_words_of_a_question_stay_words_on_the_page_and_in_the_table(sample: Home, put: Ask) -> None:
    put("Does a giraffe <b>read</b> | [x](http://example.invalid)?")
    page = as_markdown(oversight(sample, person("auditor")))
    assert r"\<b\>read\</b\> \| \[x\]\(http://example.invalid\)?" in page
    assert as_csv(oversight(sample, person("auditor"))).splitlines()[1] == "total,asked,1"


def test_two_reviewers_who_agree_are_told_with_alpha(
    sample: Home, put: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "settings", sample.settings.model_copy(update={"reviewers": 2}))
    for question, verdicts in ((CLAUSE, "aa"), (LOGS, "aa"), ("Who may stop an AI system?", "ar")):
        item = put(question).id
        for name, verdict in zip(("reviewer", "reviewer-2"), verdicts, strict=True):
            if verdict == "a":
                review.approve(sample, person(name), item)
            else:
                review.reject(sample, person(name), item, "It is not so.")
    found = oversight(sample, person("auditor"))
    assert (found.agreement.units, found.totals["escalated"]) == (3, 1)
    assert found.agreement.raw == pytest.approx(2 / 3)
    assert found.agreement.alpha == pytest.approx(0.0)


def test_reviewed_answers_are_cases_that_the_measures_read(
    sample: Home, reviewed: Oversight, tmp_path: Path
) -> None:
    path = tmp_path / "cases.jsonl"
    assert export(sample, person("auditor"), path) == 2
    first, second = cases(path)
    assert (first.question, first.role, first.must, first.abstain) == (
        CLAUSE,
        Role.EMPLOYEE,
        {"A.6.2.8"},
        False,
    )
    assert (second.question, second.abstain) == (LOGS, False)
    assert QUOTE in path.read_text("utf-8")


def test_a_first_verdict_of_two_is_in_no_figure(
    sample: Home, put: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "settings", sample.settings.model_copy(update={"reviewers": 2}))
    review.reject(sample, person("reviewer"), put(CLAUSE).id, "It is not so.")
    found = oversight(sample, person("reviewer-2"))
    assert found.totals["rejected"] == 0
    assert all(clause.rejected == 0 for clause in found.clauses)


def test_what_a_reviewer_confirms_to_have_no_answer_still_has_none(sample: Home, put: Ask) -> None:
    review.approve(sample, person("reviewer"), put(GIRAFFE).id)
    (left,) = oversight(sample, person("auditor")).unanswered
    assert (left.question, left.state) == (GIRAFFE, "approved")
