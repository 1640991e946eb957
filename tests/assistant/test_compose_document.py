"""Composing: what an answer settles, and what stays open."""

from __future__ import annotations

from assistant.drafting.compose import compose
from assistant.drafting.document import Document, Header
from assistant.drafting.intake import intake
from knowledge.specifications import Specification

SPECIFICATION = Specification.model_validate(
    {
        "id": "note",
        "title": "Note",
        "form": "record",
        "kind": "record",
        "purpose": "A note.",
        "satisfies": ["6.1.4"],
        "approver": "top management",
        "intake": [
            {
                "id": "note.q1",
                "question": "In the Union?",
                "says": "whether it is in the Union",
                "type": "yes_no_unknown",
            },
            {
                "id": "note.q2",
                "question": "A product?",
                "says": "whether it is a product",
                "type": "yes_no_unknown",
            },
            {
                "id": "note.q3",
                "question": "What is decided?",
                "says": "the decision",
                "type": "choice",
                "options": ["go", "no go"],
            },
            {"id": "note.q4", "question": "Who decides?", "says": "who decides", "type": "text"},
        ],
        "sections": [
            {
                "id": "note.s1",
                "heading": "Scope",
                "must_contain": "scope",
                "cites": ["6.1.4-c"],
                "pieces": [
                    {
                        "text": "The law of the Union holds for it (Article 6).",
                        "when": {"q1": "yes", "q2": "yes"},
                        "legal": True,
                    },
                    {"text": "The decision is {q3}."},
                    {"text": "It stops.", "when": {"q3": "no go"}},
                    {"text": "It lasts. {q4} decides, and {q4} signs.", "when": {"q4": "given"}},
                ],
            }
        ],
        "reviewer_checks": [],
    }
)


def composed(**answers: str) -> Document:
    return compose(SPECIFICATION, intake(SPECIFICATION, answers), Header(id="n", title="Note"))


def test_a_question_stays_closed_when_another_answer_has_settled_the_piece() -> None:
    assert "whether it is a product" not in composed(q1="no", q3="go").placeholders
    assert composed(q1="yes", q3="go").placeholders == ("whether it is a product",)


def test_a_settled_piece_is_settled_whatever_the_order_of_its_questions() -> None:
    assert composed(q2="no", q3="go").placeholders == ()


def test_an_open_question_is_an_open_place_of_a_section_once() -> None:
    texts = [block.text for _, block in composed(q1="no").blocks]
    assert texts == ["The decision is [TO BE SUPPLIED: the decision]."]


def test_an_answer_that_begins_a_sentence_has_a_capital_and_no_other() -> None:
    texts = [block.text for _, block in composed(q1="no", q3="go", q4="the board").blocks]
    assert texts[-1] == "It lasts. The board decides, and the board signs."


def test_an_open_place_tells_no_law() -> None:
    assert [block.legal for _, block in composed(q3="go").blocks] == [False, False]
    assert [block.legal for _, block in composed(q1="yes", q2="yes", q3="go").blocks] == [True, False]
