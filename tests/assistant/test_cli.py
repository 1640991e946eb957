"""The command line: every command does what its help says, and every refusal is one clear sentence."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from assistant import verifier
from assistant.cli import main as commands
from assistant.cli import options
from assistant.home import Home, home_at
from knowledge.embed import Encoder
from tests import files

ROOT = Path(__file__).parents[2]
ANSWER = set(
    """id status text claims nearest conflicts choices note worded_by approved understood_as conversation
    timing_ms""".split()
)
CITATION = set("document title file version number section page start end quote kind owner".split())
HIT = set("document title file version section page start end text kind score".split())
LISTED = set("document version number title file kind status owner since until".split())
BROKEN = {
    "bomb.docx": "decompression bomb",
    "cut.pdf": "broken or cut off",
    "empty.md": "empty",
    "locked.pdf": "password",
    "page.pdf": "web page",
    "scan.pdf": "pictures and no text",
}
LOGS = "How long are event logs kept?"


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left: its exit status and both streams."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def refused(self, *words: str) -> None:
        """Assert that nothing was shown but one line on the error stream that holds these words."""
        assert (self.status, self.out) == (1, "")
        assert self.err.startswith("Error: ")
        assert len(self.err.splitlines()) == 1, self.err
        assert all(word in self.err for word in words), self.err


Prepare = Callable[[Home], None]


@dataclass
class CommandLine:
    """`clausewise --home …` in this process; the homes that it opens are closed, as at a process's end.

    `prepare` is done to a home before the command works with it.
    """

    folder: Path
    capsys: pytest.CaptureFixture[str]
    encoder: Encoder
    prepare: Prepare | None = None

    def __call__(self, *arguments: str) -> Done:
        opened: list[Home] = []

        def at(folder: Path | None) -> Home:
            home = home_at(folder)
            home.encoder = self.encoder  # loaded once for all commands
            opened.append(home)
            if self.prepare:
                self.prepare(home)
            return home

        self.capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as ended:
            patch.setattr(options, "home_at", at)
            patch.setattr(sys, "argv", ["clausewise", "--home", str(self.folder), *arguments])
            try:
                commands.main()
            finally:
                for home in opened:
                    home.close()
        out, err = self.capsys.readouterr()
        assert isinstance(ended.value.code, int | None)
        return Done(ended.value.code or 0, out, err)


@pytest.fixture
def cli(sample: Home, capsys: pytest.CaptureFixture[str], encoder: Encoder) -> CommandLine:
    """Commands on a home with the sample organisation, to be changed at will."""
    return CommandLine(sample.settings.home, capsys, encoder)


@pytest.fixture
def asked(shared_sample: Home, capsys: pytest.CaptureFixture[str], encoder: Encoder) -> CommandLine:
    """Commands on the sample organisation that only ask and read."""
    return CommandLine(shared_sample.settings.home, capsys, encoder)


@pytest.fixture
def requirements_only(bare: Home, capsys: pytest.CaptureFixture[str], encoder: Encoder) -> CommandLine:
    """Commands on a home with the requirements only, to be changed at will."""
    return CommandLine(bare.settings.home, capsys, encoder)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three good files and one of each broken kind."""
    folder = tmp_path_factory.mktemp("papers")
    good = {
        "beehives.md": b"# Beehive rule\n\nBeehives are inspected every nine days.\n",
        "kites.docx": files.docx(("Heading 1", "Kite rule"), ("Normal", "Kites are stored in hall four.")),
        "lamps.pdf": files.pdf("= Lamp rule\nLamps are switched off at seven."),
    }
    broken = {
        "bomb.docx": files.docx_bomb(),
        "cut.pdf": files.pdf("= T\nSome words here.")[:1500],
        "empty.md": b"",
        "locked.pdf": files.encrypted_pdf(),
        "page.pdf": b"<!DOCTYPE html><html><body>Not found</body></html>",
        "scan.pdf": files.scanned_pdf(),
    }
    for name, data in {**good, **broken}.items():
        (folder / name).write_bytes(data)
    return folder


def every_command() -> Iterator[tuple[str, ...]]:
    pending: list[tuple[tuple[str, ...], object]] = [((), typer.main.get_command(commands.app))]
    while pending:
        path, command = pending.pop()
        yield path
        pending += [((*path, name), sub) for name, sub in getattr(command, "commands", {}).items()]


