"""Corrections: only what stands in a document in force that the person who asked may see."""

from __future__ import annotations

import pytest

from assistant import ingest, reading, review
from assistant.corrections import Statement
from assistant.errors import NotPossible
from assistant.home import Home
from assistant.people import Person
from assistant.standing import State
from knowledge import library
from knowledge.models import Role
from tests.assistant.reviewing import (
    ADMIN,
    EMPLOYEE,
    INCIDENT,
    LOGS,
    LOGS_QUOTE,
    PARKING,
    REVIEWER,
    SECOND,
    SECRET,
    added,
    corrected,
    document,
    entries,
    put,
    stands,
    submitted,
)

RULE = "# Rule\n\nThe keeper may open the northern gate within 24 hours of a storm.\n"
QUOTE = "The keeper may open the northern gate within 24 hours of a storm."
NOWHERE = "No such words are written here at all."


def problem(home: Home, item: str, who: Person = REVIEWER, **statement: object) -> str:
    """Why a correction is refused; nothing comes on the log."""
    before = len(entries(home))
    with pytest.raises(NotPossible) as error:
        review.correct(home, who, item, [Statement.model_validate(statement)], "It was wrong.")
    assert len(entries(home)) == before
    return str(error.value)


def test_a_correction_says_its_quotes_and_where_they_stand(org: Home) -> None:
    item = put(org, PARKING).id
    version = added(org, RULE)
    entry = corrected(org, REVIEWER, item, QUOTE)
    (claim,) = entry.body["correction"]["claims"]
    (citation,) = claim["citations"]
    assert (claim["text"], citation["version"], citation["section"]) == (QUOTE, version.id, "Rule")
    with org.database.read() as connection:
        text = library.text_of(connection, version.id)
    assert text[citation["start"] : citation["end"]] == QUOTE == citation["quote"]
    assert stands(org, item).state is State.CORRECTED


def test_an_answered_abstention_is_told_to_who_asked(org: Home) -> None:
    given = put(org, PARKING)
    assert given.status == "abstained"
    assert reading.news(org, EMPLOYEE) == []
    corrected(org, REVIEWER, given.id)
    (told,) = reading.news(org, EMPLOYEE)
    assert told == reading.answer(org, EMPLOYEE, given.id)
    assert told.correction and told.correction.claims[0].text == LOGS_QUOTE
    assert (told.state, told.reason) == (State.CORRECTED, "It was not answered.")
    assert told.decided and told.decided.role is Role.REVIEWER
    review.approve(org, SECOND, given.id)
    (told,) = reading.news(org, EMPLOYEE)
    assert (told.state, told.reason) == (State.APPROVED, "It was not answered.")
    assert reading.source(org, EMPLOYEE, given.id, 0, corrected=True).citation.quote == LOGS_QUOTE


def test_a_correction_that_is_rejected_is_not_shown(org: Home) -> None:
    item = put(org, PARKING).id
    corrected(org, REVIEWER, item)
    review.reject(org, SECOND, item, "Neither is right.")
    told = reading.answer(org, EMPLOYEE, item)
    assert (told.state, told.correction, told.reason) == (State.REJECTED, None, "Neither is right.")


def test_a_piece_of_a_sentence_is_quoted_with_the_whole_sentence(org: Home) -> None:
    added(org, "# Rule\n\nLogs are kept. AI must not be used to rate people by their behaviour.\n")
    item = put(org, PARKING).id
    entry = corrected(org, REVIEWER, item, "be used to rate people by their behaviour")
    (claim,) = entry.body["correction"]["claims"]
    assert claim["text"] == "AI must not be used to rate people by their behaviour."
    wrong = {"quotes": ["be used to rate people"], "text": "AI is used to rate people."}
    said = problem(org, put(org, LOGS).id, **wrong)
    assert "the quote negates where the wording does not" in said


def test_a_correction_keeps_within_bounds() -> None:
    for quotes in (["q" * 2_001], ["a quote"] * 11):
        with pytest.raises(ValueError):
            Statement(quotes=tuple(quotes))


