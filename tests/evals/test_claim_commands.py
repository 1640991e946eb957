"""The gate and support, measured: rows by kind of change, and thresholds that see only the other half."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.__main__ import app
from evals.claims.groundedness import Attributed, best_threshold, containment, halves, macro_f1
from evals.claims.read import ClaimCase
from evals.claims.score import by_change, gated, wrongly

QUOTE = "Whoever notices an incident must report it to the desk within 24 hours."
CASES = [
    ClaimCase(
        "a", True, None, "An incident must be reported to the desk within 24 hours.", (QUOTE,), "", None
    ),
    ClaimCase("b", False, "number", "An incident must be reported within 48 hours.", (QUOTE,), "", "a"),
    ClaimCase("c", False, "duty", "An incident may be reported within 24 hours.", (QUOTE,), "", "a"),
    ClaimCase("d", True, None, "Penguins swim.", (QUOTE,), "", None),
]


def test_claims_are_counted_by_kind_of_change() -> None:
    found = gated(CASES)
    rows = {row["claims"]: (row["shown"], row["n"]) for row in by_change(found)}
    assert rows == {"duty": (0, 1), "number": (0, 1), "all false": (0, 2), "true": (1, 2)}
    assert [wrong.case.id for wrong in wrongly(found)] == ["d"]


def test_macro_f1_is_the_mean_over_both_answers() -> None:
    assert macro_f1([True, False], [True, False]) == 1.0
    assert macro_f1([True, True, True, True], [True, True, False, False]) == pytest.approx(1 / 3)


def test_the_threshold_comes_from_the_other_half() -> None:
    rows = [
        Attributed("one two", ("one two",), True),
        Attributed("one two", ("one two",), True),
        Attributed("one two", ("three",), False),
        Attributed("one two", ("three",), False),
    ]
    found = halves(rows, containment)
    assert [(row["n"], row["threshold"], row["macro_f1"]) for row in found] == [(2, 1.0, 1.0), (2, 1.0, 1.0)]
    assert best_threshold([0.2, 0.4, 0.6], [False, True, True]) == 0.4


def test_groundedness_prints_both_measures(tmp_path: Path) -> None:
    rows = [
        {"claim": "The log is kept.", "references": ["The log is kept for a year."], "supported": True},
        {"claim": "The log is kept.", "references": ["The log is kept for a year."], "supported": True},
        {"claim": "Penguins swim.", "references": ["The log is kept for a year."], "supported": False},
        {"claim": "Penguins swim.", "references": ["The log is kept for a year."], "supported": False},
    ]
    file = tmp_path / "set.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    told = CliRunner().invoke(app, ["groundedness", "--set", str(file), "--json"])
    assert told.exit_code == 0
    lines = [json.loads(line) for line in told.output.splitlines()]
    assert [(line["score"], line["macro_f1"]) for line in lines] == [
        ("support", 1.0), ("support", 1.0), ("containment", 1.0), ("containment", 1.0),
    ]  # fmt: skip
