"""Staleness: exactly what cites a version that went out of force comes back, and it stands again with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import cycle, islice, product
from typing import Any

import pytest
from sqlalchemy import select

from assistant import queue, review, staleness
from assistant.home import Home
from assistant.ingest import Declared, add_bytes, reinstate, remove, withdraw
from assistant.log import Record
from assistant.staleness import Difference, differences, sweep
from assistant.standing import State
from assistant.tables import items
from knowledge import library
from knowledge.clock import today
from knowledge.library import Version
from knowledge.models import Role
from knowledge.requirements import requirements
from tests.assistant.reviewing import (
    ADMIN,
    EMPLOYEE,
    INCIDENT,
    LOGS,
    PARKING,
    REVIEWER,
    SECOND,
    added,
    corrected,
    document,
    entries,
    person,
    put,
    queued,
    stands,
    versions_cited,
)
from tests.assistant.test_ask import HOUSE_QUESTIONS, NOT_IN_ANY_SOURCE

OVERSIGHT = "human-oversight-standard.md"
MANY = 500
GATE = "Who opens the northern gate for walruses?"
RULE = "# Walruses\n\nThe keeper on duty opens the northern gate for walruses at dusk.\n"


def held(home: Home, file: str) -> tuple[Version, bytes]:
    """The version in force of a file, with its bytes."""
    name = document(home, file)
    with home.database.read() as connection:
        version = library.in_force(library.all_versions(connection), today())[name]
        return version, library.data_of(connection, version.id)


def superseded(home: Home, file: str, old: str, new: str, **declared: Any) -> Version:
    """Supersede a text file by one with other words; return the version that was in force before."""
    version, data = held(home, file)
    changed = data.decode().replace(old, new).encode()
    assert changed != data
    assert add_bytes(home, changed, version.file, version.source, Declared(**declared)).version
    return version


def stale(home: Home) -> set[str]:
    with home.database.read() as connection:
        return set(connection.execute(select(items.c.id).where(items.c.stale)).scalars())


def swept(home: Home) -> list[str]:
    with home.database.write() as connection:
        return sweep(connection)


def became(home: Home, item: str) -> list[Difference]:
    with home.database.read() as connection:
        return differences(connection, queue.records_of(connection, item))


def rows(home: Home) -> dict[str, Any]:
    """The queue's rows by item, but for when they changed."""
    with home.database.read() as connection:
        found = connection.execute(select(items)).mappings()
        return {row["id"]: {**row, "changed_at": None} for row in found}


def kinds_of_questions() -> list[str]:
    """About seventy questions of every kind: house, standard, ids, lists, and what no source answers."""
    controls = [name for name in requirements().by_id if name.startswith("A.") and name.count(".") > 1]
    return [
        *HOUSE_QUESTIONS,
        *NOT_IN_ANY_SOURCE,
        *(f"What does {name} require?" for name in islice(controls, 36)),
        "Are two overseers enough in every shift?",
        "Who may stop an AI system?",
        "What must be in the statement of applicability?",
        "Which controls need documentation?",
        "How many controls are there?",
        "May AI decide on a dismissal?",
        "What does an AI policy have to commit to?",
    ]


def citing(records: Iterable[Record], version: str) -> set[str]:
    return {entry.id for entry in records if version in versions_cited(entry) and not entry.body["as_of"]}


@pytest.mark.slow
def test_of_five_hundred_answers_exactly_those_that_cite_the_superseded_version_become_stale(
    org: Home,
) -> None:
    roles = [person(role) for role in Role]
    asking = cycle(product(kinds_of_questions(), roles))
    for number, (text, who) in enumerate(islice(asking, MANY)):
        put(org, text, who, as_of=today() if number % 25 == 0 else None)
    records = entries(org, "answer")
    assert len(records) == MANY
    expected = citing(records, held(org, OVERSIGHT)[0].id)
    of_a_day = {e.id for e in records if e.body["as_of"]}
    assert 20 < len(expected) < MANY / 2 and of_a_day
    turned_down, *_ = sorted(expected)
    review.reject(org, REVIEWER, turned_down, "It is wrong.")
    assert stale(org) == set()
    superseded(org, OVERSIGHT, "72 hours", "48 hours")
    assert stale(org) == expected - {turned_down}
    assert not stale(org) & of_a_day
    assert queued(org, stale=True).keys() == stale(org)


def test_what_was_reviewed_comes_back_to_the_queue(org: Home) -> None:
    item = put(org, INCIDENT).id
    review.approve(org, REVIEWER, item)
    superseded(org, OVERSIGHT, "72 hours", "48 hours")
    row = queued(org)[item]
    assert (row.state, row.reasons[0], row.stale) == (State.PENDING, "a source changed", True)
    assert stands(org, item).rounds
    review.approve(org, SECOND, item)
    assert (stands(org, item).state, stale(org)) == (State.APPROVED, set())
    assert swept(org) == []  # who approved it knew that its source had changed


