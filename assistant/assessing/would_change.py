"""Which single answers would change a tier: found by trying each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from assistant.assessing.interview import UNKNOWN, Answers, questions
from assistant.assessing.results import Change
from knowledge.tiers import NONE, Asked


def would_change(
    names: Iterable[str], answers: Answers, tier: Callable[[Answers], str]
) -> tuple[Change, ...]:
    """Try every other answer to each of these questions; `tier` gives the tier of answers."""
    now, found = tier(answers), []
    for name in names:
        question = questions()[name]
        if not shown(question, answers):
            continue
        tried = [
            (answer, tier({**answers, name: answer})) for answer in _others(question, answers.get(name, ()))
        ]
        changed = [(answer, one) for answer, one in tried if one != now]
        for one in dict.fromkeys(given for _, given in changed):
            said = [answer for answer, given in changed if given == one]
            found.append(
                Change(
                    question=name,
                    says=question.question,
                    now=answers.get(name, (UNKNOWN,)),
                    answers=tuple(_told(question, said)),
                    tier=one,
                )
            )
    return tuple(found)


def shown(question: Asked, answers: Answers) -> bool:
    """Whether a question is asked, or may be once others are answered."""
    return all(
        name not in answers or bool(set(answers[name]) & set(wanted))
        for name, wanted in question.visible_if.items()
    )


def _others(question: Asked, now: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every answer that differs from the present one in one respect."""
    if question.type == "number":
        yield from ((str(n),) for n in range(question.most + 1) if (str(n),) != now)
    elif question.type == "multi":
        held = [one for one in now if one not in (NONE, UNKNOWN)]
        for option in question.options:
            if option in held:
                yield tuple(one for one in held if one != option) or (NONE,)
            else:
                yield (*held, option)
        if now != (NONE,) and len(held) != 1:
            yield (NONE,)
    elif question.type in ("choice", "yes_no_unknown"):
        options = question.options or {"yes": "", "no": ""}
        yield from ((one,) for one in options if (one,) != now)


def _told(question: Asked, said: list[tuple[str, ...]]) -> Iterator[str]:
    """Answers in words: numbers as stretches, several options joined."""
    if question.type != "number":
        yield from (" + ".join(one) for one in said)
        return
    numbers = [int(one) for (one,) in said]
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        stretch = [number for _, number in run]
        yield str(stretch[0]) if len(stretch) == 1 else f"{stretch[0]} to {stretch[-1]}"
