"""Whether a short question that could mean several things is asked back, with the right choices.

And whether taking a choice is answered from the place that the choice names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from assistant.ask import ask
from assistant.home import Home
from assistant.models import Answer, Question
from evals.conversations import CASES, HALVES, Half, place
from evals.metrics import mean


@dataclass(frozen=True, slots=True)
class Unclear:
    """A question without a subject, and the places of which at least two should be offered."""

    half: Half
    asked: str
    among: frozenset[str]


@dataclass(frozen=True, slots=True)
class AskedBack:
    """What became of it: how many right choices were offered, and of each choice whether it was answered."""

    case: Unclear
    offered: int
    right: int
    answered: tuple[bool, ...]


def cases(path: Path = CASES) -> list[Unclear]:
    """The unclear questions of a file."""
    rows = yaml.safe_load(path.read_text("utf-8"))["unclear"]
    return [Unclear(row["half"], row["asked"], frozenset(row["among"])) for row in rows]


def run(home: Home, held: Sequence[Unclear]) -> list[AskedBack]:
    """Ask each, and take every choice that is offered."""
    return [_run(home, case) for case in held]


def _run(home: Home, case: Unclear) -> AskedBack:
    answer = ask(home, Question(text=case.asked))
    names = [one for choice in answer.choices for one in case.among if _names(choice.label, one)]
    taken = [ask(home, Question(text=c.question, conversation=answer.conversation)) for c in answer.choices]
    reached = tuple(_reached(c.label, then) for c, then in zip(answer.choices, taken, strict=True))
    return AskedBack(case, len(answer.choices), len(set(names)), reached)


def _names(label: str, gold: str) -> bool:
    """Whether a label names a place: "Retention (Data Policy)" and `data-policy > 7 Retention`."""
    heading = gold.partition(" > ")[2]
    return label.partition(" (")[0] in (heading, heading.partition(" ")[2])


def _reached(label: str, answer: Answer) -> bool:
    cited = [place(c.file, c.section.split(" > ")[-1:]) for claim in answer.claims for c in claim.citations]
    return any(_names(label, one) for one in cited)


def summary(found: Sequence[AskedBack]) -> Iterator[dict[str, float | str]]:
    """For each half the shares asked back, with two right choices, and of choices answered from it."""
    for half in HALVES:
        these = [one for one in found if one.case.half == half]
        picks = [answered for one in these for answered in one.answered]
        yield {
            "half": half,
            "unclear": len(these),
            "asked_back": mean([float(one.offered > 0) for one in these]),
            "two_right": mean([float(one.right > 1) for one in these]),
            "choices": len(picks),
            "answered_from_it": mean([float(answered) for answered in picks]),
        }
