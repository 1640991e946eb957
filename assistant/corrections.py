"""A reviewer's correction: statements, each with quotes that are found and verified in documents in force."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

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

_MOST = 20


class Statement(Frozen):
    """One sentence of a correction with the words that carry it.

    Without a text of its own it says its quotes. `document` says where the quotes stand; without it they are
    looked for in every document in force.
    """

    quotes: tuple[str, ...] = Field(min_length=1)
    text: str | None = None
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
        found = pattern.search(library.text_of(connection, version.id))
        if found:
            return _citation(connection, version, found)
    raise NotHeld(
        number,
        f"“{folded(quote)[:80]}” stands in no document in force that the person who asked may see. Copy the "
        "words as they stand in the document.",
    )


def _citation(connection: Connection, version: Version, found: re.Match[str]) -> Citation:
    passages = stored_passages.of_version(connection, version.id)
    before = [p for p in passages if p.start <= found.start()]
    return Citation(
        document=version.document,
        title=version.title,
        file=version.file,
        version=version.id,
        number=version.number,
        section=" > ".join(before[-1].section) if before else "",
        page=page_of(version.pages, found.start()),
        start=found.start(),
        end=found.end(),
        quote=found.group(),
        kind=version.kind,
        owner=version.owner,
    )
