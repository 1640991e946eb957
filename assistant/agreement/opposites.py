"""Opposites: a word of the claim whose contrary stands in its place in the quote."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cache

from assistant.agreement.lexicon import opposite_groups, opposites, root
from assistant.agreement.parts import Part, Unit, must_be_carried, stands_in
from assistant.agreement.words import Token

_DENYING = frozenset("not no never cannot without nor neither lack lacks fail fails failure than".split())
_PARTICLES = {"in": "out", "out": "in", "on": "off", "off": "on", "up": "down", "down": "up"}
_PLACES = (
    (frozenset({"outside"}), frozenset("inside in within during at".split())),
    (frozenset({"without"}), frozenset({"with"})),
    (frozenset("above over".split()), frozenset("below under".split())),
    (frozenset({"before"}), frozenset("after during".split())),
    (frozenset({"after"}), frozenset("before during".split())),
    (frozenset({"until"}), frozenset("after from".split())),
)
_ALL_PLACES = frozenset(word for pair in _PLACES for side in pair for word in side)
_SPEAKING = frozenset("minimum maximum inside outside earlier later more less fewer".split())
_WITH = frozenset("opt opts opted opting log switch turn phase scale check sign lock roll".split())


def turned(part: Part, unit: Unit) -> str:
    """Why a word of a part says the contrary of the quote's; empty when none does."""
    for token in part.row:
        if not token.speaks and token.low not in _SPEAKING:
            continue
        for other in unit.row:
            if _contrary(token, other) and not _both(token, other, part, unit) and not _denied(other, unit):
                return f"{token.said!r} of the wording is the contrary of {other.said!r} in the quote"
    without = _without_its_negative(part, unit)
    if without:
        return without
    beside = _beside(part.row, unit.row)
    if beside:
        return beside
    where = _elsewhere(part.row, unit.row)
    if where:
        return where
    said, quoted = _particles(part.row), _particles(unit.row)
    for verb, particle in said.items():
        if quoted.get(verb) == _PARTICLES[particle]:
            return f"“{verb} {particle}” of the wording is “{verb} {quoted[verb]}” in the quote"
    return ""


def _elsewhere(said: Sequence[Token], quoted: Sequence[Token]) -> str:
    """A preposition before a noun where the quote has its contrary: "during" for "outside working hours"."""
    ours, theirs = _before_nouns(said), _before_nouns(quoted)
    for noun, preposition in ours.items():
        other = theirs.get(noun, "")
        if any(
            {preposition, other} & one and {preposition, other} & two
            for one, two in _PLACES
            if preposition != other
        ):
            return f"“{preposition}” of the wording is “{other}” in the quote"
    return ""


def _before_nouns(row: Sequence[Token]) -> dict[str, str]:
    """The preposition before each noun phrase, by the root of the phrase's last word."""
    found: dict[str, str] = {}
    for at, token in enumerate(row):
        if token.low not in _ALL_PLACES:
            continue
        end = at
        while end + 1 < len(row) and (
            row[end + 1].speaks or (end == at and row[end + 1].low in ("the", "a", "an", "its", "their"))
        ):
            end += 1
        if end > at and row[end].root:
            found[row[end].root] = token.low
    return found


def _contrary(token: Token, other: Token) -> bool:
    """Whether two words are opposites, or one is the opposite of what may be put for the other."""
    if token.negative == other.root or other.negative == token.root:
        return False  # the check of negation weighs these
    if {token.root, other.root} <= _handling():
        return False
    if other.root in opposites().get(token.root, ()):
        return True
    if not must_be_carried(token) or not must_be_carried(other):
        return False
    return bool(other.groups & opposite_groups(token.root)) and not token.stands_for(other)


@cache
def _handling() -> frozenset[str]:
    """Roots of verbs that say little by themselves: "notice is given", "takes up"."""
    return frozenset(map(root, "take give make put have get carry bring keep".split()))


def _beside(said: Sequence[Token], quoted: Sequence[Token]) -> str:
    """A word before the noun that has its contrary in the quote: "inside experts" for "external experts"."""
    theirs = [(a, b) for a, b in itertools.pairwise(quoted) if a.speaks and b.speaks]
    for word, noun in itertools.pairwise(said):
        if not (word.speaks and noun.speaks) or word.root not in opposites():
            continue
        there = [a for a, b in theirs if noun.root == b.root]
        if any(_contrary(word, a) for a in there) and not any(word.stands_for(a) for a in there):
            return f"“{word.said} {noun.said}” of the wording is the contrary of what is in the quote"
    return ""


def _without_its_negative(part: Part, unit: Unit) -> str:
    """A word with "in-" or "un-" on one side and without it on the other, where nothing else denies it."""
    for row, other in ((part.row, unit.row), (unit.row, part.row)):
        known = {t.root for t in other}
        for at, token in enumerate(row):
            if not token.negative or token.negative not in known or token.root in known:
                continue
            if any(t.root == token.negative for t in row) or _denies_near(row, at):
                continue
            if not any(_denies_near(other, n) for n, t in enumerate(other) if t.root == token.negative):
                return f"{token.said!r} stands on one side only, its contrary on the other"
    return ""


def _denies_near(row: Sequence[Token], at: int) -> bool:
    return bool(_DENYING & {t.low for t in row[max(at - 6, 0) : at]})


def _denied(other: Token, unit: Unit) -> bool:
    """Whether the quote denies a word itself: "does not accept" beside "rejects"."""
    for clause in unit.clauses:
        for at, token in enumerate(clause.row):
            if token is other:
                before = [t.low for t in clause.row[max(at - 5, 0) : at]]
                return bool({"not", "never", "no", "cannot", "without"} & set(before))
    return False


def _both(token: Token, other: Token, part: Part, unit: Unit) -> bool:
    """Whether each of two contraries has its like on the other side, or stands there as another word."""
    if token.root == other.root or any(t.root == token.root for t in unit.row):
        return True
    if any(t.root == other.root for t in part.row):
        return True
    return any(stands_in(token, unit.row)) and any(stands_in(other, part.row))


def _particles(row: Sequence[Token]) -> dict[str, str]:
    return {a.root: b.low for a, b in itertools.pairwise(row) if a.low in _WITH and b.low in _PARTICLES}
