"""Answers and drafts whose sources changed: found when the library changes, and day by day.

An item is stale when a version that it cites is not in force any more: superseded, withdrawn, removed, or
ended by its date. When all are in force again (a withdrawal undone), it stands as it stood.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy import Connection, select

from assistant import log, queue
from assistant.log import Record
from assistant.models import Citation
from assistant.people import SYSTEM, Person
from assistant.standing import REVIEW, Act, State, standing
from assistant.tables import items, marks
from knowledge import library, stored_passages
from knowledge.clock import today
from knowledge.library import Version, folded


@dataclass(frozen=True, slots=True)
class Difference:
    """A cited quote beside what stands in its place today; `after` is None when the document is gone."""

    citation: Citation
    status: str
    successor: Version | None
    after: str | None
    unchanged: bool


def sweep(
    connection: Connection, changed_versions: Collection[str] | None = None, person: Person = SYSTEM
) -> list[str]:
    """Note every item whose sources went out of force, or came back; return those that changed.

    Where it is known which versions a change can have touched, only items that cite those are looked at.
    """
    cited = _cited(connection, "version", changed_versions)
    if not cited:
        return []
    held = {v.id for v in library.in_force(library.all_versions(connection), today()).values()}
    noted = _cited(connection, "noted", changed_versions)
    changed = []
    for item, versions in cited.items():
        gone = versions - held
        before = noted.get(item, set()) & versions
        if gone == before:
            continue
        act = Act.STALE if gone - before else Act.FRESH
        body = {**person.acted(), "item": item, "act": act.value, "gone": sorted(gone)}
        queue.noted(connection, log.append(connection, REVIEW, body))
        changed.append(item)
    return changed


def sweep_document(connection: Connection, document: str) -> list[str]:
    """The same, after a document came in or was declared anew; a first version nobody can cite yet."""
    versions = library.of_document(connection, document)
    return sweep(connection, [version.id for version in versions])


def _cited(connection: Connection, kind: str, among: Collection[str] | None) -> dict[str, set[str]]:
    """The marked versions of each item that stands; what was rejected is done with.

    With `among`, only of items that cite one of these versions.
    """
    query = (
        select(marks.c.item, marks.c.value)
        .join(items, items.c.id == marks.c.item)
        .where(marks.c.kind == kind, items.c.state != State.REJECTED.value)
    )
    if among is not None:
        citing = select(marks.c.item).where(marks.c.kind == "version", marks.c.value.in_(list(among)))
        query = query.where(marks.c.item.in_(citing))
    found: dict[str, set[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.item, set()).add(row.value)
    return found


def differences(connection: Connection, entries: Sequence[Record]) -> list[Difference]:
    """What became of each quote of an item whose version is not in force any more."""
    every = library.all_versions(connection)
    by_id = {version.id: version for version in every}
    holding = library.in_force(every, today())
    held = queue.said(entries, standing(entries))
    cited = [Citation.model_validate(c) for claim in held.get("claims", []) for c in claim["citations"]]
    found = []
    for citation in cited:
        successor = holding.get(citation.document)
        if successor and successor.id == citation.version:
            continue
        found.append(_difference(connection, citation, by_id, every, successor))
    return found


def _difference(
    connection: Connection,
    citation: Citation,
    by_id: Mapping[str, Version],
    every: Iterable[Version],
    successor: Version | None,
) -> Difference:
    old = by_id.get(citation.version)
    status = library.status_on(old, every, today()) if old else "removed"
    if successor is None:
        return Difference(citation, status, None, None, False)
    after = _in_its_place(connection, citation, successor)
    return Difference(citation, status, successor, after, folded(citation.quote) == folded(after or ""))


def _in_its_place(connection: Connection, citation: Citation, successor: Version) -> str | None:
    """The quote where it still stands; else the passage of the new version that is most like it."""
    text = library.text_of(connection, successor.id)
    if folded(citation.quote) in folded(text):
        return citation.quote
    passages = [text[p.start : p.end] for p in stored_passages.of_version(connection, successor.id)]
    return max(passages, key=lambda passage: _likeness(passage, citation.quote), default=None)


def _likeness(passage: str, quote: str) -> float:
    return SequenceMatcher(None, folded(passage).split(), folded(quote).split(), autojunk=False).ratio()
