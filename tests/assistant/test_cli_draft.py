"""`clausewise draft` and `profile`: from an intake file to a document, and what is told on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from docx import Document as open_docx

from assistant.home import Home
from knowledge.embed import Encoder
from knowledge.specifications import specifications
from tests.assistant.manuscripts import TYPE
from tests.assistant.reviewing import entries
from tests.assistant.test_cli import CommandLine
from tests.model_server import Asked, Fails, ModelServer, Says
from tests.test_structure import ROOT

INTAKES = ROOT / "tests" / "data" / "intakes"
NAME = "Otter Works"


@pytest.fixture
def cli(sample: Home, capsys: pytest.CaptureFixture[str], encoder: Encoder) -> CommandLine:
    return CommandLine(sample.settings.home, capsys, encoder)


def words(path: Path) -> str:
    made = open_docx(str(path))
    cells = (cell.text for table in made.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in made.paragraphs), *cells])


def test_without_a_type_the_types_are_listed(cli: CommandLine) -> None:
    assert {row["id"] for row in cli("draft", "--json").json} == set(specifications())
    assert "AI policy: Direction and commitments" in cli("draft").out


def test_the_questions_are_an_intake_file(cli: CommandLine, tmp_path: Path) -> None:
    printed = cli("draft", "ai-policy", "--questions").out
    assert set(yaml.safe_load(printed)) == set(specifications()["ai-policy"].questions)
    file = tmp_path / "intake.yaml"
    file.write_text(printed, "utf-8")
    cli("draft", "ai-policy", "--intake", str(file), "-o", str(tmp_path / "policy.md"))
    assert "TO BE SUPPLIED" in (tmp_path / "policy.md").read_text("utf-8")


def test_a_document_is_written_from_an_intake_and_is_on_the_log(
    cli: CommandLine, sample: Home, tmp_path: Path
) -> None:
    cli("profile", "organisation", NAME)
    path = tmp_path / "policy.docx"
    told = cli(
        "draft", "ai-policy", "--intake", str(INTAKES / "ai-policy.yaml"), "-o", str(path), "--json"
    ).json
    assert NAME in words(path)
    assert told["placeholders"] == []
    assert {row["coverage"] for row in told["coverage"]} == {"covered"}
    kinds = [entry.kind for entry in entries(sample)][-4:]
    assert kinds[0] == "profile"
    assert kinds[-1] == "exported"
    assert entries(sample, "exported")[-1].body["sha256"] == told["sha256"]


def test_an_empty_intake_leaves_open_places_and_says_which(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("", "utf-8")
    intake = ["--intake", str(tmp_path / "empty.yaml")]
    told = cli("draft", "vendor", *intake, "-o", str(tmp_path / "vendor.pdf")).out
    assert "open: " in told
    assert (tmp_path / "vendor.pdf").read_bytes().startswith(b"%PDF")


def test_what_cannot_be_written_is_said_before_anything_is_begun(
    cli: CommandLine, sample: Home, tmp_path: Path
) -> None:
    wrong, listed = tmp_path / "wrong.yaml", tmp_path / "list.yaml"
    wrong.write_text("ai-policy.q99: yes\n", "utf-8")
    listed.write_text("- 1\n", "utf-8")
    out = str(tmp_path / "a.docx")
    cli("draft", "nothing", "-o", out).refused("no document type", "ai-policy")
    cli("draft", "ai-policy", "--intake", str(wrong), "-o", out).refused("does not ask 'ai-policy.q99'")
    cli("draft", "ai-policy", "--intake", str(listed), "-o", out).refused("answers by question id")
    cli("draft", "ai-policy", "--intake", str(tmp_path / "no.yaml"), "-o", out).refused("cannot be read")
    cli("draft", "ai-policy", "-o", out, "--as", "employee").refused("may not write documents")
    assert entries(sample, "manuscript") == []
    assert not Path(out).exists()


def test_a_profile_entry_is_set_listed_and_cleared(cli: CommandLine) -> None:
    assert "(Name of the organisation: not said)" in cli("profile").out
    cli("profile", "ai_roles", "develops AI systems", "uses AI systems")
    assert cli("profile", "--json").json == {"ai_roles": ["develops AI systems", "uses AI systems"]}
    cli("profile", "ai_roles")
    assert cli("profile", "--json").json == {}
    cli("profile", "colour", "red").refused("no entry 'colour'", "organisation")


HEADING = "Purpose and scope"
COUNTED = f"At {NAME} otters are counted by the keeper."
ANEW = f"Otters are counted by the keeper at {NAME}."
KEPT = "The rule is reviewed every year."
MORE = "The rule is reviewed every month."


def worded(asked: Asked) -> Says:
    """One paragraph worded well, another one falsely."""
    said = {ANEW: COUNTED} if COUNTED in asked.words else {MORE: KEPT}
    claims = [{"quotes": [{"passage": 1, "quote": quote}], "text": text} for text, quote in said.items()]
    return Says(json.dumps({"claims": claims}))


@pytest.mark.usefixtures("otters")
def test_each_section_is_reworded_as_far_as_it_holds(
    cli: CommandLine, sample: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("profile", "organisation", NAME)
    intake, path = tmp_path / "intake.yaml", tmp_path / "rule.md"
    intake.write_text("q1: the keeper\nq3: every year\nq4: no\n", "utf-8")
    command = ["draft", TYPE, "--intake", str(intake), "-o", str(path), "--owner", "The warden", "--reword"]
    without = cli(*command).out
    assert f"{HEADING}: No language model is configured. The section stays as it is." in without
    with ModelServer([worded, worded, worded, Fails(500)]) as server:
        for name, value in (("", "openai:scripted"), ("_URL", server.url), ("_KEY", "x"), ("_RETRIES", "0")):
            monkeypatch.setenv(f"CLAUSEWISE_MODEL{name}", value)
        told = cli(*command).out
        failed = cli(*command, "--json").json["reworded"]
    assert f"{HEADING}: reworded in block 1" in told
    assert f"not held: “{MORE}”: " in told and f"nothing held says “{KEPT}”" in told
    assert [(row["section"], row["changes"]) for row in failed] == [(f"{TYPE}.s1", [])]
    assert "The section stays as it is" in failed[0]["line"]
    first, *_ = [entry for entry in entries(sample, "manuscript") if entry.body["act"] == "reworded"]
    assert first.body["model"]["model"] == "openai:scripted"
    assert COUNTED in path.read_text("utf-8")  # of the run in which the model failed
