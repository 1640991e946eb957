"""Clarify: a short question without a subject is asked back once, with choices from the documents."""

from __future__ import annotations

import json

import pytest
import yaml

from assistant import answer_record, erasure, log, reading
from assistant.home import Home
from assistant.models import Answer
from assistant.oversight import oversight
from assistant.people import LOCAL
from knowledge.models import Role
from tests.assistant.reviewing import EMPLOYEE, person, put
from tests.conftest import SHARED, Asking, needs_shared

DECIDES = "Who decides?"
KEPT = "How long do we keep it?"
RESTART = "Stopping a system (Human Oversight Standard)"


def labels(answer: Answer) -> list[str]:
    return [choice.label for choice in answer.choices]


def sections(answer: Answer) -> set[str]:
    return {c.section.rpartition(" > ")[2] for claim in answer.claims for c in claim.citations}


@pytest.mark.parametrize(
    "asked", [DECIDES, KEPT, "Who approves it?", "When is it due?", "What is the scope?"]
)
def test_a_question_that_could_be_of_several_documents_is_asked_back(asking: Asking, asked: str) -> None:
    answer = asking(asked)
    assert answer.status == "unclear"
    assert 2 <= len(answer.choices) <= 5
    assert len({label.rpartition("(")[2] for label in labels(answer)}) >= 2
    assert (answer.claims, answer.nearest, answer.understood_as) == ((), (), None)
    assert "Which do you mean?" in (answer.note or "")
    assert [f"{n}. {label}" for n, label in enumerate(labels(answer), 1)] == answer.text.splitlines()[1:]


def test_each_choice_is_answered_from_the_place_that_it_names(asking: Asking) -> None:
    unclear = asking(KEPT)
    for choice in unclear.choices:
        answer = asking(choice.question, conversation=unclear.conversation)
        assert answer.status == "answered"
        assert any(choice.label.startswith(section.partition(" ")[2]) for section in sections(answer))


@pytest.mark.parametrize("typed", [RESTART, RESTART.lower(), "{number}", "{number}."])
def test_a_choice_may_be_typed(asking: Asking, typed: str) -> None:
    unclear = asking(DECIDES)
    number = labels(unclear).index(RESTART) + 1
    answer = asking(typed.format(number=number), conversation=unclear.conversation)
    assert answer.understood_as == unclear.choices[number - 1].question
    assert "4 Stopping a system" in sections(answer)


@pytest.mark.parametrize(
    ("asked", "reply", "meant"),
    [
        (KEPT, "event logs", "How long do we keep event logs?"),
        ("Is it repeated?", "the impact assessment", "Is the impact assessment repeated?"),
        ("How long is it kept?", "event logs", "How long are event logs kept?"),
        ("When is it due?", "for the supplier reviews", "When is it due for the supplier reviews?"),
    ],
)
def test_a_reply_in_ones_own_words_completes_the_question(
    asking: Asking, asked: str, reply: str, meant: str
) -> None:
    unclear = asking(asked)
    assert asking(reply, conversation=unclear.conversation).understood_as == meant


def test_a_question_of_ours_is_never_met_with_another(asking: Asking) -> None:
    unclear = asking(DECIDES)
    for typed in (DECIDES, "Who approves it?"):
        again = asking(typed, conversation=unclear.conversation)
        assert again.status != "unclear"
    assert (
        asking(DECIDES, conversation=again.conversation).status != "unclear"
    )  # a conversation has a subject


@pytest.mark.parametrize(
    "asked",
    [
        "Who decides on the restart of a system?",
        "Who approves the AI policy?",
        "What is bias?",
        "Who are the overseers?",
        "How many controls are there?",
        "What does A.6.2.8 require of it?",
        "Who is NIST?",
        "reviewed",
        "How much does a licence of it cost?",
    ],
)
def test_a_question_with_a_subject_or_without_several_sources_is_not_asked_back(
    asking: Asking, asked: str
) -> None:
    assert asking(asked).status != "unclear"


@needs_shared
def test_no_question_of_the_field_is_asked_back(shared_sample: Home, asking: Asking) -> None:
    held = yaml.safe_load((SHARED / "domain" / "questions.yaml").read_text("utf-8"))
    asked = [row["question"] for part in ("questions", "abstain", "adversarial") for row in held[part]]
    assert len(asked) > 40
    assert [text for text in asked if asking(text).status == "unclear"] == []


def test_the_choices_are_what_the_asker_may_see(asking: Asking) -> None:
    restricted = "Measures (Investigation Report on the Credit Pre-check)"
    assert restricted in labels(asking(DECIDES, Role.AUDITOR))
    assert "Investigation" not in asking(DECIDES).model_dump_json()


def test_it_is_on_the_log_without_what_was_typed_and_is_no_matter_for_review(org: Home) -> None:
    unclear = put(org, KEPT)
    with org.database.read() as connection:
        entry = log.get(connection, unclear.id)
    assert entry.body["answer"]["status"] == "unclear"
    assert [choice["label"] for choice in entry.body["answer"]["choices"]] == labels(unclear)
    assert "keep it" not in json.dumps(entry.body)
    assert set(entry.body["review"]["reasons"]) <= {"sample"}
    assert answer_record.read(entry) == unclear == reading.answer(org, EMPLOYEE, unclear.id).answer
    titles = {v.title for v in org.index.state().versions if v.id in entry.body["searched"]}
    assert {label.rpartition("(")[2].rstrip(")") for label in labels(unclear)} <= titles


def test_it_counts_as_its_own(org: Home) -> None:
    put(org, KEPT)
    found = oversight(org, person("auditor"))
    assert (found.totals["unclear"], found.totals["answered"], found.totals["abstained"]) == (1, 0, 0)
    assert found.unanswered == ()


def test_the_questions_of_the_choices_are_erased_with_what_was_typed(org: Home) -> None:
    unclear = put(org, KEPT)
    with org.database.read() as connection:
        seq = log.get(connection, unclear.id).seq
    erasure.erase(org, LOCAL, [seq], reason="It was asked for.")
    left = reading.answer(org, EMPLOYEE, unclear.id).answer
    assert (left.status, left.choices) == ("unclear", ())
    assert put(org, "1", conversation=unclear.conversation).understood_as is None
