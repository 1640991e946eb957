"""Conditions, exceptions and limits: none of the quote's is left out, none is put in."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.agreement.clauses import Clause
from assistant.agreement.figures import of_row, same
from assistant.agreement.lexicon import classes
from assistant.agreement.meanings import akin
from assistant.agreement.modality import best_match, verb_of
from assistant.agreement.parts import Part, Unit, must_be_carried, stands_in
from assistant.agreement.words import Token, low_at

_LIMITS = frozenset({"if", "unless", "before", "after", "until", "once", "which"})
_ENOUGH = 0.5
"""Share of a condition's words that a wording must have to keep it."""
_FEWER = 0.3
"""The same share where the wording has a condition of its own."""
_LIMITING = frozenset(
    "with without for in under of by from on involving concerning regarding using affecting within".split()
)
"""What begins a phrase that narrows the noun before it."""
LOOSE = frozenset(
    "relevant appropriate applicable respective various different proper adequate suitable possible "
    "single one successful".split()
)
"""Words before a noun that narrow it little."""
_CONTRARY = frozenset(
    pair
    for one, other in (
        ("before", "after"),
        ("before", "once"),
        ("before", "if"),
        ("while", "once"),
        ("if", "unless"),
        ("until", "after"),
        ("until", "once"),
        ("before", "while"),
        ("after", "while"),
    )
    for pair in ((one, other), (other, one))
) | {("after", "if")}
"""Kinds of condition, of a claim and of a quote, that do not say the same."""
_DENIES = frozenset("not no never nobody none nothing without neither nor unless except lack lacks".split())
_WISHED = frozenset(
    "possible feasible necessary appropriate applicable practicable needed relevant required "
    "reasonable".split()
)
"""What makes a rule out of "where possible"."""


def dropped(part: Part, unit: Unit, place: Sequence[Token], said: Sequence[Token]) -> str:
    """The condition or limit of the quote that a part leaves out, in words; empty when there is none.

    `said` is the whole claim: what one part leaves out another may say.
    """
    main = next((c for c in part.clauses if c.kind == "main" and c.verb), part.clauses[0])
    mains = [c for c in unit.clauses if c.kind == "main"]
    told = [c for c in mains if c.verb and not any(t.low == "responsible" for t in c.row)]
    match = best_match(main, told or mains)
    if match is None:
        return ""
    for clause in _hanging(match, unit):
        if not _kept(clause, match, part, said):
            return f"the wording leaves out “{clause.said}”"
    lost = _lost_limit(match, said, place) or _lost_of_all(part, unit, said)
    return f"the wording leaves out “{lost}”" if lost else ""


def out_of_order(part: Part, unit: Unit) -> str:
    """Why what comes first in a part comes second in its quote; empty when it does not."""
    main = next((c for c in part.clauses if c.kind == "main" and c.verb), None)
    for clause in part.clauses:
        if clause.kind not in ("before", "after", "once") or main is None:
            continue
        ours, theirs = best_match(clause, unit.clauses), best_match(main, unit.clauses)
        if ours and theirs and ours.kind == "main" and theirs.kind == clause.kind:
            return f"“{clause.said}” of the wording is the other way round in the quote"
    return ""


_TIMES = frozenset(
    "before prior until after following first advance subsequent subsequently then ahead when once previous "
    "previously earlier upon already since thereafter afterwards pending unless without in within by till "
    "next later where if whenever start beginning on".split()
)
"""Words one of which says when, in whatever way."""


def untimed(part: Part, unit: Unit) -> str:
    """A "before", "after" or "during" of a part where the quote says no time; empty when there is none."""
    lows = {t.low for t in unit.row}
    for clause in part.clauses:
        if clause.kind in ("before", "after", "until") and not lows & _TIMES:
            return f"“{clause.said}” of the wording is not in the quote"
        units = [t for t in clause.row if t.low.removesuffix("s") in classes()["units"]]
        if clause.kind == "while" and units and not any(any(stands_in(t, unit.row)) for t in units):
            return f"“{clause.said}” of the wording is not in the quote"
    return ""


