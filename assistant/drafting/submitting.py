"""A manuscript on its way out: as a file, and as a draft that others approve."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from assistant import drafts, log
from assistant.drafting.changes import change_list
from assistant.drafting.document import Document
from assistant.drafting.kept import (
    Kept,
    change,
    document,
    found,
    newest,
    note,
    revision_row,
    writable,
    writers,
)
from assistant.drafting.types import followed
from assistant.drafts import Proposed
from assistant.exporting.formats import EXPORTED, export
from assistant.home import Home
from assistant.log import Record
from assistant.people import Person
from assistant.permissions import Operation, require
from knowledge.library import sha256

SUBMITTED = "In force once approved and published"
"""The status in a document that is up for approval: the bytes that are approved are those that hold later."""


def exportable(home: Home, person: Person, name: str, number: int | None = None) -> Document:
    """A revision, or the newest, as it leaves: with what changed since the version that it is to replace."""
    require(home.database, person, Operation.READ_DRAFTS, name[:40])
    with home.database.read() as connection:
        row = found(connection, person, name)
        return _leaving(connection, row, number or row.newest)


def _leaving(connection: Connection, row: Kept, number: int) -> Document:
    made = document(connection, row, number) if number else newest(connection, row)
    if row.base is None or revision_row(connection, row, 1).erased:
        return made
    changes = change_list(document(connection, row, 1), made)
    return made.model_copy(update={"changes": (*made.changes, *changes)})


def leave(
    home: Home, person: Person, name: str, number: int, suffix: str, template: bytes | None = None
) -> bytes:
    """A revision as a file of a format (".docx"), on the log with its SHA-256 before it is given out.

    `template` is a Word file of the organisation's. Raises NotPossible for a format that is not written, or a
    template that cannot be used.
    """
    require(home.database, person, Operation.READ_DRAFTS, name[:40])
    data = export(exportable(home, person, name, number), suffix, template)
    with log.recording(home.database) as connection:
        row = found(connection, person, name)
        note(connection, person, row, suffix[1:], kind=EXPORTED, number=number, sha256=sha256(data))
    return data


def submit(home: Home, person: Person, name: str, seen: int | None = None) -> Record:
    """Submit the newest revision for approval, as DOCX; again, as the next revision of the same draft.

    Nobody who wrote in the manuscript may approve the draft. Returns the draft's record. Raises NotPossible
    as `assistant.drafts.submit` does: nothing new, a day that is past, a draft that was published.
    """
    require(home.database, person, Operation.SUBMIT, name[:40])
    from assistant.exporting.docx import write

    with home.database.read() as connection:
        row = writable(connection, person, name, seen)
        made, wrote = _leaving(connection, row, row.newest), writers(connection, row)
    made = made.model_copy(update={"header": made.header.model_copy(update={"status": SUBMITTED})})
    data, head = write(made), made.header
    proposed = Proposed(followed(row.type).spec.kind, row.revises, head.owner, head.effective)
    entry = drafts.submit(home, person, data, _file(row.title), proposed, row.draft, wrote)
    with log.recording(home.database) as connection:
        draft = entry.body["item"]
        row = change(connection, found(connection, person, name), draft=draft)
        note(connection, person, row, "submitted", number=row.newest, sha256=sha256(data), draft=draft)
    return entry


def _file(title: str) -> str:
    stem = re.sub(r"[^\w]+", "-", title.casefold()).strip("-")[:60]
    return f"{stem or 'document'}.docx"
