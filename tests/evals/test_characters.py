"""Precision and recall in characters: counted once, cut at the budget, and real on a small set."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.home import Home, home_at
from evals import __main__ as evals
from evals import homes
from evals.characters import BUDGETS, Stretch, precision_and_recall
from knowledge.embed import Encoder
from tests.evals.test_retrieval import DOCUMENTS, question, span

GOLD = [Stretch("d", 10, 20)]


@pytest.mark.parametrize(
    ("shown", "budget", "precision", "recall"),
    [
        ([Stretch("d", 10, 20)], 100, 1.0, 1.0),
        ([Stretch("d", 15, 25)], 100, 0.5, 0.5),
        ([Stretch("e", 10, 20)], 100, 0.0, 0.0),
        ([], 100, 0.0, 0.0),
        ([Stretch("d", 0, 20)], 15, 5 / 15, 0.5),
        ([Stretch("d", 10, 15), Stretch("d", 10, 15), Stretch("d", 15, 20)], 10, 1.0, 1.0),
        ([Stretch("e", 0, 100), Stretch("d", 10, 20)], 100, 0.0, 0.0),
    ],
)
def test_precision_and_recall(shown: list[Stretch], budget: int, precision: float, recall: float) -> None:
    assert precision_and_recall(shown, GOLD, budget) == pytest.approx((precision, recall))


def test_every_way_on_a_small_set(
    bare: Home, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at(folder: Path | None) -> Home:
        home = home_at(folder)
        home.encoder = encoder
        return home

    monkeypatch.setattr(homes, "home_at", at)
    asked = [question("Where is bread baked?", span("inn/house.txt", "Bread is baked in   the cellar"))]
    for name, rows in (("passages", DOCUMENTS), ("questions", asked)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    files = [f"--{name}={tmp_path / f'{name}.jsonl'}" for name in ("passages", "questions")]
    done = CliRunner().invoke(evals.app, ["characters", *files, f"--home={bare.settings.home}"])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = {row.pop("way"): row for row in map(json.loads, done.stdout.splitlines())}
    assert set(found) == {"passages", "excerpts", "BM25", "MiniLM"}
    for way in found.values():
        assert set(way) == {f"{name}@{budget}" for name in "PR" for budget in BUDGETS}
        assert way["R@8000"] == 1.0
        assert 0 < way["P@8000"] < 1
