"""What a reader is told of an answer now: what was said, what a reviewer made of it, or that it is held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from assistant import queue
from assistant.answer_record import content, read, without_unheld
from assistant.errors import UnknownRecord
from assistant.log import Record
from assistant.models import Answer, Approval
from assistant.people import Person
from assistant.permissions import Operation, allowed
from assistant.prompts import prompt
from assistant.standing import Act, Standing, State, standing
from assistant.subjects import Subject
from knowledge.models import Role


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as its reader sees it now, with what became of it in review.

    `correction` stands beside `answer`; `reason` is what a reviewer wrote to a rejection or a correction.
    `rejected` says that the newest decision was a rejection, also while it is looked at again;
    `unsupported` that the approval from which the answer was taken does not stand any more.
    """

    entry: Record
    answer: Answer
    state: State | None
    decided: Approval | None = None
    correction: Answer | None = None
    reason: str | None = None
    stale: bool = False
    rejected: bool = False
    unsupported: bool = False


def masked(answer: Answer, subjects: Iterable[Subject], held: str) -> Answer:
    """An answer whose content waits for a reviewer."""
    name = next((subject.name for subject in subjects if subject.id == held), held)
    note = prompt("quotes").say("held", subject=name)
    hidden = {"status": "held", "text": note, "claims": (), "note": note}
    hidden |= {"nearest": (), "conflicts": (), "choices": ()}
    return answer.model_copy(update=hidden)


def veiled(entry: Record, subjects: Iterable[Subject]) -> Record:
    """The record of a held answer as who asked reads it: that they asked, and that it is held."""
    held = entry.body["review"]["held"]
    body = {name: entry.body[name] for name in _OF_ASKING}
    body["answer"] = content(masked(read(entry), subjects, held))
    body["review"] = {"reasons": ["held"], "subjects": [held], "held": held}
    return replace(entry, body=body)


_OF_ASKING = ("actor", "role", "via", "as_of", "conversation", "timing_ms", "personal")


def told(connection: Connection, entry: Record, person: Person, subjects: Sequence[Subject]) -> Told:
    """What a person is told of a logged answer; those who review or audit see what is held."""
    try:
        entries = queue.records_of(connection, entry.id)
    except UnknownRecord:  # written before there was a queue
        return Told(entry, read(entry), None)
    if not allowed(person, Operation.QUEUE):
        entry = without_unheld(entry)
    stands = standing(entries)
    correction = corrected(entries, stands) if stands.state is not State.REJECTED else None
    if withheld(entry, stands) and not allowed(person, Operation.QUEUE):
        entry = veiled(entry, subjects)
        correction = correction if stands.state is State.APPROVED else None
    decision = _decision(entries, stands)
    reason = next((e.personal.get("reason") for e in entries if decision and e.seq == decision.seq), None)
    if stands.state is State.APPROVED and correction:
        reason = next((e.personal.get("reason") for e in entries if e.seq == stands.correction), None)
    return Told(
        entry=entry,
        answer=read(entry),
        state=stands.state,
        decided=_approval(entry, decision, stands) if decision else None,
        correction=correction,
        reason=reason if stands.state is not State.ESCALATED else None,
        stale=stands.stale,
        rejected=_rejected(stands),
        unsupported=_unsupported(connection, entry),
    )


def _rejected(stands: Standing) -> bool:
    return bool(stands.rounds) and stands.rounds[-1][-1].act is Act.REJECT


def _unsupported(connection: Connection, entry: Record) -> bool:
    """Whether an answer was taken from an approved one that is not approved now."""
    taken = entry.body["answer"].get("approved")
    if not taken:
        return False
    stands = standing(queue.records_of(connection, taken["answer"]))
    return stands.state is not State.APPROVED


def withheld(entry: Record, stands: Standing) -> bool:
    """Whether what was said is kept from who asked: held, and nobody approved these words."""
    approved = stands.state is State.APPROVED and stands.correction is None
    return entry.body["review"]["held"] is not None and not approved


def corrected(entries: Sequence[Record], stands: Standing) -> Answer | None:
    """The correction that stands, as an answer."""
    if stands.correction is None:
        return None
    first = queue.opening(entries)
    return Answer.model_validate(
        {
            **queue.said(entries, stands),
            "id": first.id,
            "conversation": first.body["conversation"],
            "timing_ms": {},
        }
    )


def _decision(entries: Sequence[Record], stands: Standing) -> Record | None:
    """The record of the verdict that decided, while the decision stands."""
    if stands.decided_at is None or not stands.rounds:
        return None
    number = stands.rounds[-1][-1].seq
    return next(entry for entry in entries if entry.seq == number)


def _approval(entry: Record, decision: Record, stands: Standing) -> Approval:
    return Approval(
        answer=entry.id,
        role=Role(decision.body["role"]),
        at=decision.at,
        corrected=stands.correction is not None,
    )
