"""Drafts as people read them: a list with where each stands, and one with all its revisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from assistant import queue
from assistant.drafts import revision_of
from assistant.errors import UnknownRecord
from assistant.history import Happening, history
from assistant.home import Home
from assistant.people import ROLES, Person
from assistant.permissions import Operation, require
from assistant.rules import Item, item
from assistant.standing import Act, State
from assistant.tables import items
from knowledge import library
from knowledge.clock import today
from knowledge.errors import UnknownDocument
from knowledge.models import HOUSE_KINDS, Kind, Role, may_see

_MOST = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A draft by its newest revision, and where it stands: `approvals` of `needs` are given."""

    id: str
    title: str
    kind: Kind
    file: str
    number: int
    sha256: str
    state: State
    approvals: int
    needs: int
    placeholders: tuple[str, ...]
    replaces: str | None
    effective: date | None
    published: str | None
    own: bool
    changed_at: str


@dataclass(frozen=True, slots=True)
class Revised:
    """One revision of a draft."""

    number: int
    at: str
    who: str
    own: bool
    file: str
    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class Read:
    """A draft with every revision, oldest first, and every record of it."""

    draft: Listed
    revisions: tuple[Revised, ...]
    history: tuple[Happening, ...]


def listed(home: Home, person: Person) -> list[Listed]:
    """The drafts that a person may see, those that changed last first."""
    require(home.database, person, Operation.READ_DRAFTS)
    with home.database.read() as connection:
        return [_listed(connection, found, person) for found in _visible(connection, person)]


def read(home: Home, person: Person, draft: str) -> Read:
    """One draft; UnknownRecord when there is none of this id for this person."""
    require(home.database, person, Operation.READ_DRAFTS, draft[:40])
    with home.database.read() as connection:
        found = item(connection, person, draft)
        if not found.draft:
            raise UnknownRecord(f"No draft {draft!r} is there, or it is not for you.")
        entries = [entry for entry in found.entries if entry.kind == queue.DRAFT]
        kept = [revision_of(connection, found, entry.body["number"]) for entry in entries]
        return Read(
            draft=_listed(connection, found, person),
            revisions=tuple(
                Revised(
                    number=one.entry.body["number"],
                    at=one.entry.at,
                    who=ROLES[Role(one.entry.body["role"])],
                    own=one.entry.body["actor"] == person.id,
                    file=one.entry.body["file"],
                    sha256=one.entry.body["sha256"],
                    text=one.text,
                )
                for one in kept
            ),
            history=tuple(history(connection, found, person)),
        )


def replaceable(home: Home, person: Person) -> dict[str, str]:
    """Titles of the organisation's documents in force that a draft of this person could replace, by id."""
    require(home.database, person, Operation.READ_DRAFTS)
    with home.database.read() as connection:
        held = library.in_force(library.all_versions(connection), today()).values()
    own = [v for v in held if v.kind in HOUSE_KINDS and not v.built_in and may_see(person.role, v.audience)]
    return {version.document: version.title for version in sorted(own, key=lambda v: v.title)}


def _visible(connection: Connection, person: Person) -> Iterator[Item]:
    query = select(items.c.id).where(items.c.kind == queue.DRAFT).order_by(items.c.changed_at.desc())
    for name in connection.execute(query.limit(_MOST)).scalars().all():
        try:
            yield item(connection, person, name)
        except UnknownRecord:
            continue


def _listed(connection: Connection, found: Item, person: Person) -> Listed:
    body, stands = found.first.body, found.stands
    effective = date.fromisoformat(body["effective"]) if body["effective"] else None
    if stands.published:
        effective = _since(connection, stands.published) or effective
    return Listed(
        id=found.id,
        title=body["title"],
        kind=Kind(body["kind"]),
        file=body["file"],
        number=body["number"],
        sha256=body["sha256"],
        state=stands.state,
        approvals=sum(vote.act is Act.APPROVE for vote in stands.votes),
        needs=stands.needs,
        placeholders=() if stands.published else tuple(body["placeholders"]),
        replaces=body["document"],
        effective=effective,
        published=stands.published,
        own=person.id in stands.wrote,
        changed_at=stands.changed_at,
    )


def _since(connection: Connection, version: str) -> date | None:
    """From when a published version holds; none when it was removed since."""
    try:
        return library.version(connection, version).since
    except UnknownDocument:
        return None
