"""An item of review with all that a reviewer must see to decide on it, read in one state of the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from assistant import answer_record, drafts
from assistant.errors import AssistantError
from assistant.history import Happening, history
from assistant.home import Home
from assistant.log import Record
from assistant.models import Answer, Citation, Claim, Outcome
from assistant.people import Person
from assistant.permissions import Operation, allowed, require
from assistant.queue import reasons_of
from assistant.rules import Item, Refusal, deciding, item
from assistant.staleness import Difference, differences
from assistant.standing import Act, State
from assistant.told import Told, told
from knowledge import library
from knowledge.clock import now, today
from knowledge.library import Version
from knowledge.models import Role, may_see

_BEFORE, _AFTER = 140, 180
"""Characters of its document shown around a quote."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote in its document: what stands around it, and what its version is now.

    `stands` says whether the stored text still holds it; both sides are empty when the document is gone.
    """

    citation: Citation
    status: str
    before: str
    after: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A claim beside its quotes."""

    claim: Claim
    quotes: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class Struck:
    """A claim that was composed and not shown as such, with the reason."""

    text: str
    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The newest revision of a draft, as its approvers see it: the exact bytes and their text."""

    number: int
    file: str
    sha256: str
    data: bytes
    text: str
    before: str | None
    placeholders: tuple[str, ...]
    kind: str
    effective: str | None
    replaces: str | None


@dataclass(frozen=True, slots=True)
class Detail:
    """An item as a person sees it. `last` is the number of its newest record: what a verdict is bound to.

    `given` verdicts of `needs` are there; what the first of two was stays hidden from the second reviewer.
    `barred` says why this person cannot give a verdict, `approval_barred` why they cannot approve.
    """

    id: str
    last: int
    title: str | None
    state: State
    open: bool
    needs: int
    given: int
    assignee: str | None
    holder: str | None
    published: str | None
    asker_role: Role
    opened_at: str
    reasons: tuple[str, ...]
    subjects: tuple[str, ...]
    history: tuple[Happening, ...]
    differences: tuple[Difference, ...]
    barred: str | None
    approval_barred: str | None
    told: Told | None = None
    said: tuple[Said, ...] = ()
    corrected: tuple[Said, ...] = ()
    struck: tuple[Struck, ...] = ()
    searched: tuple[str, ...] = ()
    documents: Mapping[str, str] | None = None
    draft: Draft | None = None

    @property
    def comments(self) -> tuple[str, ...]:
        """What readers wrote who flagged it."""
        flags = (one.reason for one in self.history if one.act == Act.FLAG)
        return tuple(comment for comment in flags if comment)

    @property
    def claimable(self) -> bool:
        """Whether nobody has claimed it and it takes a verdict."""
        return self.open and self.holder is None


def detail(home: Home, person: Person, name: str) -> Detail:
    """Everything on one item. Raises UnknownRecord for what is not there or not for this person."""
    require(home.database, person, Operation.QUEUE, name[:40])
    with home.database.read() as connection:
        found = item(connection, person, name)
        every = {version.id: version for version in library.all_versions(connection)}
        common = _common(connection, home, person, found)
        if found.draft:
            return Detail(**common, draft=_draft(connection, found, every))
        now_told = told(connection, found.first, person, home.subjects)
        return Detail(
            **common,
            told=now_told,
            said=_said(connection, now_told.answer, every),
            corrected=_said(connection, now_told.correction, every),
            struck=_struck(found.first),
            searched=_titles(found.first.body["searched"], every),
            documents=_usable(home, person, Role(found.first.body["role"]), every.values()),
        )


def _common(connection: Connection, home: Home, person: Person, found: Item) -> dict[str, Any]:
    first, stands = found.first, found.stands
    return {
        "id": found.id,
        "last": found.last,
        "title": first.body["title"] if found.draft else first.personal.get("question"),
        "state": stands.state,
        "open": stands.open,
        "needs": stands.needs if found.draft else home.settings.reviewers,
        "given": len(stands.votes) if stands.state is State.PENDING else 0,
        "assignee": stands.assignee,
        "holder": stands.holder(now()),
        "published": stands.published,
        "asker_role": Role(first.body["role"]),
        "opened_at": found.entries[0].at,
        "reasons": tuple(reasons_of(found.entries, stands)),
        "subjects": tuple(first.body["review"]["subjects"]),
        "history": tuple(history(connection, found, person)),
        "differences": _differences(connection, person, found) if stands.stale else (),
        "barred": _bar(found, person, Act.REJECT),
        "approval_barred": _bar(found, person, Act.APPROVE),
    }


def _differences(connection: Connection, person: Person, found: Item) -> tuple[Difference, ...]:
    """What became of the quotes; a later version that is not for this person is as good as none."""
    return tuple(
        one
        if one.successor is None or may_see(person.role, one.successor.audience)
        else replace(one, successor=None, after=None, unchanged=False)
        for one in differences(connection, found.entries)
    )


def _bar(found: Item, person: Person, act: Act) -> str | None:
    """Why a person cannot give this verdict now; empty when it is their role that does not let them."""
    operation = Operation.APPROVE_DRAFT if found.draft else Operation.DECIDE
    if not allowed(person, operation):
        return ""
    try:
        deciding(found, person, act, None)
    except Refusal as error:
        return str(error)
    return None


def _said(connection: Connection, answer: Answer | None, every: Mapping[str, Version]) -> tuple[Said, ...]:
    return tuple(
        Said(claim, tuple(_quoted(connection, citation, every) for citation in claim.citations))
        for claim in (answer.claims if answer else ())
    )


def _quoted(connection: Connection, citation: Citation, every: Mapping[str, Version]) -> Quoted:
    version = every.get(citation.version)
    if version is None:
        return Quoted(citation, "removed", "", "", False)
    before, quote, after = (
        (max(citation.start - _BEFORE, 0), citation.start),
        (citation.start, citation.end),
        (citation.end, citation.end + _AFTER),
    )
    parts = library.stretches(connection, version.id, (before, quote, after))
    status = library.status_on(version, every.values(), today())
    return Quoted(citation, status, parts[before], parts[after], parts[quote] == citation.quote)


def _struck(first: Record) -> tuple[Struck, ...]:
    return tuple(
        Struck(text, Outcome(outcome), reason) for outcome, text, reason in answer_record.not_held(first)
    )


def _titles(versions: Iterable[str], every: Mapping[str, Version]) -> tuple[str, ...]:
    titles = {every[name].title if name in every else "a document that was removed" for name in versions}
    return tuple(sorted(titles))


def _usable(home: Home, person: Person, role: Role, every: Iterable[Version]) -> Mapping[str, str]:
    """Titles of the documents in force that both the person who asked and this one may see, by id."""
    scope = home.scope(role)
    held = library.in_force(every, today()).values()
    usable = sorted(
        (v for v in held if scope.admits(v) and may_see(person.role, v.audience)),
        key=lambda v: (not v.house, v.title),
    )
    return {version.document: version.title for version in usable}


def _draft(connection: Connection, found: Item, every: Mapping[str, Version]) -> Draft:
    revision, body = drafts.newest(connection, found), found.first.body
    replaced: Sequence[Version] = [every[name] for name in body["versions"] if name in every]
    return Draft(
        number=body["number"],
        file=body["file"],
        sha256=body["sha256"],
        data=revision.data,
        text=revision.text,
        before=_text_before(connection, found, body["number"]),
        placeholders=tuple(body["placeholders"]),
        kind=body["kind"],
        effective=body["effective"],
        replaces=replaced[0].title if replaced else None,
    )


def _text_before(connection: Connection, found: Item, number: int) -> str | None:
    try:
        return drafts.revision_of(connection, found, number - 1).text if number > 1 else None
    except AssistantError:
        return None
