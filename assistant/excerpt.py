"""The part of a passage that answers: one sentence, or a few that stand together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.models import Citation
from knowledge.hits import Hit
from knowledge.library import Version
from knowledge.pages import page_of
from knowledge.sentences import sentences
from knowledge.terms import stems

_WHOLE = 60
"""Words up to which a passage is quoted whole."""
_LONGEST = 75
"""Words of the longest quote of several sentences."""
_LEANS_BACK = re.compile(
    r"^(it|they|this|these|those|such|he|she|however|otherwise|in that case|if so|the same)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote taken from a hit: `text[start:end]` of the version."""

    hit: Hit
    start: int
    end: int
    text: str

    def citation(self) -> Citation:
        """The excerpt as a citation."""
        return cite(self.hit.version, self.hit.section, self.start, self.end, self.text)


def cite(version: Version, section: tuple[str, ...], start: int, end: int, quote: str) -> Citation:
    """A citation of `text[start:end]` of a version, with the page on which it starts."""
    return Citation(
        document=version.document,
        title=version.title,
        file=version.file,
        version=version.id,
        number=version.number,
        section=" > ".join(section),
        page=page_of(version.pages, start),
        start=start,
        end=end,
        quote=quote,
        kind=version.kind,
        owner=version.owner,
    )


def excerpts(hits: Sequence[Hit], question: str, among: Sequence[Hit] = ()) -> list[Excerpt]:
    """The best stretch of whole sentences of each hit, by the question's words weighed by rarity.

    How rare a word is, is counted among the hits, or among others that were found.
    """
    rarity = _rarity(among or hits)
    return [excerpt(hit, question, rarity) for hit in hits]


def excerpt(hit: Hit, question: str, rarity: dict[str, float]) -> Excerpt:
    """The best stretch of whole sentences of a hit, by the question's words weighed by rarity."""
    text = hit.text
    spans = sentences(text)
    if len(text.split()) <= _WHOLE or len(spans) < 2:
        return Excerpt(hit, hit.start, hit.end, text)
    wanted = set(stems(question))
    held = [set(stems(text[a:b])) & wanted for a, b in spans]
    best = max(range(len(spans)), key=lambda i: (_worth(held[i], rarity), -i))
    first, last = best, best
    if first and _LEANS_BACK.match(text[spans[first][0] : spans[first][1]]):
        first -= 1
    while last + 1 < len(spans) and _words(text, spans[first][0], spans[last + 1][1]) <= _LONGEST:
        last += 1
    start, end = spans[first][0], spans[last][1]
    return Excerpt(hit, hit.start + start, hit.start + end, text[start:end])


def _words(text: str, start: int, end: int) -> int:
    return len(text[start:end].split())


def _worth(held: set[str], rarity: dict[str, float]) -> float:
    return sum(rarity.get(stem, 1.0) for stem in held)


def _rarity(hits: Sequence[Hit]) -> dict[str, float]:
    """How telling a word is among the passages found: one over the share that holds it."""
    holding: dict[str, int] = {}
    for hit in hits:
        for stem in set(stems(hit.text)):
            holding[stem] = holding.get(stem, 0) + 1
    return {stem: len(hits) / count for stem, count in holding.items()}
