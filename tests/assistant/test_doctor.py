"""Soundness, seen from the command line: nothing happens off the record, and tampering is found."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from assistant.home import Home
from knowledge.embed import Encoder
from tests.assistant.test_cli import LOGS, CommandLine, document_of
from tests.model_server import Fails, ModelServer, Says

CHECKS = (
    "python packages home database requirements embedding-model answers language-model model-use second-gate "
    "log index"
).split()
LAST = "seq = (SELECT max(seq) FROM records)"
TAMPERING = {
    "altered": f"UPDATE records SET body = replace(body, 'twelve months', 'twelve weeks') WHERE {LAST}",
    "deleted": "DELETE FROM records WHERE seq = 3",
    "newest deleted": f"DELETE FROM records WHERE {LAST}",
    "moved": "UPDATE records SET seq = 99 WHERE seq = 3",
    "question altered": "UPDATE personal SET value = 'Another question?' WHERE field = 'question'",
}


@pytest.fixture
def cli(sample: Home, capsys: pytest.CaptureFixture[str], encoder: Encoder) -> CommandLine:
    """Commands on a home with the sample organisation and one answer, its newest record."""
    cli = CommandLine(sample.settings.home, capsys, encoder)
    assert cli("ask", LOGS).status == 0
    return cli


def tamper(cli: CommandLine, statement: str) -> None:
    """What someone with the file and no respect can do."""
    with closing(sqlite3.connect(cli.folder / "clausewise.db")) as database, database:
        database.execute("DROP TRIGGER records_no_update")
        database.execute("DROP TRIGGER records_no_delete")
        assert database.execute(statement).rowcount == 1


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING.keys())
def test_log_verify_finds_tampering(statement: str, cli: CommandLine) -> None:
    sound = cli("log", "verify", "--json")
    newest = sound.json["count"]
    assert (sound.status, sound.json["sound"]) == (0, True)
    tamper(cli, statement)
    done = cli("log", "verify")
    assert (done.status, done.err) == (1, "")
    assert re.match(rf"The log is broken at record (3|{newest}): .+\.\n", done.out)
    assert cli("log", "verify", "--json").json["sound"] is False


def checks(cli: CommandLine, status: int) -> dict[str, tuple[bool, str]]:
    """What doctor says of each check; it must end with this status."""
    done = cli("doctor", "--json")
    assert (done.status, done.err) == (status, "")
    assert all(set(row) == {"check", "sound", "found"} for row in done.json)
    return {row["check"]: (row["sound"], row["found"]) for row in done.json}


def failed(found: dict[str, tuple[bool, str]]) -> list[str]:
    return [name for name, (sound, _) in found.items() if not sound]


def test_doctor_finds_a_good_home_sound(cli: CommandLine) -> None:
    found = checks(cli, 0)
    assert [name.replace(" ", "-") for name in found] == CHECKS
    assert failed(found) == []
    assert found["requirements"][1] == "32 clauses, 38 controls, 174 obligations"
    assert found["log"][1] == f"{len(cli('log', '--json').json)} records"
    assert re.fullmatch(r"\d+ passages, every one with its vector", found["index"][1])
    assert cli("doctor").out.count("ok  ") == len(CHECKS)
    assert found["answers"][1] == "No language model: answers are quotes, and nothing leaves this machine."
    assert (found["language model"][1], found["model use"][1]) == (
        "none is configured (CLAUSEWISE_MODEL)",
        "none",
    )


def test_doctor_says_which_model_and_sends_it_nothing(
    cli: CommandLine, bare_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ModelServer([Says("ready", usage=(30, 2))]) as server:
        for name, value in {"": "openai:scripted", "_URL": server.url, "_KEY": "sk-ours"}.items():
            monkeypatch.setenv(f"CLAUSEWISE_MODEL{name}", value)
        found = checks(cli, 0)
        assert server.requests == []
        assert (
            found["answers"][1] == "Answers are worded by openai:scripted on this machine; nothing leaves it."
        )
        assert found["language model"][1] == (
            f"openai:scripted at 127.0.0.1:{server.port}; key set; 8,192 tokens, 1,024 of them for the "
            "answer; asked by tools, else by json, else by text; 30 seconds"
        )
        assert found["model use"][1] == "requests today: 0; tokens: 0"
        asked = {row["check"]: row["found"] for row in cli("doctor", "--try", "--json").json}
        assert re.fullmatch(r"first words after [\d,]+ ms, all after [\d,]+ ms", asked["model asked"])
        assert len(server.requests) == 1
        monkeypatch.setenv("CLAUSEWISE_MODEL_TOKENS_PER_DAY", "32")
        found = checks(cli, 1)
        assert failed(found) == ["model use"]
        assert found["model use"][1] == "requests today: 1; tokens: 32 of 32; no more until tomorrow"
        assert "sk-ours" not in str(found)


def test_doctor_says_why_a_model_does_not_answer(
    cli: CommandLine, bare_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "FAIL  model asked: no model is configured (CLAUSEWISE_MODEL)" in cli("doctor", "--try").out
    with ModelServer([Fails(401)]) as server:
        monkeypatch.setenv("CLAUSEWISE_MODEL", "openai:scripted")
        monkeypatch.setenv("CLAUSEWISE_MODEL_URL", server.url)
        done = cli("doctor", "--try")
        assert done.status == 1
        assert "did not accept the key (HTTP 401). (" in done.out
        assert "; no key; " in done.out


def test_doctor_finds_an_altered_log(cli: CommandLine) -> None:
    tamper(cli, TAMPERING["altered"])
    found = checks(cli, 1)
    assert failed(found) == ["log"]
    assert re.match(r"broken at \d+: its content was altered", found["log"][1])
    assert "FAIL  log: broken at" in cli("doctor").out


def test_doctor_finds_an_index_that_is_out_of_step(cli: CommandLine, sample: Home) -> None:
    sample.forget_vectors()
    found = checks(cli, 1)
    assert failed(found) == ["index"]
    assert "passages without vector" in found["index"][1]
    assert "clausewise init" in found["index"][1]


def test_doctor_finds_damaged_weights(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(Encoder, "folder", str(tmp_path))
    cli.encoder = Encoder()
    assert failed(checks(cli, 1)) == ["embedding model"]


def test_doctor_works_beside_the_running_app(cli: CommandLine, sample: Home) -> None:
    assert sample.index.own()
    found = checks(cli, 0)
    assert found["index"][1].startswith("kept by the running app")


Break = Callable[[Home], None]


def no_room(home: Home) -> None:
    """From now on, the database file may not grow: what a full disk does."""

    def fix_size(connection: Any, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    event.listen(home.database.engine, "connect", fix_size)
    home.database.close()


def refuse_records(home: Home) -> None:
    """From now on, the database takes no record."""
    with home.database.write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER IF NOT EXISTS stop BEFORE INSERT ON records "
            "BEGIN SELECT RAISE(ABORT, 'the archive is closed'); END"
        )


@pytest.mark.parametrize(
    ("broken", "reason"), [(refuse_records, "the archive is closed"), (no_room, "disk is full")]
)
def test_nothing_is_said_that_cannot_be_logged(broken: Break, reason: str, cli: CommandLine) -> None:
    before = cli("log", "--json").json
    cli.prepare = broken
    long = f"{LOGS} {'Tell all about event logs of the system. ' * 90}"
    for shape in ([], ["--json"]):
        cli("ask", long, *shape).refused(reason, "cannot be written")
    cli.prepare = None
    assert cli("log", "--json").json == before


def test_nothing_changes_that_cannot_be_logged(cli: CommandLine, tmp_path: Path) -> None:
    before = cli("library", "--json").json
    document = document_of(cli, "ai-lifecycle-standard.docx")
    cli.prepare = refuse_records
    for change in ("withdraw", "remove"):
        cli(change, document).refused("the archive is closed")
    (tmp_path / "rule.md").write_text("# Rule\n\nBeehives are inspected every nine days.\n")
    cli("add", str(tmp_path / "rule.md")).refused("the archive is closed")
    cli.prepare = None
    assert cli("library", "--json").json == before
