"""The queue as reviewers see it: a page of items by filter, how far the work is, what belongs together."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, exists, func, or_, select, true

from assistant import queue
from assistant.home import Home
from assistant.people import Person, unsigned
from assistant.permissions import Operation, require
from assistant.standing import OPEN, State
from assistant.tables import accounts, items, marks, people
from assistant.visibility import hidden_versions
from knowledge.clock import from_now, now
from knowledge.database import personal
from knowledge.models import SEES_ALL, Role

_OPEN = tuple(sorted(state.value for state in OPEN))
Whose = Literal["anyone", "mine", "unassigned"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items: `state` none is all that are open; `everything` has also what nothing asks to review."""

    state: State | None = None
    whose: Whose = "anyone"
    overdue: bool = False
    stale: bool = False
    everything: bool = False
    kind: Literal["answer", "draft"] | None = None
    clause: str | None = None
    document: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the queue. `title` is the question or the draft's title; None when it was erased."""

    id: str
    seq: int
    kind: str
    title: str | None
    status: str
    state: State
    reasons: tuple[str, ...]
    opened_at: str
    decided_at: str | None
    assignee: str | None
    claimed_by: str | None
    held: str | None
    stale: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is: what is open for review, how much of it too long, and what was decided lately."""

    open: int
    overdue: int
    decided_this_week: int
    by_state: dict[str, int]


def listed(
    home: Home, person: Person, wanted: Wanted = Wanted(), limit: int = 50, offset: int = 0
) -> list[Listed]:
    """A page of the queue, the most urgent first and of those the oldest."""
    require(home.database, person, Operation.QUEUE)
    with home.database.read() as connection:
        order = (items.c.risk.desc(), items.c.opened_at, items.c.seq)
        chosen = select(items.c.id).where(*_conditions(connection, home, person, wanted)).order_by(*order)
        page = chosen.limit(limit).offset(offset).subquery()  # only its rows are joined with their words
        query = _titled().where(items.c.id.in_(select(page.c.id))).order_by(*order)
        late = _late(home)
        return [_listed(row, late) for row in connection.execute(query)]


def counted(home: Home, person: Person, wanted: Wanted) -> int:
    """How many items a filter finds."""
    require(home.database, person, Operation.QUEUE)
    with home.database.read() as connection:
        query = select(func.count(items.c.id)).where(*_conditions(connection, home, person, wanted))
        return connection.execute(query).scalar_one()


def progress(home: Home, person: Person) -> Progress:
    """How far the review is, of what the person may see."""
    require(home.database, person, Operation.QUEUE)
    week = from_now(-timedelta(days=7))
    with home.database.read() as connection:
        seen = _visible(connection, person)
        late = func.sum(case((items.c.opened_at < _late(home), 1), else_=0))
        counts = select(items.c.state, func.count(), late).where(items.c.wanted, seen).group_by(items.c.state)
        found = connection.execute(counts).all()
        lately = select(func.count()).select_from(items).where(items.c.decided_at > week, seen)
        return Progress(
            open=sum(count for state, count, _ in found if state in _OPEN),
            overdue=sum(overdue for state, _, overdue in found if state in _OPEN),
            decided_this_week=connection.execute(lately).scalar_one(),
            by_state={state: count for state, count, _ in found},
        )


def related(home: Home, person: Person, name: str, limit: int = 5) -> list[Listed]:
    """Items that were asked the same, or that cite the same versions; those that share most come first."""
    require(home.database, person, Operation.QUEUE)
    with home.database.read() as connection:
        seen = _visible(connection, person)
        found = connection.execute(select(items.c.question_key).where(items.c.id == name, seen)).first()
        if found is None:
            return []
        same = func.coalesce(items.c.question_key, "") == (found.question_key or "none")
        cited = select(marks.c.value).where(marks.c.item == name, marks.c.kind == "version")
        shared = (
            select(marks.c.item, func.count().label("number"))
            .where(marks.c.kind == "version", marks.c.value.in_(cited))
            .group_by(marks.c.item)
            .subquery()
        )
        query = (
            _titled()
            .outerjoin(shared, shared.c.item == items.c.id)
            .where(items.c.id != name, seen, same | shared.c.item.is_not(None))
            .order_by(same.desc(), func.coalesce(shared.c.number, 0).desc(), items.c.seq.desc())
            .limit(limit)
        )
        return [_listed(row, _late(home)) for row in connection.execute(query)]


def reviewers(home: Home, person: Person) -> dict[str, str]:
    """To whom items can be assigned, and by what name: accounts that review, and who has an item now."""
    require(home.database, person, Operation.QUEUE)
    with home.database.read() as connection:
        reviewing = accounts.c.roles.contains(Role.REVIEWER.value) & ~accounts.c.disabled
        joined = select(people.c.id, people.c.name).join(accounts, accounts.c.person == people.c.id)
        found = {row.id: row.name for row in connection.execute(joined.where(reviewing).distinct())}
        having = select(items.c.assignee).where(items.c.assignee.is_not(None)).distinct()
        named = {row.id: row.name for row in connection.execute(select(people.c.id, people.c.name))}
        for name in connection.execute(having).scalars():
            found.setdefault(name, named.get(name) or _called(name))
    return found


def _called(name: str) -> str:
    """What somebody without an account is called."""
    switched = unsigned(name)
    return switched.name if switched else "somebody"


def rebuilt(home: Home, person: Person) -> int:
    """Make the queue anew from the log; return from how many records."""
    require(home.database, person, Operation.ASSIGN)
    with home.database.write() as connection:
        return queue.rebuild(connection)


def _titled() -> Select[Any]:
    asked = and_(personal.c.seq == items.c.seq, personal.c.field == "question", ~personal.c.erased)
    return select(items, personal.c.value.label("question")).outerjoin(personal, asked)


def _conditions(
    connection: Connection, home: Home, person: Person, wanted: Wanted
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_visible(connection, person)]
    if wanted.state:
        conditions.append(items.c.state == wanted.state.value)
    else:
        conditions.append(items.c.state.in_(_OPEN))
    if not wanted.everything:
        conditions.append(items.c.wanted)
    if wanted.whose == "mine":
        claimed = and_(items.c.claimed_by == person.id, items.c.claimed_until > now())
        conditions.append(or_(items.c.assignee == person.id, claimed))
    elif wanted.whose == "unassigned":
        free = or_(items.c.claimed_until.is_(None), items.c.claimed_until <= now())
        conditions.append(and_(items.c.assignee.is_(None), free))
    if wanted.overdue:
        conditions += [items.c.opened_at < _late(home), items.c.state.in_(_OPEN)]
    if wanted.stale:
        conditions.append(items.c.stale)
    if wanted.kind:
        conditions.append(items.c.kind == wanted.kind)
    named = {"clause": wanted.clause, "document": wanted.document, "subject": wanted.subject}
    conditions += [_marked(kind, [value]) for kind, value in named.items() if value]
    return conditions


def _marked(kind: str, values: Iterable[str]) -> ColumnElement[bool]:
    match = (marks.c.item == items.c.id) & (marks.c.kind == kind) & marks.c.value.in_(sorted(values))
    return exists(select(marks.c.item).where(match))


def _visible(connection: Connection, person: Person) -> ColumnElement[bool]:
    """Only items that name no version which is hidden from the person's role."""
    if person.role in SEES_ALL:
        return true()
    hidden = hidden_versions(connection, person.role)
    return ~_marked("seen", hidden) & ~_marked("barred", [person.role.value])


def _late(home: Home) -> str:
    """What was opened before this moment is overdue."""
    return from_now(-timedelta(days=home.settings.review_days))


def _listed(row: Row[Any], late: str) -> Listed:
    held = row.claimed_until is not None and row.claimed_until > now()
    return Listed(
        id=row.id,
        seq=row.seq,
        kind=row.kind,
        title=row.title or row.question,
        status=row.status,
        state=State(row.state),
        reasons=tuple(json.loads(row.reasons)),
        opened_at=row.opened_at,
        decided_at=row.decided_at,
        assignee=row.assignee,
        claimed_by=row.claimed_by if held else None,
        held=row.held,
        stale=row.stale,
        overdue=row.state in _OPEN and row.wanted and row.opened_at < late,
    )
