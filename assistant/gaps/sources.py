"""A quote of the assessment opened in its document, for whoever may see it."""

from __future__ import annotations

from assistant.errors import NotPossible
from assistant.gaps.assessment import assess
from assistant.home import Home
from assistant.people import Person
from assistant.permissions import Operation, require
from assistant.reading import Source
from knowledge import library
from knowledge.clock import today


def source(home: Home, person: Person, requirement: str, place: int) -> Source:
    """The source of a quote of a finding; NotPossible when the finding has no such quote for this person."""
    require(home.database, person, Operation.GAPS, requirement[:40])
    finding = assess(home, person).by_id.get(requirement)
    if finding is None or not 0 <= place < len(finding.evidence):
        raise NotPossible("This quote is not in the assessment any more. Open the requirement again.")
    citation = finding.evidence[place]
    with home.database.read() as connection:
        version = library.version(connection, citation.version)
        return Source(
            citation=citation,
            version=version,
            status=library.status_on(version, library.of_document(connection, citation.document), today()),
            text=library.text_of(connection, citation.version),
            data=library.data_of(connection, citation.version) if citation.page else b"",
        )
