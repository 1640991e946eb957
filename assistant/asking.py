"""A question on its way to an answer: what is known of it, and what would be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.models import Answer, Claim, Conflict, Question, Verdict

if TYPE_CHECKING:
    from assistant.boundaries import Boundary
    from assistant.clarify import Meaning
    from assistant.compose import Found
    from assistant.home import Home
    from assistant.understand import Understanding
    from assistant.watch import Watch
    from knowledge.index import Scope


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that is being answered; `answer` and `conversation` are the ids that it will have."""

    home: Home
    question: Question
    asked: Understanding
    scope: Scope
    watch: Watch
    answer: str
    conversation: str


@dataclass(frozen=True, slots=True)
class Writing:
    """What a language model had part in an answer, or would have had."""

    model: str
    destination: str
    hosted: bool
    gates: Sequence[str]
    """What else may doubt a wording, and where text goes for that."""
    prompts: Mapping[str, str]
    """SHA-256 of each prompt that was used, by name."""
    unheld: Sequence[Verdict] = ()
    """What it wrote that is not shown in its words, with the reasons."""
    failure: str = ""
    """Code of what went wrong with it, for the record; empty when nothing did."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be said, before it is held to its sources."""

    claims: Sequence[Claim]
    conflicts: Sequence[Conflict]
    found: Found
    boundary: Boundary | None
    composer: str
    confidence: float | None = None
    """None where the requirements answer themselves and nothing was searched."""
    approved: Answer | None = None
    """The reviewed answer to the same question that is said again."""
    named: Sequence[Claim] = ()
    """Those of the claims that the question named by their ids, and both sides of conflicts."""
    writing: Writing | None = None
    line: str = ""
    """What the reader must know of the language model."""
    doubts: Mapping[Claim, str] = field(default_factory=dict)
    """What speaks against the wording of a claim beside what `verify` finds."""
    meanings: Sequence[Meaning] = ()
    """What the question may mean, when it is not clear: it is asked back."""
    plain: Draft | None = None
    """What is said instead of what a language model worded when it is switched off meanwhile."""
