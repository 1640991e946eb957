"""The gap assessment: for each clause, control and obligation, what the organisation's documents say to it.

Evidence is what the organisation itself wrote, in force today and for the person who looks; the standard's
text, law and guidance are never searched. What is found says that a matter is spoken to, not that anything is
met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from weakref import WeakKeyDictionary

from pydantic import Field
from sqlalchemy import Connection

from assistant.excerpt import Excerpt
from assistant.gaps import kept
from assistant.gaps.elements import asked
from assistant.gaps.evidence import Answered, Near, Status, answered, clause_reason, clause_status
from assistant.gaps.statements import Statement, statements
from assistant.home import Home
from assistant.models import Citation, Claim, Frozen, Outcome
from assistant.people import Person
from assistant.permissions import Operation, require
from assistant.verify import verify
from knowledge import library
from knowledge.embed import Encoder
from knowledge.hits import Hit
from knowledge.index import Scope
from knowledge.late import EncodedQuestion
from knowledge.library import Version, folded
from knowledge.models import HOUSE_KINDS
from knowledge.requirements import Obligation, Requirement, requirements
from knowledge.search import search

VERSION = 2
"""Raised when the way of finding changes, so that what was kept is made anew."""
_DEEP = 20
"""Passages that each wording of an obligation brings."""
FLOOR = 0.24
"""Least likeness of a passage to the nearest wording of an obligation, as a cosine."""

_WORDINGS: WeakKeyDictionary[Encoder, dict[str, EncodedQuestion]] = WeakKeyDictionary()

Progress = Callable[[int, int], None]
"""Told how many obligations are done, of how many."""


class Finding(Frozen):
    """Where one clause, control or obligation stands, why, and the quotes on which that rests."""

    id: str
    kind: str = Field(description="clause, control or obligation")
    status: Status
    reason: str
    evidence: tuple[Citation, ...] = ()

    @property
    def versions(self) -> frozenset[str]:
        """Ids of the versions that are quoted."""
        return frozenset(citation.version for citation in self.evidence)


class Assessment(Frozen):
    """What the program finds, clause after clause, each followed by its obligations."""

    revision: int = Field(description="Revision of the library that was read.")
    day: date
    findings: tuple[Finding, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Finding]:
        """Findings by id."""
        return {finding.id: finding for finding in self.findings}


def assess(home: Home, person: Person, progress: Progress | None = None) -> Assessment:
    """The assessment as the documents stand today, for this person; made anew when the library changed."""
    require(home.database, person, Operation.GAPS)
    scope = replace(home.scope(person.role), kinds=HOUSE_KINDS)
    key = _key(home, scope)
    value = kept.held(home, key)
    if value is not None:
        return Assessment.model_validate_json(value)
    made = _made(home, scope, progress)
    kept.keep(home, person, key, made.model_dump_json(), _told(made))
    return made


def _told(made: Assessment) -> kept.Made:
    obligations = [finding for finding in made.findings if finding.kind == "obligation"]
    return kept.Made(
        day=made.day.isoformat(),
        revision=made.revision,
        statuses=tuple(finding.status.value for finding in obligations),
        versions=tuple(sorted({version for finding in obligations for version in finding.versions})),
    )


def _key(home: Home, scope: Scope) -> str:
    """What an assessment depends on: the library, who looks, the day, and how far search is prepared."""
    state = home.index.state()
    return f"{VERSION}:{state.revision}:{state.embedded}:{scope.role}:{scope.day}"


def _made(home: Home, scope: Scope, progress: Progress | None) -> Assessment:
    held = requirements()
    found: dict[str, Answered] = {}
    stated = _Stated(home)
    with home.database.read() as connection:
        any_ = bool(_usable(connection, scope))
    for item in held.items:
        around = _around(home, scope, item) if any_ else []
        for obligation in item.obligations:
            near = _near(home, scope, obligation, around) if any_ else []
            found[obligation.id] = answered(asked()[obligation.id], _all_stated(stated, near))
            if progress:
                progress(len(found), len(held.obligations))
    with home.database.read() as connection:
        usable = _usable(connection, scope)
        findings = [f for item in held.items for f in _findings(item, found, connection, usable)]
    return Assessment(revision=home.index.state().revision, day=scope.day, findings=tuple(findings))


class _Stated:
    """What each passage states, read once."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._known: dict[str, list[Statement]] = {}

    def __call__(self, hit: Hit) -> list[Statement]:
        if hit.passage not in self._known:
            self._known[hit.passage] = statements(hit, self._stem(hit))
        return self._known[hit.passage]

    def _stem(self, hit: Hit) -> str:
        if hit.head is None:
            return ""
        with self._home.database.read() as connection:
            text = self._home.index.texts.of(connection, hit.version.id)
        return text[hit.head[0] : hit.head[1]]


