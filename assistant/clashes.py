"""Conflicts among what was found: sentences of the organisation's own documents, held side by side."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.conflicts import Disagreement, Saying, disagreements
from assistant.excerpt import cite
from assistant.models import Citation, Conflict
from assistant.understand import Understanding
from knowledge.hits import Hit
from knowledge.sentences import sentences

_NEAR = 0.5
"""Share of the best house score that a hit must reach to be compared."""
_MOST = 3


def clashes(house: Sequence[Hit], asked: Understanding) -> list[Conflict]:
    """What the organisation's documents in force disagree on, of what the question asks."""
    if not house:
        return []
    best = max(hit.base for hit in house)
    near = [hit for hit in house if hit.base >= _NEAR * best]
    sayings = [saying for place, hit in enumerate(near) for saying in _sayings(place, hit)]
    found = disagreements(sayings, asked.text)
    return [_conflict(pair, near) for pair in found[:_MOST]]


def _sayings(place: int, hit: Hit) -> list[Saying]:
    return [
        Saying(hit.version.document, (place, start, end), hit.text[start:end])
        for start, end in sentences(hit.text)
    ]


def _conflict(pair: Disagreement, hits: Sequence[Hit]) -> Conflict:
    sides = tuple(_citation(saying, hits) for saying in (pair.first, pair.second))
    return Conflict(about=pair.about, reason=pair.reason, citations=sides)


def _citation(saying: Saying, hits: Sequence[Hit]) -> Citation:
    place, start, end = saying.place
    hit = hits[place]
    return cite(hit.version, hit.section, hit.start + start, hit.start + end, saying.text)
