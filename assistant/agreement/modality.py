"""Duty and negation: what must, may, should or must not be done stays so, clause by clause."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from assistant.agreement.clauses import Clause
from assistant.agreement.forms import is_gerund
from assistant.agreement.meanings import contrary
from assistant.agreement.parts import Part, Unit, stands_in
from assistant.agreement.verbs import Level
from assistant.agreement.words import Token, low_at

_SAID_AS: dict[str, frozenset[str]] = {
    "stated": frozenset({"stated", "will", "must", "told"}),
    "will": frozenset({"will", "stated"}),
    "must": frozenset({"must", "stated", "told"}),
    "should": frozenset({"should", "told"}),
    "may": frozenset({"may"}),
    "need not": frozenset({"need not"}),
    "told": frozenset({"told", "should", "must"}),
}
"""What a claim's word of duty may stand for in the quote: a rule is often said in the present tense."""
_TOLD = {
    "stated": "a fact",
    "will": "something that is going to be",
    "must": "an obligation",
    "should": "a recommendation",
    "may": "a permission",
    "need not": "something that is not required",
    "told": "an instruction",
}
_ENABLES = frozenset("possible lets allows enables choice voluntary voluntarily optional discretion".split())
_ENTITLED = frozenset("right entitled".split())
"""What says of one that another must do it."""
_THAN = frozenset("less more fewer later earlier longer sooner".split())
_OBLIGES = frozenset("obligation obliged compulsory mandatory obligatory duty".split())
_TURNING = frozenset(
    "not no never none nobody nothing nowhere neither nor without cannot unless except only solely "
    "other avoid avoiding avoids prohibited"
    "forbidden banned free lack lacks fail fails failure prevent prevents refuse refuses than "
    "difficult hardly little few rarely".split()
)
"""Words one of which a quote must have before a claim may negate at all."""
_NOT = frozenset("not no never none nobody nothing nowhere neither nor without cannot unless except".split())
_DENYING = frozenset(
    "avoid avoids avoiding prohibited forbidden banned lack lacks fail fails failure omission prevent "
    "prevents refuse refuses beyond "
    "non exempt longer rather".split()
)
"""Words of which each denies something."""
_MOST_WORDS = 0.5
"""Share of a clause's words that another has when they are surely a pair."""
_NEARLY_ALL = 0.8
_MATCHED = 1.4
"""Overlap from which a clause that hangs on another is held to one of the quote."""


def overlap(clause: Clause, other: Clause) -> float:
    """How much two clauses speak of the same: words in common; a common verb, date or figure more."""
    ours = {t.root or t.low: t for t in clause.words}.values()
    shared = sum(1.0 for t in ours if any(stands_in(t, other.row)))
    shared += 0.25 * sum(any(stands_in(t, other.inherited)) for t in ours)
    verb, theirs = verb_of(clause), verb_of(other)
    if verb and theirs and verb.stands_for(theirs):
        shared += 5.0 if verb.root == theirs.root else 1.5
    return shared + (0.3 if clause.kind == other.kind else 0.0)


def verb_of(clause: Clause) -> Token | None:
    """The verb of a clause, when it says something."""
    if clause.verb is None or clause.verb.main < 0:
        return None
    verb = clause.row[clause.verb.main]
    return verb if verb.root else None


def best_match(clause: Clause, candidates: Sequence[Clause], least: float = 0.8) -> Clause | None:
    """The clause that speaks most of the same; None when none does."""
    scored = [(overlap(clause, other) - 0.01 * at, other) for at, other in enumerate(candidates)]
    score, best = max(scored, key=lambda s: s[0], default=(0.0, None))
    return best if score >= least else None


def other_duty(part: Part, unit: Unit) -> str:
    """Why the duty or negation of a part is not that of its quote; empty when it is."""
    if unit.is_record:
        return _of_record(part, unit)
    alone = next((c for c in part.clauses if _negated(c)), None)
    if alone and not _denies_at_all(unit, part):
        return f"the wording negates where the quote does not: “{alone.said}”"
    spared = next((c for c in part.clauses if c.level == "need not"), None)
    if (
        spared
        and not _denies_at_all(unit, part)
        and all(c.level not in ("may", "need not") for c in unit.clauses)
    ):
        return f"the wording negates where the quote does not: “{spared.said}”"
    told = [c for c in unit.clauses if c.verb is not None or _negated(c)]
    for clause in part.clauses:
        hangs = clause.kind != "main"
        if clause.verb is None and (
            hangs or sum(t.speaks for t in clause.row) < 2 or _is_subject(clause, part)
        ):
            continue
        match = best_match(clause, told, _MATCHED if hangs else 0.8)
        plain = clause.level in ("stated", "told", "will") and not _negated(clause)
        ruled = clause.level in ("must", "should", "may") and clause.kind == "main"
        if match and ruled and match.kind == "if" and _same_words(clause, match) and not _conditional(part):
            return f"the wording makes a rule of what is a condition in the quote: “{match.said}”"
        if match is None:
            if _denies_what_is(clause, unit):
                return f"the wording negates where the quote does not: “{clause.said}”"
            duty = clause.level == "must" and is_gerund(unit.row[0].low if unit.row else "")
            if plain or hangs or duty or _elsewhere(clause, part, unit):
                continue
            return f"the quote has nothing to which “{clause.said}” could be held"
        if hangs and _denies_what_is(clause, unit):
            return f"the wording negates where the quote does not: “{clause.said}”"
        if (
            hangs
            and match.kind == "main"
            and not _negated(clause)
            and not _same_verb(clause, match)
            and not _turned(clause, match)
        ):
            continue
        reason = _fault(clause, match, hangs)
        if reason and not _only_with(clause, match, part, unit) and not _doubtful(clause, match, part, unit):
            return reason
    return ""


