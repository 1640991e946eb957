"""Three documents from one interview, and the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from assistant.assessing import outputs
from assistant.assessing.assess import assess
from assistant.assessing.interview import interview
from assistant.assessing.narrative import answered
from assistant.assessing.views import VIEWS, View, document
from assistant.cli.main import app
from assistant.drafting.document import Document
from assistant.errors import CannotOpen, NotPossible
from assistant.exporting import markdown
from assistant.exporting.formats import EXPORTED
from assistant.home import Home
from knowledge.specifications import specification
from tests.assistant.assessing import CHATBOT, assessed, entered, facts
from tests.assistant.reviewing import AUDITOR, entries
from tests.assistant.test_assessing_schemes import own

SCORING = {
    "annex_iii_points": ["5b"],
    "profiling": "yes",
    "intended_purpose": "score applicants for a loan.",
    "affected_persons": "applicants\ntheir guarantors",
    "impact-assessment.q9b": "for every application",
}
RUN = CliRunner()


def made(view: View, **more: Any) -> Document:
    held = interview(own(**SCORING | more))
    return document(view, held, assess(held))


def text(made_: Document) -> str:
    return markdown.write(made_)


def intake_of(raw: dict[str, Any]) -> dict[str, Any]:
    held = interview(raw)
    spec = specification("impact-assessment")
    return {
        name.partition(".")[2]: given.rows or given.lines
        for name, given in answered(spec, held, assess(held), None).items()
    }


def test_facts_of_the_interview_answer_what_the_author_left_open() -> None:
    found = intake_of(own(**SCORING))
    assert found["q3a"] == ("score applicants for a loan",)
    assert found["q4b"] == ("applicants", "their guarantors")
    assert found["q7a"] == ("point 5(b) of Annex III (creditworthiness)",)
    assert (found["q7c"], found["q46a"]) == (("no",), ("yes",))
    assert found["q7d"][0][1] == "high-risk"


def test_what_the_author_answered_stands() -> None:
    assert intake_of(own(**SCORING) | {"impact-assessment.q3a": "weigh loans"})["q3a"] == ("weigh loans",)


def test_an_open_fact_answers_nothing() -> None:
    found = intake_of({"annex_iii_points": "unknown", "prohibited_facts": ["E1a", "unknown"]})
    assert "q7a" not in found
    assert found["q7c"] == ("yes",)
    assert not {"q20b", "q12a", "q46a"} & found.keys()


@pytest.mark.parametrize("point", "1a 2 3d 4b 5c 6e 7d 8a none".split())
def test_every_point_is_one_that_the_specification_knows(point: str) -> None:
    (told,) = intake_of(own(annex_iii_points=[point]))["q7a"]
    assert told in specification("impact-assessment").question("q7a").options


def test_the_impact_assessment_holds_the_tiers_with_their_reasons() -> None:
    found = made("assessment")
    assert "score applicants for a loan" in text(found)
    assert found.sections[-3].heading.startswith("Annex: EU AI Act: high-risk")
    assert found.header.approver and "board" in found.header.approver


def test_the_view_of_fundamental_rights_has_the_six_elements_when_they_are_owed() -> None:
    found = made("rights")
    assert [s.heading[:3] for s in found.sections[1:7]] == ["(a)", "(b)", "(c)", "(d)", "(e)", "(f)"]
    assert "How often is it used? For every application." in text(found)
    assert "who the overseers are" in found.placeholders


def test_the_view_of_fundamental_rights_says_why_it_is_not_owed() -> None:
    found = made("rights", annex_iii_points=[])
    assert "does not apply, because the use falls under no point of Annex III" in text(found)
    assert len(found.sections) == 2


def test_it_is_prepared_while_it_is_open_whether_it_is_owed() -> None:
    found = made("rights", annex_iii_points=["4a"], public_body_or_public_service="unknown")
    assert "It is open whether it applies" in text(found)
    assert len(found.sections) == 9


def test_the_canadian_view_has_points_by_area_and_the_requirements_of_the_level() -> None:
    held = interview(own(aia_raw=None) | {"impact6": "item4"})
    found = text(document("aia", held, assess(held)))
    assert "| Risk: impact | 4 | 52 | 52 |" in found
    assert "At least two experts" in found
    assert "borrowed scale" in found


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("format", ["docx", "pdf", "md"])
def test_each_view_leaves_as_a_file_on_the_log(bare: Home, view: View, format: outputs.Format) -> None:
    kept = assessed(bare)
    data = outputs.exported(bare, AUDITOR, kept.id, view, format)
    assert data[:2] == {"docx": b"PK", "pdf": b"%P", "md": b"# "}[format]
    (entry,) = entries(bare, EXPORTED)
    assert (entry.body["assessment"], entry.body["format"]) == (kept.id, format)


# The command line


def run(home: Home, *arguments: str) -> str:
    done = RUN.invoke(app, ["--home", str(home.settings.home), *arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def file(tmp_path: Path, answers: dict[str, Any]) -> str:
    path = tmp_path / "intake.yaml"
    path.write_text(yaml.safe_dump(answers), "utf-8")
    return str(path)


def test_a_proposal_in_json_has_its_shape(bare: Home, tmp_path: Path) -> None:
    found = json.loads(run(bare, "assess", "--intake", file(tmp_path, CHATBOT), "--json"))
    assert [one["scheme"] for one in found["schemes"]] == ["eu_ai_act", "canada_aia", "internal"]
    for one in found["schemes"]:
        assert {"scheme", "tier", "score", "rules_fired", "unknown", "would_change"} <= one.keys()
    assert found["schemes"][1]["score"] == 30


def test_a_proposal_in_words_says_what_it_rests_on(bare: Home, tmp_path: Path) -> None:
    told = run(bare, "assess", "--intake", file(tmp_path, CHATBOT))
    assert "EU AI Act: transparency duties" in told
    assert "“Do people interact with it directly?” yes" in told
    assert told.startswith("Proposal for a person to decide, not legal advice.")


def test_an_empty_file_of_answers_is_allowed(bare: Home, tmp_path: Path) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_text("")
    assert "undetermined" in run(bare, "assess", "--intake", str(empty))


def test_a_wrong_file_of_answers_is_told(bare: Home, tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="profilling"):
        run(bare, "assess", "--intake", file(tmp_path, {"profilling": "yes"}))
    with pytest.raises(CannotOpen, match="cannot be read"):
        run(bare, "assess", "--intake", str(tmp_path / "none.yaml"))
    with pytest.raises(NotPossible, match="no view"):
        run(bare, "assess", "--intake", file(tmp_path, {}), "-o", "x.md", "--view", "x")


def test_the_register_by_command(bare: Home, tmp_path: Path) -> None:
    name = run(bare, "systems", "add", "Mail Sorter", "--status", "in use", "--next", "2026-01-31").strip()
    report = tmp_path / "report.md"
    run(bare, "assess", "--intake", file(tmp_path, CHATBOT), "--system", name, "-o", str(report))
    assert "Mail Sorter" in report.read_text("utf-8")
    (one,) = json.loads(run(bare, "systems", "list", "--overdue", "--json"))
    assert (one["id"], one["name"], one["tier"]) == (name, "Mail Sorter", "")
    table = tmp_path / "systems.csv"
    run(bare, "systems", "export", "-o", str(table))
    assert "1 known already" in run(bare, "systems", "import", str(table))
    assert "Mail Sorter" in run(bare, "systems", "list")


def test_rows_that_cannot_be_taken_end_with_status_1(bare: Home, tmp_path: Path) -> None:
    table = tmp_path / "systems.csv"
    table.write_text("name,status\nA,idea\n,idea\n")
    done = RUN.invoke(app, ["--home", str(bare.settings.home), "systems", "import", str(table)])
    assert done.exit_code == 1
    assert "1 entered" in done.stdout and "Line 3: A system needs a name." in done.stderr


def test_a_kept_assessment_names_its_system(bare: Home) -> None:
    system = entered(bare, **facts(owner="Head of Loans").model_dump())
    held = interview(own(**SCORING))
    found = document("assessment", held, assess(held), system)
    assert system.facts.name in found.header.title
    assert found.header.owner == "Head of Loans"
