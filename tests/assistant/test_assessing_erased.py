"""What was written for a kept assessment can be erased; its results stand, and the hashes tell nothing."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import rfc8785
from sqlalchemy import delete, update

from assistant import erasure, log
from assistant.assessing import assessments, held, outputs, register, said
from assistant.assessing.assessments import Kept
from assistant.assessing.interview import interview
from assistant.assessing.tables import assessments as table
from assistant.assessing.tables import shares
from assistant.errors import DamagedRecord
from assistant.home import Home
from assistant.people import LOCAL
from tests.assistant.assessing import CHATBOT, assessed, entered, told
from tests.assistant.reviewing import AUDITOR, AUTHOR, REVIEWER, SECOND, entries

WORDS = {"intended_purpose": "help Mia", "impact-assessment.q9b": "when Mia asks"}


def read(home: Home, kept: Kept) -> Kept:
    return register.read(home, AUDITOR, kept.system).assessments[0]


def test_the_narrative_of_a_person_who_is_erased_goes_and_the_results_stay(bare: Home) -> None:
    kept = assessed(bare, **WORDS)
    assert kept.interview == interview(CHATBOT | WORDS)
    assert erasure.erase(bare, LOCAL, actor=AUTHOR.id, reason="asked") == 2
    left = read(bare, kept)
    assert left.interview == interview(CHATBOT)
    assert (left.results, left.sha256, left.erased) == (kept.results, kept.sha256, True)
    entry = entries(bare, "erase")[-1]
    assert (entry.body["assessments"], entry.body["person"]) == ([kept.id], AUTHOR.id)
    files = [p for p in bare.settings.home.iterdir() if p.name.startswith("clausewise.db")]
    assert not any(b"when Mia asks" in path.read_bytes() for path in files)
    with bare.database.read() as connection:
        assert log.verify(connection).sound
    assert assessments.decide(bare, REVIEWER, kept.id).decision
    assert b"Mia" not in outputs.exported(bare, AUDITOR, kept.id, "assessment", "md")
    assert erasure.erase(bare, LOCAL, actor=AUTHOR.id, reason="asked") == 0


def test_what_others_wrote_for_the_same_assessment_stays(bare: Home) -> None:
    system = entered(bare).id
    told(bare, system, CHATBOT | {"intended_purpose": "help Mia"})
    held.answer(bare, SECOND, system, "impact-assessment.q9b", "every day")
    kept = assessments.make(bare, AUTHOR, system)
    erasure.erase(bare, LOCAL, actor=AUTHOR.id, reason="asked")
    left = read(bare, kept).interview
    assert (left.answers, left.narrative) == (
        interview(CHATBOT).answers,
        {"impact-assessment.q9b": "every day"},
    )


def test_the_hashes_on_the_log_are_salted(bare: Home) -> None:
    one, other = assessed(bare, **WORDS), assessed(bare, **WORDS)
    first, second = (entry.body for entry in entries(bare, assessments.KIND))
    assert first["sha256"] != second["sha256"]
    assert first[said.BOUND].keys() == {AUTHOR.id}
    assert first[said.BOUND] != second[said.BOUND]
    assert "Mia" not in str(first) and one.results == other.results


@pytest.mark.parametrize("how", ["altered", "emptied", "deleted"])
def test_words_that_were_altered_or_went_off_the_record_are_noticed(bare: Home, how: str) -> None:
    kept = assessed(bare, **WORDS)
    change: Any = update(shares).values(value=json.dumps({"narrative": {"impact-assessment.q9b": "never"}}))
    if how == "emptied":
        change = update(shares).values(value="", salt="", erased=True)
    with bare.database.write() as connection:
        connection.execute(delete(shares) if how == "deleted" else change)
    with pytest.raises(DamagedRecord, match=kept.id):
        read(bare, kept)


@pytest.mark.parametrize("values", [{"number": 7}, {"sha256": "0" * 64}], ids=str)
def test_a_row_of_an_assessment_that_was_altered_is_noticed(bare: Home, values: dict[str, Any]) -> None:
    kept = assessed(bare)
    with bare.database.write() as connection:
        connection.execute(update(table).values(**values))
    with pytest.raises(DamagedRecord, match=kept.id):
        read(bare, kept)


def before_shares(home: Home) -> tuple[str, str]:
    """An assessment as it was kept before words stood beside it; its system and its id."""
    made, given = entered(home), interview(CHATBOT | WORDS)
    results = assessments.assess(given)
    content = {
        "interview": given.model_dump(mode="json"),
        "results": results.model_dump(mode="json"),
        "wrote": [AUTHOR.id],
    }
    text = rfc8785.dumps(content).decode()
    values = {"system": made.id, "number": 1, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    body = {**AUTHOR.acted(), "act": "assess", "assessment": "a1" * 8, "title": made.facts.name, **values}
    with log.recording(home.database) as connection:
        entry = log.append(connection, assessments.KIND, {**body, **assessments.outcome(results)})
        row = {**values, "id": "a1" * 8, "content": text, "record": entry.id}
        connection.execute(table.insert().values(row))
    return made.id, "a1" * 8


def test_an_assessment_from_before_is_read_and_erased_too(bare: Home) -> None:
    system, name = before_shares(bare)
    (kept,) = register.read(bare, AUDITOR, system).assessments
    assert (kept.interview, kept.erased) == (interview(CHATBOT | WORDS), False)
    erasure.erase(bare, LOCAL, actor=AUTHOR.id, reason="asked")
    (left,) = register.read(bare, AUDITOR, system).assessments
    assert (left.interview, left.results, left.erased) == (interview(CHATBOT), kept.results, True)
    with bare.database.write() as connection:
        content = connection.execute(table.select()).one().content
        altered = content.replace("T2 standard", "T1 light")
        connection.execute(update(table).values(content=altered))
    with pytest.raises(DamagedRecord, match=name):
        register.read(bare, AUDITOR, system)