def put_in(part: Part, unit: Unit) -> str:
    """A condition of a part that the quote does not have, or has the other way round; empty without one."""
    for clause in part.clauses:
        if clause.kind in ("main", "which", "why"):
            continue
        words = [t for t in clause.row if must_be_carried(t)]
        match = best_match(clause, unit.clauses) if words else None
        against = _only_contrary(clause, part, unit)
        if against:
            return f"“{clause.said}” of the wording is “{against.said}” in the quote"
        if match and {clause.kind, match.kind} == {"until", "after"} and _says_not_until(part, unit):
            continue
        done = match is not None and any(t.low in ("has", "have") for t in match.row)
        if any(t.low in ("otherwise", "save") for t in clause.row):
            continue
        if match and (clause.kind, match.kind) in _CONTRARY and not (done and match.kind == "if"):
            return f"“{clause.said}” of the wording is “{match.said}” in the quote"
        wished = any(t.low in _WISHED for t in clause.row)
        if not words and wished and not any(t.low in _WISHED for t in unit.row):
            return f"“{clause.said}” of the wording is not in the quote"
    return ""


_WHATEVER = frozenset("regardless irrespective whatever whichever whoever".split())


def of_no_matter(part: Part, unit: Unit) -> str:
    """A "whether or not" or "regardless" that only one side has; empty when there is none."""
    ours, theirs = _whatever(part.row), _whatever(unit.row)
    if ours and not theirs and not any(t.low in _GENERAL for t in unit.row):
        return f"“{ours}” of the wording is not in the quote"
    if theirs and not ours and not any(t.low in _GENERAL or t.low in _DENIES for t in part.row):
        at = next(n for n, t in enumerate(unit.row) if t.low in theirs.split() or t.said == theirs)
        after = [t for t in unit.row[at + 1 : at + 8] if must_be_carried(t)][:1]
        if any(t.stands_for(o) for t in after for o in part.row):
            return f"“{theirs}” of the quote is missing from the wording"
    return ""


_GENERAL = frozenset("any all every each anybody anyone even also always whether".split())


def _whatever(row: Sequence[Token]) -> str:
    """What says that something does not matter."""
    for at, token in enumerate(row):
        if token.low == "whether" and [t.low for t in row[at + 1 : at + 3]] == ["or", "not"]:
            return "whether or not"
        if token.low in ("regardless", "irrespective") or (token.low in _WHATEVER and at > 2):
            return token.said
    return ""


def _says_not_until(part: Part, unit: Unit) -> bool:
    """Whether one side says "not until", the other "only after" or "after"."""
    denied = [any(t.low in _DENIES for t in side.row) for side in (part, unit)]
    return denied[0] != denied[1]


def _only_contrary(clause: Clause, part: Part, unit: Unit) -> Clause | None:
    """The clause of the quote that is contrary to one of the claim, when it has none of the same kind.

    "A before B" for "B after A" is none: there the claim's main clause is the quote's condition.
    """
    kinds = {c.kind for c in unit.clauses}
    if clause.kind not in ("before", "after", "until", "once") or clause.kind in kinds:
        return None
    if _says_not_until(part, unit):
        return None
    against = next((c for c in unit.clauses if (clause.kind, c.kind) in _CONTRARY and c.kind != "if"), None)
    main = next((c for c in part.clauses if c.kind == "main" and c.verb), None)
    theirs = best_match(main, unit.clauses) if main else None
    return against if theirs is None or theirs is not against else None


