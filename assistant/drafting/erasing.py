"""A person's words erased from manuscripts and the profile: their answers, and what they wrote."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, union, update

from assistant import claim_record
from assistant.drafting.tables import (
    manuscript_answers,
    manuscript_revisions,
    manuscript_writers,
    profile_entries,
)


def erase(connection: Connection, actor: str) -> list[str]:
    """Erase them; return the ids of the manuscripts, none when nothing was left to erase.

    A revision's row stays, with whose it was and its hashes on the log, which cannot be traced to the words
    without the salt. Revisions that others wrote later are theirs, also where they kept a sentence.
    """
    answers, revisions = manuscript_answers.c, manuscript_revisions.c
    theirs = (revisions.by == actor) & revisions.erased.is_(False)
    held = {
        *connection.execute(select(answers.manuscript).where(answers.by == actor)).scalars(),
        *connection.execute(select(revisions.manuscript).where(theirs)).scalars(),
    }
    connection.execute(delete(manuscript_answers).where(answers.by == actor))
    empty = {"document": "", "intake": "", "salt": "", "erased": True}
    connection.execute(update(manuscript_revisions).where(theirs).values(empty))
    return sorted(held)


def handed_on(connection: Connection, actor: str) -> frozenset[int]:
    """Numbers of the records beside which a language model was handed a manuscript with their words in it.

    Also those with the sentences that it made of them, whoever asked for it.
    """
    answers, revisions, ever = manuscript_answers.c, manuscript_revisions.c, manuscript_writers.c
    theirs = union(
        select(answers.manuscript).where(answers.by == actor),
        select(revisions.manuscript).where(revisions.by == actor),
        select(ever.manuscript).where(ever.person == actor),
    )
    names = connection.execute(theirs).scalars().all()
    return frozenset(claim_record.naming(connection, "manuscript", names))


def erase_profile(connection: Connection, seqs: Sequence[int]) -> None:
    """Take out what the organisation's profile says by these records."""
    connection.execute(delete(profile_entries).where(profile_entries.c.seq.in_(seqs)))
