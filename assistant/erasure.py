"""What people typed, erased from beside the log; what was answered, and the proof of it, stay."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, or_, select, update

from assistant import chain, claim_record, log
from assistant.assessing.erasing import erase as erase_systems
from assistant.assessing.erasing import erase_answers
from assistant.assessing.said import erase as erase_assessments
from assistant.drafting.erasing import erase as erase_writings
from assistant.drafting.erasing import erase_profile, handed_on
from assistant.gaps.erasing import erase as erase_statements
from assistant.people import SYSTEM, Person
from assistant.permissions import Operation, require
from assistant.pseudonyms import pseudonym
from assistant.tables import accounts, controls, items, people
from knowledge.clock import from_now
from knowledge.database import personal, records

if TYPE_CHECKING:
    from assistant.home import Home

_BATCH = 500
"""Records whose words one record names as erased."""


def erase(
    home: Home, person: Person, seqs: Iterable[int] = (), *, actor: str | None = None, reason: str
) -> int:
    """Erase what people typed for these records and, if one is named, a person with all that is theirs.

    `actor` is a pseudonym, a login or a name. Their words, also in manuscripts, the profile, the register of
    AI systems, interviews and assessments, the records of their accounts, their name and their ways to sign
    in go. Words and salts are gone for good; a record says whose, by whom and why. Returns of how many
    records, manuscripts, interviews and assessments words were erased; what was erased before costs nothing
    and leaves no record. Raises UnknownPerson.
    """
    require(home.database, person, Operation.ERASE)
    wanted = set(seqs)
    with home.database.read() as connection:
        wanted |= claim_record.beside(connection, wanted)
    if actor is not None:
        actor = pseudonym(home, actor)
        with home.database.read() as connection:
            wanted |= _of_actor(connection, actor) | handed_on(connection, actor)
    ordered, done = sorted(wanted), 0
    for first in range(0, len(ordered), _BATCH):
        batch = ordered[first : first + _BATCH]
        done += _erase(home, person, batch, {"cause": "request"}, {"reason": reason})
    if actor is not None:
        done += _unsaid(home, person, actor, reason)
        _forget(home, person, actor, reason)
    if done:
        home.database.purge()
    return done


def _unsaid(home: Home, person: Person, actor: str, reason: str) -> int:
    """Erase what somebody wrote of documents and answered of AI systems, on the record; count all."""
    with log.recording(home.database) as connection:
        written, answered = erase_writings(connection, actor), erase_answers(connection, actor)
        assessed = erase_assessments(connection, actor)
        if written or answered or assessed:
            about = {"records": [], "person": actor, "manuscripts": written, "cause": "request"}
            about |= {"interviews": answered} if answered else {}
            about |= {"assessments": assessed} if assessed else {}
            log.append(connection, chain.ERASE, {**about, **person.acted()}, {"reason": reason})
    return len(written) + len(answered) + len(assessed)


def _forget(home: Home, person: Person, actor: str, reason: str) -> None:
    """Empty the name behind a pseudonym and close the ways to sign in, on the record."""
    with log.recording(home.database) as connection:
        named = connection.execute(select(people.c.name).where(people.c.id == actor, people.c.name != ""))
        if named.first() is None:
            return
        connection.execute(update(people).where(people.c.id == actor).values(name=""))
        connection.execute(delete(accounts).where(accounts.c.person == actor))
        body = {"records": [], "person": actor, **person.acted(), "cause": "request"}
        log.append(connection, chain.ERASE, body, {"reason": reason})


def retain(home: Home) -> int:
    """Erase what people typed longer ago than `retention_days`, if that is set; count the records."""
    days, done = home.settings.retention_days, 0
    if days is None:
        return 0
    before = from_now(-timedelta(days=days))
    while batch := _older(home, before):
        done += _erase(home, SYSTEM, batch, {"cause": "retention", "days": days}, {})
    if done:
        home.database.purge()
    return done


def _older(home: Home, before: str) -> list[int]:
    query = (
        select(personal.c.seq)
        .join(records, records.c.seq == personal.c.seq)
        .where(personal.c.erased.is_(False), records.c.at < before)
        .order_by(personal.c.seq)
        .distinct()
        .limit(_BATCH)
    )
    with home.database.read() as connection:
        return list(connection.execute(query).scalars())


def _of_actor(connection: Connection, actor: str) -> set[int]:
    """Records by whom acted; before there were people, the person was among the words."""
    named = select(personal.c.seq).where(personal.c.field == "person", personal.c.value == actor)
    written = json.dumps(actor, ensure_ascii=False)
    spelled = [
        records.c.body.contains(f'"{field}":{written}', autoescape=True) for field in ("actor", "account")
    ]
    said = select(records.c.seq, records.c.body).where(or_(*spelled))
    acted = {
        row.seq
        for row in connection.execute(said)
        if actor in (_field(row.body, "account"), _field(row.body, "actor"))
        and (_field(row.body, "account") in (None, actor))
    }
    return acted | {*connection.execute(named).scalars()}


def _quieten(connection: Connection, batch: Sequence[int]) -> None:
    """Forget what readers are told while the assistant is off, when those words are erased."""
    for row in connection.execute(select(controls).where(controls.c.seq.in_(batch))).all():
        value = json.dumps({**json.loads(row.value), "message": ""})
        connection.execute(update(controls).where(controls.c.name == row.name).values(value=value))


def _field(body: str, name: str) -> object:
    return chain.parsed(body).get(name)


def _erase(
    home: Home, person: Person, batch: Sequence[int], why: dict[str, Any], words: dict[str, str]
) -> int:
    """Erase the words of some records and say so on the log, in one transaction."""
    of_these = (personal.c.seq.in_(batch), personal.c.erased.is_(False))
    with log.recording(home.database) as connection:
        held = connection.execute(
            select(personal.c.seq, personal.c.field)
            .where(*of_these)
            .order_by(personal.c.seq, personal.c.field)
        ).all()
        if not held:
            return 0
        named = [
            {"seq": seq, "fields": [row.field for row in rows]}
            for seq, rows in groupby(held, key=lambda row: row.seq)
        ]
        connection.execute(update(personal).where(*of_these).values(value="", salt="", erased=True))
        _quieten(connection, batch)
        if why["cause"] == "request":  # what stands does not end with a period of keeping
            erase_statements(connection, batch)
            erase_systems(connection, batch)
            erase_profile(connection, batch)
        connection.execute(update(items).where(items.c.seq.in_(batch)).values(question_key=None))
        body = {"records": named, **person.acted(), **why}
        log.append(connection, chain.ERASE, body, words)
    return len(named)
