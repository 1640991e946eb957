"""A document held against the library: conflicts with documents in force, and sources that no longer hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from assistant.compose import HOUSE
from assistant.conflicts import Saying, disagreements
from assistant.drafting.document import PLACEHOLDER, Block, Document
from assistant.drafting.lint import Finding, rule, said
from assistant.excerpt import cite
from assistant.home import Home
from assistant.models import Citation
from knowledge import library
from knowledge.amounts import amounts
from knowledge.hits import Hit
from knowledge.library import Version
from knowledge.models import Role
from knowledge.search import search
from knowledge.sentences import sentences

_DEEP, _NEAR = 6, 0.5
_OURS = "this document"


def against(home: Home, document: Document, replaces: str | None = None) -> tuple[Finding, ...]:
    """Conflicts and lapsed sources, in reading order.

    Compared with what every employee may read and is in force today; `replaces` is the document of which
    this is the next version, with which it may well disagree.
    """
    scope = home.scope(Role.EMPLOYEE)
    with home.database.read() as connection:
        held = library.in_force(library.all_versions(connection), scope.day).values()
        usable = {v.id: v for v in held if scope.role in v.audience}
    found: list[Finding] = []
    for section in document.sections:
        for number, block in enumerate(section.blocks, start=1):
            found += _lapsed(section.id, number, block, usable)
            for sentence in said(block):
                found += _conflicts(home, section.id, number, sentence, replaces)
    return tuple(found)


def _lapsed(section: str, number: int, block: Block, usable: Mapping[str, Version]) -> Iterator[Finding]:
    for citation in block.citations:
        if citation.version not in usable:
            yield Finding(
                kind="source not in force",
                section=section,
                block=number,
                text=citation.quote[:240],
                problem=f"{citation.title}, version {citation.number}, is not in force any more.",
                remedy="Compose the section again, or take the quotation out.",
                citations=(citation,),
            )


def _conflicts(
    home: Home, section: str, number: int, sentence: str, replaces: str | None
) -> Iterator[Finding]:
    """What a document in force says otherwise; only sentences that can be compared for certain are."""
    if PLACEHOLDER.search(sentence) or not (amounts(sentence) or rule(sentence)):
        return
    ours = Saying(_OURS, (-1, 0, 0), sentence)
    hits = _near(home, sentence, replaces)
    theirs = [
        (Saying(hit.version.document, (place, start, end), hit.text[start:end]), hit)
        for place, hit in enumerate(hits)
        for start, end in sentences(hit.text)
    ]
    for saying, hit in theirs:
        for pair in disagreements([ours, saying], sentence):
            source = _cited(hit, saying)
            yield Finding(
                kind="conflict",
                section=section,
                block=number,
                text=sentence,
                problem=f"{source.title} says otherwise: {pair.reason}.",
                remedy="Follow the document in force, or revise both.",
                citations=(source,),
            )


def _near(home: Home, sentence: str, replaces: str | None) -> list[Hit]:
    scope = replace(home.scope(Role.EMPLOYEE), kinds=HOUSE.kinds)
    hits = search(home.index, sentence, scope, _DEEP, encoded=home.encoded(sentence))
    best = max((hit.base for hit in hits), default=0.0)
    return [hit for hit in hits if hit.base >= _NEAR * best and hit.version.document != replaces]


def _cited(hit: Hit, saying: Saying) -> Citation:
    _, start, end = saying.place
    return cite(hit.version, hit.section, hit.start + start, hit.start + end, saying.text)