def _denies_at_all(unit: Unit, part: Part) -> bool:
    """Whether a quote has any word that denies, and that the part does not have as well ("unplanned")."""
    own = {t.root for t in part.row}
    return any(
        t.low in _TURNING or t.low in _DENYING or (bool(t.negative) and t.root not in own) for t in unit.row
    )


def _doubtful(clause: Clause, match: Clause, part: Part, unit: Unit) -> bool:
    """Whether two clauses may be no pair, and the quote has the duty and the negation in another clause."""
    if _negated(clause) ^ _negated(match) ^ _turned(clause, match):
        if not _turned(clause, match) and any(
            contrary(t.root, o.root) for t in clause.words for o in match.words
        ):
            return True
        if _negated(clause) and any(t.low == "neither" for t in unit.row):
            return True
        ours, theirs = _denials(part.row, unit.row), _denials(unit.row, part.row)
        if _pair(clause, match):
            return ours == theirs > 0
        one, others = (clause, unit.clauses) if _negated(clause) else (match, part.clauses)
        return bool(ours) and bool(theirs) and any(_denies_of(c, one) for c in others)
    return not _pair(clause, match) and _elsewhere(clause, part, unit)


def _conditional(part: Part) -> bool:
    return any(c.kind not in ("main", "why") for c in part.clauses)


def _denies_of(clause: Clause, other: Clause) -> bool:
    """Whether a clause denies something, and speaks of what another one speaks of."""
    denies = any(t.low in _NOT or t.low in _DENYING or t.negative for t in clause.row)
    return denies and any(any(stands_in(t, other.row)) for t in clause.words if t.speaks)


def _same_words(clause: Clause, match: Clause) -> bool:
    """Whether nearly all words of a clause stand in another."""
    words = [t for t in clause.words if t.speaks]
    return sum(any(stands_in(t, match.row)) for t in words) >= _NEARLY_ALL * len(words) > 0


def _pair(clause: Clause, match: Clause) -> bool:
    """Whether two clauses surely say the same thing: the same verb, and most of the words."""
    words = [t for t in clause.words if t.speaks]
    kept = sum(any(stands_in(t, (*match.row, *match.inherited))) for t in words)
    return _same_verb(clause, match) and kept >= _MOST_WORDS * len(words)


def _elsewhere(clause: Clause, part: Part, unit: Unit) -> bool:
    """Whether any clause of the quote is as binding as this one, and it denies as much as the quote does."""
    levels = {_level(c) for c in unit.clauses if c.verb is not None}
    bare = _level(clause) in ("stated", "told", "will")
    fits = levels & (_SAID_AS[_level(clause)] if bare else _SAID_AS[_level(clause)] - {"stated"})
    return bool(fits) and bool(_denials(part.row, unit.row)) == bool(_denials(unit.row, part.row))


def _denials(row: Sequence[Token], other: Sequence[Token]) -> int:
    """How many words of a row deny, without those that the other row has too ("unsupported")."""
    return sum(
        (t.low in _NOT and not _bounds(row, at))
        or ((t.low in _DENYING or bool(t.negative)) and all(t.root != o.root for o in other))
        for at, t in enumerate(row)
    )


def _of_record(part: Part, unit: Unit) -> str:
    """The same for the row of a table, which has no verbs: only "approved" and its like permit."""
    for clause in part.clauses:
        verb = verb_of(clause)
        if clause.verb is None:
            continue
        if _level(clause) not in ("stated", "may") or (_level(clause) == "may" and not _approved(unit)):
            return f"the wording makes {_TOLD[_level(clause)]} of what is only entered in a table"
        places = [at for at, t in enumerate(unit.row) if verb and verb.stands_for(t)]
        denied = [
            at for at in places if any(t.low in ("not", "no", "none") for t in unit.row[max(at - 2, 0) : at])
        ]
        if places and clause.verb.negated != bool(denied):
            return f"the quote does not say “{clause.said}”, but the contrary"
        if not places and clause.verb.negated and not any(t.low in ("not", "no", "none") for t in unit.row):
            return f"the wording negates where the quote does not: “{clause.said}”"
    return ""


