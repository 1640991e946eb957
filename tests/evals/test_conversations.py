"""The conversations that are measured: their places exist, and what is made of their follow-ups is judged."""

from __future__ import annotations

import pytest

from assistant.home import Home
from evals import conversations as measure
from evals import unclear
from evals.conversations import Conversation, Reached, Turn, conversations, place
from evals.unclear import AskedBack, Unclear
from knowledge import stored_passages
from knowledge.requirements import requirements

RETIRED = frozenset({"ai-lifecycle-standard > 8 Retirement"})


@pytest.fixture(scope="module")
def places(shared_sample: Home) -> set[str]:
    """Every section of the sample organisation."""
    with shared_sample.database.read() as connection:
        return {
            place(version.file, passage.section[-1:])
            for version in shared_sample.index.state().versions
            for passage in stored_passages.of_version(connection, version.id)
        }


def test_every_gold_place_exists(places: set[str]) -> None:
    held = conversations()
    known = places | requirements().by_id.keys()
    assert {gold for one in held for turn in one.turns for gold in turn.gold} <= known
    assert {gold for case in unclear.cases() for gold in case.among} <= places
    assert {one.half for one in held} == {"development", "test"}
    assert len({one.id for one in held}) == len(held)


def test_a_follow_up_is_judged_by_what_its_answer_cites(shared_sample: Home) -> None:
    turns = (
        Turn("What happens before a system is retired?", frozenset()),
        Turn("And before it is released?", frozenset({"ai-lifecycle-standard > 5 Release"})),
        Turn("And A.6.2.8?", frozenset({"A.6.2.8"})),
        Turn("How many ears does a whale have?", RETIRED),
    )
    reached = measure.run(shared_sample, [Conversation("c", "test", turns)])
    assert len(reached) == 9
    found = {(one.turn.asked, one.way): (one.found, one.cited) for one in reached}
    assert found["And before it is released?", "in conversation"] == (True, True)
    assert found["And A.6.2.8?", "alone"] == (True, True)
    assert found["How many ears does a whale have?", "in conversation"] == (False, False)


def test_the_shares_are_of_each_half_and_way() -> None:
    one = Conversation("c", "test", (Turn("And?", RETIRED),))
    reached = [
        Reached(one, one.turns[0], "alone", "And?", True, True, False),
        Reached(one, one.turns[0], "alone", "And?", False, True, False),
    ]
    rows = {(row["half"], row["way"]): row for row in measure.summary(reached)}
    row = rows["test", "alone"]
    assert (row["follow_ups"], row["hit@1"], row["hit@5"], row["cited"]) == (2, 0.5, 1.0, 0.0)
    assert rows["development", "alone"]["follow_ups"] == 0


def test_of_an_unclear_question_the_right_choices_are_counted(shared_sample: Home) -> None:
    among = frozenset({"ai-objectives-2026 > AI Objectives 2026", "ai-policy > 10 Review"})
    (back,) = unclear.run(shared_sample, [Unclear("test", "When is it due?", among)])
    assert (back.right, all(back.answered), back.offered) == (2, True, len(back.answered))
    (clear,) = unclear.run(shared_sample, [Unclear("test", "Who approves the AI policy?", among)])
    assert (clear.right, clear.offered, clear.answered) == (0, 0, ())


def test_the_shares_of_unclear_questions() -> None:
    case = Unclear("test", "Who?", RETIRED)
    rows = list(unclear.summary([AskedBack(case, 2, 2, (True, False)), AskedBack(case, 0, 0, ())]))
    (row,) = (row for row in rows if row["half"] == "test")
    assert (row["asked_back"], row["two_right"], row["choices"], row["answered_from_it"]) == (
        0.5,
        0.5,
        2,
        0.5,
    )
