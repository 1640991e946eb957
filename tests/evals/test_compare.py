"""The paired bootstrap: a real difference is told from none, and a weight that does not exist is refused."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.__main__ import app
from evals.compare import changed, interval
from knowledge.search import WEIGHTS


def test_no_difference_has_an_interval_of_nothing() -> None:
    assert interval([0.2, 0.8, 1.0] * 20, [0.2, 0.8, 1.0] * 20) == (0.0, 0.0)


def test_an_even_gain_is_found_exactly_and_its_loss_is_its_mirror() -> None:
    before, after = [0.0, 0.5] * 50, [0.1, 0.6] * 50
    assert interval(before, after) == pytest.approx((0.1, 0.1))
    assert interval(after, before) == pytest.approx((-0.1, -0.1))


def test_what_chance_explains_spans_zero() -> None:
    low, high = interval([0.0, 1.0] * 30, [1.0, 0.0] * 30)
    assert low < 0 < high


def test_weights_are_changed_by_name() -> None:
    weights = changed("late=2,cosine=0.7")
    assert (weights.late, weights.cosine, weights.bigram) == (2.0, 0.7, WEIGHTS.bigram)


def test_an_unknown_weight_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("")
    files = [f"--{name}={tmp_path / 'x.jsonl'}" for name in ("passages", "questions")]
    done = CliRunner().invoke(app, ["compare", *files, "--change", "colour=1"])
    assert done.exit_code == 2
    assert "colour" in done.output
