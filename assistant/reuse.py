"""Approved answers, said again to the same question for as long as their sources hold."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, exists, select

from assistant import queue
from assistant.log import Record
from assistant.models import Answer, Approval, Outcome, Question, Verdict
from assistant.risk import FLAGGED
from assistant.standing import Standing, State, standing
from assistant.tables import items
from knowledge.models import Role

_TRIED = 5


def approved(connection: Connection, question: Question, text: str) -> Answer | None:
    """The newest approved answer to a question that somebody in the same role asked, with its approval.

    `text` is the question as it was understood. Whether every citation still stands is for `verify` to say.
    """
    if question.as_of is not None:
        return None
    wanted = (
        select(items.c.id)
        .where(items.c.question_key == queue.question_key(text))
        .where(items.c.state == State.APPROVED.value, items.c.stale.is_(False))
        .where(items.c.audience_role == question.role.value, ~_doubted())
        .order_by(items.c.decided_at.desc())
        .limit(_TRIED)
    )
    for item in connection.execute(wanted).scalars().all():
        entries = queue.records_of(connection, item)
        stands = standing(entries)
        if not _is_approved(entries, stands, question, text):
            continue  # the queue says otherwise than the log, which holds
        found = _answer(entries, stands)
        if found.claims:
            return found
    return None


def _is_approved(entries: Sequence[Record], stands: Standing, question: Question, text: str) -> bool:
    """Whether the records themselves say what the queue's row says."""
    first = queue.opening(entries)
    return (
        stands.state is State.APPROVED
        and not stands.stale
        and first.body["role"] == question.role.value
        and queue.key_of(first) == queue.question_key(text)
    )


def _doubted() -> ColumnElement[bool]:
    """Whether the same answer, said again, is flagged now or was decided otherwise since."""
    other = items.alias()
    otherwise = (State.REJECTED.value, State.CORRECTED.value, State.ESCALATED.value)
    later = other.c.state.in_(otherwise) & (other.c.decided_at > items.c.decided_at)
    flagged = other.c.reasons.contains(f'"{FLAGGED}"') & (other.c.state == State.PENDING.value)
    same = (other.c.question_key == items.c.question_key) & (other.c.audience_role == items.c.audience_role)
    return exists(select(other.c.id).where(same, later | flagged))


def _answer(entries: Sequence[Record], stands: Standing) -> Answer:
    first = queue.opening(entries)
    vote = stands.votes[-1]
    return Answer.model_validate(
        {
            **queue.said(entries, stands),
            "id": first.id,
            "conversation": first.body["conversation"],
            "timing_ms": {},
            "approved": Approval(
                answer=first.id, role=Role(vote.role), at=vote.at, corrected=stands.correction is not None
            ),
        }
    )


def holds(verdicts: Sequence[Verdict]) -> bool:
    """Whether every quote of an approved answer still stands in a version that is in force for the reader."""
    return bool(verdicts) and all(verdict.outcome is not Outcome.STRUCK for verdict in verdicts)
