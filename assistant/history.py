"""What happened to an item, record by record, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from assistant import answer_record
from assistant.log import Record
from assistant.people import ROLES, SYSTEM, Person
from assistant.permissions import Operation, allowed
from assistant.pseudonyms import names
from assistant.rules import Item
from assistant.standing import REVIEW, VERDICTS, Act, Standing
from knowledge.models import Role

_WORDS = {
    Act.CLAIM: "claimed it",
    Act.RELEASE: "released it",
    Act.FLAG: "flagged it as wrong",
    Act.APPROVE: "approved it",
    Act.CORRECT: "corrected it",
    Act.REJECT: "rejected it",
    Act.ESCALATE: "escalated it",
    Act.REOPEN: "reopened it",
    Act.FRESH: "noted that its sources hold again",
    Act.PUBLISH: "published it",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One record of an item: who by their role, when, what (`act` as in the record), and their words."""

    seq: int
    at: str
    who: str
    own: bool
    act: str
    what: str
    reason: str | None


def history(connection: Connection, found: Item, person: Person) -> list[Happening]:
    """Every record of an item that a person may see now, oldest first.

    Who acted is told by role; those who may export the log, and so know it, are told the name as well.
    """
    shown = [entry for entry in found.entries if not blind(entry, person, lambda: found.stands)]
    known = names(connection) if allowed(person, Operation.EXPORT) else {}
    return [_happening(entry, person, known) for entry in shown]


def blind(entry: Record, person: Person, stands: Callable[[], Standing]) -> bool:
    """Whether this is a first verdict that another reviewer must not see before giving their own."""
    act = entry.body.get("act")
    if entry.kind != REVIEW or act not in VERDICTS or entry.body["final"]:
        return False
    if Role.REVIEWER not in {person.role, *person.roles} or entry.body["actor"] == person.id:
        return False
    now = stands()
    voted = any(vote.actor == person.id for vote in now.votes)
    return now.open and any(vote.seq == entry.seq for vote in now.votes) and not voted


def _happening(entry: Record, person: Person, known: Mapping[str, str]) -> Happening:
    actor = entry.body["actor"]
    role = SYSTEM.name if actor == SYSTEM.id else ROLES[Role(entry.body["role"])]
    return Happening(
        seq=entry.seq,
        at=entry.at,
        who=f"{role} {known[actor]}" if actor in known else role,
        own=actor == person.id,
        act=entry.body.get("act", ""),
        what=_what(entry, person),
        reason=entry.personal.get("reason") or entry.personal.get("comment"),
    )


def _what(entry: Record, person: Person) -> str:
    body = entry.body
    if entry.kind == answer_record.KIND:
        answered = body["answer"]["status"] == "answered"
        return "asked, and was answered" if answered else "asked, and was not answered"
    if entry.kind != REVIEW:
        return f"submitted revision {body['number']}"
    act = Act(body["act"])
    if act is Act.ASSIGN:
        return _assigned(body["assignee"], person)
    if act is Act.STALE:
        count = len(body["gone"])
        return f"noted that {'a source is' if count == 1 else f'{count} sources are'} not in force any more"
    said = _WORDS[act]
    if body.get("accepted"):
        said += f", with open places accepted: {'; '.join(body['accepted'])}"
    if act in VERDICTS and not body["final"]:
        said += "; another verdict is awaited"
    elif act in VERDICTS and body["final"] != VERDICTS[act]:
        said += f"; the two verdicts differ, so it is {body['final']}"
    return said


def _assigned(assignee: str | None, person: Person) -> str:
    if assignee is None:
        return "assigned it to nobody"
    return "assigned it to you" if assignee == person.id else "assigned it to somebody"
