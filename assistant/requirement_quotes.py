"""Requirements quoted from the stored requirement documents, and what of them a question is after."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.excerpt import cite
from assistant.home import Home
from assistant.models import Claim
from knowledge import library
from knowledge.index import Scope
from knowledge.library import StoredPassage, Version, folded
from knowledge.requirement_answers import Aspect, Location

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
    with home.database.read() as connection:
        for place in places:
            version = versions[place.document]
            text = library.text_of(connection, version.id)
            stored = {p.start: p for p in library.passages_of(connection, version.id)}
            claims += [_unit(version, text, stored[unit.start]) for unit in place.units]
    return claims


def _unit(version: Version, text: str, passage: StoredPassage) -> Claim:
    quote = text[passage.start : passage.end]
    citation = cite(version, passage.section, passage.start, passage.end, quote)
    return Claim(text=folded(quote), citations=(citation,))
