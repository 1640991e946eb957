"""The quotes composer: the best sentences of the best passages, in the reader's order.

No language model: every claim is worded as its quote, so nothing can be invented. What the organisation
says and what the standard, guidance or law says are searched apart and never mixed.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from assistant.confidence import confidence
from assistant.excerpt import Excerpt, excerpts
from assistant.models import Claim
from assistant.understand import Understanding
from knowledge.control import states_control
from knowledge.hits import Hit
from knowledge.index import Index, Scope
from knowledge.library import folded
from knowledge.models import HOUSE_KINDS, Kind, Role
from knowledge.requirement_answers import Topic
from knowledge.search import search
from knowledge.terms import stems

if TYPE_CHECKING:
    from knowledge.late import EncodedQuestion

NAME, VERSION = "quotes", 2

STANDARD = frozenset({Kind.REQUIREMENT, Kind.CONTROL})
RELATED = frozenset({Kind.GUIDANCE, Kind.LAW})


@dataclass(frozen=True, slots=True)
class Part:
    """How one group of sources takes part in an answer."""

    kinds: frozenset[Kind]
    deep: int
    most: int
    near: float
    """Share of the best score of all groups that a hit must reach."""
    least: float
    """Least confidence at which a passage, or of the standard the group, is quoted."""


HOUSE = Part(HOUSE_KINDS, 12, 3, 0.70, 0.20)
NORM = Part(STANDARD, 60, 3, 0.60, 0.005)
OTHER = Part(RELATED, 12, 2, 0.85, 0.20)
ALONE = 0.20
"""Least confidence at which the standard is quoted without a rule of the organisation beside it."""
_AS_SURE = 0.9
"""Share of the surest passage's confidence with which another of the group is as good."""
_FIRST_IS_HOUSE = frozenset({Role.EMPLOYEE})
_ASKS_CONTROL = re.compile(r"\b(owns?|owner|version|effective|in force|status|audience)\b", re.IGNORECASE)
_OWNS = re.compile(r"\bowns?\b", re.IGNORECASE)
_CONTROL = 1.0
"""What being the document control of the document that is asked about adds to a score."""
_EMPHASIS = 0.45
"""What holding the words of a follow-up adds to a score."""


@dataclass(frozen=True, slots=True)
class Found:
    """What each group of sources holds on a question, best first."""

    house: tuple[Hit, ...]
    norm: tuple[Hit, ...]
    other: tuple[Hit, ...]

    @property
    def all(self) -> tuple[Hit, ...]:
        """Every hit, group after group."""
        return self.house + self.norm + self.other

    def beside(self, house: Iterable[Hit]) -> Found:
        """With other passages of the organisation behind those that were found."""
        return replace(self, house=tuple(dict.fromkeys([*self.house, *house])))

    def within(self, versions: Container[str]) -> Found:
        """What of it stands in these versions, by id."""
        kept = [
            tuple(hit for hit in hits if hit.version.id in versions)
            for hits in (self.house, self.norm, self.other)
        ]
        return Found(*kept)


NOTHING = Found((), (), ())


def find(index: Index, asked: Understanding, scope: Scope, encoded: EncodedQuestion | None) -> Found:
    """Search each group of sources on its own, by what is asked beside the ids of clauses.

    A named clause is answered from the requirements themselves; here all sources compete alike.
    """
    sought = _OWNS.sub("is owner of", asked.beside_ids)
    groups = []
    for part in (HOUSE, NORM, OTHER):
        kinds = replace(scope, kinds=part.kinds)
        hits = search(index, sought, kinds, part.deep, encoded=encoded)
        told = _with_control([hit for hit in hits if not _is_list(hit)], asked.text)
        groups.append(tuple(_emphasised(told, asked.emphasis)))
    return Found(*groups)


def _is_list(hit: Hit) -> bool:
    """Whether it is one of the lists that answer `structured` questions, and match any other."""
    return hit.version.built_in and hit.section[-1:] in [(topic,) for topic in get_args(Topic)]


def _with_control(hits: Sequence[Hit], question: str) -> list[Hit]:
    """Without what is document control only; when that is asked, the named document's comes first."""
    if not _ASKS_CONTROL.search(question):
        return [hit for hit in hits if not states_control(hit.text)]
    named = _named_document(hits, question)
    raised = [hit.raised(_CONTROL) for hit in named]
    return raised + [hit for hit in hits if not states_control(hit.text)]


