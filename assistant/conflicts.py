"""Two documents in force that disagree: found by what can be compared for certain.

Two sentences from different documents of the organisation, about the same thing, conflict when they
give different amounts of the same unit, or when one allows what the other forbids.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations, product
from math import isclose

from knowledge.amounts import NUMBER_WORDS, amounts
from knowledge.terms import stems

_FORBIDS = re.compile(
    r"\b(must not|may not|shall not|must never|never|not (?:be )?(?:allowed|permitted)|"
    r"is prohibited|are prohibited|forbidden|cannot|do not|no (?:one|staff|employee)\b.{0,20}\bmay)\b",
    re.IGNORECASE,
)
_ALLOWS = re.compile(
    r"\b(may|can|is allowed|are allowed|is permitted|are permitted|free to)\b(?! not)",
    re.IGNORECASE,
)
_ALIKE = ((3, 0.5), (2, 0.75))
"""Words that two sayings share, and their least share of the shorter one's, to speak of one thing."""
_BESIDE = frozenset(
    stems("ai system systems within hours days weeks months years minutes working least most per cent")
) | frozenset(stems(" ".join(NUMBER_WORDS)))
"""Words that say nothing of what a sentence is about here."""
_SAME = 0.015
"""Share by which amounts may differ: thirty days are a month."""
_OPENING = 8
_MOST_CLAUSES = 20
"""Clauses of one sentence that are compared; what has more is a list."""
_CLAUSES = re.compile(r";\s+|,\s+(?:and|but|while|so)\s+")


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence of a document: `key` tells documents apart, `place` finds the sentence again."""

    key: str
    place: tuple[int, int, int]
    text: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two sayings that cannot both be followed, and why."""

    first: Saying
    second: Saying
    about: str
    reason: str


def disagreements(sayings: list[Saying], question: str) -> list[Disagreement]:
    """Pairs of sayings of different documents that disagree on what the question asks."""
    asked = _subject(question)
    found = []
    parts = {saying: _parts(saying, asked) for saying in sayings}
    for first, second in combinations(sayings, 2):
        if first.key == second.key:
            continue
        for (ours, our_subject), (theirs, their_subject) in product(parts[first], parts[second]):
            if not _one_thing(our_subject, their_subject, asked):
                continue
            reason = _amounts_differ(ours, theirs) or _permissions_differ(ours, theirs)
            if reason:
                found.append(Disagreement(first, second, _about(first.text), reason))
                break
    return found


def _subject(text: str) -> set[str]:
    return {stem for stem in stems(text) if stem not in _BESIDE and not stem.isdigit()}


def _parts(saying: Saying, asked: set[str]) -> list[tuple[str, set[str]]]:
    """The clauses of a sentence that speak of what is asked, each with its subject."""
    clauses = [(part, _subject(part)) for part in _CLAUSES.split(saying.text)[:_MOST_CLAUSES]]
    return [(part, subject) for part, subject in clauses if len(subject & asked) >= min(2, len(asked))]


def _one_thing(first: set[str], second: set[str], asked: set[str]) -> bool:
    shared = first & second
    if len(shared & asked) < min(2, len(asked)):
        return False
    shorter = max(min(len(first), len(second)), 1)
    return any(len(shared) >= n and len(shared) / shorter >= share for n, share in _ALIKE)


def _amounts_differ(first: str, second: str) -> str:
    ours, theirs = amounts(first), amounts(second)
    if len(ours) != 1 or len(theirs) != 1:
        return ""  # with several amounts, which belongs to what cannot be told for certain
    one, other = ours[0], theirs[0]
    if one.kind != other.kind or isclose(one.value, other.value, rel_tol=_SAME):
        return ""
    return f"one says {one.said}, the other {other.said}"


def _permissions_differ(first: str, second: str) -> str:
    forbids = [bool(_FORBIDS.search(text)) for text in (first, second)]
    allows = [bool(_ALLOWS.search(_FORBIDS.sub(" ", text))) for text in (first, second)]
    if forbids[0] != forbids[1] and allows[forbids.index(False)]:
        return "one allows what the other forbids"
    return ""


def _about(saying: str) -> str:
    """How the first of the two begins, by which a reader recognises the matter."""
    words = saying.split()
    return " ".join(words[:_OPENING]) + ("…" if len(words) > _OPENING else "")
