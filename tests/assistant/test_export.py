"""Exports: whole or in part, as lines or as a table, of one moment, and never half a file."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from assistant import checkpoints, log, verifier
from assistant.errors import CannotWrite, DamagedRecord, NotLogged, UnknownRecord
from assistant.export import Exported, export
from assistant.home import Home, home_at
from assistant.people import LOCAL
from assistant.receipts import receipt
from knowledge.errors import UnknownRequirement
from tests.assistant.logs import body, grow, opened


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Records 1 to 4 are the requirements, 5 and 6 answers."""
    home = home_at(tmp_path / "home")
    grow(home, 2)
    yield home
    home.close()


def say(home: Home, text: str, status: str = "answered", question: str = "why?", **more: object) -> None:
    with log.recording(home.database) as connection:
        log.append(connection, "answer", body(text, status, **more), {"question": question})


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_whole_log_is_one_record_a_line(home: Home, tmp_path: Path) -> None:
    assert export(home, LOCAL, tmp_path / "log.jsonl") == Exported(7)  # with its own record
    held = lines(tmp_path / "log.jsonl")
    with home.database.read() as connection:
        records = log.latest(connection)[::-1]
    assert [(e["seq"], e["hash"], e["body"]) for e in held] == [(r.seq, r.hash, r.body) for r in records]
    assert held[4]["personal"]["question"]["value"] == "why 0?"
    assert len(held[4]["personal"]["question"]["salt"]) == 32
    assert held[0]["personal"] == {}
    assert not (tmp_path / "log.jsonl.checkpoint").exists()
    assert (tmp_path / "log.jsonl").stat().st_mode & 0o077 == 0  # it holds what people typed


def test_that_it_was_taken_out_is_on_the_log(home: Home, tmp_path: Path) -> None:
    export(home, LOCAL, tmp_path / "log.csv", format="csv", who="mia", since=date(2026, 1, 31))
    with home.database.read() as connection:
        (entry,) = log.latest(connection, "export")
    said = {"actor": "local", "role": "administrator", "where": "log.csv", "format": "csv", "records": 2}
    assert said.items() <= entry.body.items()
    assert (entry.body["since"], entry.body["until"]) == ("2026-01-31", None)
    assert entry.personal == {"who": "mia"}
    assert "mia" not in str(entry.body)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"clause": "A.6.2.8"}, [5, 6, 7, 9]),
        ({"clause": "control a.6.2.8"}, [5, 6, 7, 9]),
        ({"clause": "4.1"}, []),
        ({"who": "mia"}, [5, 6]),
        ({"who": "p1"}, [9]),
        ({"status": "abstained"}, [8]),
        ({"status": "answered", "clause": "A.6.2.8", "who": "p1"}, [9]),
        ({"since": date(2999, 1, 1)}, []),
        ({"until": date(2000, 1, 1)}, []),
        ({"since": date(2000, 1, 1), "until": date(2999, 1, 1)}, list(range(1, 10))),
    ],
)
def test_conditions_pick_records(
    home: Home, tmp_path: Path, filters: dict[str, Any], found: list[int]
) -> None:
    say(home, "one")
    say(home, "two", "abstained")
    say(home, "three", actor="p1")
    export(home, LOCAL, tmp_path / "part.jsonl", **filters)
    assert [line["seq"] for line in lines(tmp_path / "part.jsonl")] == found
    export(home, LOCAL, tmp_path / "part.csv", format="csv", **filters)
    exported = 10  # the first export is on the log by now
    assert [int(row["seq"]) for row in rows(tmp_path / "part.csv") if int(row["seq"]) < exported] == found


def test_both_ends_of_a_range_of_days_are_in_it(home: Home, tmp_path: Path) -> None:
    with home.database.read() as connection:
        day = date.fromisoformat(log.latest(connection)[-1].at[:10])
    assert export(home, LOCAL, tmp_path / "part.jsonl", since=day, until=day).records == 6


