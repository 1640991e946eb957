"""A person's words erased from the register of AI systems and from interviews that are being held."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from assistant import log
from assistant.assessing.systems import KIND
from assistant.assessing.tables import interviews, systems
from knowledge.database import records


def erase(connection: Connection, seqs: Sequence[int]) -> None:
    """Empty the owner and notes of systems whose newest record is one of these."""
    numbers = select(records.c.seq).where(records.c.seq.in_(seqs), records.c.kind == KIND)
    for name in {entry.body["system"] for entry in log.by_number(connection, numbers)}:
        (newest,) = log.latest(connection, KIND, 1, containing=f'"system":"{name}"')
        if newest.seq in seqs:
            connection.execute(update(systems).where(systems.c.id == name).values(owner="", notes=""))


def erase_answers(connection: Connection, actor: str) -> list[str]:
    """Erase what somebody answered in interviews; return the ids of the systems."""
    theirs = interviews.c.actor == actor
    held = connection.execute(select(interviews.c.system).where(theirs).distinct()).scalars().all()
    connection.execute(delete(interviews).where(theirs))
    return sorted(held)
