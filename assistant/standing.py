"""Where an item of review stands: the sum of its records, in the order of the log.

pending → (claimed for a time) → approved, corrected, rejected or escalated; then reopened by a new record.
Nothing here reads a clock or a database, so that the queue can be made anew from the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from assistant.log import Record


class State(StrEnum):
    """What became of an item so far."""

    PENDING = "pending"
    APPROVED = "approved"
    CORRECTED = "corrected"
    REJECTED = "rejected"
    ESCALATED = "escalated"


class Act(StrEnum):
    """What a record does to an item."""

    CLAIM = "claim"
    RELEASE = "release"
    ASSIGN = "assign"
    FLAG = "flag"
    APPROVE = "approve"
    CORRECT = "correct"
    REJECT = "reject"
    ESCALATE = "escalate"
    REOPEN = "reopen"
    STALE = "stale"
    FRESH = "fresh"
    PUBLISH = "publish"


REVIEW = "review"
"""The kind of the records that hold an act on an item."""
VERDICTS = {
    Act.APPROVE: State.APPROVED,
    Act.CORRECT: State.CORRECTED,
    Act.REJECT: State.REJECTED,
    Act.ESCALATE: State.ESCALATED,
}
OPEN = frozenset({State.PENDING, State.ESCALATED, State.CORRECTED})
"""States in which an item still takes a verdict: a correction waits for somebody else's approval."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's verdict in a round."""

    actor: str
    role: str
    act: Act
    at: str
    seq: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an item stands.

    `votes` are those of this round; `needs` is how many people must decide; `wrote` are those who wrote
    what is to be approved, and so may not approve it: all who wrote any revision of a draft, or the
    correction that stands. `escalated_by` are those whose verdicts left it to somebody else, until somebody
    else decides.
    """

    state: State = State.PENDING
    votes: tuple[Vote, ...] = ()
    rounds: tuple[tuple[Vote, ...], ...] = ()
    needs: int = 1
    assignee: str | None = None
    claimed_by: str | None = None
    claimed_until: str | None = None
    decided_at: str | None = None
    changed_at: str = ""
    correction: int | None = None
    wrote: frozenset[str] = frozenset()
    flagged: bool = False
    stale: bool = False
    reopened: bool = False
    published: str | None = None
    before_stale: Standing | None = None
    escalated_by: frozenset[str] = frozenset()

    @property
    def open(self) -> bool:
        """Whether it still takes a verdict."""
        return self.state in OPEN

    @property
    def running(self) -> tuple[Vote, ...]:
        """The verdicts of a round that is not decided yet."""
        return () if self.rounds and self.rounds[-1] == self.votes else self.votes

    def holder(self, now: str) -> str | None:
        """Who has claimed it, while the claim lasts."""
        return self.claimed_by if self.claimed_until and self.claimed_until > now else None


def standing(entries: Iterable[Record]) -> Standing:
    """Where an item stands after its records."""
    found = Standing()
    for entry in entries:
        found = replace(_after(found, entry), changed_at=entry.at)
    return found


def _after(before: Standing, entry: Record) -> Standing:
    if entry.kind == "draft":
        return _revised(before, entry)
    if entry.kind != REVIEW:
        return before
    act, body = Act(entry.body["act"]), entry.body
    if act in VERDICTS:
        return _voted(before, act, entry)
    if act is Act.CLAIM:
        return replace(before, claimed_by=body["actor"], claimed_until=body["until"])
    if act is Act.RELEASE:
        return replace(before, claimed_by=None, claimed_until=None)
    if act is Act.ASSIGN:
        return replace(before, assignee=body["assignee"])
    if act is Act.PUBLISH:
        return replace(before, published=body["version"])
    if act is Act.FRESH:
        return _fresh(before) if not body["gone"] else before
    kept = replace(before, before_stale=before) if act is Act.STALE and not before.stale else before
    return _opened(kept, act)


def _fresh(before: Standing) -> Standing:
    """Its sources hold again: as it stood, unless somebody decided or flagged it meanwhile."""
    earlier = before.before_stale
    untouched = earlier is not None and earlier.rounds == before.rounds and earlier.flagged == before.flagged
    if before.stale and earlier and untouched and before.votes in ((), earlier.votes):
        return replace(earlier, assignee=before.assignee)
    return replace(before, stale=False, before_stale=None)


def _opened(before: Standing, act: Act) -> Standing:
    """A flag, a changed source or a reviewer puts it back; the verdicts so far stay on the log."""
    again = {Act.FLAG: "flagged", Act.STALE: "stale", Act.REOPEN: "reopened"}[act]
    change: dict[str, Any] = {again: True}
    if before.state is not State.PENDING:  # verdicts of a round that still runs count on
        change |= {"state": State.PENDING, "votes": (), "decided_at": None}
    return replace(before, **change)


def _revised(before: Standing, entry: Record) -> Standing:
    """A revision: whoever wrote any of them wrote the draft; approvals of the bytes before do not count."""
    wrote = before.wrote | {entry.body["actor"], *entry.body.get("writers", ())}
    return Standing(wrote=wrote, needs=entry.body["needs"], assignee=before.assignee, rounds=before.rounds)


def _voted(before: Standing, act: Act, entry: Record) -> Standing:
    body = entry.body
    vote = Vote(body["actor"], body["role"], act, entry.at, entry.seq)
    votes, needs = (*before.running, vote), body["needs"]
    given = replace(before, votes=votes, needs=needs, claimed_by=None, claimed_until=None)
    if body["final"] == "":
        return given
    state = State(body["final"])
    return replace(
        given,
        state=state,
        decided_at=entry.at,
        rounds=(*before.rounds, votes),
        correction=_correction(before, votes, state),
        wrote=_wrote(before, votes, state),
        escalated_by=_left(before, votes) if state is State.ESCALATED else frozenset(),
        flagged=False,
        stale=False,
        before_stale=None,
        reopened=False,
    )


def _wrote(before: Standing, votes: tuple[Vote, ...], state: State) -> frozenset[str]:
    """Who wrote what stands: of a correction they are new; with a rejected one they are nobody."""
    if before.correction is None and state is not State.CORRECTED:
        return before.wrote
    return {State.CORRECTED: _writers(votes), State.REJECTED: frozenset()}.get(state, before.wrote)


def _left(before: Standing, votes: tuple[Vote, ...]) -> frozenset[str]:
    """Everybody who left it to somebody else, one after another."""
    return before.escalated_by | {vote.actor for vote in votes}


def _writers(votes: Iterable[Vote]) -> frozenset[str]:
    return frozenset(vote.actor for vote in votes if vote.act is Act.CORRECT)


def _correction(before: Standing, votes: tuple[Vote, ...], state: State) -> int | None:
    """The record of the correction that stands: a new one, or the one that was just approved."""
    if state is State.REJECTED:
        return None
    newest = next((vote.seq for vote in reversed(votes) if vote.act is Act.CORRECT), None)
    return newest if state is State.CORRECTED else before.correction


def outcome(before: Standing, act: Act, needs: int, draft: bool) -> str:
    """The state that a verdict brings; empty while another person's is awaited.

    Two people who do not agree escalate. One escalation is enough; so is one rejection of a draft, where
    `needs` counts approvals.
    """
    if draft and act is Act.REJECT:
        return State.REJECTED.value
    if act is Act.ESCALATE or (before.state in (State.CORRECTED, State.ESCALATED) and not draft):
        return VERDICTS[act].value
    acts = [*(vote.act for vote in before.running), act]
    if len(acts) < needs:
        return ""
    return VERDICTS[act].value if len(set(acts)) == 1 else State.ESCALATED.value