def _named_document(hits: Sequence[Hit], question: str) -> list[Hit]:
    """The control passage of the document whose whole title the question names; the longest title wins."""
    wanted = set(stems(question))
    titles = {hit.version.title: set(stems(hit.version.title)) for hit in hits}
    whole = {title: words for title, words in titles.items() if words and words <= wanted}
    longest = max(whole, key=lambda title: len(whole[title]), default=None)
    return [hit for hit in hits if states_control(hit.text) and hit.version.title == longest]


def _emphasised(hits: Sequence[Hit], emphasis: str) -> list[Hit]:
    wanted = set(stems(emphasis))
    if not wanted:
        return list(hits)
    raised = [hit.raised(_EMPHASIS * len(wanted & set(stems(hit.text))) / len(wanted)) for hit in hits]
    return sorted(raised, key=lambda hit: -hit.score)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of the sources found will be quoted, best first, and how sure each group of it answers.

    `norm` holds passages that speak for the clauses that will be quoted.
    """

    house: tuple[Hit, ...]
    norm: tuple[Hit, ...]
    other: tuple[Hit, ...]

    @property
    def sure(self) -> float:
        """How sure it is that something that will be quoted answers."""
        return max(map(_group_sure, (self.house, self.norm, self.other)))


def choose(found: Found, norm: Sequence[Hit]) -> Chosen:
    """The passages that answer; `norm` holds those of the clauses that speak to the question.

    Every passage must be sure enough by itself, or hold what a follow-up asks for, and be near the best in
    score or about as sure as the surest. What the standard asks may be less sure beside a rule of the
    organisation, which it backs, than alone.
    """
    best = max((hit.base for hit in found.all), default=0.0)
    house = _chosen(found.house, HOUSE, best)
    other = _chosen(found.other, OTHER, best)
    least = NORM.least if house else ALONE
    return Chosen(house, tuple(norm) if _group_sure(norm) >= least else (), other)


def _chosen(hits: Sequence[Hit], part: Part, best: float) -> tuple[Hit, ...]:
    surest = _group_sure(hits)
    kept = [
        hit
        for hit in hits
        if (_sure(hit) >= part.least or hit.lift >= _EMPHASIS)
        and (hit.base >= part.near * best or _sure(hit) >= _AS_SURE * surest)
    ]
    return tuple(kept[: part.most])


def _group_sure(hits: Sequence[Hit]) -> float:
    return max(map(_sure, hits), default=0.0)


def _sure(hit: Hit) -> float:
    """How sure a hit answers; the document control that was asked for does."""
    return 1.0 if hit.lift >= _CONTROL else confidence([hit])


def compose(
    chosen: Chosen, among: Found, asked: Understanding, role: Role, norm: Sequence[Claim]
) -> list[Claim]:
    """Claims worded as their quotes, in the reader's order.

    To an employee the organisation's own rules come first, with what the standard asks behind them; without
    such a rule, and to others, what answers surest does. `norm` holds what the standard asks, already quoted.
    """
    groups = {
        HOUSE: (_claims(chosen.house, asked, among.all), _group_sure(chosen.house)),
        NORM: (list(norm) if chosen.norm else [], _group_sure(chosen.norm)),
        OTHER: (_claims(chosen.other, asked, among.all), _group_sure(chosen.other)),
    }
    order = [HOUSE, NORM, OTHER]
    if role not in _FIRST_IS_HOUSE or not chosen.house:
        order.sort(key=lambda part: -groups[part][1])
    return [claim for part in order for claim in groups[part][0]]


def _claims(hits: Sequence[Hit], asked: Understanding, among: Sequence[Hit]) -> list[Claim]:
    claims: dict[str, Claim] = {}
    for part in excerpts(hits, asked.text, among):
        claim = as_claim(part)
        claims.setdefault(claim.text, claim)
    return list(claims.values())


def as_claim(part: Excerpt) -> Claim:
    """A claim that says what its quote says."""
    return Claim(text=folded(part.text), citations=(part.citation(),))
