"""House text for a draft: what the organisation's documents in force say on a matter, quoted and verified.

A draft is read by more people than write it, so only what every employee may read is quoted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.compose import HOUSE
from assistant.confidence import confidence
from assistant.excerpt import excerpts
from assistant.home import Home
from assistant.models import Citation, Claim, Outcome
from assistant.verify import verify
from knowledge import library
from knowledge.control import states_control
from knowledge.models import Role
from knowledge.search import search

SURE = 0.35
"""Least confidence at which a passage is taken to speak of what a draft needs."""
_DEEP = 8

Finder = Callable[[str], Citation | None]
"""Finds the house text on a matter; None when the organisation's documents hold none."""


def nothing(_: str) -> None:
    """The finder of an organisation without documents."""


def finder(home: Home) -> Finder:
    """A finder in what every employee may be answered from today."""
    scope = replace(home.scope(Role.EMPLOYEE), kinds=HOUSE.kinds)

    def find(query: str) -> Citation | None:
        hits = search(home.index, query, scope, _DEEP, encoded=home.encoded(query))
        hits = [hit for hit in hits if not states_control(hit.text)]
        for hit in hits[:3]:
            if confidence([hit]) < SURE:
                continue
            for part in excerpts([hit], query, hits)[:1]:
                return _held(home, part.citation())
        return None

    return find


def _held(home: Home, citation: Citation) -> Citation | None:
    """The citation, when its quote stands in the source for every employee at this moment."""
    scope = home.scope(Role.EMPLOYEE)
    with home.database.read() as connection:
        held = library.in_force(library.all_versions(connection), scope.day).values()
        usable = {v.id: v for v in held if scope.role in v.audience}
        claim = Claim(text=library.folded(citation.quote), citations=(citation,))
        verdict = verify(claim, connection, usable)
    return citation if verdict.outcome is not Outcome.STRUCK else None
