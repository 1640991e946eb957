"""Requirements quoted from the stored requirement documents, and what of them a question is after."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from assistant.excerpt import cite
from assistant.home import Home
from assistant.models import Claim
from knowledge import library, stored_passages
from knowledge.database import Database
from knowledge.index import Scope
from knowledge.library import Version, folded
from knowledge.requirement_answers import Aspect, Location
from knowledge.stored_passages import StoredPassage

ASPECTS: tuple[tuple[Aspect, re.Pattern[str]], ...] = (
    ("evidence", re.compile(r"\b(evidence|proof|prove|show me|records? to ask)\b", re.IGNORECASE)),
    ("documented", re.compile(r"\b(document\w*|records?|written|in writing)\b", re.IGNORECASE)),
    ("nonconformity", re.compile(r"\b(nonconformit\w*|findings?|pitfalls?|mistakes?)\b", re.I)),
    (
        "crosswalk",
        re.compile(
            r"\b(map\w*|crosswalk|relat\w+|correspond\w*|equivalent\w*|eu ai act|nist|27001|9001|"
            r"23894|29119|gdpr|row)\b",
            re.IGNORECASE,
        ),
    ),
)


def aspects_of(question: str) -> frozenset[Aspect]:
    """What of a requirement a question is after, beside what it asks."""
    return frozenset(name for name, pattern in ASPECTS if pattern.search(question))


def quotes(home: Home, scope: Scope, places: Iterable[Location]) -> list[Claim]:
    """A claim for each located unit, quoted from the stored document."""
    versions = {v.document: v for v in home.index.state().versions if scope.admits(v)}
    claims = []
    for place in places:
        version = versions[place.document]
        stored = _units(home.database, version.id)
        claims += [_unit(version, *stored[unit.start]) for unit in place.units]
    return claims


@lru_cache(maxsize=8)
def _units(database: Database, version: str) -> dict[int, tuple[StoredPassage, str]]:
    """The passages of a version with their texts, by where they start; a version never changes."""
    with database.read() as connection:
        text = library.text_of(connection, version)
        passages = stored_passages.of_version(connection, version)
    return {p.start: (p, text[p.start : p.end]) for p in passages}


def _unit(version: Version, passage: StoredPassage, quote: str) -> Claim:
    citation = cite(version, passage.section, passage.start, passage.end, quote)
    return Claim(text=folded(quote), citations=(citation,))
