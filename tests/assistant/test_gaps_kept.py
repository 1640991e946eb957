"""Kept gap assessments: each is on the log, and one that was altered or whose documents went is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from assistant import ingest
from assistant.gaps.assessment import assess
from assistant.gaps.tables import assessments
from assistant.home import Home
from assistant.people import LOCAL
from knowledge.embed import Encoder
from tests.assistant.gap_homes import AUDITOR, organisation
from tests.assistant.reviewing import AUTHOR, entries


@pytest.fixture
def quay(bare_template: Path, tmp_path: Path, encoder: Encoder) -> Iterator[Home]:
    with organisation("quay", bare_template, tmp_path / "quay", encoder) as home:
        yield home


def rows(home: Home) -> list[str]:
    with home.database.read() as connection:
        return list(connection.execute(select(assessments.c.value)).scalars())


def test_an_assessment_is_on_the_log_once_for_each_state_of_things(quay: Home) -> None:
    made = assess(quay, AUTHOR)
    assert assess(quay, AUTHOR) == made
    (entry,) = entries(quay, "gap assessment")
    assert sum(entry.body["counts"].values()) == 174
    assert set(entry.body["versions"]) == {v for finding in made.findings for v in finding.versions}
    assess(quay, AUDITOR)
    assert [e.body["role"] for e in entries(quay, "gap assessment")] == ["author", "auditor"]


def test_one_that_was_altered_is_not_believed(quay: Home) -> None:
    made = assess(quay, AUTHOR)
    with quay.database.write() as connection:
        forged = rows(quay)[0].replace('"nothing found"', '"addressed"')
        connection.execute(update(assessments).values(value=forged))
    assert assess(quay, AUTHOR) == made
    assert rows(quay) == [made.model_dump_json()]


def test_what_a_removed_document_said_is_kept_nowhere(quay: Home) -> None:
    found = assess(quay, AUTHOR)
    document = next(c.document for finding in found.findings for c in finding.evidence)
    ingest.remove(quay, document, LOCAL)
    assert rows(quay) == []
    assert all(not finding.evidence for finding in assess(quay, AUTHOR).findings)
