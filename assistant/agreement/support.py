"""How much of a wording its sources carry, as a number: for ranking and measuring, not for the gate.

The gate asks whether anything disagrees; this asks how much is there at all. Words in common near one
another count, and pairs of neighbouring words, since in a long text single words meet by chance.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Sequence
from math import log

from assistant.agreement import lexicon
from assistant.agreement.clauses import plain

_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")
_REFERENCE = re.compile(r"\[\d{1,3}\]|https?://\S+")
_NEAR = 60
"""Words of a source within which the words of a wording count together."""
_SHORT = 20
"""Words of a source up to which nothing is taken off for its length."""
_LENGTH = 0.0375
"""What each e-fold of a source's length takes off."""
_FIGURE = 0.05
"""What each figure takes off that no source has."""
_MOST = 40_000
"""Words of the sources that are read."""


def support(wording: str, quotes: Sequence[str]) -> float:
    """The share of a wording's content that its sources carry, from 0 to 1."""
    said = _content(wording)
    source = [_root(w) for w in _WORD.findall(_REFERENCE.sub(" ", plain("\n".join(quotes))).lower())[:_MOST]]
    if not said or not source:
        return 0.0
    content = [w for w in source if w not in _free()]
    together = _together(list(dict.fromkeys(said)), source)
    pairs = list(itertools.pairwise(said))
    known = set(itertools.pairwise(content))
    joined = sum(pair in known for pair in pairs) / len(pairs) if pairs else together
    present = set(source)
    strange = sum(1 for word in set(said) if word[0].isdigit() and word not in present)
    length = _LENGTH * max(0.0, log(len(source) / _SHORT))
    return min(1.0, max(0.0, (together + joined) / 2 - length - _FIGURE * strange))


def _content(text: str) -> list[str]:
    words = _WORD.findall(_REFERENCE.sub(" ", plain(text)).lower())[:_MOST]
    return [root for root in map(_root, words) if root not in _free()]


def _root(word: str) -> str:
    return word if word[0].isdigit() else lexicon.root(word)


def _free() -> frozenset[str]:
    return lexicon.roots("function")


def _together(wanted: Sequence[str], source: Sequence[str]) -> float:
    """The largest share of the wanted words that stand within one stretch of the source."""
    asked = set(wanted)
    places = [(at, word) for at, word in enumerate(source) if word in asked]
    starts = [at for at, _ in places]
    best = 0
    for first, (at, _) in enumerate(places):
        if len(places) - first <= best:
            break
        last = bisect_left(starts, at + _NEAR)
        best = max(best, len({word for _, word in places[first:last]}))
        if best == len(asked):
            break
    return best / len(asked)
