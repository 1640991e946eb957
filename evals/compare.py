"""Whether a change of a weight is real: paired bootstrap over the questions of a set.

Efron and Tibshirani (1993); each draw takes the same questions for both, so that what is common to them
cancels out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from evals.metrics import mean
from evals.retrieval import Asked, scores
from knowledge.search import WEIGHTS, Weights

DRAWS = 2_000


def changed(change: str) -> Weights:
    """The weights with one or more changed: "late=0" or "late=2,cosine=0.7". ValueError for others."""
    given = dict(part.partition("=")[::2] for part in change.split(","))
    unknown = set(given) - set(Weights.__slots__)
    if unknown:
        raise ValueError(f"No weight {', '.join(sorted(unknown))}. There are {', '.join(Weights.__slots__)}.")
    return replace(WEIGHTS, **{name: float(value) for name, value in given.items()})


def compare(asked: Asked, changes: Mapping[str, Weights]) -> list[dict[str, float | str]]:
    """One row for the weights as they are, and one a change, with its difference and its interval."""
    base, _ = scores(asked)
    found: list[dict[str, float | str]] = [{"change": "none", **_means(base)}]
    for change, weights in changes.items():
        other, _ = scores(asked, weights)
        row: dict[str, float | str] = {"change": change, **_means(other)}
        for name in ("R@10", "MAP@10"):
            row |= dict(zip((f"{name} from", f"{name} to"), interval(base[name], other[name]), strict=True))
        found.append(row)
    return found


def _means(found: dict[str, list[float]]) -> dict[str, float]:
    return {name: mean(values) for name, values in found.items()}


def interval(before: Sequence[float], after: Sequence[float], seed: int = 7) -> tuple[float, float]:
    """The middle 95% of the mean difference, after less before, over DRAWS bootstrap samples."""
    difference = np.asarray(after) - np.asarray(before)
    drawn = np.random.default_rng(seed).integers(0, len(difference), (DRAWS, len(difference)))
    low, high = np.quantile(difference[drawn].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)
