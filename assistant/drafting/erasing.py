"""A person's words erased from manuscripts and the profile: their answers, and what they wrote."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from assistant.drafting.tables import manuscript_answers, manuscript_revisions, profile_entries


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


def erase_profile(connection: Connection, seqs: Sequence[int]) -> None:
    """Take out what the organisation's profile says by these records."""
    connection.execute(delete(profile_entries).where(profile_entries.c.seq.in_(seqs)))
