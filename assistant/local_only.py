"""Documents that are never sent to a hosted model: the mark, its record, and which documents have it.

The mark is a document's: it covers every version, those that come later too. It outlives the document, since
a file that is added again from the same place is the same document.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from assistant import log
from assistant.home import Home
from assistant.people import LOCAL, Person
from assistant.permissions import Operation, require
from assistant.tables import local_only
from knowledge import library
from knowledge.errors import UnknownDocument
from knowledge.models import may_see

KIND = "hosting"
"""The kind of a record that says whether a hosted model may get a document."""


def kept_local(connection: Connection) -> frozenset[str]:
    """Ids of the documents of which no word may go to a model that runs elsewhere."""
    return frozenset(connection.execute(select(local_only.c.document)).scalars())


def left_out(home: Home, connection: Connection) -> frozenset[str]:
    """Ids of the documents of which the language model gets nothing.

    Those kept local, when the model is hosted. Or when a judge of what it writes is: a wording may hold words
    of any passage that the model was given, whatever it cites.
    """
    models = (*((home.chat,) if home.chat else ()), *home.gates)
    return kept_local(connection) if any(model.hosted for model in models) else frozenset()


def sendable(home: Home, connection: Connection) -> frozenset[str] | None:
    """Ids of the versions of which words may go to the language model; None where nothing is kept from it.

    What was removed is not among them: nobody can tell any more whether it was kept here.
    """
    away = left_out(home, connection)
    if not away:
        return None
    return frozenset(v.id for v in library.all_versions(connection) if v.document not in away)


def mark(home: Home, document: str, never_hosted: bool, person: Person = LOCAL) -> bool:
    """Keep a document from hosted models, or allow it to them; say whether that changed anything.

    Raises UnknownDocument for one that is not there, or not for this person.
    """
    require(home.database, person, Operation.HOSTING, document[:120])
    with log.recording(home.database) as connection:
        versions = library.of_document(connection, document)
        if not any(may_see(person.role, version.audience) for version in versions):
            raise UnknownDocument.named(document)
        return note(connection, document, never_hosted, person)


def note(connection: Connection, document: str, never_hosted: bool, person: Person) -> bool:
    """Set or lift the mark in a write that the caller ends; nothing is recorded where it was so already."""
    if (document in kept_local(connection)) == never_hosted:
        return False
    versions = [version.id for version in library.of_document(connection, document)]
    body = {"document": document, "versions": versions, "never_hosted": never_hosted}
    entry = log.append(connection, KIND, {**body, **person.acted()})
    if never_hosted:
        connection.execute(insert(local_only).values(document=document, seq=entry.seq))
    else:
        connection.execute(delete(local_only).where(local_only.c.document == document))
    return True
