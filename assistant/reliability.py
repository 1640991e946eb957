"""How far two reviewers of the same thing agree: raw, and beyond chance by Krippendorff's alpha.

Krippendorff, Content Analysis (4th ed. 2019), chapter 12, nominal data, any number of verdicts a unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import permutations

from assistant.models import Frozen


class Agreement(Frozen):
    """`units` things had two verdicts or more; `raw` is the share of pairs that agree.

    `alpha` is 1 when all agree, 0 when they agree as chance would, below 0 when less than that, and none
    when every verdict was the same, so that nothing could differ.
    """

    units: int
    raw: float | None
    alpha: float | None


def agreement(units: Sequence[Sequence[str]]) -> Agreement:
    """The agreement of verdicts, one sequence for each thing that was judged."""
    judged = [unit for unit in units if len(unit) >= 2]
    pairs: Counter[tuple[str, str]] = Counter()
    weighted: dict[tuple[str, str], float] = {}
    for unit in judged:
        for pair in permutations(unit, 2):
            pairs[pair] += 1
            weighted[pair] = weighted.get(pair, 0.0) + 1 / (len(unit) - 1)
    if not pairs:
        return Agreement(units=0, raw=None, alpha=None)
    same = sum(count for (one, other), count in pairs.items() if one == other)
    return Agreement(units=len(judged), raw=same / pairs.total(), alpha=_alpha(weighted))


def _alpha(coincidences: dict[tuple[str, str], float]) -> float | None:
    """1 - observed / expected disagreement, from the weights of the pairs."""
    values: dict[str, float] = {}
    for (one, _), weight in coincidences.items():
        values[one] = values.get(one, 0.0) + weight
    total = sum(values.values())
    observed = sum(weight for (one, other), weight in coincidences.items() if one != other)
    expected = sum(values[a] * values[b] for a, b in permutations(values, 2)) / (total - 1)
    return None if expected == 0 else 1 - observed / expected
