"""How sure it is that something found answers the question."""

from __future__ import annotations

import math
from collections.abc import Iterable

from knowledge.hits import Hit

THRESHOLD = 0.25
"""Least confidence at which an answer is composed. How it was chosen: docs/abstention.md."""
_BODY = (-10.2, 10.5, 6.1)
_PLACED = (-7.8, 10.5, 3.1)
"""Bias and weights of either curve, fitted to the development set of docs/abstention.md."""
_EVERY_WORD, _WHOLE, _STRANGER = 0.4, 0.999, 0.005
"""Least confidence in a passage that holds every word of the question, which is a coverage above _WHOLE;
not where the likeness is as good as none, as in "What time is it?", whose one word stands everywhere."""
_KEYWORD_ONLY = 0.4
"""Without vectors, the coverage that reaches THRESHOLD."""


def confidence(hits: Iterable[Hit]) -> float:
    """How sure it is, from 0 to 1, that one of the hits holds an answer: that of the surest hit.

    A logistic curve over how like the question the passage is, on the whole and word by word. The title of
    its document does not count, since it matches every question on its subject. A model without
    token vectors has the likeness of the passage in its place, and the share of the question's words, by
    rarity, that it holds. Without vectors that share decides alone. A passage that holds every word, as the
    row of a table may do that is like no question, is worth reading in any case.
    """
    return max((_sureness(hit) for hit in hits), default=0.0)


def _sureness(hit: Hit) -> float:
    if hit.cosine is None:
        return hit.coverage * THRESHOLD / _KEYWORD_ONLY
    if hit.body is not None:
        likely = _logistic(*_BODY, hit.body.cosine, hit.body.late)
    else:
        likely = _logistic(*_PLACED, hit.cosine, hit.coverage)
    whole = hit.coverage > _WHOLE and likely > _STRANGER
    return max(likely, _EVERY_WORD) if whole else likely


def _logistic(bias: float, first: float, second: float, a: float, b: float) -> float:
    return 1 / (1 + math.exp(-(bias + first * a + second * b)))