def cited(answer: Any) -> set[str]:
    return {citation["document"] for claim in answer["claims"] for citation in claim["citations"]}


def document_of(cli: CommandLine, file: str) -> str:
    (row,) = (row for row in cli("library", "--json").json if row["file"] == file)
    return str(row["document"])


@pytest.mark.parametrize("path", sorted(every_command()), ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...], asked: CommandLine) -> None:
    done = asked(*path, "--help")
    usage, _, rest = done.out.partition("\n\n")
    assert (done.status, done.err) == (0, "")
    assert " ".join(["clausewise", *path, ""]) in usage
    assert rest.strip().split("\n")[0].strip()


def test_the_log_leaves_the_house_and_an_auditor_finds_it_sound(
    requirements_only: CommandLine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = requirements_only
    answer = cli("ask", "What does A.6.2.8 ask?", "--json").json["id"]
    assert cli("log", "checkpoint", "-o", str(tmp_path / "c")).out == (
        f"{tmp_path / 'c'}: checkpoint of 5 records. Keep it where nobody here can write.\n"
        f"Its signature is checked with {cli.folder / 'keys' / 'log-key.pub'}.\n"
    )
    assert cli("log", "receipt", answer, "-o", str(tmp_path / "r")).out.endswith(f"answer {answer}.\n")
    assert "erased from 1 record." in cli("log", "erase", answer, "--reason", "asked for").out
    assert cli("log", "erase", answer, "--reason", "asked for").out == "Nothing was left to erase.\n"
    assert "[erased] (answered)" in cli("log").out
    assert cli("log", "export", "-o", str(tmp_path / "log.jsonl")).out.endswith(": 9 records.\n")
    part = cli("log", "export", "-o", str(tmp_path / "part.jsonl"), "--clause", "A.6.2.8")
    assert (
        part.out
        == f"{tmp_path / 'part.jsonl'}: 2 records. Their proofs lead to {tmp_path}/part.jsonl.checkpoint.\n"
    )
    cli("log", "export", "-o", str(tmp_path / "log.CSV"), "--from", "2020-01-01", "--to", "2999-01-01")
    assert (tmp_path / "log.CSV").read_text("utf-8").startswith("seq,time_utc,kind,id,")
    key = str(cli.folder / "keys" / "log-key.pub")
    for name, checkpoint in (("log.jsonl", "c"), ("part.jsonl", "part.jsonl.checkpoint"), ("r", "c")):
        with pytest.raises(SystemExit) as ended:
            verifier.main([str(tmp_path / name), "--checkpoint", str(tmp_path / checkpoint), "--key", key])
        assert ended.value.code == 0, capsys.readouterr().out


def test_what_cannot_be_exported_or_erased_is_refused_in_a_sentence(
    requirements_only: CommandLine, tmp_path: Path
) -> None:
    cli = requirements_only
    cli("log", "export", "-o", str(tmp_path / "none" / "x")).refused("the folder is there")
    cli("log", "export", "-o", str(tmp_path / "x"), "--clause", "A.99").refused("A.99")
    cli("log", "receipt", "zzz", "-o", str(tmp_path / "x")).refused("'zzz'")
    cli("log", "erase", "zzz", "--reason", "r").refused("'zzz'")
    (tmp_path / "x").write_text("minutes")
    cli("log", "checkpoint", "-o", str(tmp_path / "x")).refused("Name another file")
    for wrong in (("erase", "--reason", "r"), ("export", "-o", "x", "--from", "1.2.2026"), ("receipt", "x")):
        assert cli("log", *wrong).status == 2


def test_every_command_that_the_readme_names_exists() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    code = " ".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    named = re.findall(r"\bclausewise(?: +--home +\S+)?((?: +[a-z]+)+)", code)
    commands_named = {tuple(words.split()) for words in named}
    real = set(every_command())
    assert len(commands_named) >= 10
    for words in commands_named:
        assert words[:1] in real, words
        group = any(len(path) == 2 and path[0] == words[0] for path in real)
        assert not group or words[:2] in real, words


def test_an_empty_home_holds_the_requirements_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encoder: Encoder
) -> None:
    empty = CommandLine(tmp_path / "new", capsys, encoder)
    rows = empty("library", "--json").json
    assert {row["document"] for row in rows} >= {"iso42001-clauses", "iso42001-controls"}
    assert all(row["document"].startswith("iso42001-") and row["built_in"] for row in rows)
    assert {entry["kind"] for entry in empty("log", "--json").json} == {"ingest"}
    assert cited(empty("ask", "What does A.6.2.8 ask?", "--json").json) == {"iso42001-controls"}


