"""When not to answer, and what to say then: what was searched, what came closest, whom to ask."""

from __future__ import annotations

import math
from collections.abc import Iterable

from assistant.compose import Found
from assistant.models import Nearest
from knowledge.search import Hit

THRESHOLD = 0.5
"""Least confidence at which an answer is composed. How it was chosen: docs/abstention.md."""
_BIAS, _COSINE, _COVERAGE = -3.2, 5.0, 2.2
_KEYWORD_ONLY = 0.55
_NEAREST = 3


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


def nearest(found: Found) -> tuple[Nearest, ...]:
    """The sources that came closest, best first."""
    best = sorted(found.all, key=lambda hit: -hit.score)[:_NEAREST]
    return tuple(
        Nearest(
            document=hit.version.document,
            title=hit.version.title,
            file=hit.version.file,
            version=hit.version.id,
            section=" > ".join(hit.section),
            page=hit.page,
            start=hit.start,
            end=hit.end,
            kind=hit.version.kind,
            owner=hit.version.owner,
        )
        for hit in best
    )


def whom_to_ask(found: Found, otherwise: str) -> str:
    """The owner of the closest document that has one; the organisation's own come first."""
    ranked = sorted(found.all, key=lambda hit: (not hit.version.house, -hit.score))
    owners = (hit.version for hit in ranked if hit.version.owner)
    version = next(owners, None)
    return f"{version.owner} (owner of {version.title})" if version else otherwise
