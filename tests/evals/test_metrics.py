"""Measures of a ranking: values worked out by hand, and what must hold for every ranking."""

from __future__ import annotations

import statistics
from collections.abc import Sequence, Set
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics import auroc, average_precision, mean, ndcg, percentile, recall

ITEMS = st.sampled_from("abcdefghijklmnop")
RANKINGS = st.lists(ITEMS, unique=True)
GOLD = st.frozensets(ITEMS, min_size=1)
CUTS = st.integers(1, 20)
MEASURES = (recall, average_precision, ndcg)
VALUES = st.lists(st.floats(0, 1), min_size=1)


@pytest.mark.parametrize(
    ("ranking", "gold", "k", "recalled", "precision", "gain"),
    [
        ("abcde", {"a", "c", "x"}, 1, 1 / 3, 1, 1),
        ("abcde", {"a", "c", "x"}, 2, 1 / 3, 1 / 2, 1 / (1 + 1 / log2(3))),
        ("abcde", {"a", "c", "x"}, 5, 2 / 3, (1 + 2 / 3) / 3, 1.5 / (1.5 + 1 / log2(3))),
        ("abcde", {"b"}, 1, 0, 0, 0),
        ("abcde", {"b"}, 10, 1, 1 / 2, 1 / log2(3)),
        ("abcde", {"d", "e"}, 5, 1, (1 / 4 + 2 / 5) / 2, (1 / log2(5) + 1 / log2(6)) / (1 + 1 / log2(3))),
        ("abcde", {"nowhere"}, 5, 0, 0, 0),
        ("", {"a"}, 5, 0, 0, 0),
    ],
)
def test_measures_equal_what_is_worked_out_by_hand(
    ranking: str, gold: set[str], k: int, recalled: float, precision: float, gain: float
) -> None:
    assert recall(ranking, gold, k) == pytest.approx(recalled)
    assert average_precision(ranking, gold, k) == pytest.approx(precision)
    assert ndcg(ranking, gold, k) == pytest.approx(gain)


@given(RANKINGS, GOLD, CUTS)
def test_every_measure_is_a_share(ranking: Sequence[str], gold: Set[str], k: int) -> None:
    for measure in MEASURES:
        assert 0 <= measure(ranking, gold, k) <= 1 + 1e-12


@given(RANKINGS, GOLD, CUTS)
def test_a_perfect_ranking_gives_one(rest: Sequence[str], gold: Set[str], k: int) -> None:
    perfect = [*sorted(gold), *(item for item in rest if item not in gold)]
    assert average_precision(perfect, gold, k) == pytest.approx(1)
    assert ndcg(perfect, gold, k) == pytest.approx(1)
    assert recall(perfect, gold, max(k, len(gold))) == 1


@given(RANKINGS, GOLD, CUTS)
def test_a_ranking_without_gold_gives_nothing(ranking: Sequence[str], gold: Set[str], k: int) -> None:
    wrong = [item for item in ranking if item not in gold]
    assert [measure(wrong, gold, k) for measure in MEASURES] == [0, 0, 0]


@given(RANKINGS, GOLD, CUTS)
def test_a_deeper_look_never_finds_less(ranking: Sequence[str], gold: Set[str], k: int) -> None:
    assert recall(ranking, gold, k) <= recall(ranking, gold, k + 1)


@given(st.lists(ITEMS, unique=True, min_size=2), GOLD, CUTS, st.data())
def test_moving_a_gold_item_up_never_lowers_a_measure(
    ranking: list[str], gold: Set[str], k: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(1, len(ranking) - 1))
    better = [*ranking]
    better[place - 1], better[place] = better[place], better[place - 1]
    gold = gold | {ranking[place]}
    for measure in MEASURES:
        assert measure(better, gold, k) >= measure(ranking, gold, k) - 1e-12


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [
        ([40, 10, 30, 20], 0.5, 20),
        ([40, 10, 30, 20], 0.95, 40),
        ([7], 0.5, 7),
        (range(1, 101), 0.95, 95),
        (range(1, 101), 0.5, 50),
    ],
)
def test_a_percentile_is_the_nearest_rank(values: Sequence[float], share: float, found: float) -> None:
    assert percentile(values, share) == found


@given(VALUES, st.floats(0.01, 1))
def test_a_percentile_is_a_value_that_the_share_does_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9


@given(VALUES)
def test_the_mean_is_the_textbooks(values: list[float]) -> None:
    assert mean(values) == pytest.approx(statistics.fmean(values))


def test_the_mean_of_nothing_is_nothing() -> None:
    assert mean([]) == 0


def test_auroc_equals_what_is_worked_out_by_hand() -> None:
    assert auroc([0.9, 0.4], [0.5, 0.4]) == pytest.approx(2.5 / 4)
    assert auroc([0.9, 0.8], [0.1]) == 1
    assert auroc([0.5], [0.5]) == 0.5


@given(VALUES, VALUES)
def test_auroc_the_other_way_round_is_what_is_missing_to_one(some: list[float], others: list[float]) -> None:
    assert auroc(some, others) + auroc(others, some) == pytest.approx(1)