def _kept(clause: Clause, match: Clause, part: Part, said: Sequence[Token]) -> bool:
    """Whether a wording has most of what a condition says beyond its main clause, and all its figures."""
    words = [t for t in clause.row if must_be_carried(t)]
    verb = verb_of(clause)
    if (
        clause.kind == "which"
        and verb
        and any(c.kind == "which" and (v := verb_of(c)) and v.stands_for(verb) for c in part.clauses)
    ):
        return True
    own = [t for t in words if not any(stands_in(t, match.row))] or words
    conditional = any(c.kind in ("if", "unless", "which", clause.kind) for c in part.clauses)
    kept = [t for t in own if (said_of(t, said) if conditional else any(stands_in(t, said)))]
    theirs = of_row(said)
    if not all(
        any(same(other, figure) for other in theirs) for figure in of_row(clause.row) if not figure.label
    ):
        return False
    if clause.verb and clause.verb.negated and not any(t.low in _DENIES or t.negative for t in said):
        return False
    if match.verb and match.verb.negated:
        conditional = False
    least = (
        _FEWER
        if (clause.kind == "which" and not (match.verb and match.verb.negated)) or conditional
        else _ENOUGH
    )
    if len(kept) == len(own) or (len(own) <= 1 and any(c.kind == clause.kind for c in part.clauses)):
        return True
    adverbs = [t for t in clause.row if t.low.endswith("ly") and must_be_carried(t)]
    if clause.kind != "which" and not all(said_of(t, said) for t in adverbs):
        return False
    told = verb is None or not must_be_carried(verb) or said_of(verb, said) or conditional
    return len(kept) >= least * len(own) and (told or len(kept) > _ENOUGH * len(own))


def said_of(token: Token, said: Sequence[Token]) -> bool:
    """Whether a wording has a word, or one near to it in meaning."""
    return any(stands_in(token, said)) or any(akin(t.root, token.root) for t in said if t.speaks)


def _hanging(match: Clause, unit: Unit) -> list[Clause]:
    """The conditions of a main clause: those beside it, and those at the end of its sentence."""
    found: list[Clause] = []
    for sentence in unit.sentences:
        clauses = sentence.clauses
        if match not in clauses:
            continue
        for at, clause in enumerate(clauses):
            if clause.kind not in _LIMITS or _joined_on(clauses, at) or clause.row[0].low == "whoever":
                continue
            owner = next((c for c in reversed(clauses[:at]) if c.kind == "main"), None)
            owner = owner or next((c for c in clauses[at:] if c.kind == "main" and c.verb), None)
            subject = owner is not None and owner.verb is None and owner.row == match.inherited
            resumed = clauses[at + 1] if at + 1 < len(clauses) and clauses[at + 1].verb is None else None
            if owner is match or subject or (resumed is match and clause.kind != "which"):
                found.append(clause)
    return found


def _joined_on(clauses: Sequence[Clause], at: int) -> bool:
    """Whether a condition is one more beside another: "once a year, and after an incident"."""
    before = clauses[at - 1].row if at else ()
    return bool(before) and before[-1].low in ("and", "or")


def _lost_limit(match: Clause, said: Sequence[Token], place: Sequence[Token]) -> str:
    """The phrase after a noun that a wording leaves out where this makes it say more.

    That is so after the subject, and after anything in a clause that negates.
    """
    if match.verb is None:
        return ""
    begin = match.verb.begin
    stretches = [match.row[:begin] or match.inherited]
    for at, token in enumerate(match.row):
        if token.low == "without":
            phrase = _phrase(match.row, at)
            if not any(any(stands_in(t, said)) or t.low == "delay" for t in phrase if must_be_carried(t)):
                return " ".join(t.said for t in phrase)
    if match.verb.negated:
        stretches.append(match.row[match.verb.end :])
    narrowed = _narrowed(stretches[0], said, place)
    if narrowed:
        return narrowed
    for row in stretches:
        for at, token in enumerate(row):
            if token.low not in _LIMITING or at == 0 or (token.low == "by" and row is not stretches[0]):
                continue
            if row is stretches[0] and not any(stands_in(row[at - 1], said)):
                continue
            phrase = _phrase(row, at)
            if token.low == "of" and row is not stretches[0]:
                continue
            if row is not stretches[0] and not _spoken_of(row, at, phrase, said):
                continue
            words = [t for t in phrase[1:] if must_be_carried(t) or (row is not stretches[0] and t.speaks)]
            if any(t.low in ("other", "this", "that", "these", "such") for t in phrase):
                continue
            if words and not any(said_of(t, said) or any(stands_in(t, place)) for t in words):
                return " ".join(t.said for t in phrase)
    return ""


