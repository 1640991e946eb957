"""Names of several words: a claim puts none together from the words of another."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from assistant.agreement.words import Token


def other_name(said: Sequence[Token], quoted: Sequence[Token], above: Sequence[Token]) -> str:
    """A name of the wording for which the quotes have another with one of its words; empty without one."""
    theirs = _pairs(quoted) | _pairs(above)
    known = {t.low for t in (*quoted, *above)}
    for (one, first), (other, second) in _named(said):
        if (one.low, other.low) in theirs or one.low not in known or other.low not in known:
            continue
        beside = any(b == other.low for a, b in theirs) and not _beside(one, other, (*quoted, *above))
        if beside and first and second:
            return f"{one.said} {other.said}"
    return ""


def _beside(one: Token, other: Token, row: Sequence[Token]) -> bool:
    """Whether two words stand near one another: "Head of Risk" for "Risk Head"."""
    places = [at for at, t in enumerate(row) if t.low == one.low]
    return any(t.low == other.low for at in places for t in row[max(at - 4, 0) : at + 5])


def _named(row: Sequence[Token]) -> list[tuple[tuple[Token, bool], tuple[Token, bool]]]:
    """Neighbours that are both written with a capital inside a sentence."""
    found = []
    for at, (one, other) in enumerate(itertools.pairwise(row)):
        inside = at > 0 and row[at - 1].low not in (".", "!", "?", "•", ":")
        found.append(((one, _capital(one) and inside), (other, _capital(other))))
    return found


def _capital(token: Token) -> bool:
    return token.kind == "word" and token.said[:1].isupper() and len(token.said) > 1


def _pairs(row: Sequence[Token]) -> set[tuple[str, str]]:
    return {(a.low, b.low) for a, b in itertools.pairwise(row) if _capital(a) and _capital(b)}
