"""Composing, piece by piece: text, answers, lists, tables, quotations, terms, conditions and open places."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.drafting.compose import compose, phrase, sentence
from assistant.drafting.document import Block, Document, Header, missing
from assistant.drafting.house import Finder, nothing
from assistant.drafting.intake import Given, intake
from assistant.models import Citation
from knowledge.models import Kind
from knowledge.requirements import requirements
from knowledge.specifications import Question, Specification, specification

QUESTIONS: tuple[dict[str, Any], ...] = (
    {"id": "note.who", "says": "who decides", "type": "text"},
    {"id": "note.why", "says": "the reason", "type": "long"},
    {"id": "note.uses", "says": "the uses", "type": "multi"},
    {"id": "note.day", "says": "the day", "type": "date"},
    {"id": "note.staff", "says": "whether staff are covered", "type": "yes_no_unknown"},
    {"id": "note.sort", "says": "the sort", "type": "choice", "options": ["built", "bought", "both"]},
    {"id": "note.rows", "says": "the systems", "type": "table", "columns": ["System", "Owner", "Note"]},
)
EVERYTHING = [{"answer": q["id"].split(".")[1]} for q in QUESTIONS if q["type"] != "table"]
HEADER = Header(id="n", title="Note", organisation="the club", owner="the secretary", approver="the board")


def citation(kind: Kind = Kind.POLICY) -> Citation:
    return Citation(
        document="d",
        title="AI Policy",
        file="ai-policy.md",
        version="v",
        number=1,
        section="6 Uses",
        page=None,
        start=0,
        end=24,
        quote="AI must not rate people.",
        kind=kind,
    )


def made(*pieces: dict[str, Any], terms: dict[str, str] | None = None) -> Specification:
    """A specification of these pieces; a second section uses all questions, so that none is unused."""
    table = {"table": {"header": ["System"], "of": "rows"}}
    return Specification.model_validate(
        {
            "id": "note",
            "title": "Note",
            "form": "record",
            "kind": "record",
            "purpose": "A note.",
            "satisfies": ["5.2"],
            "approver": "the board",
            "terms": terms or {},
            "intake": [{"question": "?", **question} for question in QUESTIONS],
            "sections": [
                {
                    "id": "note.s1",
                    "heading": "First",
                    "must_contain": "it",
                    "cites": ["5.2-a"],
                    "pieces": list(pieces),
                },
                {
                    "id": "note.s2",
                    "heading": "All",
                    "must_contain": "all",
                    "cites": ["5.2"],
                    "pieces": [*EVERYTHING, table],
                },
            ],
            "reviewer_checks": [],
        }
    )


def first(
    *pieces: dict[str, Any],
    header: Header = HEADER,
    find: Finder = nothing,
    terms: dict[str, str] | None = None,
    **answers: Any,
) -> tuple[Block, ...]:
    """The blocks of the first section."""
    spec = made(*pieces, terms=terms)
    return compose(spec, intake(spec, answers), header, find).section("note.s1").blocks


def texts(blocks: tuple[Block, ...]) -> list[str]:
    return [block.text for block in blocks]


def test_a_text_is_filled_with_answers_and_the_header() -> None:
    blocks = first({"text": "{organisation} asks {who}. {owner} writes.", "cites": ["5.2-a"]}, who="the head")
    assert texts(blocks) == ["The club asks the head. The secretary writes."]
    assert blocks[0].requirements == ("5.2-a",)
    assert blocks[0].answers == ("note.who",)


def test_an_answer_gets_a_capital_only_where_it_begins_a_sentence() -> None:
    blocks = first({"text": "{who} decides. So does {who}, or not? {who} does."}, who="the head")
    assert texts(blocks) == ["The head decides. So does the head, or not? The head does."]


def test_a_place_in_an_answer_is_only_text() -> None:
    assert texts(first({"text": "It is {who}."}, who="{why} and {organisation}")) == [
        "It is {why} and {organisation}."
    ]


def test_what_nobody_said_is_an_open_place_wherever_it_is_needed() -> None:
    header = Header(id="n", title="Note")
    blocks = first(
        {"text": "{organisation} asks {who}."},
        {"answer": "why"},
        {"list": {"lead": "Uses by {owner}:", "of": "uses"}},
        {"table": {"header": ["System", "Owner", "Note"], "of": "rows"}},
        header=header,
    )
    assert texts(blocks)[:3] == [
        f"{missing('the name of the organisation')} asks {missing('who decides')}.",
        missing("the reason"),
        f"Uses by {missing('the owner of the document')}:",
    ]
    assert blocks[2].items == (missing("the uses"),)
    assert blocks[3].rows == ((missing("the systems"), "", ""),)


def test_unknown_is_open_and_no_word_of_the_text() -> None:
    assert texts(first({"text": "It is {who}."}, who="unknown")) == [f"It is {missing('who decides')}."]


def test_an_authors_own_words_are_paragraphs_of_their_own() -> None:
    blocks = first({"answer": "why", "cites": ["5.2-a"]}, why="we use it\n\nit helps!\nand so on")
    assert texts(blocks) == ["We use it.", "It helps!", "And so on."]
    assert all(block.requirements == ("5.2-a",) and block.answers == ("note.why",) for block in blocks)


def test_a_list_has_its_own_items_first_and_those_of_the_answer_without_bullets() -> None:
    (block,) = first(
        {"list": {"lead": "Not for:", "items": ["work of {who}"], "of": "uses"}},
        who="the head",
        uses="- rating people\n* dismissal\n\n",
    )
    assert (block.kind, block.text) == ("list", "Not for:")
    assert block.items == ("work of the head", "rating people", "dismissal")


def test_a_table_names_what_is_missing_in_each_row() -> None:
    (block,) = first(
        {"table": {"caption": "Of {who}", "header": ["System", "Owner", "Note"], "of": "rows"}},
        who="the club",
        rows=[["Chatbot", "the desk", "new"], ["Credit check"], {"Owner": "the bank"}],
    )
    assert (block.kind, block.text, block.header) == ("table", "Of the club", ("System", "Owner", "Note"))
    assert block.rows == (
        ("Chatbot", "the desk", "new"),
        ("Credit check", missing("owner, for Credit check"), missing("note, for Credit check")),
        (missing("system"), "the bank", missing("note")),
    )


def test_a_table_takes_the_first_columns_and_fixed_rows_with_answers() -> None:
    by_answer, fixed = first(
        {"table": {"header": ["System", "Owner"], "of": "rows"}},
        {"table": {"header": ["Step", "By"], "rows": [["Approval", "{who}"], ["Review", "{uses}"]]}},
        rows=[["Chatbot", "the desk", "left out"]],
        who="the head",
    )
    assert by_answer.rows == (("Chatbot", "the desk"),)
    assert fixed.rows == (("Approval", "the head"), ("Review", missing("the uses")))


def test_house_text_is_quoted_with_its_source_and_left_out_when_there_is_none() -> None:
    asked: list[str] = []

    def find(query: str) -> Citation:
        asked.append(query)
        return citation()

    piece = {"quote": {"find": "uses that are not allowed"}, "cites": ["5.2-a"]}
    (block,) = first(piece, find=find)
    assert (block.kind, block.text, block.citations) == ("quote", "AI Policy says:", (citation(),))
    assert "AI must not rate people." in list(block.words)
    assert set(asked) == {"uses that are not allowed"}
    assert first({"quote": {"find": "it", "lead": "As said:"}}, find=find)[0].text == "As said:"
    assert first(piece) == ()


@pytest.mark.parametrize("kind", [Kind.REQUIREMENT, Kind.CONTROL, Kind.GUIDANCE, Kind.LAW])
def test_what_the_house_did_not_write_is_never_quoted_as_its_own(kind: Kind) -> None:
    assert first({"quote": {"find": "it"}}, find=lambda _: citation(kind)) == ()


TERMS = {"overseer": "a person who watches", "metric": "what is measured", "AI system": "a machine"}


def test_terms_are_defined_when_the_text_uses_them_anywhere() -> None:
    blocks = first({"terms": True}, {"text": "Overseers watch."}, terms=TERMS, why="the AI system is new")
    assert blocks[0].kind == "list"
    assert blocks[0].items == ("overseer means a person who watches.", "AI system means a machine.")


def test_no_term_in_use_leaves_no_empty_list() -> None:
    assert texts(first({"terms": True}, {"text": "It is so."}, terms=TERMS)) == ["It is so."]


STAFF = (
    {"text": "Staff are covered.", "when": {"staff": "yes"}},
    {"text": "Staff are left out.", "when": {"staff": "no"}},
)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (True, "Staff are covered."),
        ("no", "Staff are left out."),
        ("unknown", missing("whether staff are covered")),
        (None, missing("whether staff are covered")),
    ],
)
def test_a_piece_stands_with_its_answer_and_an_open_place_once_without(answer: Any, text: str) -> None:
    blocks = first(*STAFF, staff=answer)
    assert texts(blocks) == [text]
    assert blocks[0].answers == ("note.staff",)


def test_a_piece_stands_with_any_of_the_answers_it_names() -> None:
    piece = {"text": "It is tested.", "when": {"sort": ["built", "both"]}}
    assert texts(first(piece, sort="Both")) == ["It is tested."]
    assert texts(first(piece, sort="bought")) == []


def test_given_and_missing_leave_no_open_place() -> None:
    pieces = (
        {"text": "By {who}.", "when": {"who": "given"}},
        {"text": "By nobody yet.", "when": {"who": "missing"}},
    )
    assert texts(first(*pieces, who="the head")) == ["By the head."]
    assert texts(first(*pieces)) == ["By nobody yet."]
    assert texts(first(*pieces, who="unknown")) == ["By nobody yet."]


def test_all_conditions_of_a_piece_have_to_hold() -> None:
    piece = {"text": "Both.", "when": {"staff": "yes", "sort": "built"}}
    assert texts(first(piece, staff=True, sort="built")) == ["Both."]
    assert texts(first(piece, staff=True, sort="bought")) == []


def test_the_source_of_an_answer_goes_with_it() -> None:
    spec = made({"text": "It is {who}.", "legal": True})
    given = {"note.who": Given(lines=("the head",), citations=(citation(),))}
    (block,) = compose(spec, given, HEADER).section("note.s1").blocks
    assert block.citations == (citation(),)
    assert block.legal


def test_a_section_serves_what_its_type_says() -> None:
    spec = made({"terms": True}, {"text": "Overseers ask {who}."}, terms=TERMS)
    given = intake(spec, {"why": "an AI system"})
    whole: Document = compose(spec, given, HEADER)
    assert whole.section("note.s1").requirements == ("5.2-a",)


@pytest.mark.parametrize(
    ("sort", "lines", "said"),
    [
        ("text", ("the board.",), "the board"),
        ("multi", ("a", "b"), "a and b"),
        ("multi", ("a;", "b", "c."), "a, b and c"),
        ("date", ("2026-03-01",), "1 March 2026"),
    ],
)
def test_an_answer_as_a_phrase(sort: str, lines: tuple[str, ...], said: str) -> None:
    question = Question.model_validate({"id": "note.q", "question": "?", "says": "it", "type": sort})
    assert phrase(question, Given(lines=lines)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("we use  it", "We use it."),
        ("Is it?", "Is it?"),
        ("they said: “yes”", "They said: “yes”"),
        (missing("it"), missing("it")),
    ],
)
def test_words_become_a_sentence(text: str, said: str) -> None:
    assert sentence(text) == said


def test_an_answer_with_a_full_stop_does_not_end_the_sentence_twice() -> None:
    assert texts(first({"text": "It is {who}."}, who="the board.")) == ["It is the board."]
    assert texts(first({"text": "It is {uses}."}, uses=["a.", "b."])) == ["It is a and b."]


def test_a_table_of_each_control_has_every_row_in_order_whatever_the_answer_gives() -> None:
    spec = specification("soa")
    held = [item.id for item in requirements().controls]
    rows = [{"control": "A.10.4", "included or excluded": "excluded"}, {"control": "A.2.2"}]
    made = compose(spec, intake(spec, {"q9": rows}), Header(id="D", title="Statement"))
    (table,) = (b for b in made.section("soa.s2").blocks if b.kind == "table")
    assert [row[0] for row in table.rows] == held
    assert table.rows[0][1] == requirements().by_id["A.2.2"].title
    assert table.rows[-1][2] == "excluded"
    assert table.rows[1][2] == missing(spec.question("q9").says)
    assert "the decision on each of the 38 controls" in made.placeholders


def test_a_table_of_each_obligation_leaves_what_the_answer_does_not_name_open() -> None:
    spec = specification("gap-checklist")
    made = compose(spec, {}, Header(id="D", title="Checklist"))
    rows = [row for b in made.section("gap-checklist.s3").blocks if b.kind == "table" for row in b.rows]
    asked = [o for item in requirements().clauses for o in item.obligations]
    assert [row[:2] for row in rows[: len(asked)]] == [(o.id, o.text) for o in asked]