def _spoken_of(row: Sequence[Token], at: int, phrase: Sequence[Token], said: Sequence[Token]) -> bool:
    """Whether a wording has anything of what stands beside a phrase, between commas."""
    begin = max((n + 1 for n in range(at) if row[n].low == ","), default=0)
    end = min((n for n in range(at, len(row)) if row[n].low == ","), default=len(row))
    rest = [t for t in row[begin:end] if t not in phrase and must_be_carried(t)]
    return not rest or any(any(stands_in(t, said)) for t in rest)


def _narrowed(row: Sequence[Token], said: Sequence[Token], place: Sequence[Token]) -> str:
    """The words before a subject's noun that a wording leaves out: "redesigned" of "redesigned services"."""
    for at, noun in enumerate(row):
        after = row[at + 1] if at + 1 < len(row) else None
        if (
            not must_be_carried(noun)
            or (after is not None and must_be_carried(after))
            or noun.said[:1].isupper()
        ):
            continue
        if not any(stands_in(noun, said)) or _definite(noun, said):
            continue
        before = at - 1
        while before >= 0 and (must_be_carried(row[before]) or row[before].low in ("and", "or")):
            before -= 1
        lost = [
            t
            for t in row[before + 1 : at]
            if must_be_carried(t) and t.low not in LOOSE and not said_of(t, (*said, *place))
        ]
        if len(lost) > 1 or (
            lost and len(lost) >= len([t for t in row[before + 1 : at] if must_be_carried(t)])
        ):
            return " ".join(t.said for t in row[before + 1 : at + 1])
    return ""


def _lost_of_all(part: Part, unit: Unit, said: Sequence[Token]) -> str:
    """What says which kind is meant, where a wording speaks of all: "any breach" for "a material breach"."""
    for noun in _nouns_of_all(part.row):
        for at, token in enumerate(unit.row):
            if token.root != noun.root:
                continue
            begin = at
            while begin > 0 and must_be_carried(unit.row[begin - 1]):
                begin -= 1
            if any(t.low not in LOOSE and not any(stands_in(t, said)) for t in unit.row[begin:at]):
                return " ".join(t.said for t in unit.row[begin : at + 1])
            phrase = _phrase(unit.row, at + 1) if low_at(unit.row, at + 1) in _LIMITING else []
            words = [t for t in phrase if must_be_carried(t)]
            if words and not any(any(stands_in(t, said)) for t in words):
                return " ".join(t.said for t in phrase)
    return ""


def _nouns_of_all(row: Sequence[Token]) -> list[Token]:
    """The nouns of which a row says "all", "any" or "every", before the verb too ("they should all")."""
    found = []
    for at, token in enumerate(row):
        if token.low not in ("all", "any", "every", "each"):
            continue
        if low_at(row, at - 1) in ("should", "must", "may", "can", "are", "shall"):
            found += [t for t in row[: at - 1] if must_be_carried(t)][-1:]
            continue
        end = at + 1
        while end < len(row) and must_be_carried(row[end]):
            end += 1
        found += row[end - 1 : end] if end > at + 1 else []
    return found


def _definite(noun: Token, said: Sequence[Token]) -> bool:
    """Whether a wording speaks of "the" or "such" a thing, which is known already."""
    for at, token in enumerate(said):
        if noun.stands_for(token):
            return any(
                t.low in ("the", "this", "these", "such", "that", "those") for t in said[max(at - 2, 0) : at]
            )
    return False


def _phrase(row: Sequence[Token], at: int) -> list[Token]:
    """A preposition and what follows, up to the next one or a mark."""
    found = [row[at]]
    for token in row[at + 1 :]:
        if token.kind == "mark" or token.low in _LIMITING - {"of"} or token.low in ("and", "or", "to"):
            break
        found.append(token)
    return found