@pytest.mark.parametrize("act", ["approve", "correct", "escalate", "nothing"])
def test_a_withdrawal_undone_leaves_everything_as_it_stood(org: Home, act: str) -> None:
    item = put(org, INCIDENT).id
    match act:
        case "approve":
            review.approve(org, REVIEWER, item)
        case "correct":
            corrected(org, REVIEWER, item, "AI Incident Desk within 72 hours")
        case "escalate":
            review.escalate(org, REVIEWER, item, "I am not sure.")
    before = rows(org)
    name = document(org, OVERSIGHT)
    withdraw(org, name, ADMIN)
    assert stale(org) == {item}
    reinstate(org, name, ADMIN)
    assert rows(org) == before


def test_it_stays_stale_until_each_of_its_sources_is_back(org: Home) -> None:
    item = put(org, INCIDENT).id
    review.approve(org, REVIEWER, item)
    first, second = document(org, OVERSIGHT), document(org, "ai-incident-procedure.pdf")
    withdraw(org, first, ADMIN)
    withdraw(org, second, ADMIN)
    reinstate(org, first, ADMIN)
    assert stale(org) == {item}
    reinstate(org, second, ADMIN)
    assert (stale(org), stands(org, item).state) == (set(), State.APPROVED)


def test_a_flag_raised_meanwhile_stays(org: Home) -> None:
    item = put(org, INCIDENT).id
    review.approve(org, REVIEWER, item)
    withdraw(org, document(org, OVERSIGHT), ADMIN)
    review.flag(org, EMPLOYEE, item, "This is wrong.")
    reinstate(org, document(org, OVERSIGHT), ADMIN)
    assert queued(org)[item].reasons[0] == "flagged by a reader"


def test_a_correction_goes_stale_with_its_own_sources_not_with_those_of_what_it_corrects(org: Home) -> None:
    version = added(org, RULE)
    item = put(org, PARKING).id
    corrected(org, REVIEWER, item, "The keeper on duty opens the northern gate")
    review.approve(org, SECOND, item)
    added(org, RULE.replace("dusk", "dawn"))
    assert stale(org) == {item}
    assert [d.citation.version for d in became(org, item)] == [version.id]


def test_removal_makes_stale_too(org: Home) -> None:
    version = added(org, RULE)
    item = put(org, GATE).id
    remove(org, version.document, ADMIN)
    assert stale(org) == {item}
    (gone,) = [d for d in became(org, item) if d.citation.version == version.id]
    assert (gone.status, gone.successor, gone.after) == ("removed", None, None)


def test_a_quote_that_still_stands_is_told_from_one_that_changed(org: Home) -> None:
    item = put(org, INCIDENT).id
    old = superseded(org, OVERSIGHT, "72 hours", "48 hours")
    found: Sequence[Difference] = became(org, item)
    assert {d.citation.version for d in found} == {old.id}
    (changed,) = [d for d in found if "72 hours" in d.citation.quote]
    assert (changed.unchanged, changed.status) == (False, "superseded")
    assert changed.successor and changed.successor.number == old.number + 1
    assert changed.after and "48 hours" in changed.after


def test_a_quote_that_a_new_version_keeps_is_unchanged(org: Home) -> None:
    added(org, RULE)
    item = put(org, GATE).id
    added(org, RULE + "\nOtters have a gate of their own.\n")
    (kept,) = [d for d in became(org, item) if d.citation.title == "Walruses"]
    assert kept.unchanged and kept.after == kept.citation.quote


def test_a_version_that_holds_later_makes_nothing_stale_before(
    org: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = put(org, INCIDENT).id
    day = today() + timedelta(days=30)
    superseded(org, OVERSIGHT, "72 hours", "48 hours", since=day)
    assert (stale(org), swept(org)) == (set(), [])

    def then(moment: date) -> None:
        monkeypatch.setattr(staleness, "today", lambda: moment)

    then(day - timedelta(days=1))
    assert swept(org) == []
    then(day)
    assert swept(org) == [item]
    assert stale(org) == {item}
    assert swept(org) == []


def test_nothing_is_noted_twice_or_without_need(org: Home) -> None:
    put(org, INCIDENT)
    put(org, LOGS)
    withdraw(org, document(org, OVERSIGHT), ADMIN)
    noted = len(entries(org, "review"))
    assert noted == 1
    added(org, RULE)
    assert len(entries(org, "review")) == noted
