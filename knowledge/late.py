"""Late interaction: each word of a question looks for its closest word in a passage (MaxSim).

Khattab and Zaharia (2020). Token vectors come from the same pass that gives a passage its vector; they
are projected to DIMENSION by a fixed matrix (`python -m knowledge.data.projection` builds it) and kept as
int8. Stop words and punctuation are left out on both sides. Only the best candidates are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from knowledge.terms import STOP_WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIMENSION = 128


@dataclass(frozen=True, slots=True)
class EncodedQuestion:
    """A question as the model sees it.

    `vector` is a row of length 1; `tokens[i]`, of length 1 in DIMENSION, is a word piece of `words[i]`.
    Without late interaction there are no tokens.
    """

    vector: NDArray[np.float32]
    tokens: NDArray[np.float32]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EncodedPassages:
    """Passages as the model sees them.

    `vectors` (n, dimension) are of the whole reading, `bodies` of what follows the document's title; both
    of length 1. `tokens[i]` are the token vectors of passage i; the first `leads[i]` are the title's.
    """

    vectors: NDArray[np.float32]
    bodies: NDArray[np.float16]
    tokens: tuple[NDArray[np.int8], ...]
    leads: NDArray[np.uint16]

    def __getitem__(self, order: Sequence[int]) -> EncodedPassages:
        """Some of them, in this order."""
        chosen = list(order)
        tokens = tuple(self.tokens[i] for i in chosen)
        return EncodedPassages(self.vectors[chosen], self.bodies[chosen], tokens, self.leads[chosen])

    @classmethod
    def joined(cls, parts: Sequence[EncodedPassages]) -> EncodedPassages:
        """All parts, one after another; at least one."""
        return cls(
            np.concatenate([part.vectors for part in parts]),
            np.concatenate([part.bodies for part in parts]),
            tuple(tokens for part in parts for tokens in part.tokens),
            np.concatenate([part.leads for part in parts]),
        )


def telling(word: str) -> bool:
    """Whether a word or word piece takes part: no stop word, no punctuation."""
    return word not in STOP_WORDS and any(c.isalnum() for c in word)


@cache
def projection() -> NDArray[np.float32]:
    """The directions in which token vectors vary most: (384, DIMENSION)."""
    with (files("knowledge.data") / "projection.npy").open("rb") as file:
        matrix: NDArray[np.float16] = np.load(file)
    return matrix.astype(np.float32)


def projected(states: NDArray[np.float32]) -> NDArray[np.float32]:
    """Token states (n, 384) as rows of length 1 in DIMENSION."""
    return unit(states @ projection())


def packed(states: NDArray[np.float32]) -> NDArray[np.int8]:
    """Token states (n, 384) in the form in which they are kept."""
    rows = projected(states)
    scaled: NDArray[np.float32] = np.rint(rows * (127 / np.abs(rows).max(axis=1, keepdims=True)))
    return scaled.astype(np.int8)


def closeness(
    question: NDArray[np.float32], passages: Sequence[NDArray[np.int8]], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weighed mean, over the question's tokens, of the cosine to the closest token of each passage.

    From -1 to 1; NaN for a passage without tokens. `weights[i]` says how much token i counts.
    """
    found = np.full(len(passages), np.nan)
    held = [i for i, tokens in enumerate(passages) if len(tokens)]
    if not held or not weights.sum():
        return found
    rows = unit(np.concatenate([passages[i] for i in held]).astype(np.float32))
    starts = np.cumsum([0, *(len(passages[i]) for i in held)])[:-1]
    closest = np.maximum.reduceat(question @ rows.T, starts, axis=1)
    found[held] = weights @ closest / weights.sum()
    return found


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rows at length 1; a row of nothing stays so."""
    lengths = np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), np.float32(1e-12))
    scaled: NDArray[np.float32] = (rows / lengths).astype(np.float32, copy=False)
    return scaled
