"""How the review pages say what the core knows: ages, reasons, states, who holds an item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from assistant.people import Person
from assistant.risk import WEIGHTS
from assistant.standing import State
from assistant.ui.markup import Chip

_REASONS = {
    "held": "held until reviewed",
    "draft": "draft to approve",
    "sample": "drawn at random",
}
_PRESSING = 80
"""From this weight on a reason presses."""
STATES = {
    State.PENDING: "waiting",
    State.APPROVED: "approved",
    State.CORRECTED: "corrected, waits for approval",
    State.REJECTED: "rejected",
    State.ESCALATED: "escalated",
}


def age(since: str, now: datetime | None = None) -> str:
    """How long ago something was, in the words that people use."""
    seconds = ((now or datetime.now(UTC)) - datetime.fromisoformat(since)).total_seconds()
    for length, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        count = int(seconds // length)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "just now"


def moment(at: str) -> str:
    """When something was, to the minute, in UTC."""
    return f"{at[:10]} {at[11:16]}"


def reasons(given: Iterable[str], subjects: Mapping[str, str]) -> list[Chip]:
    """Why something is to be reviewed, the most urgent first."""
    ordered = sorted(given, key=lambda reason: -WEIGHTS[reason.partition(":")[0]])
    return [_reason(reason, subjects) for reason in ordered]


def _reason(reason: str, subjects: Mapping[str, str]) -> Chip:
    name, _, subject = reason.partition(": ")
    text = f"about {subjects.get(subject, subject)}" if subject else _REASONS.get(name, name)
    return Chip(text, "urgent" if WEIGHTS[name] >= _PRESSING else "plain")


def state(of: State) -> Chip:
    """A state as a chip."""
    tone = {State.APPROVED: "good", State.REJECTED: "urgent", State.ESCALATED: "urgent"}.get(of, "plain")
    return Chip(STATES[of], tone)  # type: ignore[arg-type]


def held_by(assignee: str | None, claimed_by: str | None, person: Person, names: Mapping[str, str]) -> str:
    """Who has an item, by assignment and by claim."""
    held = (("claimed by", claimed_by), ("assigned to", assignee))
    called = {**names, person.id: "you"}
    return ", ".join(f"{how} {called.get(who, 'somebody else')}" for how, who in held if who)
