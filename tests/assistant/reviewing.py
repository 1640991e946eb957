"""What the tests of review share: people, questions, and the log as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from assistant import drafts, log, queue, review, worklist
from assistant.ask import ask
from assistant.corrections import Statement
from assistant.errors import NotAllowed
from assistant.home import Home
from assistant.ingest import Declared, add_bytes
from assistant.listing import listing
from assistant.log import Record
from assistant.models import Answer, Question
from assistant.people import Person, unsigned
from assistant.permissions import REFUSED
from assistant.standing import Standing, standing
from assistant.tables import item_records, items, marks
from assistant.worklist import Listed, Wanted
from knowledge.library import Version
from knowledge.models import Role


def person(name: str) -> Person:
    """Somebody of a home without sign-in, such as `reviewer-2`."""
    found = unsigned(name)
    assert found is not None
    return found


EMPLOYEE, AUTHOR, REVIEWER = person("employee"), person("author"), person("reviewer")
SECOND, THIRD = person("reviewer-2"), person("reviewer-3")
AUDITOR, ADMIN = person("auditor"), person("administrator")

LOGS = "How long are event logs kept?"
LOGS_QUOTE = "Event logs are kept for twelve months."
CHATBOT = "May I paste customer messages into a public chatbot?"
INCIDENT = "Within how many hours must I report an AI incident to the AI Incident Desk?"
PARKING = "What colour is the company car park painted?"
SECRET = "The walrus of the board is fed with nineteen herrings before every sunrise."
DRAFT = "# Rule for otters\n\nOtters must be counted every Friday by the keeper on duty.\n"


def put(home: Home, text: str, who: Person = EMPLOYEE, **more: Any) -> Answer:
    """Ask as a person."""
    return ask(home, Question(text=text, role=who.role, person=who.id, via=who.via, **more))


def entries(home: Home, kind: str | None = None) -> list[Record]:
    """Records as they are, oldest first, past every check."""
    with home.database.read() as connection:
        return log.latest(connection, kind, limit=1_000_000)[::-1]


def stands(home: Home, item: str) -> Standing:
    with home.database.read() as connection:
        return standing(queue.records_of(connection, item))


def last(home: Home, item: str) -> int:
    """The number of an item's newest record."""
    with home.database.read() as connection:
        return queue.records_of(connection, item)[-1].seq


@contextmanager
def refused(home: Home, who: Person, match: str = "") -> Iterator[None]:
    """What is done here is refused, and that is the only thing that comes on the log."""
    before = len(entries(home))
    with pytest.raises(NotAllowed, match=match) as error:
        yield
    (entry,) = entries(home)[before:]
    assert entry.kind == REFUSED
    assert (entry.body["actor"], entry.body["role"]) == (who.id, who.role.value)
    assert entry.body["reason"] == str(error.value)


def queued(home: Home, who: Person = REVIEWER, **wanted: Any) -> dict[str, Listed]:
    """What a person sees of the queue, by id."""
    return {row.id: row for row in worklist.listed(home, who, Wanted(**wanted), limit=1_000)}


def tables(home: Home) -> list[list[tuple[Any, ...]]]:
    """The queue as it lies in SQL, row for row."""
    with home.database.read() as connection:
        return [
            sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in (items, marks, item_records)
        ]


def rebuilt(home: Home) -> list[list[tuple[Any, ...]]]:
    with home.database.write() as connection:
        queue.rebuild(connection)
    return tables(home)


def document(home: Home, file: str) -> str:
    return next(row.document for row in listing(home, Role.ADMINISTRATOR) if row.file == file)


def added(home: Home, text: str, name: str = "rule.md", **declared: Any) -> Version:
    """Add a document, or its next version, and embed it."""
    result = add_bytes(home, text.encode(), name, f"upload:{name}", Declared(**declared))
    assert result.version, result.problem
    assert home.embed()
    return result.version


def submitted(home: Home, who: Person = AUTHOR, text: str = DRAFT, **more: Any) -> str:
    """Submit a draft; return its id."""
    return str(drafts.submit(home, who, text.encode(), "rule.md", **more).body["item"])


def corrected(home: Home, who: Person, item: str, quote: str = LOGS_QUOTE, **more: Any) -> Record:
    return review.correct(home, who, item, [Statement(quotes=(quote,), **more)], "It was not answered.")


def with_settings(home: Home, **changes: Any) -> Home:
    """The same home under other settings."""
    home.settings = home.settings.model_copy(update=changes)
    return home


def versions_cited(entry: Record) -> Sequence[str]:
    """The versions that an answer's claims cite, read from its record."""
    return [c["version"] for claim in entry.body["answer"]["claims"] for c in claim["citations"]]
