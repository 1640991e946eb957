"""Manuscripts as they lie in SQL: who may see one, what it holds, and how a revision comes to be.

Functions take an open connection, so that a change and its record on the log are one transaction.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

import rfc8785
from sqlalchemy import Connection, Row, insert, select, union, update

from assistant import chain, log
from assistant.drafting import profile
from assistant.drafting.document import Document, Header
from assistant.drafting.intake import Given, Intake
from assistant.drafting.manuscript import HeaderFields, Manuscript, Why
from assistant.drafting.tables import (
    manuscript_answers,
    manuscript_revisions,
    manuscript_writers,
    manuscripts,
)
from assistant.drafting.types import followed, known
from assistant.errors import DamagedRecord, NotPossible, UnknownRecord
from assistant.ingest import printable
from assistant.log import Record
from assistant.people import ROLES, Person
from assistant.tables import people
from assistant.visibility import hidden_versions
from knowledge.clock import now
from knowledge.control import read_control
from knowledge.database import records
from knowledge.models import EVERYONE, Role, may_see

KIND = "manuscript"
"""The kind of a record that tells of a manuscript: that it was begun, revised, submitted, discarded."""

Kept = Row[Any]
"""A row of `manuscripts`."""


def found(connection: Connection, person: Person, name: str) -> Kept:
    """A manuscript that a person may see; UnknownRecord otherwise, whether it exists or not."""
    hidden = hidden_versions(connection, person.role)
    row = connection.execute(select(manuscripts).where(manuscripts.c.id == name)).first()
    if row is None or not sees(connection, person, row, hidden):
        raise UnknownRecord(f"No document {name!r} is being written, or it is not for you.")
    return row


def sees(connection: Connection, person: Person, row: Kept, hidden: frozenset[str]) -> bool:
    """Whether it is for a person: none of its sources is hidden from them, and its classification is not.

    Whoever wrote in it goes on seeing what they classified.
    """
    if not hidden.isdisjoint(json.loads(row.sources)):
        return False
    return may_see(person.role, audience(header(connection, row))) or wrote(connection, person, row)


def audience(head: Header) -> frozenset[Role]:
    """For whom a text of this classification is."""
    return read_control("", (), {"classification": head.classification or ""}).audience or EVERYONE


def wrote(connection: Connection, person: Person, row: Kept) -> bool:
    """Whether a person began it, answered in it, gave it a head or made a revision of it."""
    return person.id in writers(connection, row)


def writers(connection: Connection, row: Kept) -> frozenset[str]:
    """The pseudonyms of whoever began it, ever answered in it, gave it a head or made a revision of it."""
    ever, t = manuscript_writers.c, manuscript_revisions.c
    answered = select(ever.person).where(ever.manuscript == row.id)
    revised = select(t.by).where(t.manuscript == row.id)
    return frozenset({row.began_by, *connection.execute(union(answered, revised)).scalars()})


def writing(connection: Connection, person: Person, row: Kept) -> None:
    """Remember that a person had a hand in it: an answer that is cleared may live on in a revision."""
    if not wrote(connection, person, row):
        connection.execute(insert(manuscript_writers).values(manuscript=row.id, person=person.id))


def writable(connection: Connection, person: Person, name: str, seen: int | None) -> Kept:
    """A manuscript that is to be written in; NotPossible when somebody has written since it was seen."""
    row = found(connection, person, name)
    if row.discarded:
        raise NotPossible("The manuscript is discarded. Bring it back before you write in it.")
    if seen is not None and seen != row.newest:
        raise NotPossible(
            f"Revision {row.newest} was written since you opened revision {seen}, so yours is not stored. "
            "Keep your text, open the newest revision and write it there."
        )
    return row


def answers(connection: Connection, name: str) -> dict[str, Given]:
    """The answers of a manuscript by question."""
    where = manuscript_answers.c.manuscript == name
    rows = connection.execute(select(manuscript_answers).where(where).order_by(manuscript_answers.c.at))
    return {row.question: Given.model_validate_json(row.value) for row in rows}


def fields(row: Kept) -> HeaderFields:
    """What was said for the head of the document."""
    return HeaderFields.model_validate_json(row.header)


def header(connection: Connection, row: Kept) -> Header:
    """The head of the document: what was said for it, filled up from the profile."""
    said, spec = fields(row), known(row.type)
    ours = {key: lines[0] for key, lines in profile.held(connection).items()}
    signs = spec is not None and "top management" in spec.approver.casefold()
    return Header(
        id=row.revises or f"{row.type}-{row.id[:6]}",
        title=row.title,
        form=spec.form if spec else "document",
        organisation=ours.get("organisation"),
        version=said.version or "draft",
        classification=said.classification or ours.get("classification"),
        owner=said.owner or ours.get("policy_owner"),
        author=_author(connection, row),
        reviewer=said.reviewer,
        approver=said.approver or (ours.get("top_management") if signs else None),
        effective=said.effective,
        next_review=said.next_review,
    )


def _author(connection: Connection, row: Kept) -> str:
    """Who began it: by name where people have accounts, else by role; never stored, so it can be erased."""
    name = connection.execute(select(people.c.name).where(people.c.id == row.began_by)).scalar()
    return name or ROLES[Role(row.began_as)]


def document(connection: Connection, row: Kept, number: int) -> Document:
    """A revision as it was written; DamagedRecord when it is not what its record says."""
    held = revision_row(connection, row, number)
    if held.erased:
        raise NotPossible(f"The words of revision {number} were erased. Compose the document again.")
    body = connection.execute(select(records.c.body).where(records.c.seq == held.seq)).scalar_one()
    said = (chain.commitment(held.salt, held.document), chain.commitment(held.salt, held.intake))
    if said != tuple(map(chain.parsed(body).get, ("sha256", "intake_sha256"))):
        raise DamagedRecord(f"Revision {number} of the manuscript is not what was written: it was altered.")
    read = Document.model_validate_json(held.document)
    named = read.header.model_copy(update={"author": _author(connection, row)})
    return read.model_copy(update={"header": named})


def revision_row(connection: Connection, row: Kept, number: int) -> Row[Any]:
    """The row of a revision; NotPossible when there is none of this number."""
    t = manuscript_revisions.c
    held = connection.execute(
        select(manuscript_revisions).where(t.manuscript == row.id, t.number == number)
    ).first()
    if held is None:
        raise NotPossible(f"The manuscript has no revision {number}.")
    return held


def newest(connection: Connection, row: Kept) -> Document:
    """The newest revision; NotPossible while there is none."""
    if not row.newest:
        raise NotPossible("The document is not composed yet. Compose it first.")
    return document(connection, row, row.newest)


def lasting(connection: Connection, row: Kept) -> Document | None:
    """The newest revision; None while there is none, or when its words were erased."""
    gone = row.newest == 0 or revision_row(connection, row, row.newest).erased
    return None if gone else document(connection, row, row.newest)


def manuscript(connection: Connection, person: Person, row: Kept) -> Manuscript:
    """A manuscript as it stands."""
    return Manuscript(
        id=row.id,
        type=row.type,
        title=row.title,
        header=header(connection, row),
        fields=fields(row),
        revises=row.revises,
        base=row.base,
        system=row.system,
        answers=answers(connection, row.id),
        newest=row.newest,
        document=lasting(connection, row),
        draft=row.draft,
        discarded=row.discarded,
        own=wrote(connection, person, row),
        by=row.began_by,
        began_at=row.began_at,
        changed_at=row.changed_at,
    )


def note(
    connection: Connection, person: Person, row: Kept, act: str, kind: str = KIND, **more: Any
) -> Record:
    """Put on the log what was done with a manuscript; its words stay beside it."""
    return log.append(connection, kind, about(connection, person, row, act, **more))


def about(connection: Connection, person: Person, row: Kept, act: str, **more: Any) -> dict[str, Any]:
    """What a record says of a manuscript: who did what with it, and for whom it is."""
    for_whom = audience(header(connection, row))
    return {
        **person.acted(),
        "act": act,
        "manuscript": row.id,
        "type": row.type,
        "title": row.title,
        **({} if for_whom == EVERYONE else {"audience": sorted(for_whom)}),
        "versions": json.loads(row.sources),
        **more,
    }


def store(
    connection: Connection,
    person: Person,
    row: Kept,
    made: Document,
    given: Intake,
    why: Why,
    file: str | None = None,
    model: Mapping[str, Any] | None = None,
) -> int:
    """Keep a document as the next revision, on the log; return its number.

    `file` is where it came from, `model` which language model worded some of it.
    """
    type_, salt = followed(row.type), secrets.token_hex(16)
    number: int = row.newest + 1
    plain = made.model_copy(update={"header": made.header.model_copy(update={"author": None})})
    text = canonical(plain.model_dump(mode="json"))
    intake = canonical({name: answer.model_dump(mode="json") for name, answer in given.items()})
    row = with_sources(connection, row, [cited.version for cited in made.sources])
    more: dict[str, Any] = {"file": printable(file)} if file else {}
    more |= {"model": dict(model)} if model else {}
    entry = note(
        connection,
        person,
        row,
        why,
        number=number,
        sha256=chain.commitment(salt, text),
        intake_sha256=chain.commitment(salt, intake),
        specification=type_.spec.id,
        specification_sha256=type_.sha256,
        cited=sorted({cited.version for cited in made.sources}),
        **more,
    )
    words = {"salt": salt, "document": text, "intake": intake, "erased": False}
    by = {"by": person.id, "role": person.role.value, "why": why}
    of = {"manuscript": row.id, "number": number, "seq": entry.seq, "at": entry.at}
    connection.execute(insert(manuscript_revisions).values({**of, **by, **words}))
    change(connection, row, newest=number)
    return number


def canonical(value: Mapping[str, Any]) -> str:
    """A value as RFC 8785 writes it."""
    return rfc8785.dumps(dict(value)).decode()


def with_sources(connection: Connection, row: Kept, named: Iterable[str]) -> Kept:
    """The manuscript with these versions among its sources, by which it is decided who may see it."""
    held = json.loads(row.sources)
    every = sorted({*held, *named})
    return row if every == held else change(connection, row, sources=json.dumps(every))


def change(connection: Connection, row: Kept, **values: Any) -> Kept:
    """Set columns of a manuscript; return it as it is then."""
    where = manuscripts.c.id == row.id
    connection.execute(update(manuscripts).where(where).values(**values, changed_at=now()))
    return connection.execute(select(manuscripts).where(where)).one()
