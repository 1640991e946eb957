"""The AI Act: the decision table, tested in its order, with dates, exceptions and what is to be confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from assistant.assessing.interview import UNSURE, Answers
from assistant.assessing.results import Fired, SchemeResult, Undecided
from assistant.assessing.rules import Facts, Truth, Verdicts, asking, because, facts, firing, near, verdicts
from assistant.assessing.would_change import would_change
from knowledge.clock import today
from knowledge.tiers import Rule, RuleScheme, eu_ai_act

SCHEME = "eu_ai_act"
TRANSPARENCY, FRIA, SCOPE = "E5", "FRIA", "E0"
_SINCE = "on_market_or_in_service_since"


def tested(answers: Answers) -> Verdicts:
    """What became of every rule."""
    return verdicts(eu_ai_act(), facts(answers))


def tier(answers: Answers) -> str:
    """The tier proposed; while it rests on an open answer, its name says so."""
    return _named(tested(answers))


def _named(found: Verdicts) -> str:
    return f"undetermined_treat_as_{found.proposed}" if found.undetermined else found.proposed


def _title(found: Verdicts) -> str:
    label = next(one.label for one in eu_ai_act().tiers if one.id == found.proposed)
    return f"undetermined, treated as {label} until answered" if found.undetermined else label


def owed(found: Verdicts, rule: str) -> Truth:
    """Whether a duty on top of the tier is owed."""
    known = found.rules[rule]
    needs = next(one.needs for one in eu_ai_act().rules if one.id == rule)
    if not needs or known is Truth.NO:
        return known
    rank = eu_ai_act().rank
    if rank(found.proposed) < rank(needs):
        return Truth.NO
    return known if rank(found.at_least) >= rank(needs) else Truth.OPEN


def result(answers: Answers) -> SchemeResult:
    """What the scheme proposes."""
    act, known, found = eu_ai_act(), facts(answers), tested(answers)
    asked = [question.id for question in act.questions if question.type not in ("text", "date")]
    return SchemeResult(
        scheme=SCHEME,
        name=act.name,
        version=act.version,
        tier=_named(found),
        title=_title(found),
        at_least=found.at_least,
        settled=found.at_least == found.proposed,
        duties=tuple(rule.then for rule in act.rules if rule.on_top and owed(found, rule.id) is Truth.YES),
        rules_fired=tuple(_fired(act, known, found, answers)),
        unknown=tuple(_undecided(act, known, found)),
        nearly=tuple(one for rule in act.rules if (one := near(rule, known))) if _in_scope(found) else (),
        open_questions=_open(act, known, found, answers),
        would_change=would_change(asked, answers, tier),
        warnings=tuple(_warnings(act, found, answers)),
    )


def _in_scope(found: Verdicts) -> bool:
    return found.rules[SCOPE] is not Truth.YES


def _fired(act: RuleScheme, known: Facts, found: Verdicts, answers: Answers) -> Iterator[Fired]:
    others = any(rule.condition and found.rules[rule.id] is not Truth.NO for rule in act.rules[1:])
    for rule in act.rules:
        holds = owed(found, rule.id) if rule.on_top else found.rules[rule.id]
        if holds is not Truth.YES or (rule.otherwise and (others or not _in_scope(found))):
            continue
        yield _as_fired(act, rule, known, answers)


def _as_fired(act: RuleScheme, rule: Rule, known: Facts, answers: Answers) -> Fired:
    role = answers.get("role", (UNSURE,))[0]
    reasons = []
    for part in because(rule.condition, known) if rule.condition else ():
        by = part.owed_by or rule.owed_by
        foreign = by and role not in (UNSURE, by)
        check = f"; a duty of the {by}" + (", to check with them" if foreign else "") if by else ""
        reasons.append(f"{part.says}{check}")
    return Fired(
        rule=rule.id,
        says=rule.says,
        then=rule.then,
        answers=firing(rule.condition, known, answers) if rule.condition else {},
        because=tuple(reasons),
        cite=rule.cite,
        applies_from=rule.applies_from,
        status=act.confirm if rule.confirm else "",
        exceptions=rule.exceptions,
        notes=rule.notes,
    )


def _undecided(act: RuleScheme, known: Facts, found: Verdicts) -> Iterator[Undecided]:
    for rule in act.rules:
        holds = owed(found, rule.id) if rule.on_top else found.rules[rule.id]
        if holds is Truth.OPEN and rule.condition:
            names = asking(rule.condition, known)
            yield Undecided(rule=rule.id, says=rule.says, then=rule.then, questions=names)


def _open(act: RuleScheme, known: Facts, found: Verdicts, answers: Answers) -> tuple[str, ...]:
    """The open questions on which a rule hangs, and the role, on which duties hang."""
    names = {name for one in _undecided(act, known, found) for name in one.questions}
    names |= {"role"} if answers.get("role", (UNSURE,)) == (UNSURE,) and _in_scope(found) else set()
    return tuple(question.id for question in act.questions if question.id in names)


def _warnings(act: RuleScheme, found: Verdicts, answers: Answers) -> Iterator[str]:
    yield from act.warnings
    for rule in act.rules:
        holds = owed(found, rule.id) if rule.on_top else found.rules[rule.id]
        if rule.applies_from and holds is not Truth.NO:
            when = "applies since" if rule.applies_from <= today() else "applies from"
            confirm = f" ({act.confirm})" if rule.confirm else ""
            yield f"{', '.join(rule.cite)}: {when} {_spoken(rule.applies_from)}{confirm}."
    since = answers.get(_SINCE)
    high = next(rule.applies_from for rule in act.rules if rule.id == "E3")
    if (
        since
        and high
        and date.fromisoformat(since[0]) < high
        and act.rank(found.proposed) == act.rank("high")
    ):
        yield act.legacy


def _spoken(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
