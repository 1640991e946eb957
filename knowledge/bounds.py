"""Upper bounds of cosines from a third of the numbers, so that few vectors have to be read whole.

A vector of length 1 is outlined by its projection onto DIMENSION fixed directions and the length of what is
left. The product of two outlines is at least the cosine of the vectors, since what is left of them can at
most point the same way (Cauchy-Schwarz).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from knowledge.late import DIMENSION, projection

if TYPE_CHECKING:
    from numpy.typing import NDArray


def outlined(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Outlines of vectors of length 1: (n, late.DIMENSION + 1).

    There are no directions for vectors of another model: (n, 1), the length of what is left alone.
    """
    kept = vectors @ _directions(vectors.shape[1])
    left = np.sqrt(np.maximum(0, 1 - np.square(kept).sum(axis=1, keepdims=True)))
    return np.hstack([kept, left]).astype(np.float32, copy=False)


def width(dimension: int) -> int:
    """The numbers of an outline, known without making one."""
    return (DIMENSION if dimension == len(projection()) else 0) + 1


@cache
def _directions(dimension: int) -> NDArray[np.float32]:
    """Those of late interaction, made exactly orthogonal."""
    if width(dimension) == 1:
        return np.zeros((dimension, 0), np.float32)
    given = projection()
    exact: NDArray[np.float32] = np.linalg.qr(given.astype(np.float64))[0].astype(np.float32)
    return exact
