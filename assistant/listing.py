"""The library as a list for people: every version with its status today."""

from __future__ import annotations

from datetime import date

from assistant.home import Home
from assistant.local_only import kept_local
from assistant.models import Frozen
from knowledge import library
from knowledge.clock import today
from knowledge.models import Kind, Role, may_see


class Listed(Frozen):
    """One version in the list."""

    document: str
    version: str
    number: int
    label: str | None
    title: str
    file: str
    kind: Kind
    status: str
    owner: str | None
    audience: tuple[Role, ...]
    since: date | None
    until: date | None
    added_at: str
    built_in: bool
    pages: int | None
    sha256: str
    never_hosted: bool


def listing(home: Home, role: Role, day: date | None = None) -> list[Listed]:
    """The versions that a role may see: the organisation's own first, newest version first."""
    day = day or today()
    with home.database.read() as connection:
        every = library.all_versions(connection)
        local = kept_local(connection)
    rows = [
        Listed(
            document=v.document,
            version=v.id,
            number=v.number,
            label=v.label,
            title=v.title,
            file=v.file,
            kind=v.kind,
            status=library.status_on(v, every, day),
            owner=v.owner,
            audience=tuple(sorted(v.audience)),
            since=v.since,
            until=v.until,
            added_at=v.added_at,
            built_in=v.built_in,
            pages=len(v.pages) or None,
            sha256=v.sha256,
            never_hosted=v.document in local,
        )
        for v in every
        if may_see(role, v.audience)
    ]
    return sorted(rows, key=lambda r: (r.built_in, r.title.lower(), r.document, -r.number))