def test_one_clear_line_for_each_broken_file_and_the_rest_is_stored(
    requirements_only: CommandLine, papers: Path
) -> None:
    done = requirements_only("add", str(papers))
    lines = done.err.splitlines()
    assert done.status == 1
    assert [line.split(":")[0] for line in lines] == sorted(BROKEN)
    for line, (_, problem) in zip(lines, sorted(BROKEN.items()), strict=True):
        assert problem in line
    assert re.findall(r"^(\S+): stored", done.out, re.MULTILINE) == ["beehives.md", "kites.docx", "lamps.pdf"]
    ours = {row["file"] for row in requirements_only("library", "--json").json if not row["built_in"]}
    assert ours == {"beehives.md", "kites.docx", "lamps.pdf"}
    again = requirements_only("add", str(papers))
    assert (again.status, again.err) == (1, done.err)
    assert re.findall(r": (\w+) \(", again.out) == ["unchanged"] * 3
    answer = requirements_only("ask", "How often are beehives inspected?", "--json").json
    assert answer["claims"][0]["citations"][0]["file"] == "beehives.md"


def test_a_path_that_is_not_there_is_named_and_the_rest_goes_on(
    requirements_only: CommandLine, papers: Path, tmp_path: Path
) -> None:
    done = requirements_only("add", str(tmp_path / "gone.md"), str(papers / "beehives.md"), "--json")
    assert done.status == 1
    assert re.fullmatch(r"\S*gone\.md: it cannot be opened .+\n", done.err)
    assert [row["outcome"] for row in done.json] == ["failed", "stored"]
    assert set(done.json[0]) == {"file", "outcome", "version", "problem", "passages"}


