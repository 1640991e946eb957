"""Retrieval on sets of each shape: what is found counts, what is not found or not there does not."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assistant.home import Home, home_at
from evals import __main__ as evals
from evals import homes
from knowledge.embed import Encoder

KEYS = {"R@1", "R@5", "R@10", "MAP@10", "nDCG@10", "n", "p50_ms", "p95_ms"}
Rows = list[dict[str, Any]]

PASSAGES: Rows = [
    {"id": "log", "document": "1", "section": "1.1", "text": "The supplier keeps event logs for six months."},
    {"id": "year", "document": "1", "section": "1.2", "text": "A policy is reviewed every year."},
    {"id": "stop", "document": "2", "section": "1", "text": "Operators stop a system without event logs."},
]
ARTICLES: Rows = [
    {"id": "a1", "title": "Article 1: Walrus", "text": "A walrus is fed twice a day with fresh clams."},
    {"id": "a2", "title": "Article 2: Heron", "text": "A heron is counted every spring by the warden."},
    {"id": "a3", "title": "Article 3: Badger", "text": "A badger sett is closed to visitors in winter."},
]
LONG = (
    "\n\n  The kitchen opens at seven in the morning.\n\n"
    "Bread is baked in   the cellar,\nby two bakers.\n\n"
    "Umbrellas are lent to guests against a deposit.\n"
)
DOCUMENTS: Rows = [
    {"id": "inn/house.txt", "title": "House", "text": LONG},
    {"id": "inn/yard.txt", "title": "Yard", "text": "Horses are kept in the yard behind the mill."},
]


def span(document: str, words: str) -> dict[str, object]:
    text = next(str(row["text"]) for row in DOCUMENTS if row["id"] == document)
    start = text.index(words)
    return {"document": document, "start": start, "end": start + len(words)}


def question(text: str, *gold: object) -> dict[str, object]:
    return {"id": text, "question": text, "gold": list(gold)}


Run = Callable[..., Result]


@pytest.fixture
def run(bare: Home, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`python -m evals retrieval` in this process, on a home that has its vectors already."""

    def at(folder: Path | None) -> Home:
        home = home_at(folder)
        home.encoder = encoder  # loaded once for all tests
        return home

    monkeypatch.setattr(homes, "home_at", at)

    def call(passages: Rows, questions: Rows, *options: str) -> Result:
        for name, given in (("passages", passages), ("questions", questions)):
            (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, given)) + "\n\n")
        files = [f"--{name}={tmp_path / f'{name}.jsonl'}" for name in ("passages", "questions")]
        return CliRunner().invoke(
            evals.app, ["retrieval", *files, f"--home={bare.settings.home}", "--json", *options]
        )

    return call


def measured(result: Result) -> dict[str, float]:
    """What a run printed; it must have gone well."""
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert set(found) == KEYS
    assert 0 < found["p50_ms"] <= found["p95_ms"]
    return {name: value for name, value in found.items() if not name.endswith("_ms")}


PERFECT = {"R@1": 1, "R@5": 1, "R@10": 1, "MAP@10": 1, "nDCG@10": 1}


def test_passages_of_documents(run: Run) -> None:
    asked = [
        question("How long does the supplier keep event logs?", "log"),
        question("What is said of event logs?", "log", "stop"),
    ]
    found = measured(run(PASSAGES, asked))
    assert found == pytest.approx(PERFECT | {"R@1": (1 + 1 / 2) / 2, "n": 2})


def test_articles_with_a_title(run: Run) -> None:
    asked = [
        question("How often is a walrus fed?", "a1"),
        question("When is a badger sett closed to visitors?", "a3"),
    ]
    assert measured(run(ARTICLES, asked)) == pytest.approx(PERFECT | {"n": 2})


def test_documents_with_character_spans(run: Run) -> None:
    asked = [
        question("When does the kitchen open?", span("inn/house.txt", "opens at seven")),
        question("Where is bread baked?", span("inn/house.txt", "in   the cellar,\nby two")),
        question("Where are horses kept?", span("inn/yard.txt", "in the yard")),
    ]
    found = measured(run(DOCUMENTS, asked))
    assert found == pytest.approx(PERFECT | {"n": 3})


def test_a_wrong_first_hit_is_not_counted_as_right(run: Run) -> None:
    found = measured(run(PASSAGES, [question("How long does the supplier keep event logs?", "year")]))
    assert (found["R@1"], found["R@5"]) == (0, 1)
    assert found["MAP@10"] == pytest.approx(1 / 2) or found["MAP@10"] == pytest.approx(1 / 3)


def test_an_unknown_gold_passage_counts_as_not_found(run: Run) -> None:
    asked = [
        question("How long does the supplier keep event logs?", "log"),
        question("How often is a policy reviewed?", "no-such-passage"),
    ]
    assert measured(run(PASSAGES, asked)) == pytest.approx(dict.fromkeys(PERFECT, 1 / 2) | {"n": 2})


@pytest.mark.parametrize(
    "gold",
    [
        {"document": "inn/house.txt", "start": 10_000, "end": 10_020},
        {"document": "inn/nowhere.txt", "start": 0, "end": 20},
    ],
    ids=["beyond the end", "unknown document"],
)
def test_a_gold_span_that_is_nowhere_does_not_raise_the_result(run: Run, gold: dict[str, object]) -> None:
    right = question("When does the kitchen open?", span("inn/house.txt", "opens at seven"))
    result = run(DOCUMENTS, [right, question("Where is bread baked?", gold)])
    if result.exit_code == 0:
        assert measured(result) == pytest.approx(dict.fromkeys(PERFECT, 1 / 2) | {"n": 2})
    else:  # refused by name, which is as good
        assert str(gold["document"]) in f"{result.output} {result.exception}"


def test_questions_without_gold_are_left_out_wherever_they_stand(run: Run) -> None:
    right = question("How often is a policy reviewed?", "year")
    nothing = question("Who pays for the bridge?")
    for asked in ([right, nothing], [nothing, right]):
        assert measured(run(PASSAGES, asked)) == pytest.approx(PERFECT | {"n": 1})


def test_a_second_run_on_the_same_home_finds_the_same(run: Run) -> None:
    asked = [question("What is said of event logs?", "log", "stop"), question("Who bakes?", "year")]
    assert measured(run(PASSAGES, asked)) == measured(run(PASSAGES, asked))


def test_only_the_first_questions_are_asked_when_so_told(run: Run) -> None:
    asked = [question("How often is a policy reviewed?", "year")] * 3
    assert measured(run(PASSAGES, asked, "--limit", "2"))["n"] == 2


def test_the_command_starts_in_any_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "evals", "--help"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert {"retrieval", "answers"} <= set(done.stdout.split())
