"""Cosines of the best: as if every vector had been read, also where some are missing or point away."""

import numpy as np
import pytest

from knowledge.bounds import outlined
from knowledge.cosines import Cosines
from knowledge.late import unit


@pytest.mark.parametrize("dimension", [384, 7])
@pytest.mark.parametrize("seed", range(8))
def test_the_best_are_those_of_a_whole_scan(seed: int, dimension: int) -> None:
    drawn = np.random.default_rng(seed)
    vectors = unit(drawn.normal(size=(900, dimension)).astype(np.float32))
    places = drawn.permutation(900)
    places[::5] = -1
    found = Cosines(vectors, outlined(vectors), places, vectors[drawn.integers(900)])
    scores = drawn.random(900) ** 4
    every = np.nan_to_num(found.of(np.arange(900)))
    rows, cosines = found.of_the_best(np.arange(900), scores, 0.5, 10)
    assert np.nan_to_num(cosines) == pytest.approx(every[rows], abs=2e-6)
    pruned = scores.copy()
    pruned[rows] += 0.5 * np.nan_to_num(cosines)
    whole = scores + 0.5 * every
    assert np.argsort(-pruned)[:10].tolist() == np.argsort(-whole)[:10].tolist()
    assert np.isnan(found.of(np.arange(0, 900, 5))).all()


def test_a_row_that_points_away_does_not_profit_from_being_passed_over() -> None:
    question = np.eye(1, 7, dtype=np.float32)[0]
    vectors = np.tile(np.eye(1, 7, 1, dtype=np.float32), (700, 1))
    vectors[0] = -question
    scores = np.full(700, 0.28)
    scores[0] = 0.30
    found = Cosines(vectors, -np.ones((700, 1), np.float32), np.arange(700), question)
    rows, cosines = found.of_the_best(np.arange(700), scores, 0.5, 10)
    assert cosines[rows.tolist().index(0)] == -1.0
