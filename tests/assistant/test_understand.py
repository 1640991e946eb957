"""Understand: a follow-up keeps its subject, a question that stands alone is left as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understand import too_long, understand

CHATBOT = "May I paste customer messages into a public chatbot?"


@pytest.mark.parametrize(
    "asked",
    [
        "and for contractors?",
        "What about interns?",
        "but only on weekends?",
        "Who approves it?",
        "Is this also true for them?",
        "Why?",
        "And clause 9.2.1?",
    ],
)
def test_a_follow_up_keeps_its_subject(asked: str) -> None:
    read = understand(asked, CHATBOT)
    assert read.completed
    assert read.text.startswith(f"{CHATBOT} ")
    assert read.text.lower().endswith(asked.lower())
    assert (read.subject, read.emphasis, read.asked) == (CHATBOT, asked, asked)


@pytest.mark.parametrize(
    "asked",
    [
        "Who approves the AI policy?",
        "How long are training data kept after a system is retired?",
        "What does A.6.2.8 require?",
        "How many controls are there?",
        "Is there a register of AI tools?",
        "Are there rules for suppliers?",
    ],
)
def test_a_question_that_names_its_own_subject_stands_alone(asked: str) -> None:
    read = understand(asked, CHATBOT)
    assert not read.completed
    assert (read.text, read.subject, read.emphasis) == (asked, asked, "")


def test_the_subject_outlives_several_follow_ups() -> None:
    subject = understand(CHATBOT, None).subject
    for asked in ("and for contractors?", "and at home?", "why?"):
        subject = understand(asked, subject).subject
    assert subject == CHATBOT


def test_a_new_subject_takes_the_place_of_the_old() -> None:
    read = understand("How long are event logs of AI systems kept?", CHATBOT)
    assert read.subject == "How long are event logs of AI systems kept?"


def test_ids_of_the_subject_count_for_its_follow_up() -> None:
    read = understand("and what evidence?", "What does A.6.2.8 require?")
    assert [m.id for m in read.known] == ["A.6.2.8"]


def test_known_and_unknown_ids_are_told_apart() -> None:
    read = understand("Do clauses 8.4 and 8.5 or A.3.4 ask for it?", None)
    assert [m.id for m in read.known] == ["8.4"]
    assert [m.id for m in read.unknown] == ["8.5", "A.3.4"]


@given(st.text(max_size=200))
def test_without_a_subject_nothing_is_added(asked: str) -> None:
    read = understand(asked, None)
    assert read.text == read.asked == " ".join(asked.split())
    assert not read.completed


@given(st.text(max_size=200), st.text(min_size=1, max_size=80))
def test_what_was_asked_is_always_part_of_what_is_understood(asked: str, subject: str) -> None:
    read = understand(asked, subject)
    assert read.text[-len(read.asked) + 1 :] == read.asked[1:] or len(read.asked) < 2
    assert read.text in (read.asked, f"{subject} {read.asked[:1].upper()}{read.asked[1:]}")


def test_four_thousand_characters_are_a_question_and_one_more_is_not() -> None:
    assert not too_long("a" * 4_000)
    assert too_long("a" * 4_001)
