"""Negation inside a clause: "not B", "without B", "rather than B" stay with their B."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from assistant.agreement.clauses import Clause
from assistant.agreement.modality import verb_of
from assistant.agreement.parts import Part, Unit, must_be_carried, stands_in
from assistant.agreement.words import Token

_BEGINS = frozenset("not without no".split())
_PAIRS = (("rather", "than"), ("instead", "of"), ("in", "place", "of"))
_AVOIDS = frozenset(
    "avoid avoiding avoids avoided refrain refrains fail fails failing prevent preventing prevents".split()
)
_DENIES = frozenset("not no never nobody none nothing without neither nor cannot against".split())
_AFTER = frozenset("the a an of on in to for with by from at this these their its our".split())
"""What ends the noun behind a negation."""
_LIMITS = frozenset("only solely exclusively unless except until".split())
_ASKS_FOR = frozenset("need needs needed require requires required before first".split())
_INSTEAD = frozenset(
    "only solely unless except until before otherwise refuse refuses exempt prohibited "
    "forbidden banned barred".split()
)
"""What says in other words what a "not" says."""
_REACH = 6
"""Tokens after a "not" that it denies."""
_ENDS = frozenset("and or but while which who that".split())


def misplaced(part: Part, unit: Unit) -> str:
    """Why a word is negated on one side only; empty when none is."""
    if _LIMITS & {t.low for t in (*part.row, *unit.row)} or _other_than(unit.row):
        return ""  # "only with" says what "not without" says
    avoided = next((t for t in unit.row if t.low in _AVOIDS), None)
    if (
        avoided
        and not any(t.low in _DENIES or t.negative for t in part.row)
        and not any(stands_in(avoided, part.row))
    ):
        return f"“{avoided.said}” of the quote is missing from the wording"
    ours, theirs = _denied(part.clauses), _denied(unit.clauses)
    for token in ours:
        others = [t for t in unit.row if t.root == token.root]
        if (
            others
            and not any(t in theirs or t.negative for t in others)
            and not _negated(unit.clauses, others)
        ):
            return f"the wording denies “{token.said}”, the quote does not"
    for token in theirs:
        if _after_without(token, unit.row) and any(t.low in _ASKS_FOR for t in part.row):
            continue
        others = [t for t in part.row if t.root == token.root]
        if others and not any(t in ours or t.negative for t in others) and not _negated(part.clauses, others):
            return f"the quote denies “{token.said}”, the wording does not"
    return ""


def _other_than(row: Sequence[Token]) -> bool:
    return any(a.low == "other" and b.low == "than" for a, b in itertools.pairwise(row))


def affirmed(part: Part, unit: Unit) -> str:
    """Why a part says by its verb what the quote only denies; empty when it does not."""
    for clause in part.clauses:
        verb = verb_of(clause)
        if verb is None or not must_be_carried(verb) or _denies(clause.row) or _denies(clause.inherited):
            continue
        places = [
            (c, at)
            for c in unit.clauses
            for at, t in enumerate(c.row)
            if t.root == verb.root or verb.groups & t.groups
        ]
        if (
            places
            and all(_near_denial(c.row, at) for c, at in places)
            and not (_INSTEAD & {t.low for t in part.row})
        ):
            return f"the quote denies “{verb.said}”, the wording does not"
    return ""


def _denies(row: Sequence[Token]) -> bool:
    return any(t.low in _DENIES or t.low in _AVOIDS or t.low in _INSTEAD or t.negative for t in row)


def _near_denial(row: Sequence[Token], at: int) -> bool:
    """Whether a "not" stands shortly before a word of a clause."""
    before = [t.low for t in row[max(at - _REACH, 0) : at]]
    return any(
        low in ("not", "never", "cannot", "nobody") or (low == "no" and before[n + 1 : n + 2] != ["later"])
        for n, low in enumerate(before)
    ) and not {"only", "until", "unless", "without", "than"} & {t.low for t in row}


def _after_without(token: Token, row: Sequence[Token]) -> bool:
    """Whether a word stands in the "without" of a "no … without"."""
    lows = [t.low for t in row]
    at = next((n for n, t in enumerate(row) if t is token), 0)
    return "without" in lows[max(at - 4, 0) : at] and bool({"no", "not"} & set(lows))


def _denied(clauses: Sequence[Clause]) -> list[Token]:
    """The words behind a negation that is not that of the verb, up to the next join or mark."""
    found: list[Token] = []
    for clause in clauses:
        verb = clause.verb
        inside = range(verb.begin, verb.end) if verb else range(0)
        taking, held = False, 0
        for at, token in enumerate(clause.row):
            if (token.low == "no" and verb is not None and at < verb.begin) or (
                token.low == "without" and at and clause.row[at - 1].low == "or"
            ):
                continue
            if _begins(clause.row, at) and at not in inside:
                taking, held = True, len(found)
            elif (
                token.kind == "mark"
                or token.low in _ENDS
                or (len(found) > held and token.low in _AFTER)
                or at in inside
            ):
                taking = False
            elif taking and must_be_carried(token):
                found.append(token)
    return found


def _begins(row: Sequence[Token], at: int) -> bool:
    low, after = row[at].low, row[at + 1].low if at + 1 < len(row) else ""
    if (low == "no" and after == "one") or (
        low in ("not", "no")
        and after
        in (
            "only",
            "more",
            "less",
            "later",
            "below",
            "exceed",
            "to",
            "longer",
            "fewer",
            "earlier",
            "sooner",
            "matter",
        )
    ):
        return False
    return low in _BEGINS or any(tuple(t.low for t in row[at : at + len(p)]) == p for p in _PAIRS)


def _negated(clauses: Sequence[Clause], words: Sequence[Token]) -> bool:
    return any(c.verb and c.verb.negated and any(t in c.row for t in words) for c in clauses)
