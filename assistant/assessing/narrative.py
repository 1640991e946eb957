"""Facts of the interview as answers to the narrative questions, where their author left them open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.assessing.interview import NARRATIVE, UNKNOWN, Answers, Interview
from assistant.assessing.results import Assessment, Fired, SchemeResult
from assistant.assessing.systems import System
from assistant.assessing.words import TITLES, deciding, first, question, ways
from assistant.drafting.intake import Given, intake
from knowledge.specifications import Specification
from knowledge.tiers import NONE

_NO_POINT = "no point of Annex III"
_WHOLE = frozenset("2678")
"""Points of Annex III that the specification names as a whole."""
_SENSITIVE = {
    "legal_position_or_life_opportunities": "effect on legal position or life opportunities",
    "physical_or_mental_harm": "risk of physical or mental harm",
    "human_rights": "threat to human rights",
    "children_or_dependants": "children or dependants",
    "workers": "workers",
    "biometric_data": "biometric data",
    "irreversible_effect": "effect that cannot be undone",
}
_AREAS = {
    "1": "biometrics",
    "2": "critical infrastructure",
    "3": "education and vocational training",
    "6": "law enforcement",
    "7": "migration, asylum, border",
    "8": "justice and democratic processes",
    "4a": "recruitment and selection",
    "4b": "terms of work, promotion, termination, task allocation, monitoring",
    "5a": "essential public benefits and services",
    "5b": "creditworthiness",
    "5c": "life and health insurance",
    "5d": "emergency calls and triage",
}


def answered(
    spec: Specification, held: Interview, results: Assessment, system: System | None = None
) -> dict[str, Given]:
    """The intake of the impact assessment: the author's answers, and facts where there are none.

    Raises NotPossible for a narrative answer that is no answer to its question.
    """
    told = dict(held.narrative)
    for name, value in _facts(held.answers, results, system):
        whole = f"{NARRATIVE}.{name}"
        if whole in spec.questions and whole not in told:
            told[whole] = value
    return intake(spec, told)


def _facts(answers: Answers, results: Assessment, system: System | None) -> Iterator[tuple[str, Any]]:
    yield from _of_register(system)
    for name, wanted in (("q20b", "eu_nexus"), ("q7b", "annex_i_product"), ("q12a", "personal_data")):
        yield from ((name, given) for given in answers.get(wanted, ()))
    yield from (("q3a", given.rstrip(".")) for given in answers.get("intended_purpose", ()))
    yield from (("q4b", given.splitlines()) for given in answers.get("affected_persons", ()))
    points = answers.get("annex_iii_points", (UNKNOWN,))
    if UNKNOWN not in points:
        yield "q7a", list(dict.fromkeys(_point(one) for one in points))
    practices = answers.get("prohibited_facts", (UNKNOWN,))
    if practices != (UNKNOWN,):
        yield "q7c", "no" if practices == (NONE,) else "yes"
    marks = [_SENSITIVE[one] for one in answers.get("sensitive_uses", ()) if one in _SENSITIVE]
    yield from [("q7e", marks)] if marks else []
    if answers.get("aboutAlgorithm8"):
        yield "q30", "yes" if answers["aboutAlgorithm8"] == ("item1",) else "no"
    if answers.get("impact30") == ("item1",):
        yield "q6a", "fully automated"
    if "item4" in (*answers.get("aboutSystem3", ()), *answers.get("aboutSystem4", ())):
        yield "q32", "yes"
    yield "q7d", [_row(one) for one in results.schemes]
    yield from _rights(results.scheme("eu_ai_act"))


def _of_register(system: System | None) -> Iterator[tuple[str, Any]]:
    if system is None:
        return
    facts = system.facts
    yield from (("q1a", facts.name), ("q1e", system.id), ("q1b", facts.owner), ("q1d", facts.supplier))
    yield "q55", facts.next_assessment.isoformat() if facts.next_assessment else None


def _point(one: str) -> str:
    if one == NONE:
        return _NO_POINT
    whole = one if one in _AREAS else one[0]
    name = f"{whole[0]}({whole[1:]})" if len(whole) > 1 else whole
    return f"point {name} of Annex III ({_AREAS[whole]})"


def _row(one: SchemeResult) -> Mapping[str, str]:
    rules = [_short(rule) for rule in one.rules_fired if not rule.points]
    scored = sum(bool(rule.points) for rule in one.rules_fired)
    rules += [f"{scored} answers gave points"] if scored else []
    open_ = [f"{rule.rule} is open" for rule in one.unknown]
    return {
        "scheme": TITLES[one.scheme],
        "proposed tier": one.title,
        "rules that decided it": "; ".join([*rules, *open_]),
        "open questions": _asked(one) or "none",
        "what would change it": "; ".join(ways(one)) or "no single answer",
    }


def _asked(one: SchemeResult) -> str:
    """The open questions, of which those that decide come first."""
    rest = [name for name in one.open_questions if name not in deciding(one)]
    more = f"And {len(rest) - 3} more." if len(rest) > 3 else ""
    return " ".join(filter(None, [first(one), *map(question, rest[:3]), more]))


def _short(rule: Fired) -> str:
    return f"{rule.rule}: {'; '.join(rule.because) or rule.says}"


def _rights(act: SchemeResult) -> Iterator[tuple[str, Any]]:
    """Whether Art. 27 applies, as far as the answers tell."""
    if "fria" in act.duties:
        why = next(one.because[0] for one in act.rules_fired if one.rule == "FRIA")
        yield "q46a", "yes"
        yield "q46b", why.partition(";")[0]
    elif not any(one.rule == "FRIA" for one in act.unknown):
        yield "q46a", "no"
        yield "q46b", why_not(act)


def why_not(act: SchemeResult) -> str:
    """Why Art. 27 does not apply, after "because"."""
    if act.tier == "out_of_scope_proposed":
        return "the Act would not apply"
    if not any(one.rule == "E3" for one in act.rules_fired):
        return "the use falls under no point of Annex III"
    if act.tier == "not_high_risk_claim":
        return "the use is claimed not to be high-risk (Art. 6(3))"
    return "no public body or public service uses it, and the use is none of points 5(b) and 5(c)"
