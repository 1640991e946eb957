"""Who does it to whom: the doer and the done-to of a verb stay the same, active or passive."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from assistant.agreement.clauses import Clause
from assistant.agreement.forms import is_adverb, is_gerund, is_participle
from assistant.agreement.lexicon import root
from assistant.agreement.modality import best_match, overlap, verb_of
from assistant.agreement.parts import Part, Unit, must_be_carried, stands_in
from assistant.agreement.words import Token, low_at

_PREPOSITIONS = frozenset(
    "to in on at by for from with within during after before into onto under over through via about "
    "against between among"
    "without as per upon until since towards".split()
)
_DETERMINERS = frozenset("the a an each every any no all our their its this".split())
_GOES_ON = _PREPOSITIONS | frozenset("and or of both either all only that not".split())
_PEOPLE = frozenset("who whoever it they he she we you this that which these those i one".split())


@dataclass(frozen=True, slots=True)
class Roles:
    """The words around a verb by their part in it."""

    doer: tuple[Token, ...]
    done_to: tuple[Token, ...]
    to: tuple[Token, ...]
    source: tuple[Token, ...]


def roles(clause: Clause) -> Roles | None:
    """Who does what to whom in a clause; None when it has no verb of its own."""
    if clause.verb is None or verb_of(clause) is None:
        return None
    before: Sequence[Token] = clause.row[: clause.verb.begin]
    if not any(t.kind == "word" for t in before):
        before = clause.inherited
    after = clause.row[clause.verb.end :]
    groups = _groups(after)
    subject = _groups(_last_phrase(before))[""] or _for_to(clause)
    to, source, by = groups.get("to", ()), groups.get("from", ()), groups.get("by", ())
    if (
        clause.verb.passive
        and verb_of(clause) not in (None,)
        and clause.row[clause.verb.main].low not in ("composed", "comprised")
    ):
        return Roles(by, subject, to, source)
    return Roles(subject, groups[""], to, source)


def _groups(row: Sequence[Token]) -> dict[str, tuple[Token, ...]]:
    """Words by the preposition before them; "of" goes on with what is before it."""
    found: dict[str, list[Token]] = {"": []}
    current, before = "", ""
    for token in row:
        if token.low == "by" and is_participle(before):
            current = "made by"
        elif token.low in _PREPOSITIONS:
            current = token.low
        elif token.low in _DETERMINERS and before not in _GOES_ON:
            current = ""
        elif token.kind == "mark":
            current = "," if current else ""
        if must_be_carried(token) or token.low in _PEOPLE:
            found.setdefault(current, []).append(token)
        before = token.low
    return {name: tuple(words) for name, words in found.items()}


def _last_phrase(row: Sequence[Token]) -> Sequence[Token]:
    """What stands after the last comma before a verb, if it can be a subject."""
    for at in range(len(row) - 2, -1, -1):
        if row[at].low == ",":
            after = row[at + 1 :]
            told = any(must_be_carried(t) or t.low in _PEOPLE for t in after) and after[0].low not in (
                "and",
                "or",
            )
            return after if told else row
    return row


def _for_to(clause: Clause) -> tuple[Token, ...]:
    """The doer in "it is for the owner to decide"."""
    return ()


def swapped(part: Part, unit: Unit) -> str:
    """Why who does what in a part is not as in its quote; empty when it is, or cannot be told."""
    if unit.is_record:
        return ""
    for clause in part.clauses:
        ours, verb = roles(clause), verb_of(clause)
        if ours is None or verb is None:
            continue
        doing: tuple[Token, ...] = (verb,)
        if verb.root in _received():
            ours = _converse(ours)
            doing = (verb, *ours.done_to, *ours.to)
        others = [
            (r, c) for c in unit.clauses if (v := verb_of(c)) and _any(doing, v) and (r := _given(c, v))
        ]
        if not others:
            crossed = _both_ways(ours, clause, unit)
            if crossed or (crossed := _other_subject(ours, clause, unit)):
                return crossed
        if not others:
            continue
        theirs, match = max(others, key=lambda other: overlap(clause, other[1]))
        fault = _fault(ours, theirs, match, unit.row)
        if fault:
            return f"{fault} in “{match.said}”"
    return _done_by_another(part, unit) or _is_the_other(part, unit)


def _done_by_another(part: Part, unit: Unit) -> str:
    """Whether somebody does what the quote says is done "by" another: "specified by the Regulator"."""
    for clause in part.clauses:
        ours, verb = roles(clause), verb_of(clause)
        if ours is None or verb is None or (clause.verb and clause.verb.passive):
            continue
        doers = [t for t in ours.doer if t.low not in _PEOPLE]
        for at, token in enumerate(unit.row):
            if not verb.stands_for(token) or low_at(unit.row, at + 1) != "by" or not is_participle(token.low):
                continue
            by = _groups(unit.row[at + 2 : at + 8])[""]
            if doers and by and not any(_in(t, by) for t in doers) and any(_same(t, unit.row) for t in doers):
                return f"it is not “{doers[-1].said}” that does it in “{token.said} by {by[0].said}”"
    return ""


def _is_the_other(part: Part, unit: Unit) -> str:
    """Whether "A is a B" is said where the quote has "B is an A"."""
    for ours, what in _equations(part.clauses):
        for theirs, whats in _equations(unit.clauses):
            if any(t.root in _charged() for t in (*what, *whats)) or _defines(unit):
                continue
            if _same(what[-1], theirs) and any(_same(t, whats) for t in ours) and not _same(what[-1], whats):
                return f"“{what[-1].said}” is what the quote speaks of, not what it says of it"
    return ""


@cache
def _charged() -> frozenset[str]:
    """Roots of words that say that somebody has to do something: "is the job of"."""
    words = (
        "responsible accountable answerable liable responsibility accountability job task duty role charge"
    )
    return frozenset(map(root, words.split()))


def _defines(unit: Unit) -> bool:
    """Whether a quote says what a word means, which can be told from either side."""
    lows = [t.low for t in unit.row]
    return any(
        a in ("is", "are", "means") and b in ("any", "each", "every") for a, b in itertools.pairwise(lows)
    )


def _equations(clauses: Sequence[Clause]) -> list[tuple[list[Token], list[Token]]]:
    """What "is" what: the words on both sides of a "be" without another verb."""
    found = []
    for at, clause in enumerate(clauses):
        if (
            clause.verb is None
            or clause.verb.main >= 0
            or clause.row[clause.verb.begin].low not in ("is", "are")
        ):
            continue
        before = [t for t in (*clause.row[: clause.verb.begin], *clause.inherited) if must_be_carried(t)]
        if not before and at:
            before = [t for t in clauses[at - 1].row if must_be_carried(t)]
        after = [t for t in clause.row[clause.verb.end :] if must_be_carried(t)]
        if before and after:
            found.append((before, after))
    return found


def _given(clause: Clause, verb: Token) -> Roles | None:
    """The roles of a clause, "receives from" told as "gives to"."""
    found = roles(clause)
    return _converse(found) if found and verb.root in _received() else found


def _converse(found: Roles) -> Roles:
    return Roles(found.source, found.done_to, found.doer, ())


@cache
def _received() -> frozenset[str]:
    return frozenset(map(root, ("receive", "get", "obtain", "hear", "learn")))


def _both_ways(ours: Roles, clause: Clause, unit: Unit) -> str:
    """Under another verb: whether the doer and the done-to have changed places."""
    match = best_match(clause, unit.clauses)
    theirs = roles(match) if match else None
    if theirs is None or match is None:
        return ""
    doer = next(
        (
            t
            for t in ours.doer
            if not t.low.endswith("ed") and _in(t, (*theirs.done_to, *theirs.to)) and not _in(t, theirs.doer)
        ),
        None,
    )
    done = next(
        (
            t
            for t in (*ours.done_to, *ours.to)
            if _in(t, theirs.doer) and not _in(t, (*theirs.done_to, *theirs.to))
        ),
        None,
    )
    if doer and done:
        return f"“{doer.said}” and “{done.said}” have changed places in “{match.said}”"
    return ""


def _other_subject(ours: Roles, clause: Clause, unit: Unit) -> str:
    """Under a verb that is not the quote's: whether what is said is there said of another."""
    subject = [
        t
        for t in (ours.done_to if clause.verb and clause.verb.passive else ours.doer)
        if t.low not in _PEOPLE
    ]
    said = [t for t in clause.row if must_be_carried(t) and t not in subject]
    if not subject or len(said) < 2 or clause.verb is None:
        return ""
    scored = [(sum(any(stands_in(t, c.row)) for t in said), c) for c in unit.clauses if c.kind == "main"]
    most = max((score for score, _ in scored), default=0)
    homes = [c for score, c in scored if score == most]
    if most < 2 or any(
        any(stands_in(t, (*c.row, *c.inherited))) or _pronoun(c) for c in homes for t in subject[-1:]
    ):
        return ""
    if any(any(stands_in(t, c.row)) for c in unit.clauses for t in subject[-1:]):
        return f"the quote says it of another than “{subject[-1].said}” in “{homes[0].said}”"
    return ""


