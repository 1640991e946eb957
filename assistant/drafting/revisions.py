"""The revisions of a manuscript: which there are, one as it was written, what changed between two."""

from __future__ import annotations

from sqlalchemy import select

from assistant.drafting.changes import between
from assistant.drafting.document import Document
from assistant.drafting.kept import document, found
from assistant.drafting.manuscript import Difference, Revision
from assistant.drafting.tables import manuscript_revisions
from assistant.home import Home
from assistant.people import ROLES, Person
from assistant.permissions import Operation, require
from knowledge.models import Role


def revisions(home: Home, person: Person, name: str) -> tuple[Revision, ...]:
    """The revisions of a manuscript, oldest first."""
    require(home.database, person, Operation.READ_DRAFTS, name[:40])
    with home.database.read() as connection:
        t = manuscript_revisions.c
        where = t.manuscript == found(connection, person, name).id
        rows = connection.execute(select(manuscript_revisions).where(where).order_by(t.number))
        return tuple(
            Revision(
                number=row.number,
                at=row.at,
                who=ROLES[Role(row.role)],
                own=row.by == person.id,
                why=row.why,
                record=row.seq,
                erased=row.erased,
            )
            for row in rows
        )


def revision(home: Home, person: Person, name: str, number: int) -> Document:
    """One revision as it was written; NotPossible when there is none, or when its words were erased."""
    require(home.database, person, Operation.READ_DRAFTS, name[:40])
    with home.database.read() as connection:
        return document(connection, found(connection, person, name), number)


def differences(home: Home, person: Person, name: str, earlier: int, later: int) -> tuple[Difference, ...]:
    """What changed from one revision to another, section by section; nothing when no word did."""
    require(home.database, person, Operation.READ_DRAFTS, name[:40])
    with home.database.read() as connection:
        row = found(connection, person, name)
        return between(document(connection, row, earlier), document(connection, row, later))
