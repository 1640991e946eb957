"""BM25 over the passages, places and documents that a person may see.

Frequencies and mean lengths are counted over the visible rows alone, so that what is hidden leaves no
trace in the scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.index import Scope, State
from knowledge.terms import word_term

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Bm25:
    """Saturation and length normalisation of one field."""

    k1: float
    b: float


TEXT, PLACE, TITLE, DOCUMENT = Bm25(0.9, 0.75), Bm25(0.9, 0.3), Bm25(0.9, 0.0), Bm25(0.9, 0.4)


class Lexical:
    """BM25 over the rows of a state that a scope admits; rows are numbered segment after segment.

    `count` is how many rows are visible, `rows` which, `owners[i]` the place of row i's version, `places[i]`
    the row of its vector.
    """

    def __init__(self, state: State, scope: Scope) -> None:
        """Count what is visible. Use `Lexical.of`, which remembers."""
        self._state = state
        self._visible = state.visible(scope)
        self.owners = _joined(state.owners, np.int32)
        self.places = _joined(state.vector_rows, np.int64)
        self._masks = [self._visible[owner] for owner in state.owners]
        self._open = [bool(mask.all()) for mask in self._masks]
        self._offsets = np.cumsum([0, *(len(owner) for owner in state.owners)])[:-1]
        self.rows = np.flatnonzero(np.concatenate(self._masks)) if self._masks else np.zeros(0, np.int64)
        self.count = len(self.rows)
        self._recent: dict[int, list[tuple[NDArray[np.int32], NDArray[np.uint16]]]] = {}
        self._known_norms: dict[Bm25, list[NDArray[np.float64]]] = {}
        self._documents = [
            self._visible[[state.places.get(v, -1) for v in segment.versions]] for segment in state.segments
        ]
        lengths = [s.document_lengths[m] for s, m in zip(state.segments, self._documents, strict=True)]
        self._document_count = sum(map(len, lengths))
        total = sum(int(part.sum()) for part in lengths)
        self._mean_document = max(total / max(self._document_count, 1), 1e-9)

    @classmethod
    def of(cls, state: State, scope: Scope) -> Lexical:
        """That of a state and a scope; a few are remembered with the state."""
        held: Lexical | None = state.scratch.get(scope)
        if held is None:
            if len(state.scratch) >= _REMEMBERED:
                state.scratch.clear()
            held = state.scratch[scope] = cls(state, scope)
        return held

    def zeros(self) -> NDArray[np.float64]:
        """A score of nothing for every row, visible or not."""
        return np.zeros(len(self.owners))

    def add(self, scores: NDArray[np.float64], weight: float, terms: Sequence[int], bm25: Bm25) -> float:
        """Add the weighed BM25 of terms to the scores of passages; return the most that they can give."""
        ceiling = 0.0
        for wanted in terms:
            found = self._seen(wanted)
            frequency = sum(len(rows) for rows, _ in found)
            if not frequency:
                continue
            idf = _idf(self.count, frequency)
            ceiling += (bm25.k1 + 1) * idf
            for (rows, counts), offset, norm in zip(found, self._offsets, self._norms(bm25), strict=True):
                scores[rows + offset] += weight * idf * (bm25.k1 + 1) * counts / (counts + norm[rows])
        return weight * ceiling

    def holding(self, terms: Sequence[int]) -> NDArray[np.int64]:
        """Visible rows that hold at least one of the terms."""
        found = [
            rows + offset
            for wanted in terms
            for (rows, _), offset in zip(self._seen(wanted), self._offsets, strict=True)
        ]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)

    def _seen(self, wanted: int) -> list[tuple[NDArray[np.int32], NDArray[np.uint16]]]:
        """(rows, counts) of a term in each segment, visible rows only; the last few terms are remembered."""
        held = self._recent.get(wanted)
        if held is None:
            if len(self._recent) >= _RECENT:
                self._recent.clear()
            held = self._recent[wanted] = self._looked_up(wanted)
        return held

    def _looked_up(self, wanted: int) -> list[tuple[NDArray[np.int32], NDArray[np.uint16]]]:
        found = []
        for segment, mask, every in zip(self._state.segments, self._masks, self._open, strict=True):
            rows, counts = segment.passages.of(wanted)
            if not every and len(rows):
                kept = mask[rows]
                rows, counts = rows[kept], counts[kept]
            found.append((rows, counts))
        return found

    def _norms(self, bm25: Bm25) -> list[NDArray[np.float64]]:
        """What a passage's length adds to its counts, row by row."""
        if bm25 not in self._known_norms:
            every = [s.place_lengths if bm25 is PLACE else s.lengths for s in self._state.segments]
            total = sum(int(part[mask].sum()) for part, mask in zip(every, self._masks, strict=True))
            mean = max(total / max(self.count, 1), 1e-9)
            flat, steep = np.float64(bm25.k1 * (1 - bm25.b)), np.float64(bm25.k1 * bm25.b / mean)
            self._known_norms[bm25] = [flat + steep * part for part in every]
        return self._known_norms[bm25]

    def coverage(self, terms: Sequence[int], rows: Sequence[int]) -> NDArray[np.float64]:
        """The share of the question's words, weighed by rarity, that each of the rows holds."""
        held = np.zeros(len(rows))
        total = 0.0
        wanted_rows = np.asarray(rows, dtype=np.int64)
        for wanted in terms:
            found = self._seen(wanted)
            idf = _idf(self.count, sum(len(part) for part, _ in found))
            total += idf
            for (part, _), offset in zip(found, self._offsets, strict=True):
                at = np.minimum(np.searchsorted(part, wanted_rows - offset), max(len(part) - 1, 0))
                held += idf * (part[at] == wanted_rows - offset) if len(part) else 0.0
        return held / total if total else held

    def rarity(self, words: Sequence[str]) -> NDArray[np.float64]:
        """The idf of each word among the visible passages; a figure's as such."""
        return np.array([self._idf_of(word) for word in words])

    def _idf_of(self, word: str) -> float:
        return _idf(self.count, sum(len(rows) for rows, _ in self._seen(word_term(word))))

    def add_documents(
        self, scores: NDArray[np.float64], weight: float, terms: Sequence[int], bm25: Bm25
    ) -> None:
        """Add the weighed BM25 of each row's whole document."""
        segments = self._state.segments
        parts = [np.zeros(len(mask)) for mask in self._documents]
        for wanted in terms:
            found = []
            for segment, mask in zip(segments, self._documents, strict=True):
                rows, counts = segment.documents.of(wanted)
                found.append((rows[mask[rows]], counts[mask[rows]]))
            idf = _idf(self._document_count, sum(len(rows) for rows, _ in found))
            for (rows, counts), part, segment in zip(found, parts, segments, strict=True):
                norm = bm25.k1 * (1 - bm25.b + bm25.b * segment.document_lengths[rows] / self._mean_document)
                part[rows] += weight * idf * (bm25.k1 + 1) * counts / (counts + norm)
        for part, segment, offset in zip(parts, segments, self._offsets, strict=True):
            if part.any():
                scores[offset : offset + len(segment.owner)] += part[segment.owner]


_REMEMBERED = 16
"""Scopes: kinds of sources by roles."""
_RECENT = 64
"""Terms: a few questions' worth, each of which is asked for three times."""


def _joined(parts: Sequence[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)


def _idf(count: int, frequency: int) -> float:
    return float(np.log1p((count - frequency + 0.5) / (frequency + 0.5)))
