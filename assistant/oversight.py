"""Oversight: what was asked, answered, left open and decided, by week and by clause.

For monitoring (ISO/IEC 42001, 9.1) and management review (9.3). Counts only what its reader may see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median, quantiles
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from assistant import log
from assistant.home import Home
from assistant.models import Frozen
from assistant.people import Person
from assistant.permissions import Operation, require
from assistant.reliability import Agreement, agreement
from assistant.standing import REVIEW, VERDICTS, Act, State
from assistant.switches import KIND as SWITCH
from assistant.tables import item_records, items, marks
from assistant.visibility import hidden_items, hidden_versions
from knowledge.clock import today
from knowledge.database import personal, records
from knowledge.requirements import requirements

COUNTED = tuple("asked answered abstained unclear held flagged approved corrected rejected escalated".split())
"""What is counted a week: answers by what they were when given, acts of review by when they were done."""


class Week(Frozen):
    """One ISO week, such as 2026-W48, with its counts by the names of `COUNTED`."""

    week: str
    counts: Mapping[str, int]


class Clause(Frozen):
    """How often answers cited a clause or control, and how often review changed them."""

    id: str
    title: str
    answers: int
    corrected: int
    rejected: int


class Unanswered(Frozen):
    """A question that no source answered and no reviewer has answered since; None when it was erased.

    `state` approved says that a reviewer found the sources to hold no answer.
    """

    id: str
    at: str
    state: str
    question: str | None


class Switched(Frozen):
    """A change of the switches."""

    at: str
    by: str
    mode: str
    held: tuple[str, ...]


class Oversight(Frozen):
    """The figures of a period, both days included. Hours are from the answer to its first final verdict."""

    since: date
    until: date
    totals: Mapping[str, int]
    weeks: tuple[Week, ...]
    clauses: tuple[Clause, ...]
    hours_to_review_median: float | None
    hours_to_review_p90: float | None
    unanswered: tuple[Unanswered, ...]
    agreement: Agreement
    switches: tuple[Switched, ...]


@dataclass(frozen=True, slots=True)
class _Act:
    """One act of review in the period, as its record tells it."""

    item: str
    act: Act
    at: str
    final: str


def oversight(home: Home, person: Person, since: date | None = None, until: date | None = None) -> Oversight:
    """The figures of a period; without one, of the last twelve weeks."""
    require(home.database, person, Operation.OVERSIGHT)
    until = until or today()
    since = since or until - timedelta(weeks=12)
    first, last = since.isoformat(), (until + timedelta(days=1)).isoformat()
    with home.database.read() as connection:
        hidden = hidden_items(connection, person.role, hidden_versions(connection, person.role))
        answers = [row for row in _answers(connection, first, last) if row.id not in hidden]
        drafts = set(connection.execute(select(items.c.id).where(items.c.kind == "draft")).scalars())
        acts = [act for act in _acts(connection, first, last) if act.item not in hidden | drafts]
        answered = _answered(connection)
        return Oversight(
            since=since,
            until=until,
            totals=_counted(answers, acts),
            weeks=_weeks(answers, acts),
            clauses=_clauses(connection, answers, acts),
            **_hours(answers, acts),
            unanswered=tuple(
                Unanswered(id=row.id, at=row.opened_at, state=row.state, question=row.question)
                for row in answers
                if row.status == "abstained" and row.id not in answered
            ),
            agreement=agreement(_rounds(acts)),
            switches=_switches(connection, first, last),
        )


def _answers(connection: Connection, first: str, last: str) -> Sequence[Row[Any]]:
    asked = and_(personal.c.seq == items.c.seq, personal.c.field == "question", ~personal.c.erased)
    query = (
        select(items.c.id, items.c.opened_at, items.c.status, items.c.state, items.c.reasons)
        .add_columns(personal.c.value.label("question"))
        .outerjoin(personal, asked)
        .where(items.c.kind == "answer", items.c.opened_at >= first, items.c.opened_at < last)
        .order_by(items.c.seq)
    )
    return connection.execute(query).all()


def _answered(connection: Connection) -> frozenset[str]:
    """Items whose correction stands: a reviewer has answered them."""
    stands = items.c.state.in_((State.CORRECTED.value, State.APPROVED.value))
    query = (
        select(item_records.c.item)
        .join(records, records.c.seq == item_records.c.seq)
        .join(items, items.c.id == item_records.c.item)
        .where(stands, records.c.kind == REVIEW, records.c.body.contains('"act":"correct"'))
    )
    return frozenset(connection.execute(query).scalars())


def _acts(connection: Connection, first: str, last: str) -> Iterable[_Act]:
    within = select(records.c.seq).where(records.c.kind == REVIEW, records.c.at >= first, records.c.at < last)
    for entry in log.by_number(connection, within):
        body = entry.body
        yield _Act(body["item"], Act(body["act"]), entry.at, body.get("final") or "")


def _counted(answers: Sequence[Row[Any]], acts: Iterable[_Act]) -> dict[str, int]:
    counts = Counter(row.status for row in answers)
    counts["asked"] = counts.total()
    counts["held"] = sum('"held"' in row.reasons for row in answers)
    counts.update(act.final for act in acts if act.final)  # a first verdict of two is nobody's business yet
    counts["flagged"] = sum(act.act is Act.FLAG for act in acts)
    return {name: counts[name] for name in COUNTED}


def _weeks(answers: Sequence[Row[Any]], acts: Sequence[_Act]) -> tuple[Week, ...]:
    asked, done = _by_week((row.opened_at, row) for row in answers), _by_week((act.at, act) for act in acts)
    return tuple(
        Week(week=week, counts=_counted(asked.get(week, []), done.get(week, [])))
        for week in sorted({*asked, *done})
    )


def _by_week(dated: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for at, value in dated:
        year, week, _ = _moment(at).isocalendar()
        found.setdefault(f"{year}-W{week:02}", []).append(value)
    return found


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(UTC)


def _clauses(connection: Connection, answers: Sequence[Row[Any]], acts: Sequence[_Act]) -> tuple[Clause, ...]:
    asked = {row.id for row in answers}
    changed = {
        state: {a.item for a in acts if a.final == state} for state in (State.CORRECTED, State.REJECTED)
    }
    cited: dict[str, set[str]] = {}
    for row in connection.execute(select(marks.c.item, marks.c.value).where(marks.c.kind == "clause")):
        if row.item in asked:
            cited.setdefault(row.value, set()).add(row.item)
    known = requirements().by_id
    return tuple(
        Clause(
            id=name,
            title=known[name].title,
            answers=len(members),
            corrected=len(members & changed[State.CORRECTED]),
            rejected=len(members & changed[State.REJECTED]),
        )
        for name, members in sorted(cited.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    )


def _hours(answers: Sequence[Row[Any]], acts: Sequence[_Act]) -> dict[str, float | None]:
    opened = {row.id: row.opened_at for row in answers}
    decided: dict[str, str] = {}
    for act in acts:
        if act.final and act.item in opened:
            decided.setdefault(act.item, act.at)
    hours = [(_moment(at) - _moment(opened[name])).total_seconds() / 3600 for name, at in decided.items()]
    if not hours:
        return {"hours_to_review_median": None, "hours_to_review_p90": None}
    tail = quantiles(hours, n=10, method="inclusive")[-1] if len(hours) > 1 else hours[0]
    return {"hours_to_review_median": median(hours), "hours_to_review_p90": tail}


def _rounds(acts: Iterable[_Act]) -> list[list[str]]:
    """The verdicts of each round of an item; a round ends with the verdict that is final."""
    open_rounds: dict[str, list[str]] = {}
    closed = []
    for act in acts:
        if act.act in VERDICTS:
            open_rounds.setdefault(act.item, []).append(act.act.value)
            if act.final:
                closed.append(open_rounds.pop(act.item))
    return closed


def _switches(connection: Connection, first: str, last: str) -> tuple[Switched, ...]:
    within = select(records.c.seq).where(records.c.kind == SWITCH, records.c.at >= first, records.c.at < last)
    return tuple(
        Switched(at=e.at, by=e.body["actor"], mode=e.body["mode"], held=tuple(e.body["held"]))
        for e in log.by_number(connection, within)
    )
