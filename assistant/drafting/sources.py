"""Sources of a text that is being written: only what is in force now, and every employee may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from assistant.drafting.intake import Given, Intake
from assistant.errors import NotPossible
from assistant.models import Citation, Claim, Outcome
from assistant.verify import verify
from knowledge import library
from knowledge.clock import today
from knowledge.library import Version
from knowledge.models import Role


def usable(connection: Connection) -> Mapping[str, Version]:
    """The versions that a text may cite now, by id. A document is read by more people than write it."""
    holding = library.in_force(library.all_versions(connection), today()).values()
    return {version.id: version for version in holding if Role.EMPLOYEE in version.audience}


def held(connection: Connection, citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """The citations, when each quote stands in a source that may be cited; else NotPossible."""
    versions, given = usable(connection), tuple(citations)
    for citation in given:
        claim = Claim(text=library.folded(citation.quote), citations=(citation,))
        if verify(claim, connection, versions).outcome is Outcome.STRUCK:
            raise NotPossible(
                f"{citation.title} does not say this, or not any more. Nothing is stored. Try without it."
            )
    return given


def current(connection: Connection, given: Intake) -> dict[str, Given]:
    """Answers without the citations whose version is not in force any more, or not for everybody.

    The words stay, and so does the document that they were taken from: a mark that it has holds for them.
    """
    versions = usable(connection)
    return {name: _current(answer, versions) for name, answer in given.items()}


def _current(answer: Given, versions: Mapping[str, Version]) -> Given:
    cited = tuple(c for c in answer.citations if c.version in versions)
    dropped = (c.document for c in answer.citations if c.version not in versions)
    taken = tuple(dict.fromkeys((*answer.taken_from, *dropped)))
    return answer.model_copy(update={"citations": cited, "taken_from": taken})
