"""Understand: a follow-up keeps its subject, a question that stands alone is left as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.follow_up import untied
from assistant.understand import too_long, understand
from knowledge.terms import stems

CHATBOT = "May I paste customer messages into a public chatbot?"


REPORT = "By when do I have to report an AI incident?"
ASSESSMENT = "When is an AI impact assessment made?"


@pytest.mark.parametrize(
    ("subject", "asked", "text"),
    [
        # other people, another place, time or condition
        (REPORT, "And for contractors?", "By when do contractors have to report an AI incident?"),
        (REPORT, "What about a contractor?", "By when does a contractor have to report an AI incident?"),
        ("Am I allowed to use it?", "And interns?", "Are interns allowed to use it?"),
        ("What must employees know?", "And contractors?", "What must contractors know?"),
        (CHATBOT, "but only on weekends?", f"{CHATBOT[:-1]} only on weekends?"),
        (
            CHATBOT,
            "into the internal assistant?",
            "May I paste customer messages into the internal assistant?",
        ),
        (
            CHATBOT,
            "Also if it is urgent?",
            "May I paste customer messages into a public chatbot if it is urgent?",
        ),
        ("Can I raise a concern?", "Anonymously?", "Can I raise a concern anonymously?"),
        ("What is done before it is built?", "before it is sold?", "What is done before it is sold?"),
        # another thing
        ("How long are training data kept?", "What about event logs?", "How long are event logs kept?"),
        ("How long is the register kept?", "And the event logs?", "How long are the event logs kept?"),
        ("What happens in class 1?", "And class 2?", "What happens in class 2?"),
        ("What does A.6.2.8 require?", "And A.6.2.6?", "What does A.6.2.6 require?"),
        # another question word
        (REPORT, "To whom?", "To whom do I have to report an AI incident?"),
        ("Must pictures be labelled?", "Since when?", "Since when must pictures be labelled?"),
        ("What does A.6.2.8 require?", "Which evidence?", "Which evidence does A.6.2.8 require?"),
        # pronouns
        (ASSESSMENT, "Who approves it?", "Who approves the AI impact assessment?"),
        (ASSESSMENT, "What is its purpose?", "What is the AI impact assessment's purpose?"),
        ("What do overseers do?", "May they stop a system?", "May overseers stop a system?"),
        (
            "What must a supplier sign?",
            "When do they return the form?",
            "When does the supplier return the form?",
        ),
        (ASSESSMENT, "What if it fails?", "What happens if the AI impact assessment fails?"),
    ],
)
def test_a_follow_up_becomes_a_question_that_a_person_would_write(
    subject: str, asked: str, text: str
) -> None:
    read = understand(asked, subject)
    assert (read.text, read.completed) == (text, True)
    assert (read.asked, read.emphasis) == (asked, asked)


@pytest.mark.parametrize(
    ("subject", "asked", "text"),
    [
        (CHATBOT, "Why?", f"{CHATBOT[:-1]}, and why?"),
        (CHATBOT, "What about Copilot?", f"{CHATBOT[:-1]}, and what about Copilot?"),
        (CHATBOT, "What about source code?", f"{CHATBOT[:-1]}, and what about source code?"),
        (CHATBOT, "Is this also true for them?", f"{CHATBOT[:-1]}, and is this also true for them?"),
        (REPORT, "What has to be in it?", f"{REPORT[:-1]}, and what has to be in it?"),
        (REPORT, "How long does it take?", f"{REPORT[:-1]}, and how long does it take?"),
        ("Who signs the release?", "Who does it?", "Who signs the release, and who does it?"),
        ("Who owns the policy?", "How often?", "Who owns the policy, and how often?"),
        (
            "What counts as an incident?",
            "And a defect?",
            "What counts as an incident, and what about a defect?",
        ),
        ("I lost my laptop. What now?", "And on weekends?", "I lost my laptop. What now? On weekends?"),
    ],
)
def test_what_no_rule_is_sure_of_is_joined_to_the_question_before(
    subject: str, asked: str, text: str
) -> None:
    read = understand(asked, subject)
    assert (read.text, read.subject) == (text, subject)


def test_a_pronoun_is_looked_up_in_older_questions_when_the_last_names_nothing_that_fits() -> None:
    last, older = "Who owns the oversight standard?", "What must overseers know?"
    assert (
        understand("May they approve in bulk?", last, [last, older]).text == "May overseers approve in bulk?"
    )
    assert understand("Who reads it?", last, [last, older]).text == "Who reads the oversight standard?"


@pytest.mark.parametrize(
    "asked",
    [
        "Who approves the AI policy?",
        "How long are training data kept after a system is retired?",
        "What does A.6.2.8 require?",
        "How many controls are there?",
        "Is there a register of AI tools?",
        "Are there rules for suppliers?",
        "And who approves the AI impact assessment?",
        "Does a supplier tell us when it changes its model?",
        "training data retention",
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


def test_what_a_pronoun_stood_for_is_what_the_next_one_stands_for() -> None:
    second = understand("Who approves it?", ASSESSMENT)
    third = understand("And how often is it repeated?", second.subject, [second.text, ASSESSMENT])
    assert third.text == "How often is the AI impact assessment repeated?"


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


QUESTIONS = st.sampled_from([CHATBOT, REPORT, ASSESSMENT, "Tell me about clause 9.2.1.", "What is it?"])
PIECES = st.lists(
    st.sampled_from(
        """and what about who how long often is are does do may it they its for in before if when why the a an
        contractors system policy reviewed keep approve AI A.6.2.8 class 2 , ?""".split()
    ),
    min_size=1,
    max_size=8,
).map(" ".join)


@given(st.one_of(st.text(max_size=200), PIECES), QUESTIONS | st.text(min_size=1, max_size=80))
def test_no_word_with_a_meaning_is_lost_or_made_up(asked: str, subject: str) -> None:
    read = understand(asked, subject)
    held = set(stems(asked)) | set(stems(subject))
    assert set(stems(untied(read.asked))) <= set(stems(read.text))
    assert set(stems(read.text)) <= held | set(stems("what happens if"))


def test_four_thousand_characters_are_a_question_and_one_more_is_not() -> None:
    assert not too_long("a" * 4_000)
    assert too_long("a" * 4_001)
