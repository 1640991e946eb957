"""A reviewer's correction: statements, each with quotes that are found and verified in documents in force."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Connection

from assistant import wording
from assistant.errors import NotHeld, NotPossible
from assistant.models import Answer, Citation, Claim, Frozen, Outcome
from assistant.verify import verify
from knowledge import library, stored_passages
from knowledge.library import Version, folded
from knowledge.models import Role
from knowledge.pages import page_of
from knowledge.sentences import sentences

_MOST = 20
_LONGEST = 2_000
"""Characters of a quote or a statement."""


class Statement(Frozen):
    """One sentence of a correction with the words that carry it.

    Without a text of its own it says its quotes. `document` says where the quotes stand; without it they are
    looked for in every document in force.
    """

    quotes: tuple[Annotated[str, Field(max_length=_LONGEST)], ...] = Field(min_length=1, max_length=10)
    text: str | None = Field(default=None, max_length=_LONGEST)
    document: str | None = None


def correction(
    connection: Connection,
    statements: Sequence[Statement],
    usable: Mapping[str, Version],
    first: Sequence[str],
    role: Role,
) -> dict[str, Any]:
    """The corrected answer, as a record holds it.

    `usable` are the versions in force that the person who asked may see, by id; the documents `first` are
    looked at before others. Raises NotHeld, naming the statement, when a quote is not found or the
    wording has something that its quotes do not carry.
    """
    if not 1 <= len(statements) <= _MOST:
        raise NotPossible(f"A correction has 1 to {_MOST} statements, each with a quote that carries it.")
    ordered = sorted(usable.values(), key=lambda v: (v.document not in first, not v.house, v.title))
    claims = tuple(
        _verified(connection, number, statement, usable, ordered)
        for number, statement in enumerate(statements, start=1)
    )
    answer = Answer(
        id="",
        status="answered",
        text=wording.text(claims, role, None),
        claims=claims,
        conversation="",
        timing_ms={},
    )
    return answer.model_dump(mode="json", exclude={"id", "conversation", "understood_as", "timing_ms"})


def _verified(
    connection: Connection,
    number: int,
    statement: Statement,
    usable: Mapping[str, Version],
    ordered: Sequence[Version],
) -> Claim:
    where = [v for v in ordered if statement.document in (None, v.document)]
    if not where:
        raise NotHeld(number, f"no document {statement.document!r} in force is for the person who asked.")
    citations = tuple(_located(connection, number, quote, where) for quote in statement.quotes)
    text = statement.text or " … ".join(folded(c.quote) for c in citations)
    claim = Claim(text=folded(text), citations=citations)
    verdict = verify(claim, connection, usable)
    if verdict.outcome is not Outcome.HELD:
        raise NotHeld(number, f"it cannot be held to its quotes: {verdict.reason}.")
    return claim


def _located(connection: Connection, number: int, quote: str, where: Iterable[Version]) -> Citation:
    """The first place where a quote stands, white space apart."""
    words = quote.split()
    if sum(map(len, words)) < 3:
        raise NotHeld(number, "the quote is too short to say where it stands.")
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    for version in where:
        text = library.text_of(connection, version.id)
        found = pattern.search(text)
        if found:
            return _citation(connection, version, text, found.span())
    raise NotHeld(
        number,
        f"“{folded(quote)[:80]}” stands in no document in force that the person who asked may see. Copy the "
        "words as they stand in the document.",
    )


def _citation(connection: Connection, version: Version, text: str, span: tuple[int, int]) -> Citation:
    """The whole sentences in which a quote stands, so that no "not" before or after it is cut off."""
    passages = stored_passages.of_version(connection, version.id)
    before = [p for p in passages if p.start <= span[0]]
    within = (before[-1].start, max(before[-1].end, span[1])) if before else span
    start, end = _whole(text, within, span)
    return Citation(
        document=version.document,
        title=version.title,
        file=version.file,
        version=version.id,
        number=version.number,
        section=" > ".join(before[-1].section) if before else "",
        page=page_of(version.pages, start),
        start=start,
        end=end,
        quote=text[start:end],
        kind=version.kind,
        owner=version.owner,
    )


def _whole(text: str, within: tuple[int, int], span: tuple[int, int]) -> tuple[int, int]:
    """A span widened to the sentences of a passage that it touches."""
    offset = within[0]
    placed = [(a + offset, b + offset) for a, b in sentences(text[offset : within[1]])]
    touched = [(a, b) for a, b in placed if a < span[1] and span[0] < b] or [span]
    return min(touched[0][0], span[0]), max(touched[-1][1], span[1])