def _pronoun(clause: Clause) -> bool:
    """Whether a clause speaks of something named before it, or of nothing that is named."""
    before = clause.row[: clause.verb.begin] if clause.verb else ()
    return not any(must_be_carried(t) for t in (*before, *clause.inherited)) or any(
        t.low in _PEOPLE for t in before
    )


def _any(doing: Sequence[Token], verb: Token) -> bool:
    return any(token.stands_for(verb) for token in doing)


def _fault(ours: Roles, theirs: Roles, match: Clause, whole: Sequence[Token]) -> str:
    if not ours.done_to and not ours.to and ours.doer and all(_in(t, theirs.done_to) for t in ours.doer):
        return ""
    for token in (t for t in ours.doer[-1:] if t.low not in _PEOPLE):
        if _same(token, (*theirs.done_to, *theirs.to, *theirs.source)) and not _in(token, theirs.doer):
            return f"it is not “{token.said}” that does it"
    for token in (t for t in (*ours.done_to, *ours.to) if t.low not in _PEOPLE and not is_adverb(t.low)):
        if _same(token, theirs.doer[-1:]) and not _in(token, (*theirs.done_to, *theirs.to)):
            return f"“{token.said}” is the one that does it"
    if match.level == "told" or (
        match.verb and is_gerund(match.row[match.verb.begin].low) and not match.inherited
    ):
        return ""
    strangers = [
        t
        for t in ours.doer
        if t.said[:1].isupper() and t.low not in _PEOPLE and theirs.doer and not _same(t, theirs.doer)
    ]
    if (
        strangers
        and not any(t.low in _PEOPLE for t in theirs.doer)
        and all(_same(t, whole) for t in strangers)
    ):
        return f"it is not “{strangers[0].said}” that does it"
    doers = [t for t in ours.doer if t.low not in _PEOPLE and not t.low.endswith("ing")]
    if (
        doers
        and not any(t.low in _PEOPLE for t in theirs.doer)
        and not any(_in(t, theirs.doer or match.row) for t in doers)
        and (any(_in(t, whole) for t in doers) or not theirs.doer)
    ):
        return f"it is not “{doers[-1].said}” that does it"
    return ""


def _same(token: Token, row: Sequence[Token]) -> bool:
    return any(t.root == token.root for t in row)


def _in(token: Token, row: Sequence[Token]) -> bool:
    return any(stands_in(token, row))