def _approved(unit: Unit) -> bool:
    return any(
        t.low in ("approved", "allowed", "permitted", "released", "trial")
        and (at == 0 or unit.row[at - 1].low != "not")
        for at, t in enumerate(unit.row)
    )


def _fault(clause: Clause, match: Clause, hangs: bool) -> str:
    if _negated(clause) ^ _negated(match) ^ _turned(clause, match):
        has, lacks = ("wording", "quote") if _negated(clause) else ("quote", "wording")
        return f"the {has} negates where the {lacks} does not: “{clause.said}” beside “{match.said}”"
    if _level(clause) == "may" and _level(match) == "must" and any(t.low in _ENTITLED for t in clause.row):
        return ""
    if clause.level == "told" and match.level == "may" and any(t.low == "you" for t in match.row):
        return ""
    if _level(match) not in _SAID_AS[_level(clause)] and not (hangs and clause.level == "stated"):
        if clause.verb is None:
            return ""
        made, was = _TOLD[_level(clause)], _TOLD[_level(match)]
        return f"the wording makes {made} of what is {was} in the quote: “{match.said}”"
    return ""


def _level(clause: Clause) -> Level:
    """How binding a clause is, where "makes it possible", "lets" and "allows" say a "may" too."""
    if clause.level == "stated" and any(t.low in _OBLIGES for t in clause.row):
        return "must"
    if clause.level == "stated" and clause.kind == "main" and _authority(clause):
        return "may"
    if clause.level == "stated" and any(t.low in ("potential", "could", "capable") for t in clause.row):
        return "may"
    if clause.level == "stated" and clause.kind == "main" and any(t.low in _ENABLES for t in clause.row):
        return "may"
    return clause.level


def _authority(clause: Clause) -> bool:
    lows = [t.low for t in clause.row]
    return any(a in ("authority", "power", "right") and b == "to" for a, b in itertools.pairwise(lows))


def _is_subject(clause: Clause, part: Part) -> bool:
    return any(c.inherited is clause.row for c in part.clauses)


def _denies_what_is(clause: Clause, unit: Unit) -> bool:
    """Whether a clause denies by its verb what the quote has without a verb: "not decommissioned"."""
    verb = verb_of(clause)
    return bool(
        verb and _negated(clause) and any(stands_in(verb, unit.row)) and not any(map(_negated, unit.clauses))
    )


def _same_verb(clause: Clause, match: Clause) -> bool:
    verb, theirs = verb_of(clause), verb_of(match)
    return bool(verb and theirs and verb.stands_for(theirs))


def _turned(clause: Clause, match: Clause) -> bool:
    """Whether one says with "un-" what the other says without: "unclear" beside "clear"."""
    turned = False
    for row, other in ((clause.row, match.row), (match.row, clause.row)):
        for token in row:
            if token.negative and any(t.root == token.negative for t in other):
                turned ^= not any(t.root == token.root for t in other) and not any(
                    t.root == token.negative for t in row
                )
    return turned


def _only_with(clause: Clause, match: Clause, part: Part, unit: Unit) -> bool:
    """Whether "may … only with" stands for "must not … without", or the other way round."""
    for one, other, row, rest in ((clause, match, part.row, unit.row), (match, clause, unit.row, part.row)):
        lows, others = [t.low for t in row], [t.low for t in rest]
        if one.level in ("may", "stated") and not _negated(one) and "only" in lows and _negated(other):
            return any(word in others for word in ("without", "unless", "until", "except", "before"))
        if (
            (
                one.level in ("must", "stated")
                and not _negated(one)
                and _negated(other)
                and other.level == "must"
            )
            and "without" in others
            and any(word in lows for word in ("before", "first", "until", "prior"))
        ):
            return True
        if _negated(one) and "no" in lows and not _negated(other) and "without" in others:
            denied = {
                rest_.root
                for at, rest_ in enumerate(rest)
                if rest_.root and "without" in others[max(at - 3, 0) : at]
            }
            return any(t.root in denied for at, t in enumerate(row) if "no" in lows[max(at - 3, 0) : at])
    return False


def _negated(clause: Clause) -> bool:
    if clause.verb is not None:
        return clause.verb.negated
    return any(
        t.low in ("not", "never", "no", "none", "nobody", "nothing") and not _bounds(clause.row, at)
        for at, t in enumerate(clause.row)
    )


def _bounds(row: Sequence[Token], at: int) -> bool:
    """Whether a "no" or "not" begins a bound: "no less than"."""
    return low_at(row, at) in ("no", "not") and low_at(row, at + 1) in _THAN
