"""The rules of review beyond the role: who may decide on what, and when. Pure but for reading an item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from assistant import queue
from assistant.errors import UnknownRecord
from assistant.log import Record
from assistant.people import Person
from assistant.permissions import Operation, allowed
from assistant.standing import Act, Standing, State, standing
from assistant.visibility import hidden_versions, versions_in
from knowledge.clock import now
from knowledge.models import Role, may_see


@dataclass(frozen=True, slots=True)
class Item:
    """An item as its records tell it."""

    id: str
    entries: Sequence[Record]
    stands: Standing

    @property
    def first(self) -> Record:
        """The answer, or the newest revision of a draft."""
        return queue.opening(self.entries)

    @property
    def judged(self) -> Record:
        """What a verdict is about: the correction that stands, or what was said or drafted."""
        correction = self.stands.correction
        return next((entry for entry in self.entries if entry.seq == correction), self.first)

    @property
    def draft(self) -> bool:
        """Whether it is a draft and not an answer."""
        return self.first.kind == queue.DRAFT

    @property
    def last(self) -> int:
        """The number of its newest record: what a verdict is bound to."""
        return self.entries[-1].seq


class Refusal(Exception):
    """A rule that does not let an act pass; becomes a record and an error outside the transaction."""


def item(connection: Connection, person: Person, name: str) -> Item:
    """An item that a person may see; UnknownRecord otherwise, whether it exists or not."""
    hidden = hidden_versions(connection, person.role)  # first, so that what is missing takes as long
    entries = queue.records_of(connection, name)
    found = Item(name, entries, standing(entries))
    if not _for(person, found) or any(not hidden.isdisjoint(versions_in(entry.body)) for entry in entries):
        raise UnknownRecord(f"No item {name!r} is up for review, or it is not for you.")
    return found


def _for(person: Person, found: Item) -> bool:
    """Whether it is for a person: an answer if they review or asked it, a draft by audience or as writer."""
    if not found.draft:
        return allowed(person, Operation.QUEUE) or found.first.body["actor"] == person.id
    audience = frozenset(map(Role, found.first.body["audience"]))
    return may_see(person.role, audience) or person.id in found.stands.wrote


def deciding(found: Item, person: Person, act: Act, seen: int | None) -> None:
    """The rules beyond the role; raises Refusal with the reason."""
    stands = found.stands
    if act is Act.APPROVE and person.id in stands.wrote:
        what = "draft" if found.draft else "correction"
        raise Refusal(f"You wrote this {what}, with this account or another. Somebody else must approve it.")
    if not stands.open:
        raise Refusal(f"It is {stands.state} already. Reopen it first, with a reason.")
    if any(vote.actor == person.id for vote in stands.running):
        raise Refusal("You have given your verdict. Somebody else must give the second.")
    if person.id in stands.escalated_by:
        raise Refusal("You left this to somebody else, who must decide.")
    claimable(found, person)
    if seen is not None and seen != found.last:
        raise Refusal("It has changed since you opened it. Look at it again before you decide.")


def claimable(found: Item, person: Person) -> None:
    """An open item that nobody else has claimed."""
    holder = found.stands.holder(now())
    if holder not in (None, person.id):
        raise Refusal(f"Somebody else has claimed it until {found.stands.claimed_until}.")
    still_open(found)


def claimed(found: Item, person: Person) -> None:
    """An item that this person has claimed."""
    if found.stands.holder(now()) != person.id:
        raise Refusal("You have not claimed it.")


def still_open(found: Item) -> None:
    """An item that takes a verdict."""
    if not found.stands.open:
        raise Refusal(f"It is {found.stands.state} already. Reopen it first, with a reason.")


def unflagged(found: Item, person: Person) -> None:
    """An item that this person has not flagged since it was last decided."""
    flags = (e for e in found.entries if e.body.get("act") == Act.FLAG and e.body["actor"] == person.id)
    if found.stands.flagged and any(e.at > (found.stands.decided_at or "") for e in flags):
        raise Refusal("You have flagged it already. A reviewer will look at it.")


def decided(found: Item) -> None:
    """An item that can be reopened."""
    if found.stands.state is State.PENDING:
        raise Refusal("It is still open.")


def accepted_places(revision: Record, act: Act, accepted: Sequence[str]) -> list[str]:
    """The open placeholders that are let stand, each of them named."""
    left = [name for name in revision.body["placeholders"] if name not in accepted]
    if act is Act.APPROVE and left:
        raise Refusal(
            f"The draft has open places: {'; '.join(left)}. Have them filled in, or accept each by its name."
        )
    return sorted(set(accepted) & set(revision.body["placeholders"])) if act is Act.APPROVE else []
