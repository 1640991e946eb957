"""What a search finds, and how it stands to the question."""

from __future__ import annotations

from dataclasses import dataclass, replace

from knowledge.library import Version


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a question a passage is under its headings, without the title of its document.

    `cosine` is that of the vectors, `late` how close they come to each word of the question, by rarity.
    """

    cosine: float
    late: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    `score` orders hits; `base` is what of it can be compared between questions: that of words and vectors.
    `cosine` is the similarity of question and passage (None without a vector); `coverage` is the share, by
    rarity, of the question's words that the passage holds (0 to 1); `late` is how close the passage comes to
    each of them, by rarity (-1 to 1, None where it was not compared; of a candidate without token vectors
    yet, the mean of the others). `body` has both similarities without the document's title. `lift` is what
    was added by `raised`.
    """

    passage: str
    version: Version
    start: int
    end: int
    section: tuple[str, ...]
    page: int | None
    head: tuple[int, int] | None
    text: str
    score: float
    base: float
    cosine: float | None
    coverage: float
    late: float | None
    body: Likeness | None
    lift: float = 0.0

    def raised(self, by: float) -> Hit:
        """The hit with more of a score, for what is no matter of likeness."""
        return replace(self, score=self.score + by, base=self.base + by, lift=self.lift + by)
