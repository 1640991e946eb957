"""The passages of the organisation's documents that speak to an obligation, and how far.

A passage counts when it is near the obligation in a search, is on its subject, and states what the
obligation asks for, element by element. Likeness alone proves nothing: a text that speaks of audits need not
ask for any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.gaps.elements import Asked, Element
from assistant.gaps.statements import Statement
from knowledge.mentions import mentions

_MOST = 3
"""Quotes that an obligation rests on."""
_NAMES_IT = 0.1
"""What naming the clause adds to how near a passage is: a hint where to look, never evidence."""
_WHOLE = 0.15
"""What each element counts beside nearness when one statement is chosen among several."""
_ITSELF = 0.5
"""Share of an element's words that a sentence has to hold; the others may stand just before or above it."""
_ALSO = 0.9
"""Share of the best one's worth from which another statement of the act is quoted as well."""


class Status(StrEnum):
    """How far the organisation's documents speak to a requirement; none of them says that it is met."""

    ADDRESSED = "addressed"
    PARTLY = "partly"
    NOTHING = "nothing found"


@dataclass(frozen=True, slots=True)
class Near:
    """A statement and how near its passage is to the obligation."""

    statement: Statement
    nearness: float


@dataclass(frozen=True, slots=True)
class Answered:
    """What was found for one obligation: the statements to quote, best first, and what is missing."""

    status: Status
    reason: str
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class _Match:
    """A statement with the elements that it holds by name; `close` says that it speaks of the act too."""

    statement: Statement
    held: frozenset[str]
    worth: float
    close: bool

    @property
    def section(self) -> tuple[str, tuple[str, ...]]:
        return self.statement.hit.version.id, self.statement.hit.section


def answered(wanted: Asked, near: Iterable[Near]) -> Answered:
    """How far statements speak to an obligation, which of them, and what they do not say."""
    matches = _matches(wanted, near)
    act = wanted.elements[0].name
    acts = [match for match in matches if act in match.held]
    if not acts:
        return Answered(Status.NOTHING, f"No document in force states {act}.")
    places = {match.section for match in acts}
    chosen = _cover(wanted.elements, acts, [match for match in matches if match.section in places])
    held = frozenset[str]().union(*(match.held for match in chosen))
    missing = [element.name for element in wanted.elements if element.name not in held]
    statements = tuple(match.statement for match in chosen)
    found = "; ".join(element.name for element in wanted.elements if element.name in held)
    if missing:
        return Answered(Status.PARTLY, f"Stated: {found}. Not found: {'; '.join(missing)}.", statements)
    return Answered(Status.ADDRESSED, f"Stated: {found}.", statements)


def _matches(wanted: Asked, near: Iterable[Near]) -> list[_Match]:
    """Statements on the subject with the elements that they hold, best first."""
    found = []
    for one in near:
        statement = one.statement
        if not wanted.subject(statement.place):
            continue
        shares = {e.name: _said(e, statement) for e in wanted.elements}
        held = frozenset(name for name, share in shares.items() if share)
        if held:
            named = _NAMES_IT * _names(wanted.id, statement)
            worth = one.nearness + named + _WHOLE * sum(shares.values())
            close = wanted.elements[0].words.share(statement.around) >= _ITSELF
            found.append(_Match(statement, held, worth, close))
    return sorted(found, key=lambda m: (-m.worth, m.statement.hit.version.id, m.statement.start))


def _said(element: Element, statement: Statement) -> float:
    """The share of an element's words in the sentence itself, when those that it lacks stand around it."""
    share = element.words.share(statement.even)
    return share if share >= _ITSELF and element.words(statement.around) else 0.0


def _names(obligation: str, statement: Statement) -> bool:
    """Whether a passage or its headings declare the clause to which the obligation belongs."""
    clause = obligation.rpartition("-")[0]
    text = f"{' '.join(statement.hit.section)} {statement.hit.text}"
    return any(mention.id in (clause, obligation) for mention in mentions(text))


def _cover(elements: Sequence[Element], acts: Sequence[_Match], every: Sequence[_Match]) -> list[_Match]:
    """The best statement of the act, what adds an element from its section, and others as good."""
    chosen = [acts[0]]
    missing = {element.name for element in elements} - acts[0].held
    while missing and len(chosen) < _MOST:
        more = [match for match in every if match.held & missing and match not in chosen and match.close]
        if not more:
            break
        best = max(more, key=lambda match: (len(match.held & missing), match.worth))
        chosen.append(best)
        missing -= best.held
    for match in acts[1:]:
        if len(chosen) < _MOST and match not in chosen and match.worth >= _ALSO * acts[0].worth:
            chosen.append(match)
    return chosen


def clause_status(statuses: Sequence[Status]) -> Status:
    """Where a clause or control stands, from its obligations."""
    if all(status is Status.ADDRESSED for status in statuses):
        return Status.ADDRESSED
    if all(status is Status.NOTHING for status in statuses):
        return Status.NOTHING
    return Status.PARTLY


def clause_reason(statuses: Mapping[str, Status]) -> str:
    """Which of a clause's obligations stand how, in words."""
    parts = []
    for status in Status:
        names = [name for name, held in statuses.items() if held is status]
        if names:
            parts.append(f"{status}: {', '.join(names)}")
    return "; ".join(parts) + "."
