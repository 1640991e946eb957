"""BM25 over the passages, places and documents that a person may see.

Frequencies and mean lengths are counted over the visible rows alone, so that what is hidden leaves no
trace in the scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.index import State
from knowledge.terms import query_terms

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Bm25:
    """Saturation and length normalisation of one field."""

    k1: float
    b: float


TEXT, PLACE, TITLE, DOCUMENT = Bm25(0.9, 0.75), Bm25(0.9, 0.3), Bm25(0.9, 0.0), Bm25(0.9, 0.4)


class Lexical:
    """BM25 over the visible rows of a state."""

    def __init__(self, state: State, visible: NDArray[np.bool_]) -> None:
        """Take the rows of the versions that are visible (`State.visible`)."""
        self.state = state
        self.masks = [visible[owner] for owner in state.owners]
        self.offsets = np.cumsum([0, *(len(owner) for owner in state.owners)])
        self.rows = int(self.offsets[-1])
        self.count = sum(int(mask.sum()) for mask in self.masks)
        self.visible = visible

    def passages(self, terms: Sequence[int], bm25: Bm25) -> tuple[NDArray[np.float64], float]:
        """(score of every row, the most that the known terms can give)."""
        scores = np.zeros(self.rows)
        ceiling = 0.0
        norms = self._norms("place_lengths" if bm25 is PLACE else "lengths", bm25)
        for wanted in terms:
            found = [segment.passages.of(wanted) for segment in self.state.segments]
            seen = [
                (rows[mask[rows]], counts[mask[rows]])
                for (rows, counts), mask in zip(found, self.masks, strict=True)
            ]
            frequency = sum(len(rows) for rows, _ in seen)
            if not frequency:
                continue
            idf = _idf(self.count, frequency)
            ceiling += (bm25.k1 + 1) * idf
            for (rows, counts), offset, norm in zip(seen, self.offsets, norms, strict=False):
                scores[rows + offset] += idf * (bm25.k1 + 1) * counts / (counts + norm[rows])
        return scores, ceiling

    def _norms(self, lengths: str, bm25: Bm25) -> list[NDArray[np.float64]]:
        every = [getattr(segment, lengths) for segment in self.state.segments]
        total = sum(int(part[mask].sum()) for part, mask in zip(every, self.masks, strict=True))
        mean = max(total / max(self.count, 1), 1e-9)
        return [bm25.k1 * (1 - bm25.b + bm25.b * part / mean) for part in every]

    def coverage(self, terms: Sequence[int]) -> NDArray[np.float64]:
        """The share of the question's words, weighed by rarity, that each row holds."""
        held = np.zeros(self.rows)
        total = 0.0
        for wanted in terms:
            found = [segment.passages.of(wanted)[0] for segment in self.state.segments]
            seen = [rows[mask[rows]] for rows, mask in zip(found, self.masks, strict=True)]
            idf = _idf(self.count, sum(len(rows) for rows in seen))
            total += idf
            for rows, offset in zip(seen, self.offsets, strict=False):
                held[rows + offset] += idf
        return held / total if total else held

    def rarity(self, words: Sequence[str]) -> NDArray[np.float64]:
        """The idf of each word among the visible passages; a figure's as such."""
        return np.array([self._idf_of(word) for word in words])

    def _idf_of(self, word: str) -> float:
        terms = query_terms(word)
        wanted = (terms["u"] or terms["d"] or [0])[0]
        found = (segment.passages.of(wanted)[0] for segment in self.state.segments)
        held = sum(int(mask[rows].sum()) for rows, mask in zip(found, self.masks, strict=True))
        return _idf(self.count, held)

    def documents(self, terms: Sequence[int], bm25: Bm25) -> NDArray[np.float64]:
        """Score of every row's whole document."""
        places = [
            np.array([self._place(v) for v in segment.versions], dtype=np.int64)
            for segment in self.state.segments
        ]
        seen_documents = [self.visible[place] for place in places]
        lengths = [segment.document_lengths for segment in self.state.segments]
        count = sum(int(mask.sum()) for mask in seen_documents)
        total = sum(int(n[mask].sum()) for n, mask in zip(lengths, seen_documents, strict=True))
        mean = max(total / max(count, 1), 1e-9)
        scores = [np.zeros(len(place)) for place in places]
        for wanted in terms:
            found = [segment.documents.of(wanted) for segment in self.state.segments]
            seen = [
                (rows[mask[rows]], counts[mask[rows]])
                for (rows, counts), mask in zip(found, seen_documents, strict=True)
            ]
            idf = _idf(count, sum(len(rows) for rows, _ in seen))
            for (rows, counts), score, length in zip(seen, scores, lengths, strict=True):
                norm = bm25.k1 * (1 - bm25.b + bm25.b * length[rows] / mean)
                score[rows] += idf * (bm25.k1 + 1) * counts / (counts + norm)
        parts = zip(scores, self.state.segments, strict=True)
        return np.concatenate([score[segment.owner] for score, segment in parts])

    def _place(self, version: str) -> int:
        return self.state.places.get(version, -1)


def _idf(count: int, frequency: int) -> float:
    return float(np.log1p((count - frequency + 0.5) / (frequency + 0.5)))
