"""What the standard asks: the clauses and controls that a question is about, quoted by their obligations.

Passages are ranked one by one; a reader thinks in clauses. So the passages of a clause speak for it
together, and what is quoted is what it asks, not the note by which it was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.home import Home
from assistant.models import Claim
from assistant.requirement_quotes import aspects_of, quotes
from assistant.understand import Understanding
from knowledge.hits import Hit
from knowledge.index import Scope
from knowledge.mentions import mentions
from knowledge.models import Role
from knowledge.requirement_answers import locate
from knowledge.requirements import requirements

_MOST = 3
"""Clauses and controls that one answer names."""
_NEAR = 0.75
"""Share of the best one's score that another must reach."""
_ALONE = 1.2
"""Lead over the second from which the first is quoted in full."""
_NAMED = 0.1
"""What being named by the organisation's own rule adds to a score."""
_FULL, _FIRST, _OTHERS = 8, 2, 1


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A clause or control with the passages that speak for it, best first."""

    id: str
    more: float
    hits: Sequence[Hit]

    @property
    def score(self) -> float:
        """What orders them: the best score of their passages."""
        return self.hits[0].score + self.more

    @property
    def base(self) -> float:
        """What is compared with a share of the best (`Hit.base`)."""
        return max(hit.base for hit in self.hits) + self.more


@dataclass(frozen=True, slots=True)
class Speaking:
    """Clauses and controls that the passages speak for, best first; whether the first stands out."""

    items: Sequence[_Ranked]
    alone: bool

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The passages that speak for them."""
        return tuple(hit for item in self.items for hit in item.hits)


def speaking(norm: Sequence[Hit], house: Iterable[Hit]) -> Speaking:
    """The clauses and controls that an answer names."""
    ranked = _ranked(norm, _named(house))
    best = max((item.base for item in ranked), default=0.0)
    chosen = [item for item in ranked if item.base >= _NEAR * best][:_MOST]
    second = max((item.base for item in ranked[1:]), default=0.0)
    return Speaking(chosen, bool(ranked) and ranked[0].base >= _ALONE * second)


def claims(home: Home, scope: Scope, asked: Understanding, speaking: Speaking) -> list[Claim]:
    """Obligations of the clauses and controls that speak to the question, best first."""
    full = speaking.alone and scope.role is not Role.EMPLOYEE
    found: list[Claim] = []
    for place, item in enumerate(speaking.items):
        most = _OTHERS if place else (_FULL if full else _FIRST)
        found += _quoted(home, scope, asked, item, most)
    return found


def _named(house: Iterable[Hit]) -> set[str]:
    """Ids that the organisation's own passages say they carry out."""
    held = requirements()
    return {m.id for hit in house for m in mentions(hit.text) if m.id in held.by_id}


def _ranked(norm: Sequence[Hit], named: set[str]) -> list[_Ranked]:
    groups: dict[str, list[Hit]] = {}
    for hit in norm:
        groups.setdefault(requirement_of(hit), []).append(hit)
    ranked = [
        _Ranked(name, _NAMED * (name in named), hits)
        for name, hits in groups.items()
        if name in requirements().by_id
    ]
    return sorted(ranked, key=lambda item: -item.score)


def requirement_of(hit: Hit) -> str:
    """The clause or control to which a passage of the requirement documents belongs."""
    label = hit.section[-1].split()[0] if hit.section else ""
    return label.rpartition("-")[0] or label


def _quoted(home: Home, scope: Scope, asked: Understanding, item: _Ranked, most: int) -> list[Claim]:
    wanted = aspects_of(asked.text) - {"crosswalk", "documented"}
    if wanted:
        return quotes(home, scope, locate(item.id, wanted))[:most]
    duties = quotes(home, scope, locate(item.id))
    rank = _order(item.hits)
    best = sorted(duties, key=lambda c: rank.get(c.citations[0].start, len(rank)))[:most]
    return [claim for claim in duties if claim in best]


def _order(hits: Sequence[Hit]) -> Mapping[int, int]:
    return {hit.start: place for place, hit in enumerate(hits)}
