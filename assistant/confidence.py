"""How sure it is that something found answers the question."""

from __future__ import annotations

import math
from collections.abc import Iterable

from knowledge.search import Hit

THRESHOLD = 0.35
"""Least confidence at which an answer is composed. How it was chosen: docs/abstention.md."""
_BIAS, _COSINE, _COVERAGE = -7.0, 9.4, 5.6
_KEYWORD_ONLY = 0.4


def confidence(hits: Iterable[Hit]) -> float:
    """How sure it is, from 0 to 1, that one of the hits holds an answer: that of the surest hit.

    A logistic curve over the similarity of question and passage and the share of the question's
    words, by rarity, that the passage holds. Without vectors, the share alone decides.
    """
    return max((_sureness(hit) for hit in hits), default=0.0)


def _sureness(hit: Hit) -> float:
    if hit.cosine is None:
        return hit.coverage * THRESHOLD / _KEYWORD_ONLY
    return 1 / (1 + math.exp(-(_BIAS + _COSINE * hit.cosine + _COVERAGE * hit.coverage)))
