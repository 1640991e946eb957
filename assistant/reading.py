"""The log as people read it. Each function checks what its reader may see.

A record that is not there and one that is not for the reader give the same error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from assistant import answer_record, log, queue
from assistant.errors import UnknownRecord
from assistant.history import blind
from assistant.home import Home
from assistant.log import Record, Soundness
from assistant.log_search import find
from assistant.models import Citation
from assistant.people import Person
from assistant.permissions import Operation, allowed, require
from assistant.standing import Standing, standing
from assistant.told import Told, told, veiled, withheld
from assistant.visibility import hidden_items, hidden_versions, may_read
from knowledge import library
from knowledge.clock import today
from knowledge.library import Version
from knowledge.models import may_see


@dataclass(frozen=True, slots=True)
class Source:
    """A citation with the text, bytes and status of the version in which it stands."""

    citation: Citation
    version: Version
    status: str
    text: str
    data: bytes
    quotes: int = 1
    """How many quotes the claim has, of which this is one."""


def record(home: Home, person: Person, name: str) -> Record:
    """One record by id; of an answer that is held, who asked sees only that it is."""
    require(home.database, person, Operation.READ_OWN, name[:40])
    with home.database.read() as connection:
        eye = _Eye(connection, home, person)
        return eye.veiled(_readable(connection, eye, name))


class _Eye:
    """What one reader sees of the log in one state of the database."""

    def __init__(self, connection: Connection, home: Home, person: Person) -> None:
        self._connection, self._home, self._person = connection, home, person
        self._versions = hidden_versions(connection, person.role)
        self._items = hidden_items(connection, person.role, self._versions)

    def sees(self, entry: Record) -> bool:
        item = entry.id if entry.kind == answer_record.KIND else entry.body.get("item", "")
        return (
            may_read(entry, self._person, self._versions)
            and item not in self._items
            and not blind(entry, self._person, lambda: self._standing(entry))
        )

    def shown(self, entries: Iterable[Record]) -> Iterator[Record]:
        """Of these records what the person may read: an answer that is held from them only as held."""
        return (self.veiled(entry) for entry in entries if self.sees(entry))

    def _standing(self, entry: Record) -> Standing:
        return standing(queue.records_of(self._connection, entry.body["item"]))

    def veiled(self, entry: Record) -> Record:
        """A record that the person sees, without what is held from them."""
        if entry.kind != answer_record.KIND or allowed(self._person, Operation.QUEUE):
            return entry
        entry = answer_record.without_unheld(entry)
        if not entry.body.get("review", {}).get("held"):
            return entry
        stands = standing(queue.records_of(self._connection, entry.id))
        return veiled(entry, self._home.subjects) if withheld(entry, stands) else entry


def _readable(connection: Connection, eye: _Eye, name: str) -> Record:
    """One record; the eye is opened before, so that what is missing takes as long as what is hidden."""
    entry = log.get(connection, name)
    if not eye.sees(entry):
        raise UnknownRecord(f"No record {name!r} is on the log, or it is not for you.")
    return entry


def records(
    home: Home,
    person: Person,
    words: str = "",
    clause: str | None = None,
    kind: str | None = None,
    limit: int | None = None,
) -> list[Record]:
    """Records that a person may read, newest first, by words, by a clause that is cited, by kind."""
    require(home.database, person, Operation.READ_OWN)
    with home.database.read() as connection:
        eye = _Eye(connection, home, person)
        return find(connection, words, clause, kind, eye.shown)[:limit]


def answer(home: Home, person: Person, name: str) -> Told:
    """An answer as a person is told it now."""
    require(home.database, person, Operation.READ_OWN, name[:40])
    with home.database.read() as connection:
        entry = _readable(connection, _Eye(connection, home, person), name)
        if entry.kind != answer_record.KIND:
            raise UnknownRecord(f"No record {name!r} is on the log, or it is not for you.")
        return told(connection, entry, person, home.subjects)


def conversation(home: Home, person: Person, name: str) -> list[Told]:
    """The answers of a conversation that a person may read, oldest first."""
    require(home.database, person, Operation.READ_OWN)
    with home.database.read() as connection:
        eye = _Eye(connection, home, person)
        entries = answer_record.of_conversation(connection, name)
        return [told(connection, entry, person, home.subjects) for entry in entries if eye.sees(entry)]


def source(
    home: Home, person: Person, name: str, place: int, corrected: bool = False, quote: int = 0
) -> Source:
    """The source of a claim's quote, of an answer or its correction; IndexError when there is no such quote.

    UnknownRecord also when the document is not for this person any more.
    """
    found = answer(home, person, name)
    said = found.correction if corrected else found.answer
    citations = (said.claims if said else ())[place].citations
    citation = citations[quote]
    with home.database.read() as connection:
        version = library.version(connection, citation.version)
        if not may_see(person.role, version.audience):
            raise UnknownRecord(f"No record {name!r} is on the log, or it is not for you.")
        siblings = library.of_document(connection, citation.document)
        return Source(
            citation=citation,
            quotes=len(citations),
            version=version,
            status=library.status_on(version, siblings, today()),
            text=library.text_of(connection, citation.version),
            data=library.data_of(connection, citation.version) if citation.page else b"",
        )


def soundness(home: Home, person: Person) -> Soundness:
    """Check the whole chain."""
    require(home.database, person, Operation.LOG)
    with home.database.read() as connection:
        return log.verify(connection)


def news(home: Home, person: Person, limit: int = 5) -> Sequence[Told]:
    """What reviewers lately made of a person's own questions: corrected, rejected, or held and released."""
    require(home.database, person, Operation.READ_OWN)
    with home.database.read() as connection:
        eye = _Eye(connection, home, person)
        found = [log.get(connection, name) for name in queue.decided_for(connection, person.id, limit)]
        return [told(connection, entry, person, home.subjects) for entry in found if eye.sees(entry)]