def test_an_approval_names_the_correction_that_it_is_for(org: Home) -> None:
    item = put(org, PARKING).id
    correction = corrected(org, REVIEWER, item)
    assert review.approve(org, SECOND, item).body["of"] == correction.hash


def test_a_quote_that_stands_nowhere_is_refused(kept_org: Home) -> None:
    said = problem(kept_org, put(kept_org, LOGS).id, quotes=[NOWHERE])
    assert "stands in no document in force that the person who asked may see" in said


@pytest.mark.parametrize("audience", [{Role.REVIEWER}, {Role.EMPLOYEE}], ids=["asker's", "reviewer's"])
def test_a_quote_that_either_may_not_see_stands_nowhere(kept_org: Home, audience: set[Role]) -> None:
    item = put(kept_org, LOGS).id
    hidden = added(kept_org, f"# Rule\n\n{SECRET}\n", name="hidden.md", audience=frozenset(audience))
    nowhere = problem(kept_org, item, quotes=[NOWHERE])
    assert problem(kept_org, item, quotes=[SECRET]) == nowhere.replace(NOWHERE, SECRET)
    there = problem(kept_org, item, quotes=[SECRET], document=hidden.document)
    missing = problem(kept_org, item, quotes=[SECRET], document="no-such-document")
    assert there.replace(hidden.document, "") == missing.replace("no-such-document", "")
    ingest.remove(kept_org, hidden.document, ADMIN)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The keeper must open the northern gate within 24 hours of a storm.", "makes an obligation"),
        ("The keeper may open the northern gate within 48 hours of a storm.", "figure"),
        ("The keeper may not open the northern gate within 24 hours of a storm.", "negates"),
        ("The keeper may open the northern gate within 24 days of a storm.", "figure"),
        ("The keeper may open the northern gate of Antwerp within 24 hours of a storm.", "Antwerp"),
    ],
)
def test_a_wording_that_says_more_than_its_quote_is_refused(kept_org: Home, text: str, why: str) -> None:
    added(kept_org, RULE, name="gates.md")
    said = problem(kept_org, put(kept_org, LOGS).id, quotes=[QUOTE], text=text)
    assert said.startswith("Statement 1: ") and why in said


def test_a_wording_that_its_quotes_carry_is_taken(kept_org: Home) -> None:
    added(kept_org, RULE, name="gates.md")
    item = put(kept_org, LOGS).id
    entry = corrected(kept_org, REVIEWER, item, QUOTE, text="Within 24 hours the keeper may open the gate.")
    assert entry.body["correction"]["text"].count("Within 24 hours the keeper may open the gate.") == 1


@pytest.mark.parametrize("how", ["superseded", "withdrawn"])
def test_what_is_not_in_force_is_not_quoted(org: Home, how: str) -> None:
    version = added(org, RULE)
    item = put(org, LOGS).id
    if how == "superseded":
        added(org, RULE.replace("24", "12"))
    else:
        ingest.withdraw(org, version.document, ADMIN)
    assert "stands in no document in force" in problem(org, item, quotes=[QUOTE])
    assert problem(org, item, quotes=[QUOTE], document=version.document)


@pytest.mark.parametrize("statements", [0, 21])
def test_a_correction_has_one_to_twenty_statements(kept_org: Home, statements: int) -> None:
    with pytest.raises(NotPossible, match="1 to 20 statements"):
        review.correct(
            kept_org, REVIEWER, put(kept_org, LOGS).id, [Statement(quotes=(LOGS_QUOTE,))] * statements, "Why."
        )


def test_a_quote_is_first_looked_for_where_the_answer_looked(kept_org: Home) -> None:
    item = put(kept_org, INCIDENT).id
    quote = "AI Incident Desk within 24 hours"
    (claim,) = corrected(kept_org, REVIEWER, item, quote).body["correction"]["claims"]
    assert claim["citations"][0]["document"] == document(kept_org, "ai-incident-procedure.pdf")


def test_a_draft_is_not_corrected(kept_org: Home) -> None:
    with pytest.raises(NotPossible, match="its author submits a new revision"):
        corrected(kept_org, REVIEWER, submitted(kept_org))
