"""The organisation's own tier: how much work a system is worth, from the other schemes and own questions."""

from __future__ import annotations

from assistant.assessing import canada_aia, eu_ai_act
from assistant.assessing.interview import Answers
from assistant.assessing.results import Fired, SchemeResult, Undecided
from assistant.assessing.rules import (
    Facts,
    Truth,
    Verdicts,
    asking,
    because,
    between,
    facts,
    firing,
    near,
    one_of,
    verdicts,
)
from assistant.assessing.would_change import would_change
from knowledge.tiers import eu_ai_act as act
from knowledge.tiers import internal

SCHEME = "internal"
_RESULTS = {"eu_tier": eu_ai_act.SCHEME, "eu_transparency": eu_ai_act.SCHEME, "aia_level": canada_aia.SCHEME}


def _known(answers: Answers) -> Facts:
    """The answers, and what the other schemes leave possible."""
    found = eu_ai_act.tested(answers)
    return {
        **facts(answers),
        "eu_tier": one_of(between(act(), found.at_least, found.proposed)),
        "eu_transparency": one_of(_transparency(found)),
        "aia_level": one_of(canada_aia.levels(answers)),
    }


def _transparency(found: Verdicts) -> tuple[str, ...]:
    duty, scope = (eu_ai_act.owed(found, eu_ai_act.TRANSPARENCY), found.rules[eu_ai_act.SCOPE])
    if duty is Truth.NO:
        return ("no",)
    return ("yes",) if duty is Truth.YES and scope is Truth.NO else ("yes", "no")


def tier(answers: Answers) -> str:
    """The tier proposed."""
    return verdicts(internal(), _known(answers)).proposed


def result(answers: Answers) -> SchemeResult:
    """What the scheme proposes."""
    scheme, known = internal(), _known(answers)
    found = verdicts(scheme, known)
    held = next(one for one in scheme.tiers if one.id == found.proposed)
    return SchemeResult(
        scheme=SCHEME,
        name=scheme.name,
        version=scheme.version,
        tier=held.id,
        title=f"{held.label}, until what is open is answered" if found.undetermined else held.label,
        at_least=found.at_least,
        settled=found.at_least == found.proposed,
        approver=held.approver,
        rules_fired=_fired(known, found, answers),
        unknown=_undecided(known, found),
        nearly=tuple(one for rule in scheme.rules if (one := near(rule, known))),
        open_questions=_open(known, found, answers),
        would_change=would_change(_asked(answers), answers, tier),
        warnings=scheme.warnings,
    )


def _asked(answers: Answers) -> tuple[str, ...]:
    own = [question.id for question in internal().questions]
    law = [question.id for question in act().questions if question.type not in ("text", "date")]
    return (*own, *law, *canada_aia.asked(answers))


def _fired(known: Facts, found: Verdicts, answers: Answers) -> tuple[Fired, ...]:
    others = any(rule.condition and found.rules[rule.id] is not Truth.NO for rule in internal().rules)
    told = {**answers, **{name: tuple(sorted(known[name].chosen)) for name in _RESULTS}}
    return tuple(
        Fired(
            rule=rule.id,
            says=rule.says,
            then=rule.then,
            answers=firing(rule.condition, known, told) if rule.condition else {},
            because=tuple(one.says for one in because(rule.condition, known)) if rule.condition else (),
        )
        for rule in internal().rules
        if found.rules[rule.id] is Truth.YES and not (rule.otherwise and others)
    )


def _undecided(known: Facts, found: Verdicts) -> tuple[Undecided, ...]:
    return tuple(
        Undecided(rule=rule.id, says=rule.says, then=rule.then, questions=asking(rule.condition, known))
        for rule in internal().rules
        if rule.condition and found.rules[rule.id] is Truth.OPEN
    )


def _open(known: Facts, found: Verdicts, answers: Answers) -> tuple[str, ...]:
    """Open questions of its own; those of the schemes that it rests on stand with them."""
    names = {name for one in _undecided(known, found) for name in one.questions}
    return tuple(question.id for question in internal().questions if question.id in names)
