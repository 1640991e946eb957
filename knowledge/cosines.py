"""Cosines of a question and the passages that can still be among the best: few vectors are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.bounds import outlined

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LOOK = 4
"""Rows, as a multiple of those wanted, whose cosine is looked at first."""
_SLACK = 1e-5
"""More than rounding takes from a bound."""
_SCAN = 4
"""Reading all vectors in order is as fast as picking one in so many."""
_GATHERED = 4_096
"""Vectors picked at a time."""


@dataclass(frozen=True, slots=True)
class Cosines:
    """Of one question, a vector of length 1. `places[i]` is where the vector of row i stands, -1 for none."""

    vectors: NDArray[np.float32]
    outlines: NDArray[np.float32]
    places: NDArray[np.int64]
    question: NDArray[np.float32]

    def of_the_best(
        self, rows: NDArray[np.int64], scores: NDArray[np.float64], weight: float, wanted: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The rows that can be among the `wanted` best by score plus weighed cosine, and their cosines.

        `scores` are those of every row so far. A row that would not reach the `wanted`-th best of the
        likeliest, even with the most that its cosine can be, is out of the race (the threshold algorithm of
        Fagin, Lotem and Naor 2003). A bound below 0 counts as 0, since such a row keeps its score.
        """
        if len(rows) > _LOOK * wanted:
            most = scores[rows] + weight * np.maximum(0, self._bounds(rows))
            likely = rows[np.argpartition(most, -_LOOK * wanted)[-_LOOK * wanted :]]
            sums = scores[likely] + weight * np.nan_to_num(self.of(likely))
            rows = rows[most >= np.partition(sums, -wanted)[-wanted] - _SLACK]
        return rows, self.of(rows)

    def _bounds(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The most that the cosine at each of the rows can be; 0 where a passage has no vector."""
        known = self.outlines @ outlined(self.question[None])[0]
        bounds: NDArray[np.float32] = np.append(known, np.float32(0))[self.places[rows]]
        return bounds  # the appended one served rows without a vector, whose place is -1

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine at each of the rows; NaN where a passage has no vector."""
        places = self.places[rows]
        similar = np.full(len(rows), np.nan, dtype=np.float32)
        held = np.flatnonzero(places >= 0)
        if _SCAN * len(held) > len(self.vectors):
            similar[held] = (self.vectors @ self.question)[places[held]]
        else:
            for start in range(0, len(held), _GATHERED):
                some = held[start : start + _GATHERED]
                similar[some] = self.vectors[places[some]] @ self.question
        return np.round(similar, 6)  # beyond that the digits depend on what is multiplied together