def _around(home: Home, scope: Scope, item: Requirement) -> list[Hit]:
    """The passages nearest to a clause or control in plain words, and to its usual evidence."""
    wordings = [f"{item.title}: {requirements().plain_words[item.id]}", "; ".join(item.evidence_examples)]
    return [hit for text in wordings for hit in _searched(home, scope, text)]


def _near(home: Home, scope: Scope, obligation: Obligation, around: Sequence[Hit]) -> list[tuple[Hit, float]]:
    """Passages with their likeness to the nearest wording of an obligation."""
    act = asked()[obligation.id].elements[0].name
    best: dict[str, tuple[Hit, float]] = {}
    own = [*_searched(home, scope, obligation.text), *_searched(home, scope, act)]
    for hit in [*own, *around]:
        like = _likeness(hit)
        if hit.passage not in best or like > best[hit.passage][1]:
            best[hit.passage] = (hit, like)
    return [(hit, like) for hit, like in best.values() if like >= FLOOR]


def _searched(home: Home, scope: Scope, text: str) -> list[Hit]:
    return search(home.index, text, scope, _DEEP, encoded=_encoded(home, text))


def _encoded(home: Home, text: str) -> EncodedQuestion | None:
    """A wording as the model sees it. Wordings are always the same, so each is encoded once in a process."""
    if not home.index.state().embedded:
        return None
    known = _WORDINGS.setdefault(home.encoder, {})
    spelt = home.index.glossary.spelt_out(text)
    if spelt not in known:
        known[spelt] = home.encoder.question(spelt)
    return known[spelt]


def _likeness(hit: Hit) -> float:
    if hit.body is not None:
        return hit.body.cosine
    return hit.coverage if hit.cosine is None else hit.cosine


def _all_stated(stated: _Stated, near: Iterable[tuple[Hit, float]]) -> list[Near]:
    return [Near(statement, like) for hit, like in near for statement in stated(hit)]


def _usable(connection: Connection, scope: Scope) -> Mapping[str, Version]:
    held = library.in_force(library.all_versions(connection), scope.day).values()
    return {version.id: version for version in held if scope.admits(version)}


def _findings(
    item: Requirement,
    found: Mapping[str, Answered],
    connection: Connection,
    usable: Mapping[str, Version],
) -> list[Finding]:
    below = [_finding(o.id, found[o.id], connection, usable) for o in item.obligations]
    statuses = {finding.id: finding.status for finding in below}
    quotes = dict.fromkeys(citation for finding in below for citation in finding.evidence)
    above = Finding(
        id=item.id,
        kind=item.kind,
        status=clause_status(list(statuses.values())),
        reason=clause_reason(statuses),
        evidence=tuple(quotes),
    )
    return [above, *below]


def _finding(name: str, found: Answered, connection: Connection, usable: Mapping[str, Version]) -> Finding:
    """An obligation with the quotes that stand in their sources; without any, nothing was found."""
    quotes = tuple(c for s in found.statements if _stands(c := _cited(s), connection, usable))
    if len(quotes) == len(found.statements):
        return Finding(id=name, kind="obligation", status=found.status, reason=found.reason, evidence=quotes)
    reason = "A document changed while it was read; the assessment is made anew at the next look."
    return Finding(id=name, kind="obligation", status=Status.NOTHING, reason=reason)


def _cited(statement: Statement) -> Citation:
    return Excerpt(statement.hit, statement.start, statement.end, statement.text).citation()


def _stands(citation: Citation, connection: Connection, usable: Mapping[str, Version]) -> bool:
    claim = Claim(text=folded(citation.quote), citations=(citation,))
    return verify(claim, connection, usable).outcome is not Outcome.STRUCK
