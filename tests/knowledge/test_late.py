"""Late interaction against its definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import late


def tokens(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(-127, 128, (count, late.DIMENSION)).astype(np.int8)


@given(st.integers(0, 99), st.lists(st.integers(0, 4), min_size=1, max_size=5), st.integers(1, 4))
def test_closeness_is_the_weighed_mean_of_the_best_cosines(seed: int, counts: list[int], asked: int) -> None:
    question = tokens(seed, asked).astype(np.float32) + np.float32(0.5)
    question /= np.linalg.norm(question, axis=1, keepdims=True)
    passages = [tokens(seed + i + 1, n) for i, n in enumerate(counts)]
    weights = np.arange(1.0, asked + 1)
    found = late.closeness(question, passages, weights)
    for value, passage in zip(found, passages, strict=True):
        if not len(passage):
            assert np.isnan(value)
            continue
        best = [max(float(q @ d) / np.linalg.norm(d) for d in passage.astype(np.float32)) for q in question]
        assert value == pytest.approx(np.average(best, weights=weights), abs=1e-5)


def test_packing_keeps_directions() -> None:
    states = np.random.default_rng(1).normal(size=(50, 384)).astype(np.float32)
    rows, kept = late.projected(states), late.packed(states).astype(np.float32)
    cosines = (rows * kept).sum(axis=1) / np.linalg.norm(kept, axis=1)
    assert cosines.min() > 0.9995


@pytest.mark.parametrize(("word", "counts"), [("the", False), ("shall", True), ("14", True), ("-", False)])
def test_stop_words_and_punctuation_take_no_part(word: str, counts: bool) -> None:
    assert late.telling(word) is counts
