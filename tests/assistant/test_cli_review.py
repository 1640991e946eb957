"""Review on the command line: the whole way of an answer and of a draft, with exit statuses."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from assistant.home import Home
from knowledge.embed import Encoder
from tests.assistant.test_cli import LOGS, CommandLine

GIRAFFE = "How many wheels does a giraffe have?"
QUOTE = "Event logs are kept for twelve months."
DRAFT = "# Otter Policy\n\nOtters are fed at [TO BE SUPPLIED: hour] by the keeper of otters, every day.\n"


@pytest.fixture
def cli(sample: Home, capsys: pytest.CaptureFixture[str], encoder: Encoder) -> CommandLine:
    return CommandLine(sample.settings.home, capsys, encoder)


def given(cli: CommandLine, question: str) -> str:
    answer: str = cli("ask", question, "--json").json["id"]
    return answer


def test_what_waits_is_listed_with_why(cli: CommandLine) -> None:
    assert "Nothing waits for review" in cli("review", "list").out
    asked = given(cli, GIRAFFE)
    (row,) = cli("review", "list", "--json").json
    assert (row["id"], row["state"], row["reasons"]) == (asked, "pending", ["not answered"])
    assert (row["title"], row["kind"], row["overdue"]) == (GIRAFFE, "answer", False)


def test_an_item_is_shown_with_its_quotes_and_history(cli: CommandLine) -> None:
    asked = given(cli, LOGS)
    cli("review", "flag", asked, "--comment", "This was changed.")
    shown = cli("review", "show", asked).out
    assert QUOTE in shown and "This was changed." in shown
    assert "Why: flagged by a reader" in shown
    assert cli("review", "show", asked, "--json").json["state"] == "pending"


def test_an_answer_is_approved_once(cli: CommandLine) -> None:
    asked = given(cli, LOGS)
    assert cli("review", "approve", asked, "--as", "reviewer").out == f"{asked}: approved.\n"
    cli("review", "approve", asked, "--as", "reviewer").refused("approved already", "Reopen")
    again = cli("ask", LOGS, "--json").json
    assert (again["approved"]["answer"], again["approved"]["role"]) == (asked, "reviewer")


@pytest.mark.parametrize("name", ["author", "employee", "auditor", "administrator", "somebody"])
def test_only_a_reviewer_decides(cli: CommandLine, name: str) -> None:
    asked = given(cli, LOGS)
    cli("review", "approve", asked, "--as", name).refused("may not approve", "a reviewer may")
    refused = [e for e in cli("log", "--json").json if e["kind"] == "refused"]
    assert [(e["body"]["actor"], e["body"]["target"]) for e in refused] == [(name, asked)]


@pytest.mark.parametrize("verdict", ["reject", "escalate", "reopen"])
def test_everything_but_an_approval_needs_a_reason(cli: CommandLine, verdict: str) -> None:
    asked = given(cli, LOGS)
    if verdict == "reopen":
        cli("review", "approve", asked, "--as", "reviewer")
    cli("review", verdict, asked, "--as", "reviewer").refused("Give a reason")
    done = cli("review", verdict, asked, "--as", "reviewer", "--reason", "Not our rule.")
    assert done.status == 0
    assert done.out.startswith(f"{asked}: ")


def test_a_correction_is_verified_and_approved_by_another(cli: CommandLine) -> None:
    asked = given(cli, GIRAFFE)
    correct = ("review", "correct", asked, "--as", "reviewer", "--reason", "The standard says so.")
    cli(*correct).refused("--quote")
    cli(*correct, "--quote", "Giraffes have four wheels.").refused("stands in no document in force")
    cli(*correct, "--quote", QUOTE, "--text", "Logs are kept for two years.").refused("cannot be held")
    assert cli(*correct, "--quote", QUOTE).out == f"{asked}: corrected.\n"
    cli("review", "approve", asked, "--as", "reviewer").refused("You wrote this correction")
    assert cli("review", "approve", asked, "--as", "reviewer-2").out == f"{asked}: approved.\n"
    answer = cli("ask", GIRAFFE, "--json").json
    assert answer["approved"]["corrected"] and answer["claims"][0]["text"] == QUOTE


def test_a_correction_of_several_statements_comes_from_a_file(cli: CommandLine, tmp_path: Path) -> None:
    asked, file = given(cli, GIRAFFE), tmp_path / "correction.yaml"
    correct = ("review", "correct", asked, "--as", "reviewer", "--reason", "So.", "--file", str(file))
    cli(*correct).refused("cannot be read")
    file.write_text("- quotes: []\n")
    cli(*correct).refused("no list of statements")
    file.write_text(json.dumps([{"quotes": [QUOTE], "text": QUOTE}, {"quotes": [QUOTE]}]))
    assert cli(*correct).status == 0


def test_a_draft_goes_from_its_author_by_a_reviewer_into_the_library(
    cli: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "otters.md"
    file.write_text(DRAFT)
    submitted = cli("review", "submit", str(file), "--as", "author").out
    draft = submitted.partition(":")[0]
    assert "revision 1 of Otter Policy" in submitted and "open: hour" in submitted
    cli("review", "publish", draft, "--as", "reviewer").refused("not approved")
    cli("review", "approve", draft, "--as", "author").refused("may not approve or reject a draft")
    cli("review", "approve", draft, "--as", "reviewer").refused("open places: hour")
    assert cli("review", "approve", draft, "--as", "reviewer", "--accept", "hour").status == 0
    assert "version 1" in cli("review", "publish", draft, "--as", "reviewer").out
    (listed,) = (row for row in cli("library", "--json").json if row["title"] == "Otter Policy")
    assert listed["status"] == "in force"
    assert "Otters are fed" in cli("ask", "Who feeds the otters?").out


def test_a_reviewer_does_not_approve_what_they_wrote(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "otters.md"
    file.write_text(DRAFT.replace("[TO BE SUPPLIED: hour]", "noon"))
    draft = cli("review", "submit", str(file), "--as", "author").out.partition(":")[0]
    file.write_text(DRAFT.replace("[TO BE SUPPLIED: hour]", "one"))
    revised = ("review", "submit", str(file), "--as", "reviewer", "--draft", draft)
    assert "revision 2" in cli(*revised).out
    cli("review", "approve", draft, "--as", "reviewer").refused("You wrote this draft")
    assert cli("review", "approve", draft, "--as", "reviewer-2").status == 0


def test_items_are_claimed_released_and_assigned(cli: CommandLine) -> None:
    asked = given(cli, GIRAFFE)
    assert cli("review", "claim", asked, "--as", "reviewer").out == f"{asked}: pending, claimed.\n"
    cli("review", "approve", asked, "--as", "reviewer-2").refused("Somebody else has claimed it")
    assert [r["id"] for r in cli("review", "list", "--mine", "--as", "reviewer", "--json").json] == [asked]
    cli("review", "release", asked, "--as", "reviewer")
    cli("review", "assign", asked, "--to", "reviewer-2")
    assert cli("review", "list", "--unassigned", "--json").json == []
    assert [r["id"] for r in cli("review", "list", "--mine", "--as", "reviewer-2", "--json").json] == [asked]


def test_the_assistant_is_switched_off_and_on(cli: CommandLine) -> None:
    assert cli("switch", "off", "--message", "Back at noon.").out.startswith("The assistant is off (Back at")
    cli("ask", LOGS).refused("switched off", "Back at noon.")
    assert cli("switch", "quotes-only").out == "The assistant is quotes only.\n"
    assert cli("switch", "on").out == cli("switch").out == "The assistant is on.\n"
    assert cli("ask", LOGS).status == 0
    cli("switch", "off", "--as", "reviewer").refused("may not switch")


def test_a_subject_is_held_until_review(cli: CommandLine) -> None:
    cli("switch", "hold", "weather").refused("no subject 'weather'", "biometrics")
    assert "biometrics" in cli("switch", "hold", "biometrics").out
    held = cli("ask", "Does A.6.2.8 apply to biometric systems?", "--json").json
    assert (held["status"], held["claims"], held["nearest"]) == ("held", [], [])
    assert "A reviewer looks at the answer" in held["text"]
    assert "held" not in cli("switch", "free", "biometrics").out


def test_oversight_is_written_as_its_suffix_says(cli: CommandLine, tmp_path: Path) -> None:
    given(cli, GIRAFFE)
    assert cli("oversight", "--json").json["totals"]["abstained"] == 1
    for name, begins in (("o.md", "# Oversight"), ("o.csv", "period,name,count"), ("o.json", "{")):
        assert cli("oversight", "-o", str(tmp_path / name)).status == 0
        assert (tmp_path / name).read_text().startswith(begins)
    assert cli("oversight", "-o", str(tmp_path / "o.pdf")).status == 2
    cli("oversight", "-o", str(tmp_path / "no" / "o.md")).refused("cannot be written")


def test_an_approved_answer_says_so_in_words(cli: CommandLine) -> None:
    cli("review", "approve", given(cli, LOGS), "--as", "reviewer")
    assert "Approved by a reviewer on 20" in cli("ask", LOGS).out


def test_a_verdict_is_bound_to_what_was_shown(cli: CommandLine) -> None:
    asked = given(cli, LOGS)
    seen = re.search(r"--seen (\d+)", cli("review", "show", asked).out)
    assert seen
    cli("review", "flag", asked, "--comment", "Look at the second quote.")
    cli("review", "approve", asked, "--as", "reviewer", "--seen", seen[1]).refused("changed since")


def test_a_draft_is_shown_with_its_text(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "otters.md"
    file.write_text(DRAFT)
    draft = cli("review", "submit", str(file), "--as", "author").out.partition(":")[0]
    shown = cli("review", "show", draft).out
    assert "Otters are fed at [TO BE SUPPLIED: hour]" in shown and "SHA-256" in shown


def test_what_changed_in_a_source_is_shown(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "otters.md"
    file.write_text("# Otters\n\nOtters of the house are fed by the keeper at noon.\n")
    cli("add", str(file))
    asked = given(cli, "When are the otters of the house fed?")
    file.write_text("# Otters\n\nOtters of the house are fed by the keeper at midnight.\n")
    cli("add", str(file))
    shown = cli("review", "show", asked).out
    assert "A source changed" in shown
    assert "at noon" in shown and "now: “Otters of the house are fed by the keeper at midnight.”" in shown


def test_a_first_verdict_of_two_is_not_shown_to_the_second(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEWISE_REVIEWERS", "2")
    asked = given(cli, LOGS)
    assert "1 more needed" in cli("review", "approve", asked, "--as", "reviewer").out
    for form in ((), ("--json",)):
        shown = cli("review", "show", asked, "--as", "reviewer-2", *form).out
        assert "approved it" not in shown and '"act": "approve"' not in shown
    assert "approved it" in cli("review", "show", asked, "--as", "auditor").out
    assert cli("review", "approve", asked, "--as", "reviewer-2").out == f"{asked}: approved.\n"


def test_the_table_says_who_did_what_and_why(cli: CommandLine, tmp_path: Path) -> None:
    asked, path = given(cli, GIRAFFE), tmp_path / "log.csv"
    cli("review", "correct", asked, "--as", "reviewer", "--reason", "The standard says so.", "--quote", QUOTE)
    cli("review", "approve", asked, "--as", "author")
    assert cli("log", "export", "-o", str(path)).status == 0
    rows = {row["kind"]: row for row in csv.DictReader(path.read_text("utf-8").splitlines())}
    assert (rows["review"]["act"], rows["review"]["item"]) == ("correct", asked)
    assert rows["review"]["reason"] == "The standard says so."
    assert QUOTE in rows["review"]["answer"] and rows["review"]["review"] == ""
    assert rows["answer"]["review"] == "corrected"
    assert "may not approve" in rows["refused"]["reason"]


def test_records_of_a_person_are_named_or_the_person_is_unknown(cli: CommandLine, tmp_path: Path) -> None:
    asked, path = given(cli, GIRAFFE), tmp_path / "log.jsonl"
    cli("review", "claim", asked, "--as", "reviewer")
    cli("log", "export", "-o", str(path), "--person", "nobody-such").refused("nobody here")
    assert "1 record." in cli("log", "export", "-o", str(path), "--person", "reviewer").out
    assert "no record meets" in cli("log", "export", "-o", str(path), "--person", "auditor").out
