"""What employees asked and nobody could answer, by the clause or control that is nearest to the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from assistant.compose import STANDARD
from assistant.home import Home
from assistant.norms import requirement_of
from assistant.oversight import Unanswered, oversight
from assistant.people import Person
from assistant.permissions import Operation, require
from knowledge.models import Role
from knowledge.requirements import requirements
from knowledge.search import search

_NEWEST = 60
_DEEP = 8


def unanswered(home: Home, person: Person) -> Mapping[str, Sequence[Unanswered]]:
    """Open questions of the last twelve weeks by clause or control, newest first; "" where none is near."""
    require(home.database, person, Operation.OVERSIGHT)
    found: dict[str, list[Unanswered]] = {}
    for one in oversight(home, person).unanswered[-_NEWEST:][::-1]:
        found.setdefault(_nearest(home, one.question) if one.question else "", []).append(one)
    return found


@lru_cache(maxsize=500)
def _nearest(home: Home, question: str) -> str:
    """The clause or control whose passage comes nearest; the standard's texts are those of the program."""
    scope = replace(home.scope(Role.EMPLOYEE), kinds=STANDARD)
    hits = search(home.index, question, scope, _DEEP, encoded=home.encoded(question))
    names = (requirement_of(hit) for hit in hits)
    return next((name for name in names if name in requirements().by_id), "")