def test_half_a_character_in_a_file_does_not_stop_the_rest(
    requirements_only: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text('{"rule": "Half a character \\ud800 stands here."}')
    (tmp_path / "b.md").write_text("# Rule\n\nBeehives are inspected every nine days.\n")
    done = requirements_only("add", str(tmp_path / "a.json"), str(tmp_path / "b.md"))
    assert "b.md: stored, 1 passages" in done.out
    assert len(done.out.splitlines()) + len(done.err.splitlines()) == 2


def test_half_a_character_in_a_question_is_no_crash(asked: CommandLine) -> None:
    done = asked("ask", "How long \udcff are event logs kept?", "--json")  # a byte that is not UTF-8
    if done.status:
        done.refused("character")
    else:
        assert done.json["status"] == "answered"


def test_the_library_as_json_says_all_of_a_version(asked: CommandLine) -> None:
    rows = {row["file"]: row for row in asked("library", "--json").json}
    assert all(set(row) >= LISTED for row in rows.values())
    assert rows["chatbot-guideline.md"]["status"] == "withdrawn"
    policy = rows["vendor-ai-policy.md"]
    assert (policy["status"], policy["since"], policy["owner"]) == (
        "in force",
        "2025-06-01",
        "Head of Procurement",
    )


def test_a_withdrawn_document_is_never_cited_until_it_is_reinstated(cli: CommandLine) -> None:
    document = document_of(cli, "ai-lifecycle-standard.docx")
    assert document in cited(cli("ask", LOGS, "--json").json)
    done = cli("withdraw", document)
    assert (done.status, done.out) == (0, "AI Life Cycle Standard, version 1: withdrawn.\n")
    assert document not in cited(cli("ask", LOGS, "--json").json)
    assert document not in {hit["document"] for hit in cli("search", LOGS, "-k", "50", "--json").json}
    assert "already" in cli("withdraw", document).out
    assert cli("reinstate", document).status == 0
    assert document in cited(cli("ask", LOGS, "--json").json)


def test_a_document_is_kept_from_hosted_models_until_that_is_undone(cli: CommandLine) -> None:
    document = document_of(cli, "ai-lifecycle-standard.docx")
    done = cli("mark", document, "--never-hosted")
    assert (done.status, done.out) == (0, f"{document} is never sent to a hosted model.\n")
    rows = cli("library", "--json").json
    assert {row["document"] for row in rows if row["never_hosted"]} == {document}
    (line,) = (line for line in cli("library").out.splitlines() if line.startswith(document))
    assert line.rstrip().endswith("never")
    assert "already" in cli("mark", document, "--never-hosted").out
    assert cli("mark", document, "--hosted-allowed").status == 0
    assert not any(row["never_hosted"] for row in cli("library", "--json").json)
    assert cli("mark", document).status == 2
    cli("mark", "no-such-document", "--never-hosted").refused("no-such-document")


def test_files_are_added_as_never_hosted(requirements_only: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "rule.md").write_text("# Beehive rule\n\nBeehives are inspected every nine days.\n")
    assert requirements_only("add", str(tmp_path / "rule.md"), "--never-hosted").status == 0
    rows = requirements_only("library", "--json").json
    assert [row["file"] for row in rows if row["never_hosted"]] == ["rule.md"]


def test_a_removed_document_is_gone_and_the_log_keeps_what_was_said(cli: CommandLine) -> None:
    document = document_of(cli, "ai-lifecycle-standard.docx")
    before = cli("ask", LOGS, "--json").json
    assert cli("remove", document).status == 0
    assert document not in {row["document"] for row in cli("library", "--json").json}
    assert cli("log", "show", before["id"]).json["body"]["answer"]["claims"] == before["claims"]
    assert cli("doctor").status == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("withdraw", "nothing-here"),
        ("reinstate", "nothing-here"),
        ("remove", "nothing-here"),
        ("log", "show", "nothing-here"),
        ("ask", LOGS, "--after", "nothing-here"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_an_unknown_id_is_one_sentence(arguments: tuple[str, ...], asked: CommandLine) -> None:
    asked(*arguments).refused("'nothing-here'")


def test_a_record_that_is_no_answer_cannot_be_followed_up(asked: CommandLine) -> None:
    every = asked("log", "--limit", "100000", "--json").json
    (ingest,) = (entry for entry in every if entry["seq"] == 1)
    assert ingest["kind"] == "ingest"
    asked("ask", "And who approves it?", "--after", ingest["id"]).refused(ingest["id"])


def test_an_empty_question_is_refused(asked: CommandLine) -> None:
    asked("ask", "  ").refused("empty")


def test_an_answer_as_json_has_the_documented_shape(asked: CommandLine) -> None:
    answer = asked("ask", LOGS, "--json").json
    assert set(answer) == ANSWER
    assert answer["status"] == "answered"
    assert answer["claims"] and answer["nearest"] == answer["conflicts"] == []
    for claim in answer["claims"]:
        assert set(claim) == {"text", "citations"}
        for citation in claim["citations"]:
            assert set(citation) == CITATION
            assert citation["end"] - citation["start"] == len(citation["quote"]) > 0
    assert "Event logs are kept for twelve months." in answer["claims"][0]["citations"][0]["quote"]
    assert answer["timing_ms"]["total"] >= max(v for k, v in answer["timing_ms"].items() if k != "total")


def test_an_abstention_as_json_has_the_same_shape_and_the_nearest_sources(asked: CommandLine) -> None:
    answer = asked("ask", "How many wheels does a giraffe have?", "--json").json
    assert set(answer) == ANSWER
    assert (answer["status"], answer["claims"]) == ("abstained", [])
    assert len(answer["nearest"]) == 3
    for near in answer["nearest"]:
        assert set(near) == CITATION - {"quote", "number"}


def test_an_answer_for_people_names_its_sources_and_its_record(asked: CommandLine) -> None:
    done = asked("ask", LOGS)
    assert done.status == 0
    assert "ai-lifecycle-standard.docx, characters " in done.out
    record = re.search(r"Logged as (\w+)", done.out)
    assert record
    assert asked("log", "show", record[1]).json["personal"]["question"] == LOGS


def test_search_as_json_names_what_withdraw_and_add_take(cli: CommandLine) -> None:
    hits = cli("search", "Who approves a supplier with high risk?", "-k", "3", "--json").json
    assert len(hits) == 3
    assert all(set(hit) == HIT for hit in hits)
    assert all(hit["end"] - hit["start"] == len(hit["text"]) for hit in hits)
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    house = next(hit for hit in hits if not hit["document"].startswith("iso42001-"))
    assert house["file"] == "vendor-ai-policy.md"
    assert cli("withdraw", house["document"]).status == 0


def test_restricted_documents_are_for_those_who_may_see_them(asked: CommandLine) -> None:
    question = "What share of applications did the credit pre-check refuse in two postal areas?"
    assert "credit-model-investigation" not in asked("ask", question, "--json").out
    auditor = asked("ask", question, "--as", "auditor", "--json").json
    assert any(document.startswith("credit-model-investigation") for document in cited(auditor))


def test_the_past_is_answered_from_the_version_in_force_then(
    requirements_only: CommandLine, tmp_path: Path
) -> None:
    for months, since in (("six", "2025-01-01"), ("twelve", "2026-01-01")):
        (tmp_path / "rule.md").write_text(f"# Rule\n\nPenguin files are kept for {months} months.\n")
        assert requirements_only("add", str(tmp_path / "rule.md"), "--from", since).status == 0
    question = ("ask", "How long are penguin files kept?", "--json")
    for day, months, number in (("2025-06-01", "six", 1), ("2026-06-01", "twelve", 2)):
        first = requirements_only(*question, "--as-of", day).json["claims"][0]
        assert first["text"] == f"Penguin files are kept for {months} months."
        assert first["citations"][0]["number"] == number
    assert "Penguin" not in requirements_only(*question, "--as-of", "2024-06-01").json["text"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ask", LOGS, "--as-of", "2025-13-01"), "'2025-13-01' is not a date"),
        (("search", LOGS, "--as-of", "yesterday"), "'yesterday' is not a date"),
        (("add", "x.md", "--from", "soon"), "'soon' is not a date"),
        (("ask", LOGS, "--as", "king"), "'king' is none of the roles employee"),
        (("search", LOGS, "-k", "0"), "-k"),
        (("ask",), "question"),
        (("answer", LOGS), "No such command 'answer'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_usage_is_explained(arguments: tuple[str, ...], words: str, asked: CommandLine) -> None:
    done = asked(*arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("Usage: ")
    assert words in done.err.splitlines()[-1]


def test_an_unclear_question_is_asked_back_with_numbers_to_choose_from(asked: CommandLine) -> None:
    said = asked("ask", "Who decides?").out
    number, answer = re.search(r"^  (\d)\. Stopping a system", said, re.M), re.search(r"--after (\w+)", said)
    assert number and answer
    then = asked("ask", number[1], "--after", answer[1]).out
    assert "Understood as: Who decides, in “Stopping a system”" in then
    assert "Head of Operations" in then


def test_a_follow_up_is_understood_from_the_answer_before(asked: CommandLine) -> None:
    first = asked("ask", LOGS, "--json").json
    then = asked("ask", "What about contractors?", "--after", first["id"], "--json").json
    assert then["conversation"] == first["conversation"]
    assert then["understood_as"] == f"{LOGS[:-1]}, and what about contractors?"
    assert asked("ask", "What about contractors?", "--json").json["understood_as"] is None


def test_the_log_lists_shows_and_is_searched_by_clause(cli: CommandLine) -> None:
    on_logs = cli("ask", "What does A.6.2.8 ask?", "--json").json
    other = cli("ask", "Who approves a supplier with high risk?", "--json").json
    newest = cli("log", "--limit", "2", "--json").json
    assert [entry["id"] for entry in newest] == [other["id"], on_logs["id"]]
    assert newest[0]["previous"] == newest[1]["hash"]
    assert [entry["id"] for entry in cli("log", "--clause", "A.6.2.8", "--json").json] == [on_logs["id"]]
    assert "What does A.6.2.8 ask? (answered)" in cli("log", "--clause", "A.6.2.8").out
    shown = cli("log", "show", on_logs["id"]).json
    assert shown == newest[1]
    assert shown["body"]["answer"]["claims"] == on_logs["claims"]


def test_a_clause_that_does_not_exist_is_refused_by_name(asked: CommandLine) -> None:
    asked("log", "--clause", "8.5").refused("no clause 8.5", "8.1 to 8.4")
