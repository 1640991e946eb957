"""Interviews that are being held on systems of the register: each answer is stored when it is given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from assistant import log
from assistant.assessing import systems
from assistant.assessing.interview import NARRATIVE, interview
from assistant.assessing.tables import interviews
from assistant.home import Home
from assistant.people import Person
from assistant.permissions import Operation, require
from knowledge.clock import now


def answers(home: Home, person: Person, system: str) -> dict[str, Any]:
    """The answers that were given so far, by id of question."""
    require(home.database, person, Operation.REGISTER, system[:40])
    with home.database.read() as connection:
        systems.get(connection, system)
        return stored(connection, system)


def answer(home: Home, person: Person, system: str, question: str, value: Any) -> None:
    """Store one answer at once; None, empty text and `unknown` leave the question open.

    Raises NotPossible, which names the question and what it takes, for a wrong answer.
    """
    require(home.database, person, Operation.ASSESS, system[:40])
    checked = interview({question: value})
    given: Any = checked.answers.get(question) or checked.narrative.get(question)
    with log.recording(home.database) as connection:
        systems.get(connection, system)
        where = (interviews.c.system == system) & (interviews.c.question == question)
        connection.execute(delete(interviews).where(where))
        if given is not None:
            if not question.startswith(f"{NARRATIVE}."):
                given = list(given)
            connection.execute(
                insert(interviews).values(
                    system=system, question=question, value=json.dumps(given), actor=person.id, at=now()
                )
            )


def stored(connection: Connection, system: str) -> dict[str, Any]:
    """The answers as they are stored, in the form in which a file gives them."""
    rows = connection.execute(select(interviews).where(interviews.c.system == system)).all()
    return {row.question: _given(row.question, json.loads(row.value)) for row in rows}


def _given(question: str, value: Any) -> Any:
    """Lists of one are taken for what they hold where one value is asked."""
    from assistant.assessing.interview import questions

    known = questions().get(question)
    return value[0] if known and known.type != "multi" else value


def writers(connection: Connection, system: str) -> frozenset[str]:
    """Who gave an answer."""
    return frozenset(whose(connection, system).values())


def whose(connection: Connection, system: str) -> dict[str, str]:
    """Who gave each answer, by id of question."""
    rows = connection.execute(select(interviews).where(interviews.c.system == system)).all()
    return {row.question: row.actor for row in rows}


def plain(answers: Mapping[str, tuple[str, ...]], narrative: Mapping[str, Any]) -> dict[str, Any]:
    """An interview in the form of its file."""
    return {**{name: _given(name, list(given)) for name, given in answers.items()}, **narrative}
