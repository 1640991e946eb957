"""The interview: answers read and checked, and errors that name the question and what it takes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assistant.assessing.interview import interview, questions, steps
from assistant.errors import NotPossible


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("profiling", True, ("yes",)),
        ("profiling", "No", ("no",)),
        ("role", "Product manufacturer", ("product manufacturer",)),
        ("annex_iii_points", ["8a", "4a"], ("4a", "8a")),
        ("annex_iii_points", 2, ("2",)),
        ("annex_iii_points", [], ("none",)),
        ("annex_iii_points", ["4a", "unknown"], ("4a", "unknown")),
        ("aia_raw", 0, ("0",)),
        ("consultation", "10", ("10",)),
        ("on_market_or_in_service_since", date(2026, 1, 31), ("2026-01-31",)),
        ("intended_purpose", " Answers questions. ", ("Answers questions.",)),
    ],
)
def test_an_answer_is_kept_in_one_form(name: str, value: Any, kept: tuple[str, ...]) -> None:
    assert interview({name: value}).answers == {name: kept}


@pytest.mark.parametrize("value", [None, "", "unknown"])
def test_what_is_not_known_is_no_answer(value: Any) -> None:
    assert interview({"profiling": value, "annex_iii_points": value, "aia_raw": value}).answers == {}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("profilling", "yes", "does not ask 'profilling'. Did you mean profiling"),
        (
            "profiling",
            "perhaps",
            "profiling: 'perhaps' is no answer to it. One of yes, no, unknown is wanted",
        ),
        ("role", "boss", "role: 'boss' is no answer to it. One of provider, deployer, importer"),
        ("annex_iii_points", ["9z"], "annex_iii_points: '9z' is no answer to it. Some of 1a, 1b"),
        ("annex_iii_points", ["none", "4a"], "none goes with no other answer"),
        ("profiling", ["yes"], "profiling: one value is wanted"),
        ("aia_raw", 168, "aia_raw: '168' is no answer to it. A whole number from 0 to 167 is wanted"),
        ("aia_raw", 1.5, "aia_raw: '1.5' is no answer"),
        ("aia_raw", True, "aia_raw: 'True' is no answer"),
        ("on_market_or_in_service_since", "soon", "A date like 2026-01-31 is wanted"),
        ("impact6", "item9", "impact6: 'item9' is no answer to it. One of item1, item2, item3, item4"),
    ],
)
def test_a_wrong_answer_is_told_with_the_question_and_what_it_takes(name: str, value: Any, told: str) -> None:
    with pytest.raises(NotPossible) as error:
        interview({name: value})
    assert told in str(error.value)


def test_a_total_does_not_stand_beside_its_parts() -> None:
    with pytest.raises(NotPossible, match="aia_raw is the total, and impact6 is a part of it"):
        interview({"aia_raw": 90, "impact6": "item1"})
    assert interview({"aia_raw": "unknown", "impact6": "item1"}).answers == {"impact6": ("item1",)}


def test_narrative_answers_are_passed_on() -> None:
    held = interview({"impact-assessment.q3a": "answer questions", "profiling": "no"})
    assert held.narrative == {"impact-assessment.q3a": "answer questions"}
    assert held.answers == {"profiling": ("no",)}


def test_every_question_stands_in_one_step_and_has_words_for_each_answer() -> None:
    ids = [name for step in steps() for name in step.questions]
    assert sorted(ids) == sorted(questions())
    assert len(ids) == len(set(ids))
    for one in questions().values():
        assert one.question.endswith("?")
        assert all(one.options.values())
        assert set(one.visible_if) <= set(ids)
