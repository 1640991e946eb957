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
from assistant.gaps.limits import limit
from assistant.gaps.statements import Statement
from knowledge.mentions import mentions

_MOST = 4
"""Quotes that an obligation rests on."""
_NAMES_IT = 0.1
"""What naming the clause adds to how near a passage is: a hint where to look, never evidence."""
_WHOLE = 0.15
"""What each element counts beside nearness when one statement is chosen among several."""
_ITSELF = 0.6
"""Share of an element's words that a sentence has to hold; the others may stand just before or above it."""
_SHORT = 0.2
"""What a statement loses that is not the whole answer, so that one without a limit is quoted before it."""
_CLOSE = 0.65
"""Share of the act's words that have to stand in or just around a sentence that adds another element."""
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
    """A statement with the elements that it holds by name; `close` says that it speaks of the act too.

    `limit` is how it falls short of the whole, in words.
    """

    statement: Statement
    held: frozenset[str]
    worth: float
    close: bool
    limit: str | None

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
    status, reason = _judged([element.name for element in wanted.elements], chosen)
    return Answered(status, reason, tuple(match.statement for match in chosen))


def _judged(elements: Sequence[str], chosen: Sequence[_Match]) -> tuple[Status, str]:
    """Addressed when each element stands in what is quoted without a limit; the reason names the others."""
    whole = {name for match in chosen if match.limit is None for name in match.held}
    short: dict[str, list[str]] = {}
    missing = []
    for name in elements:
        limits = [match.limit for match in chosen if match.limit and name in match.held]
        if name not in whole and limits:
            short.setdefault(limits[0], []).append(name)
        elif name not in whole:
            missing.append(name)
    stated = [name for name in elements if name in whole]
    parts = [f"Stated: {'; '.join(stated)}."] if stated else []
    parts += [f"Stated {how}: {'; '.join(names)}." for how, names in short.items()]
    parts += [f"Not found: {'; '.join(missing)}."] if missing else []
    return Status.PARTLY if short or missing else Status.ADDRESSED, " ".join(parts)


def _matches(wanted: Asked, near: Iterable[Near]) -> list[_Match]:
    """Statements on the subject with the elements that they hold, best first."""
    found = []
    for one in near:
        statement = one.statement
        if not _on_subject(wanted, statement):
            continue
        shares = {e.name: _said(e, statement) for e in wanted.elements}
        held = frozenset(name for name, share in shares.items() if share)
        if held:
            named = _NAMES_IT * _names(wanted.id, statement)
            worth = one.nearness + named + _WHOLE * sum(shares.values())
            close = wanted.elements[0].words.share(statement.around) >= _CLOSE
            short = limit(statement, wanted.whole)
            found.append(_Match(statement, held, worth - _SHORT * bool(short), close, short))
    return sorted(found, key=lambda m: (-m.worth, m.statement.hit.version.id, m.statement.start))


def _on_subject(wanted: Asked, statement: Statement) -> bool:
    """AI in the passage at least; the obligation's own topic in the sentence or just around or above it."""
    topic = wanted.topic is None or wanted.topic(statement.about)
    return topic and wanted.ai(statement.place)


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
    missing = {element.name for element in elements} - _adds(acts[0])
    while missing and len(chosen) < _MOST:
        more = [m for m in every if _adds(m) & missing and m not in chosen and (m.close or m in acts)]
        if not more:
            break
        best = max(more, key=lambda match: (len(_adds(match) & missing), match.worth))
        chosen.append(best)
        missing -= _adds(best)
    held = {name for match in chosen for name in match.held}
    for match in every:
        if len(chosen) < _MOST and match.close and match.held - held:
            chosen.append(match)
            held |= match.held
    for match in acts[1:]:
        if len(chosen) < _MOST - 1 and match not in chosen and match.worth >= _ALSO * acts[0].worth:
            chosen.append(match)
    return chosen


def _adds(match: _Match) -> frozenset[str]:
    """The elements that a statement states in whole."""
    return frozenset() if match.limit else match.held


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
