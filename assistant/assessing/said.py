"""What people wrote for an assessment: beside it, a share for each of them, so that it can be erased.

The record of the assessment binds each share by its salted hash; chosen answers stay with the results.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

import rfc8785
from sqlalchemy import Connection, insert, select, update

from assistant import chain, log
from assistant.assessing.interview import Interview, questions
from assistant.assessing.tables import assessments, shares
from assistant.errors import DamagedRecord
from assistant.log import Record

BOUND = "words_sha256"
"""Where the record holds the salted hashes of the shares, by pseudonym."""


def parted(given: Interview) -> tuple[Interview, Interview]:
    """An interview as what was chosen, and what was written."""
    written = {name for name in given.answers if questions()[name].type == "text"}
    chosen = {name: value for name, value in given.answers.items() if name not in written}
    words = {name: value for name, value in given.answers.items() if name in written}
    return Interview(answers=chosen), Interview(answers=words, narrative=given.narrative)


def shared(written: Interview, whose: Mapping[str, str], maker: str) -> dict[str, dict[str, str]]:
    """What was written as rows to keep, by whom: whoever gave an answer, else the maker."""
    parts: dict[str, dict[str, Any]] = {}
    for field, values in written.model_dump(mode="json").items():
        for name, value in values.items():
            held = parts.setdefault(whose.get(name, maker), {"answers": {}, "narrative": {}})
            held[field][name] = value
    return {
        person: {"salt": secrets.token_hex(16), "value": rfc8785.dumps(held).decode()}
        for person, held in parts.items()
    }


def bound(rows: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What the record holds of the shares."""
    return {person: chain.commitment(row["salt"], row["value"]) for person, row in rows.items()}


def keep(connection: Connection, assessment: str, rows: Mapping[str, Mapping[str, str]]) -> None:
    """Keep the shares of an assessment."""
    for person, row in rows.items():
        values = {"assessment": assessment, "person": person, **row, "erased": False}
        connection.execute(insert(shares).values(values))


def whole(
    connection: Connection, assessment: str, entry: Record, chosen: Interview
) -> tuple[Interview, bool]:
    """The interview with what is still there of the words, and whether some were erased.

    Raises DamagedRecord when a share is not what was recorded, or went without a record of it.
    """
    said: Mapping[str, str] = entry.body.get(BOUND, {})
    rows = connection.execute(select(shares).where(shares.c.assessment == assessment)).all()
    held = {row.person: row for row in rows}
    gone = any(row.erased for row in rows)
    sound = held.keys() == said.keys() and all(
        row.erased or chain.commitment(row.salt, row.value) == said[row.person] for row in rows
    )
    if not sound or (gone and not erased_on_record(connection, assessment)):
        raise DamagedRecord(
            f"The words of assessment {assessment} are not what was recorded: they were altered."
        )
    answers, narrative = dict(chosen.answers), dict(chosen.narrative)
    for row in rows:
        if not row.erased:
            share = Interview.model_validate_json(row.value)
            answers |= share.answers
            narrative |= share.narrative
    return Interview(answers=answers, narrative=narrative), gone


def erased_on_record(connection: Connection, assessment: str) -> bool:
    """Whether a record says that words of an assessment were erased."""
    entries = log.latest(connection, chain.ERASE, 1_000_000, containing=f'"{assessment}"')
    return any(assessment in entry.body.get("assessments", ()) for entry in entries)


def erase(connection: Connection, actor: str) -> list[str]:
    """Erase what somebody wrote for assessments; return the ids of these."""
    theirs = (shares.c.person == actor) & shares.c.erased.is_(False)
    held = connection.execute(select(shares.c.assessment).where(theirs)).scalars().all()
    connection.execute(update(shares).where(theirs).values(value="", salt="", erased=True))
    return sorted({*held, *_erase_unparted(connection, actor)})


def _erase_unparted(connection: Connection, actor: str) -> list[str]:
    """Empty the words of assessments from before there were shares, in which somebody had a hand."""
    done = []
    named = assessments.c.content.contains(json.dumps(actor), autoescape=True)
    for row in connection.execute(select(assessments).where(named)).all():
        content = json.loads(row.content)
        chosen, written = parted(Interview.model_validate(content["interview"]))
        if actor in content["wrote"] and (written.answers or written.narrative):
            content["interview"] = chosen.model_dump(mode="json")
            where = assessments.c.id == row.id
            value = rfc8785.dumps(content).decode()
            connection.execute(update(assessments).where(where).values(content=value))
            done.append(row.id)
    return done
