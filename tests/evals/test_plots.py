"""Drawings: the bins behind the reliability diagram, and files that come out the same."""

from pathlib import Path

import pytest

from evals.plots import binned, growth, reliability

JUDGED = [(0.05, False), (0.15, False), (0.15, True), (0.95, True), (1.0, True)]


def test_bins_have_their_mean_and_share() -> None:
    assert [pytest.approx(b) for b in binned(JUDGED)] == [(0.05, 0, 1), (0.15, 0.5, 2), (0.975, 1, 2)]


def test_the_same_figures_give_the_same_file(tmp_path: Path) -> None:
    rows = [
        {"passages": 10 * n, "p50_ms": n, "p95_ms": 2 * n, "resident_MB": 3 * n, "own_MB": n} for n in (1, 9)
    ]
    for number in (1, 2):
        growth(rows, tmp_path / f"growth{number}.svg")
        reliability(JUDGED, tmp_path / f"reliability{number}.svg")
    for name in ("growth", "reliability"):
        first, second = (tmp_path / f"{name}{number}.svg" for number in (1, 2))
        assert first.read_bytes() == second.read_bytes()
        assert "<svg" in first.read_text("utf-8")
