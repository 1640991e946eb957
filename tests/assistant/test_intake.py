"""Reading an intake: every sort of answer, every way to miss the question, and nothing made up on the way."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from assistant.drafting.intake import MOST, Given, answered, intake
from assistant.errors import NotPossible
from knowledge.specifications import Question, Specification

SORTS: dict[str, dict[str, Any]] = {
    "text": {},
    "long": {},
    "choice": {"options": ["Go", "No go"]},
    "multi": {"options": ["builds", "uses"]},
    "yes_no_unknown": {},
    "date": {},
    "number": {},
    "table": {"columns": ["System", "Owner"]},
}


def asked(sort: str) -> Question:
    more: dict[str, Any] = {"id": f"note.{sort}", "question": "?", "says": "it", "type": sort, **SORTS[sort]}
    return Question.model_validate(more)


SPECIFICATION = Specification.model_validate(
    {
        "id": "note",
        "title": "Note",
        "form": "record",
        "kind": "record",
        "purpose": "A note.",
        "satisfies": ["6.1.4"],
        "approver": "top management",
        "intake": [asked(sort).model_dump() for sort in SORTS],
        "sections": [
            {
                "id": "note.s1",
                "heading": "All",
                "must_contain": "all",
                "cites": ["6.1.4"],
                "pieces": [
                    {"text": "{text} {choice} {multi} {date} {number}"},
                    {"answer": "long"},
                    {"text": "Yes.", "when": {"yes_no_unknown": "yes"}},
                    {"table": {"header": ["System", "Owner"], "of": "table"}},
                ],
            }
        ],
        "reviewer_checks": [],
    }
)


def lines(sort: str, value: Any) -> tuple[str, ...] | None:
    given = answered(asked(sort), value)
    return given and given.lines


def rows(value: Any) -> tuple[tuple[str, ...], ...] | None:
    given = answered(asked("table"), value)
    return given and given.rows


@pytest.mark.parametrize(
    ("sort", "value", "held"),
    [
        ("text", "  the chief executive ", ("the chief executive",)),
        ("text", 42, ("42",)),
        ("long", "One.\n\nTwo.", ("One.\n\nTwo.",)),
        ("choice", "no GO", ("No go",)),
        ("choice", "Unknown", ("Unknown",)),
        ("multi", "builds\nuses\n", ("builds", "uses")),
        ("multi", ["builds", None, "tests and repairs"], ("builds", "tests and repairs")),
        ("yes_no_unknown", True, ("yes",)),
        ("yes_no_unknown", False, ("no",)),
        ("yes_no_unknown", "Unknown", ("unknown",)),
        ("date", "2026-01-31", ("2026-01-31",)),
        ("date", date(2026, 1, 31), ("2026-01-31",)),
        ("date", "unknown", ("unknown",)),
        ("number", "1,200.5", ("1,200.5",)),
        ("number", 12, ("12",)),
    ],
)
def test_an_answer_is_held_as_it_was_given(sort: str, value: Any, held: tuple[str, ...]) -> None:
    assert lines(sort, value) == held


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("value", [None, "", [], "   "])
def test_nothing_is_no_answer(sort: str, value: Any) -> None:
    assert answered(asked(sort), value) is None


@pytest.mark.parametrize(
    ("sort", "value", "told"),
    [
        ("choice", "maybe", "note.choice: one of Go, No go is wanted, not 'maybe'"),
        ("choice", ["Go", "No go"], "note.choice: one answer is wanted, not 2"),
        ("yes_no_unknown", "perhaps", "note.yes_no_unknown: yes, no or unknown is wanted, not 'perhaps'"),
        ("yes_no_unknown", ["yes", "no"], "one answer is wanted"),
        ("date", "31.1.2026", "note.date: a date like 2026-01-31 is wanted, not '31.1.2026'"),
        ("date", "2026-02-30", "a date like"),
        ("date", "soon", "a date like"),
        ("number", "many", "note.number: a number is wanted, not 'many'"),
        ("number", "nan", "a number is wanted"),
        ("number", "inf", "a number is wanted"),
        ("text", {"a": "b"}, "note.text: text is wanted"),
        ("multi", [{"basic": "knows"}], "put a line with a colon into quotes"),
        ("multi", [["a"]], "text is wanted"),
        ("long", "x" * (MOST + 1), f"note.long: an answer has at most {MOST} characters"),
        ("table", {"System": "x"}, "note.table: a list of rows is wanted, with System, Owner"),
        ("table", 5, "a list of rows is wanted"),
        ("table", [5], "a row is a list of cells or a mapping, not 5"),
        ("table", [None], "a row is a list of cells or a mapping"),
        ("table", [{"Sytem": "x"}], "note.table has no column 'Sytem', but System, Owner"),
        ("table", [["a", "b", "c"]], "a row has 3 cells, and the table 2 columns"),
        ("table", "a | b | c", "a row has 3 cells"),
    ],
)
def test_what_does_not_answer_the_question_is_refused_in_words(sort: str, value: Any, told: str) -> None:
    with pytest.raises(NotPossible) as refused:
        answered(asked(sort), value)
    assert told in str(refused.value)


def test_rows_come_as_mappings_lists_or_lines_with_bars() -> None:
    held = (("Credit check", "Head of Operations"), ("Chatbot", ""))
    assert rows([{"Owner": "Head of Operations", "System": "Credit check"}, {"System": "Chatbot"}]) == held
    assert rows([["Credit  check", "Head of\nOperations"], ["Chatbot"]]) == held
    assert rows("| Credit check | Head of Operations |\nChatbot") == held
    assert rows([["Credit check", "Head of Operations"], "Chatbot | "]) == held


def test_an_empty_row_is_no_row_and_a_table_of_them_no_answer() -> None:
    assert rows([["", None], ["Chatbot", None]]) == (("Chatbot", ""),)
    assert rows([{}, ["", ""], " | "]) is None


def test_a_question_is_named_by_its_whole_id_or_the_last_part() -> None:
    held = intake(SPECIFICATION, {"text": "a", "note.multi": "b", "long": None})
    assert held == {"note.text": Given(lines=("a",)), "note.multi": Given(lines=("b",))}


@pytest.mark.parametrize("name", ["colour", "note.colour", "memo.text", 7])
def test_what_is_no_question_is_told_with_some_that_are(name: Any) -> None:
    with pytest.raises(NotPossible) as refused:
        intake(SPECIFICATION, {name: "red"})
    assert f"Note does not ask {name!r}. It asks note.text, note.long, note.choice" in str(refused.value)


def test_an_answer_that_was_read_before_is_taken_as_it_is() -> None:
    given = Given(lines=("a",))
    assert intake(SPECIFICATION, {"text": given})["note.text"] is given


def test_unknown_is_an_answer_that_says_nothing() -> None:
    assert not Given(lines=("unknown",)).known
    assert not Given(lines=("Unknown",)).known
    assert Given(lines=("unknown", "the board")).known
    assert Given(rows=(("a",),)).known


def test_a_yaml_file_gives_every_sort_of_answer() -> None:
    raw = yaml.safe_load(
        """
        note.text: the board
        note.choice: Go
        note.multi: [builds, uses]
        note.yes_no_unknown: yes
        note.date: 2026-01-31
        note.number: 12
        note.table:
        - {System: Chatbot, Owner: the service desk}
        """
    )
    held = intake(SPECIFICATION, raw)
    assert [held[f"note.{sort}"].lines for sort in ("yes_no_unknown", "date", "number")] == [
        ("yes",),
        ("2026-01-31",),
        ("12",),
    ]
    assert held["note.table"].rows == (("Chatbot", "the service desk"),)
    assert "note.long" not in held


def test_control_characters_do_not_get_into_an_answer() -> None:
    assert lines("text", "the\x00 board\x1b[31m") == lines("text", "the board[31m")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["a", "b"]] * 1_001, "at most 1000 rows"),
        ([["a", "b" * 100_001]], "at most 100000 characters"),
        ([["a", ["b", "c"]]], "a cell holds text"),
        ([{"System": {"a": 1}}], "a cell holds text"),
    ],
)
def test_a_table_that_no_document_could_hold_is_told(rows: list[Any], told: str) -> None:
    with pytest.raises(NotPossible, match=told):
        answered(asked("table"), rows)