def test_a_clause_that_does_not_exist_is_refused(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UnknownRequirement):
        export(home, LOCAL, tmp_path / "part.jsonl", clause="A.99")
    assert list(tmp_path.glob("*part*")) == []


def test_a_row_of_the_table_says_what_was_asked_answered_and_cited(home: Home, tmp_path: Path) -> None:
    export(home, LOCAL, tmp_path / "log.csv", format="csv")
    held = rows(tmp_path / "log.csv")
    assert [row["kind"] for row in held] == ["ingest"] * 4 + ["answer"] * 2
    row = held[4]
    assert (row["seq"], row["role"], row["actor"], row["question"]) == ("5", "employee", "mia", "why 0?")
    assert (row["status"], row["answer"], row["review"]) == ("answered", "1. zwölf Monate", "")
    assert row["sources"].split("\n") == [
        "AI policy, Logs > Keeping, page 3, version 2, characters 10 to 20",
        "Controls, A.6 > A.6.2.8 > A.6.2.8-a, version 2, characters 10 to 20",
    ]
    assert row["clauses"] == "A.6.2.8"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str, home: Home, tmp_path: Path) -> None:
    typed = f'{start}HYPERLINK("http://x","y")'
    say(home, typed, question=typed, actor=typed)
    export(home, LOCAL, tmp_path / "log.csv", format="csv")
    row = rows(tmp_path / "log.csv")[-1]
    assert row["question"] == row["answer"] == row["actor"] == f"'{typed}"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


def test_an_export_shows_one_moment(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records that arrive while the file is written are not in it."""
    from assistant import export as module

    def flat_and_grow(record: Any) -> Any:
        grow(home, 1)
        return flat(record)

    flat = module.flat
    monkeypatch.setattr(module, "flat", flat_and_grow)
    monkeypatch.setattr("assistant.chain._PAGE", 1)
    assert export(home, LOCAL, tmp_path / "log.jsonl").records == 7
    assert export(home, LOCAL, tmp_path / "part.jsonl", who="mia").records == 2 + 7


def test_what_fails_leaves_the_file_that_was_there(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "log.csv"
    out.write_text("before")
    with opened(home) as connection:
        connection.execute("UPDATE records SET body = 'gone' WHERE seq = 6")
    for options in ({"format": "csv"}, {"who": "mia"}):
        with pytest.raises(DamagedRecord):
            export(home, LOCAL, out, **options)
    with home.database.write() as connection:
        connection.execute(
            sql("CREATE TRIGGER t BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'full'); END")
        )
    with pytest.raises(NotLogged):
        export(home, LOCAL, out)
    with pytest.raises(CannotWrite, match="the folder is there"):
        export(home, LOCAL, tmp_path / "none" / "log.jsonl")
    assert out.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["log.csv"]


def test_a_receipt_is_given_for_answers_only(home: Home) -> None:
    with home.database.read() as connection:
        (answer, *_), ingested = log.latest(connection, "answer"), log.latest(connection, "ingest")[0]
    assert receipt(home, LOCAL, answer.id)["record"]["id"] == answer.id
    for unknown in (ingested.id, "nothing"):
        with pytest.raises(UnknownRecord):
            receipt(home, LOCAL, unknown)


@pytest.mark.parametrize("order", ["export first", "checkpoint first"])
def test_a_checkpoint_just_before_or_after_agrees_with_the_whole_log(
    home: Home, tmp_path: Path, order: str
) -> None:
    acts = [
        lambda: export(home, LOCAL, tmp_path / "log.jsonl"),
        lambda: checkpoints.write(home, LOCAL, tmp_path / "c"),
    ]
    for act in acts if order == "export first" else acts[::-1]:
        act()
    told = subprocess.run(
        [sys.executable, "-I", verifier.__file__, tmp_path / "log.jsonl", "--checkpoint", tmp_path / "c"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, ""), told.stdout
