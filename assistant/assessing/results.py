"""What an assessment says: for each scheme the tier, why, what is open, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from assistant.models import Frozen

LABEL = "Proposal for a person to decide, not legal advice."


class Fired(Frozen):
    """A rule that holds, with the answers that made it hold."""

    rule: str
    says: str
    then: str
    answers: Mapping[str, tuple[str, ...]] = {}
    because: tuple[str, ...] = ()
    points: int | None = None
    cite: tuple[str, ...] = ()
    applies_from: date | None = None
    status: str = Field(
        default="", description="How sure the text of the law is, where it is to be confirmed."
    )
    exceptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Undecided(Frozen):
    """A rule of which it is not known whether it holds, and the questions that would tell."""

    rule: str
    says: str
    then: str
    questions: tuple[str, ...]
    points: int | None = Field(default=None, description="The most points that the open answers can give.")


class Near(Frozen):
    """A rule that would hold but for one thing."""

    rule: str
    says: str
    then: str
    missing: str


class Change(Frozen):
    """Answers to one question, each of which alone would change the tier."""

    question: str
    says: str
    now: tuple[str, ...]
    answers: tuple[str, ...]
    tier: str


class Part(Frozen):
    """Points in one area: what the answers give, the most with what is open, and the most there is."""

    area: str
    points: int
    with_open: int
    most: int


class SchemeResult(Frozen):
    """What one scheme proposes; `at_least` is the lowest tier that the open answers leave possible."""

    scheme: str
    name: str
    version: str
    tier: str
    title: str = Field(description="The tier as it is shown.")
    at_least: str
    settled: bool = Field(description="Whether no open answer could change the tier.")
    score: int | None = None
    lowest_score: int | None = None
    highest_score: int | None = None
    duties: tuple[str, ...] = ()
    approver: str = ""
    rules_fired: tuple[Fired, ...] = ()
    unknown: tuple[Undecided, ...] = ()
    nearly: tuple[Near, ...] = ()
    open_questions: tuple[str, ...] = ()
    would_change: tuple[Change, ...] = ()
    parts: tuple[Part, ...] = ()
    requirements: Mapping[str, str] = {}
    warnings: tuple[str, ...] = ()
    label: str = LABEL


class Assessment(Frozen):
    """The proposals of every scheme from one interview."""

    schemes: tuple[SchemeResult, ...]
    assessed_on: date
    label: str = LABEL

    def scheme(self, name: str) -> SchemeResult:
        """The result of one scheme; KeyError when there is none."""
        for one in self.schemes:
            if one.scheme == name:
                return one
        raise KeyError(name)
