"""Review: what reviewers, readers and the keepers of the queue do to an item. Every act is a record.

Each function checks the role itself. What is refused is on the log too: a role that may not, an author who
would approve, a verdict on something that was decided or has changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from assistant import log, queue
from assistant.accounts import roles_of
from assistant.answer_record import KIND as ANSWER
from assistant.corrections import Statement, correction
from assistant.errors import NotPossible, UnknownRecord
from assistant.home import Home
from assistant.log import Record
from assistant.people import Person, unsigned
from assistant.permissions import Operation, allowed, refuse, require
from assistant.rules import (
    Item,
    Refusal,
    accepted_places,
    claimable,
    claimed,
    decided,
    deciding,
    item,
    still_open,
    unflagged,
)
from assistant.standing import REVIEW, Act, outcome
from assistant.visibility import hidden_versions, may_read
from knowledge import library
from knowledge.clock import from_now, today
from knowledge.models import Role, may_see

_MOST = 4_000


def claim(home: Home, person: Person, name: str) -> Record:
    """Claim an item for a time, so that nobody else decides on it meanwhile."""
    require(home.database, person, Operation.CLAIM, name[:40])
    extra = {"until": from_now(timedelta(minutes=home.settings.claim_minutes))}
    return _act(home, person, name, Act.CLAIM, Operation.CLAIM, lambda found: claimable(found, person), extra)


def release(home: Home, person: Person, name: str) -> Record:
    """Give up a claim."""
    require(home.database, person, Operation.CLAIM, name[:40])
    return _act(home, person, name, Act.RELEASE, Operation.CLAIM, lambda found: claimed(found, person), {})


def assign(home: Home, person: Person, names: Sequence[str], to: str | None) -> list[Record]:
    """Assign items to a person by id, or to nobody; there is no deciding in bulk."""
    require(home.database, person, Operation.ASSIGN, ",".join(names)[:120])
    _reviewer(home, to)
    return [
        _act(home, person, name, Act.ASSIGN, Operation.ASSIGN, still_open, {"assignee": to}) for name in names
    ]


def _reviewer(home: Home, name: str | None) -> None:
    """Whoever items are given to must be able to decide on them."""
    if name is None:
        return
    if home.settings.sign_in == "switcher":
        known = (who := unsigned(name)) is not None and who.role is Role.REVIEWER
    else:
        with home.database.read() as connection:
            known = Role.REVIEWER in roles_of(connection, name)
    if not known:
        raise NotPossible("Items are assigned to reviewers; this is none.")


def flag(home: Home, person: Person, name: str, comment: str) -> Record:
    """A reader says that an answer is wrong; it goes to the front of the queue."""
    require(home.database, person, Operation.FLAG, name[:40])
    words = {"comment": _reason(comment, "Say what is wrong with the answer.")}
    with home.database.read() as connection:
        entry = log.get(connection, name)
        if entry.kind != ANSWER or not may_read(entry, person, hidden_versions(connection, person.role)):
            raise UnknownRecord(f"No record {name!r} is on the log, or it is not for you.")
    once = partial(unflagged, person=person)
    return _act(home, person, name, Act.FLAG, Operation.FLAG, once, {}, words)


def reopen(home: Home, person: Person, name: str, reason: str) -> Record:
    """Put a decided item back; what was decided stays on the log."""
    require(home.database, person, Operation.REOPEN, name[:40])
    words = {"reason": _reason(reason)}
    return _act(home, person, name, Act.REOPEN, Operation.REOPEN, decided, {}, words)


def approve(
    home: Home, person: Person, name: str, seen: int | None = None, accepted: Sequence[str] = ()
) -> Record:
    """Approve what was said, the correction that stands, or the newest revision of a draft.

    `seen` is the number of the item's newest record when the person looked at it; `accepted` names the open
    placeholders of a draft that are let stand.
    """
    return _decide(home, person, name, Act.APPROVE, "", seen, accepted=accepted)


def reject(home: Home, person: Person, name: str, reason: str, seen: int | None = None) -> Record:
    """Say that an answer or a draft must not stand."""
    return _decide(home, person, name, Act.REJECT, reason, seen)


def escalate(home: Home, person: Person, name: str, reason: str, seen: int | None = None) -> Record:
    """Leave an item to somebody else, who decides alone."""
    return _decide(home, person, name, Act.ESCALATE, reason, seen)


def correct(
    home: Home,
    person: Person,
    name: str,
    statements: Sequence[Statement],
    reason: str,
    seen: int | None = None,
) -> Record:
    """Put a verified correction beside an answer; somebody else can then approve it.

    Raises NotPossible when a quote is not found in a document in force for the person who asked.
    """
    return _decide(home, person, name, Act.CORRECT, reason, seen, statements=statements)


def _decide(
    home: Home,
    person: Person,
    name: str,
    act: Act,
    reason: str,
    seen: int | None,
    statements: Sequence[Statement] = (),
    accepted: Sequence[str] = (),
) -> Record:
    operation = _operation(home, person, name)
    require(home.database, person, operation, name[:40])
    words = {} if act is Act.APPROVE else {"reason": _reason(reason)}
    try:
        with log.recording(home.database) as connection:
            found = item(connection, person, name)
            deciding(found, person, act, seen)
            body = _verdict(home, found, act, accepted)
            if act is Act.CORRECT:
                body["correction"] = _correction(connection, home, person, found, statements)
            return _noted(connection, person, name, act, body, words)
    except Refusal as error:
        refuse(home.database, person, operation, name[:40], str(error))


def _operation(home: Home, person: Person, name: str) -> Operation:
    """What deciding on an item is; whoever may not read drafts is not told that it is one."""
    if not allowed(person, Operation.READ_DRAFTS):
        return Operation.DECIDE
    try:
        with home.database.read() as connection:
            draft = item(connection, person, name).draft
    except UnknownRecord:
        return Operation.DECIDE
    return Operation.APPROVE_DRAFT if draft else Operation.DECIDE


def _verdict(home: Home, found: Item, act: Act, accepted: Sequence[str]) -> dict[str, Any]:
    """What a verdict is bound to: the hash of the record, and for a draft the hash of its bytes."""
    first = found.first
    needs = first.body["needs"] if found.draft else home.settings.reviewers
    body: dict[str, Any] = {
        "needs": needs,
        "final": outcome(found.stands, act, needs, found.draft),
        "of": found.judged.hash,
    }
    if found.draft:
        body |= {"sha256": first.body["sha256"], "accepted": accepted_places(first, act, accepted)}
    return body


def _correction(
    connection: Connection, home: Home, person: Person, found: Item, statements: Sequence[Statement]
) -> Mapping[str, Any]:
    """From documents that both the person who asked and the one who corrects may see."""
    if found.draft:
        raise NotPossible("A draft is not corrected here: its author submits a new revision.")
    role = Role(found.first.body["role"])
    scope = home.scope(role)
    held = library.in_force(library.all_versions(connection), today())
    usable = {v.id: v for v in held.values() if scope.admits(v) and may_see(person.role, v.audience)}
    answer = found.first.body["answer"]
    first = [c["document"] for claim in answer["claims"] for c in claim["citations"]]
    return correction(connection, statements, usable, first, role)


def _act(
    home: Home,
    person: Person,
    name: str,
    act: Act,
    operation: Operation,
    check: Callable[[Item], None],
    extra: Mapping[str, Any],
    words: Mapping[str, str] | None = None,
) -> Record:
    try:
        with log.recording(home.database) as connection:
            found = item(connection, person, name)
            check(found)
            return _noted(connection, person, name, act, extra, words)
    except Refusal as error:
        refuse(home.database, person, operation, name[:40], str(error))


def _noted(
    connection: Connection,
    person: Person,
    name: str,
    act: Act,
    extra: Mapping[str, Any],
    words: Mapping[str, str] | None,
) -> Record:
    body = {**person.acted(), "item": name, "act": act.value, **extra}
    entry = log.append(connection, REVIEW, body, words or None)
    queue.noted(connection, entry)
    return entry


def _reason(text: str, otherwise: str = "Give a reason: everything but an approval needs one.") -> str:
    if len(text.split()) < 1 or len(text.strip()) < 3:
        raise NotPossible(otherwise)
    if len(text) > _MOST:
        raise NotPossible(f"The reason is too long. Say it in {_MOST:,} characters.")
    return text.strip()
