"""The store of what is being written: begun, answered, given a head, discarded and brought back.

What makes revisions of it is in `writing`, what reads them in `revisions`, what sends them out in
`submitting`. Each answer is committed before its function returns.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from assistant import log
from assistant.drafting import sources, taking
from assistant.drafting.intake import Given, answered
from assistant.drafting.kept import (
    Kept,
    change,
    found,
    header,
    manuscript,
    newest,
    note,
    sees,
    store,
    with_sources,
    writable,
    writing,
    wrote,
)
from assistant.drafting.manuscript import HeaderFields, Listed, Manuscript
from assistant.drafting.tables import manuscript_answers, manuscripts
from assistant.drafting.types import Followed, followed, known
from assistant.errors import NotPossible
from assistant.home import Home
from assistant.ingest import printable
from assistant.models import Citation
from assistant.people import Person
from assistant.permissions import Operation, require
from assistant.visibility import hidden_versions
from knowledge.clock import now
from knowledge.formats.builder import clean
from knowledge.specifications import Question, Specification

_MOST = 300
"""Characters of a title or of one entry of the head."""


def begin(
    home: Home,
    person: Person,
    type: str,
    title: str = "",
    document: str | None = None,
    system: str | None = None,
) -> Manuscript:
    """Begin a document of a type; with `document`, its next version, from the text that is in force.

    `system` is the AI system that it is about. Raises BadSpecification for a type that is not there and
    NotPossible for a document that is not in force, or not for this person.
    """
    require(home.database, person, Operation.WRITE, type[:40])
    type_ = followed(type)
    base = taking.base(home, person.role, type_.spec, document) if document else None
    name = _line(title) or (base.version.title if base else type_.spec.title)
    said = base.fields if base else HeaderFields()
    with log.recording(home.database) as connection:
        row = _row(connection, person, type_, name, said, base, system)
        about = {"document": document, "system": row.system, "specification_sha256": type_.sha256}
        note(connection, person, row, "begun", specification=type, **about)
        if base:
            store(connection, person, row, base.document(header(connection, row)), {}, "taken over")
        return manuscript(connection, person, found(connection, person, row.id))


def _row(
    connection: Connection,
    person: Person,
    type_: Followed,
    title: str,
    said: HeaderFields,
    base: taking.Base | None,
    system: str | None,
) -> Kept:
    name, at = log.new_id(), now()
    connection.execute(
        insert(manuscripts).values(
            id=name,
            type=type_.spec.id,
            title=title,
            header=said.model_dump_json(),
            revises=base.version.document if base else None,
            base=base.version.id if base else None,
            system=printable(system)[:80] if system else None,
            sources=json.dumps([base.version.id] if base else []),
            newest=0,
            discarded=False,
            began_by=person.id,
            began_as=person.role.value,
            began_at=at,
            changed_at=at,
        )
    )
    return connection.execute(select(manuscripts).where(manuscripts.c.id == name)).one()


def listed(home: Home, person: Person) -> list[Listed]:
    """The manuscripts that a person may see, those that changed last first, discarded ones with them."""
    require(home.database, person, Operation.READ_DRAFTS)
    with home.database.read() as connection:
        hidden = hidden_versions(connection, person.role)
        counts = _answered(connection)
        rows = connection.execute(select(manuscripts).order_by(manuscripts.c.changed_at.desc())).all()
        return [
            Listed(
                id=row.id,
                type=row.type,
                title=row.title,
                revises=row.revises,
                system=row.system,
                newest=row.newest,
                answered=counts.get(row.id, 0),
                asked=len(spec.intake) if (spec := known(row.type)) else 0,
                draft=row.draft,
                discarded=row.discarded,
                own=wrote(connection, person, row),
                began_at=row.began_at,
                changed_at=row.changed_at,
            )
            for row in rows
            if sees(connection, person, row, hidden)
        ]


def _answered(connection: Connection) -> dict[str, int]:
    t = manuscript_answers.c
    counted = select(t.manuscript, func.count().label("given")).group_by(t.manuscript)
    return {row.manuscript: row.given for row in connection.execute(counted)}


def read(home: Home, person: Person, name: str) -> Manuscript:
    """A manuscript as it stands; UnknownRecord when there is none of this id for this person."""
    require(home.database, person, Operation.READ_DRAFTS, name[:40])
    with home.database.read() as connection:
        return manuscript(connection, person, found(connection, person, name))


def answer(
    home: Home,
    person: Person,
    name: str,
    question: str,
    value: Any,
    citations: Iterable[Citation] = (),
    seen: int | None = None,
) -> Given | None:
    """Answer one question, committed when this returns; None or nothing clears the answer.

    `citations` are where it was found: each must stand in a source in force. Raises NotPossible for what
    does not answer the question.
    """
    require(home.database, person, Operation.WRITE, name[:40])
    with log.recording(home.database) as connection:
        row = writable(connection, person, name, seen)
        asked = _question(followed(row.type).spec, question)
        given = answered(asked, value.rows or value.lines if isinstance(value, Given) else value)
        if given:
            given = given.model_copy(update={"citations": sources.held(connection, citations)})
        _answer(connection, person, row, asked.id, given)
        return given


def _question(spec: Specification, name: str) -> Question:
    try:
        return spec.question(name)
    except KeyError:
        raise NotPossible(f"{spec.title} does not ask {name[:60]!r}.") from None


def _answer(connection: Connection, person: Person, row: Kept, question: str, given: Given | None) -> None:
    t = manuscript_answers.c
    here = (t.manuscript == row.id) & (t.question == question)
    connection.execute(delete(manuscript_answers).where(here))
    writing(connection, person, row)
    if given:
        values = {"value": given.model_dump_json(), "by": person.id, "at": now()}
        connection.execute(insert(manuscript_answers).values(manuscript=row.id, question=question, **values))
        row = with_sources(connection, row, [cited.version for cited in given.citations])
    change(connection, row)


def set_header(
    home: Home,
    person: Person,
    name: str,
    fields: HeaderFields,
    title: str | None = None,
    seen: int | None = None,
) -> Manuscript:
    """Say what stands at the head of the document; all of it, so begin from `Manuscript.fields`.

    A document that is composed becomes a new revision with this head; its sections stay as they are.
    """
    require(home.database, person, Operation.WRITE, name[:40])
    said = _tidied(fields)
    with log.recording(home.database) as connection:
        row = writable(connection, person, name, seen)
        held = manuscript(connection, person, row)
        writing(connection, person, row)
        row = change(connection, row, header=said.model_dump_json(), title=_line(title) or row.title)
        head = header(connection, row)
        if held.document and held.document.header != head:
            made = newest(connection, row).model_copy(update={"header": head})
            store(connection, person, row, made, held.answers, "header")
        return manuscript(connection, person, found(connection, person, name))


def _tidied(fields: HeaderFields) -> HeaderFields:
    if fields.effective and fields.next_review and fields.next_review <= fields.effective:
        raise NotPossible("The next review is not after the day from which the document holds.")
    texts = ("owner", "approver", "reviewer", "classification", "version")
    return fields.model_copy(update={text: _line(getattr(fields, text)) or None for text in texts})


def _line(text: str | None) -> str:
    line = " ".join(clean(text or "").split())
    if len(line) > _MOST:
        raise NotPossible(f"{line[:40]!r} … is too long. Say it in {_MOST} characters.")
    return line


def discard(home: Home, person: Person, name: str, seen: int | None = None) -> None:
    """Put a manuscript aside; nothing of it is lost, and `bring_back` undoes it."""
    require(home.database, person, Operation.WRITE, name[:40])
    with log.recording(home.database) as connection:
        row = writable(connection, person, name, seen)
        note(connection, person, change(connection, row, discarded=True), "discarded")


def bring_back(home: Home, person: Person, name: str) -> Manuscript:
    """Take a discarded manuscript up again."""
    require(home.database, person, Operation.WRITE, name[:40])
    with log.recording(home.database) as connection:
        row = found(connection, person, name)
        if row.discarded:
            row = change(connection, row, discarded=False)
            note(connection, person, row, "brought back")
        return manuscript(connection, person, row)
