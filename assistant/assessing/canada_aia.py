"""The Canadian Algorithmic Impact Assessment: points, the reduction for mitigation, the level.

An open answer counts with its most points, so the score is a range; the level proposed is that of its upper
end. Rule and weights are those of the tool (canada-ca/aia-eia-js).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.assessing.interview import MITIGATION, RAW, Answers
from assistant.assessing.results import Fired, Near, Part, SchemeResult, Undecided
from assistant.assessing.would_change import shown, would_change
from knowledge.tiers import WeighedQuestion, canada_aia

SCHEME = "canada_aia"
_WORST = " (what is open counts as the worst until it is answered)"


@dataclass(frozen=True, slots=True)
class Points:
    """Points of some questions: from what is answered, and the most with what is open."""

    known: int
    most: int


def current_score(raw: int, mitigation: int) -> int:
    """The score after mitigation: below 80 % of its points nothing is taken off, from there on 15 %.

    Half a point is rounded up, as the tool does.
    """
    aia = canada_aia()
    if 100 * mitigation < aia.mitigation_share * aia.mitigation_max:
        return raw
    return ((100 - aia.reduction) * raw + 50) // 100


def raw_points(answers: Answers) -> Points:
    """The raw impact score."""
    if RAW in answers:
        total = int(answers[RAW][0])
        return Points(total, total)
    return _sum(_of(question, answers) for question in canada_aia().questions)


def mitigation_points(answers: Answers) -> Points:
    """The mitigation score."""
    if MITIGATION in answers:
        total = int(answers[MITIGATION][0])
        return Points(total, total)
    areas = canada_aia().mitigation_areas
    return _sum(
        Points(int(answers[a.id][0]), int(answers[a.id][0])) if a.id in answers else Points(0, a.max)
        for a in areas
    )


def _of(question: WeighedQuestion, answers: Answers) -> Points:
    if not shown(question.asked, answers):
        return Points(0, 0)
    if question.id not in answers:
        return Points(0, question.most)
    given = answers[question.id]
    held = sum(question.scores.get(answer, 0) for answer in given)
    certain = all(name in answers for name in question.visible_if)
    most = question.most if "unknown" in given else held
    return Points(held if certain else 0, most)


def _sum(points: Iterator[Points]) -> Points:
    every = list(points)
    return Points(sum(one.known for one in every), sum(one.most for one in every))


def scores(answers: Answers) -> tuple[int, int]:
    """The lowest and the highest current score that the answers leave possible."""
    raw, mitigation = raw_points(answers), mitigation_points(answers)
    return current_score(raw.known, mitigation.most), current_score(raw.most, mitigation.known)


def level(answers: Answers) -> str:
    """The level proposed."""
    return canada_aia().level(scores(answers)[1]).level


def levels(answers: Answers) -> tuple[str, ...]:
    """The levels that the answers leave possible, from the lowest up."""
    low, high = (canada_aia().level(score).level for score in scores(answers))
    names = [one.level for one in canada_aia().levels]
    return tuple(names[names.index(low) : names.index(high) + 1])


def result(answers: Answers) -> SchemeResult:
    """What the scheme proposes."""
    aia, (low, high) = canada_aia(), scores(answers)
    possible, held = levels(answers), aia.level(high)
    return SchemeResult(
        scheme=SCHEME,
        name=aia.name,
        version=aia.version,
        tier=held.level,
        title=f"level {held.level}: {held.meaning}{'' if len(possible) == 1 else _WORST}",
        at_least=possible[0],
        settled=len(possible) == 1,
        score=high,
        lowest_score=low,
        highest_score=high,
        rules_fired=tuple(_fired(answers)),
        unknown=tuple(_undecided(answers)),
        nearly=tuple(_near(answers)),
        open_questions=_open(answers),
        would_change=would_change(asked(answers), answers, level),
        parts=tuple(_parts(answers)),
        requirements=required(held.level),
        warnings=(aia.applies_to, *aia.warnings),
    )


def required(of: str) -> dict[str, str]:
    """What a level requires, by topic."""
    return {one.topic: one.text for one in canada_aia().requirements if of in one.levels}


def _fired(answers: Answers) -> Iterator[Fired]:
    aia, (_, high) = canada_aia(), scores(answers)
    raw, mitigation = raw_points(answers).most, mitigation_points(answers).known
    held = aia.level(high)
    yield Fired(
        rule=f"level {held.level}",
        says=f"{high} of {aia.raw_max} points{_over(held.level)} at most {held.upper_pct} %",
        then=held.level,
        answers={name: answers[name] for name in (RAW,) if name in answers},
    )
    names = (MITIGATION, *(area.id for area in aia.mitigation_areas))
    reduced = current_score(aia.raw_max, mitigation) < aia.raw_max
    effect = f"{aia.reduction} % off: {raw} becomes {high}" if reduced else "nothing off"
    yield Fired(
        rule="mitigation",
        says=f"{mitigation} of {aia.mitigation_max} points of mitigation: {effect}",
        then=held.level,
        answers={name: answers[name] for name in names if name in answers},
    )
    for question in aia.questions:
        points = _of(question, answers).most if question.id in answers and RAW not in answers else 0
        if points:
            labels = {answer.key: answer.label for answer in question.answers}
            yield Fired(
                rule=question.id,
                says=question.question,
                then=f"{points} points",
                answers={question.id: answers[question.id]},
                because=tuple(labels[one] for one in answers[question.id] if one in labels),
                points=points,
            )


def _over(level: str) -> str:
    """The lower bound of a level in words."""
    below = [one.upper_pct for one in canada_aia().levels]
    place = [one.level for one in canada_aia().levels].index(level)
    return f", more than {below[place - 1]} % and" if place else ","


def _open(answers: Answers) -> tuple[str, ...]:
    aia = canada_aia()
    asked = [one.id for one in aia.questions if shown(one.asked, answers)] if RAW not in answers else []
    areas = [area.id for area in aia.mitigation_areas] if MITIGATION not in answers else []
    return tuple(name for name in (*asked, *areas) if name not in answers or "unknown" in answers[name])


def _undecided(answers: Answers) -> Iterator[Undecided]:
    aia, open_ = canada_aia(), set(_open(answers))
    for group in aia.group_maxima:
        asked = [one for one in aia.questions if one.group == group and one.id in open_]
        most = sum(_of(one, answers).most - _of(one, answers).known for one in asked)
        if most:
            names = tuple(one.id for one in asked)
            says = f"Risk, {group.lower()}: counted with {most} points until answered"
            yield Undecided(rule=group, says=says, then=f"{most} points", questions=names, points=most)
    names = tuple(area.id for area in aia.mitigation_areas if area.id in open_)
    if names:
        says = "Mitigation: counted with no point until answered"
        yield Undecided(rule="mitigation", says=says, then="0 points", questions=names, points=0)


def _near(answers: Answers) -> Iterator[Near]:
    aia, (_, high) = canada_aia(), scores(answers)
    for one in aia.levels:
        over = one.upper_pct * aia.raw_max // 100 + 1 - high
        if aia.level(high) == one and high < aia.raw_max:
            following = aia.levels[aia.levels.index(one) + 1 :]
            if following:
                missing = f"{over} more point{'s' if over > 1 else ''}"
                then = following[0].level
                yield Near(rule=f"level {then}", says=f"Level {then}", then=then, missing=missing)
    mitigation = mitigation_points(answers).known
    needed = -(-aia.mitigation_share * aia.mitigation_max // 100)
    if mitigation < needed:
        lower = current_score(raw_points(answers).most, needed)
        yield Near(
            rule="mitigation",
            says=f"{aia.reduction} % off, which gives {lower} points",
            then=aia.level(lower).level,
            missing=f"{needed - mitigation} more points of mitigation",
        )


def _left(total: str, parts: list[str], answers: Answers) -> list[str]:
    return [] if total in answers else parts


def totals(answers: Answers) -> tuple[str, ...]:
    """The totals that can be given: those whose parts are all open."""
    aia = canada_aia()
    parts = {RAW: [q.id for q in aia.questions], MITIGATION: [a.id for a in aia.mitigation_areas]}
    return tuple(total for total, names in parts.items() if not any(name in answers for name in names))


def asked(answers: Answers) -> tuple[str, ...]:
    """The questions of the scheme that can be answered beside these answers."""
    aia = canada_aia()
    parts = [one.id for one in aia.questions]
    areas = [area.id for area in aia.mitigation_areas]
    return (*totals(answers), *_left(RAW, parts, answers), *_left(MITIGATION, areas, answers))


def _parts(answers: Answers) -> Iterator[Part]:
    aia = canada_aia()
    if RAW not in answers:
        for group, most in aia.group_maxima.items():
            points = _sum(_of(one, answers) for one in aia.questions if one.group == group)
            yield Part(area=f"Risk: {group.lower()}", points=points.known, with_open=points.most, most=most)
    raw = raw_points(answers)
    yield Part(area="Risk, all", points=raw.known, with_open=raw.most, most=aia.raw_max)
    if MITIGATION not in answers:
        for area in aia.mitigation_areas:
            held = int(answers[area.id][0]) if area.id in answers else 0
            title = f"Mitigation: {area.id.replace('_', ' ')}"
            yield Part(area=title, points=held, with_open=held, most=area.max)
    mitigation = mitigation_points(answers).known
    yield Part(area="Mitigation, all", points=mitigation, with_open=mitigation, most=aia.mitigation_max)
