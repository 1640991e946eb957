"""Rules over answers of which some are open: each holds, does not hold, or is unknown.

Unknown never lowers a tier: what may hold counts as if it did, and what would lower a tier counts only when
it is known to hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.assessing.interview import UNKNOWN, UNSURE, Answers, questions
from assistant.assessing.results import Near
from knowledge.tiers import NONE, Condition, Rule, RuleScheme


class Truth(StrEnum):
    """Whether a condition holds."""

    YES = "yes"
    NO = "no"
    OPEN = "unknown"


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known on one question: of several options those that hold, else what it can still be."""

    chosen: frozenset[str] = frozenset()
    several: bool = False
    open: bool = True


Facts = Mapping[str, Fact]


def facts(answers: Answers) -> dict[str, Fact]:
    """The facts that answers tell."""
    found = {}
    for name, given in answers.items():
        chosen = frozenset(given) - {UNKNOWN, UNSURE}
        several = questions()[name].type == "multi"
        found[name] = Fact(chosen, several, open=len(chosen) < len(given))
    return found


def one_of(possible: Iterable[str]) -> Fact:
    """A fact that is one of these."""
    return Fact(frozenset(possible), open=False)


def truth(condition: Condition, known: Facts) -> Truth:
    """Whether a condition holds."""
    if condition.fact:
        return _of_fact(condition, known.get(condition.fact, Fact()))
    if condition.not_:
        inner = truth(condition.not_, known)
        return {Truth.YES: Truth.NO, Truth.NO: Truth.YES}.get(inner, Truth.OPEN)
    if condition.all_of:
        found = {truth(part, known) for part in condition.all_of}
        return Truth.NO if Truth.NO in found else Truth.OPEN if Truth.OPEN in found else Truth.YES
    found = {truth(part, known) for part in condition.any_of}
    return Truth.YES if Truth.YES in found else Truth.OPEN if Truth.OPEN in found else Truth.NO


def _of_fact(condition: Condition, fact: Fact) -> Truth:
    hits = fact.chosen - {NONE} if condition.any else fact.chosen & set(condition.is_)
    if fact.several:
        return Truth.YES if hits else Truth.OPEN if fact.open else Truth.NO
    if fact.open:
        return Truth.OPEN
    return Truth.YES if hits == fact.chosen else Truth.OPEN if hits else Truth.NO


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What became of every rule, and the tiers that follow: `proposed` counts what is open, `certain` only
    what holds, `at_least` all in favour of the lowest."""

    rules: Mapping[str, Truth]
    proposed: str
    certain: str
    at_least: str

    @property
    def undetermined(self) -> bool:
        """Whether the proposed tier rests on an open answer."""
        return self.proposed != self.certain


def verdicts(scheme: RuleScheme, known: Facts) -> Verdicts:
    """Test the rules of a scheme in their order."""
    found: dict[str, Truth] = {}
    for rule in scheme.rules:
        found[rule.id] = truth(rule.condition, known) if rule.condition else Truth.YES
        if rule.decides and found[rule.id] is Truth.YES:
            rest = {one.id: Truth.NO for one in scheme.rules if one.id not in found}
            return Verdicts({**found, **rest}, rule.then, rule.then, rule.then)
    giving = [rule for rule in scheme.rules if rule.then in {t.id for t in scheme.tiers} and not rule.decides]
    lifted = {name for rule in giving if found[rule.id] is Truth.YES for name in rule.lifts}
    standing = [rule for rule in giving if rule.id not in lifted]
    certain = [rule for rule in standing if found[rule.id] is Truth.YES]
    possible = [rule for rule in standing if found[rule.id] is not Truth.NO]
    return Verdicts(
        rules=found,
        proposed=_highest(scheme, possible),
        certain=_highest(scheme, certain),
        at_least=_lowest(scheme, giving, found),
    )


def _highest(scheme: RuleScheme, rules: Iterable[Rule]) -> str:
    return max((rule.then for rule in rules), key=scheme.rank)


def _lowest(scheme: RuleScheme, giving: Iterable[Rule], found: Mapping[str, Truth]) -> str:
    """The tier when every open answer falls in favour of the system."""
    for rule in scheme.rules:
        if rule.decides and found[rule.id] is Truth.OPEN:
            return rule.then
    lifting = {name: rule for rule in giving if found[rule.id] is not Truth.NO for name in rule.lifts}
    return _highest(scheme, [lifting.get(rule.id, rule) for rule in giving if found[rule.id] is Truth.YES])


def between(scheme: RuleScheme, low: str, high: str) -> tuple[str, ...]:
    """The tiers from one to another."""
    return tuple(tier.id for tier in scheme.tiers[scheme.rank(low) : scheme.rank(high) + 1])


def because(condition: Condition, known: Facts) -> Iterator[Condition]:
    """The conditions with words of their own that hold, as far as they made a rule hold."""
    for part in condition.parts or (condition,):
        if truth(part, known) is Truth.YES:
            if part.says:
                yield part
            elif part is not condition:
                yield from because(part, known)


def firing(condition: Condition, known: Facts, answers: Answers) -> dict[str, tuple[str, ...]]:
    """The answers that made a rule hold; of several options only those that it names."""
    found: dict[str, tuple[str, ...]] = {}
    for part in _holding(condition, known):
        for name in part.facts:
            if name in answers:
                wanted = part.is_ if part.fact else ()
                named = tuple(one for one in answers[name] if one in wanted)
                found[name] = tuple(dict.fromkeys((*found.get(name, ()), *(named or answers[name]))))
    return found


def _holding(condition: Condition, known: Facts) -> Iterator[Condition]:
    if condition.fact or condition.not_:
        yield condition
        return
    for part in condition.parts:
        if truth(part, known) is Truth.YES:
            yield from _holding(part, known)


def asking(condition: Condition, known: Facts) -> tuple[str, ...]:
    """The open questions on which it depends whether a condition holds."""
    if truth(condition, known) is not Truth.OPEN:
        return ()
    if condition.fact:
        return (condition.fact,)
    return tuple(dict.fromkeys(name for part in condition.parts for name in asking(part, known)))


def near(rule: Rule, known: Facts) -> Near | None:
    """A rule, or one of its ways, whose matter is there and of whose other conditions one alone fails."""
    ways = [Condition(all_of=rule.all_of)] if rule.all_of else [part for part in rule.any_of if part.all_of]
    for way in ways:
        found = [truth(part, known) for part in way.all_of]
        if len(found) > 1 and found[0] is Truth.YES and sorted(found).count(Truth.NO) == 1:
            failing = way.all_of[found.index(Truth.NO)]
            if Truth.OPEN not in found:
                missing = failing.says or ", ".join(failing.facts)
                return Near(rule=rule.id, says=rule.says, then=rule.then, missing=missing)
    return None
