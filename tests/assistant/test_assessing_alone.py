"""What the command line assesses and writes is on the log, with a system and without, and holds no words."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import rfc8785

from assistant import chain, reading
from assistant.assessing import alone, assessments
from assistant.assessing.interview import interview
from assistant.errors import CannotWrite, NotPossible
from assistant.exporting.formats import EXPORTED
from assistant.home import Home
from assistant.log_search import summary
from tests.assistant.assessing import CHATBOT, entered
from tests.assistant.reviewing import ADMIN, AUDITOR, AUTHOR, entries, refused
from tests.assistant.test_assessing_views import file, run

WORDS = {"intended_purpose": "help Mia", "impact-assessment.q9b": "when Mia asks"}


def test_an_assessment_without_a_system_is_on_the_log_without_its_words(bare: Home, tmp_path: Path) -> None:
    given = file(tmp_path, CHATBOT | WORDS)
    found = json.loads(run(bare, "assess", "--intake", given, "--json"))
    (entry,) = entries(bare, assessments.KIND)
    assert (entry.id, entry.body["act"], entry.body["actor"]) == (found["record"], "assess", AUTHOR.id)
    assert "system" not in entry.body and entry.personal == {}
    assert entry.body["tiers"] == {one["scheme"]: one["tier"] for one in found["schemes"]}
    assert entry.body["schemes"] == {one["scheme"]: one["version"] for one in found["schemes"]}
    told = rfc8785.dumps(interview(CHATBOT | WORDS).model_dump(mode="json")).decode()
    assert entry.body["answers_sha256"] == chain.commitment(found["salt"], told)
    assert found["salt"] not in str(entry) and "Mia" not in str(entry)
    (seen,) = reading.records(bare, ADMIN, kind=assessments.KIND)
    assert summary(seen) == "AI system outside the register (assessed)"


def test_a_file_of_it_is_on_the_log_with_its_hash(bare: Home, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    run(bare, "assess", "--intake", file(tmp_path, CHATBOT), "-o", str(report), "--view", "rights")
    made, out = entries(bare)[-2:]
    assert (out.kind, out.body["assessed"], out.body["act"]) == ("exported", made.id, "md")
    assert out.body["sha256"] == hashlib.sha256(report.read_bytes()).hexdigest()
    assert summary(out) == "rights of an AI system outside the register: exported as md"


def test_a_file_of_a_kept_assessment_is_on_the_log_too(bare: Home, tmp_path: Path) -> None:
    name, report = entered(bare).id, tmp_path / "report.md"
    arguments = ("--system", name, "-o", str(report), "--json")
    found = json.loads(run(bare, "assess", "--intake", file(tmp_path, CHATBOT), *arguments))
    (out,) = entries(bare, EXPORTED)
    assert (out.body["assessment"], out.body["system"]) == (found["assessment"], name)
    assert out.body["sha256"] == hashlib.sha256(report.read_bytes()).hexdigest()


def test_what_cannot_be_written_is_told_before_anything_is_assessed(bare: Home, tmp_path: Path) -> None:
    before = len(entries(bare))
    given = file(tmp_path, CHATBOT)
    with pytest.raises(CannotWrite, match="ends with"):
        run(bare, "assess", "--intake", given, "-o", "x.odt")
    with pytest.raises(NotPossible, match="no view"):
        run(bare, "assess", "--intake", given, "-o", "x.md", "--view", "x")
    assert len(entries(bare)) == before


def test_who_may_not_assess_is_refused_on_the_record(bare: Home) -> None:
    with refused(bare, AUDITOR, "may not assess"):
        alone.assessed(bare, AUDITOR, interview(CHATBOT))
