"""Measures of a ranking against its gold set. Definitions as in TREC's trec_eval."""

from collections.abc import Sequence, Set
from math import ceil, log2


def recall(ranking: Sequence[str], gold: Set[str], k: int) -> float:
    """Share of the gold items among the first k."""
    return len(set(ranking[:k]) & gold) / len(gold)


def average_precision(ranking: Sequence[str], gold: Set[str], k: int) -> float:
    """Mean of the precision at each gold item among the first k, over min(k, gold items)."""
    found, total = 0, 0.0
    for rank, item in enumerate(ranking[:k], start=1):
        if item in gold:
            found += 1
            total += found / rank
    return total / min(k, len(gold))


def ndcg(ranking: Sequence[str], gold: Set[str], k: int) -> float:
    """Discounted cumulative gain of the first k over the best possible."""
    gain = sum(1 / log2(rank + 1) for rank, item in enumerate(ranking[:k], start=1) if item in gold)
    return gain / sum(1 / log2(rank + 1) for rank in range(1, min(k, len(gold)) + 1))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)) - 1, 0)]


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; 0 for none."""
    return sum(values) / len(values) if values else 0.0


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a positive scores above a negative, ties counted half; 0 when either is empty."""
    pairs = [(p > n) + 0.5 * (p == n) for p in positive for n in negative]
    return mean(pairs)
