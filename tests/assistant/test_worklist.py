"""The worklist: what is urgent comes first, filters find it, and ten thousand items open at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from sqlalchemy import update

from assistant import log, queue, review, switches, worklist
from assistant.home import Home
from assistant.standing import State
from assistant.tables import items
from assistant.worklist import Wanted
from tests.assistant.reviewing import (
    ADMIN,
    AUDITOR,
    CHATBOT,
    EMPLOYEE,
    INCIDENT,
    LOGS,
    PARKING,
    REVIEWER,
    added,
    document,
    entries,
    put,
    queued,
    submitted,
    with_settings,
)

MANY = 10_000
DISMISSAL = "May AI decide on a dismissal?"


@pytest.fixture
def unsampled(org: Home) -> Home:
    """A home in which nothing is drawn for review by chance."""
    return with_settings(org, review_sample=0.0)


def test_the_most_urgent_come_first_and_of_those_the_oldest(unsampled: Home) -> None:
    home = unsampled
    plain = put(home, LOGS).id
    draft = submitted(home)
    unanswered = [put(home, PARKING).id, put(home, PARKING).id]
    disagreeing = put(home, INCIDENT).id
    sensitive = put(home, DISMISSAL).id
    switches.hold(home, ADMIN, "employment")
    held = put(home, DISMISSAL).id
    flagged = put(home, CHATBOT).id
    review.flag(home, EMPLOYEE, flagged, "This is wrong.")
    assert list(queued(home)) == [flagged, held, sensitive, disagreeing, *unanswered, draft]
    assert plain not in queued(home) and plain in queued(home, everything=True)
    assert [row.id for row in worklist.listed(home, REVIEWER, limit=2, offset=1)] == [held, sensitive]


def test_all_is_drawn_for_review_when_all_is_wanted(org: Home) -> None:
    with_settings(org, review_sample=1.0)
    item = put(org, LOGS).id
    assert queued(org)[item].reasons == ("sample",)


def test_filters_find_what_they_name(unsampled: Home) -> None:
    home = unsampled
    clause, sensitive = put(home, "What does A.6.2.8 require?").id, put(home, DISMISSAL).id
    logs = put(home, LOGS).id

    def found(**wanted: object) -> set[str]:
        return set(queued(home, everything=True, **wanted))

    assert clause in found(clause="A.6.2.8") and sensitive not in found(clause="A.6.2.8")
    assert found(subject="employment") == {sensitive}
    assert logs in found(document=document(home, "ai-lifecycle-standard.docx"))
    assert found(kind="draft") == set()
    review.reject(home, REVIEWER, logs, "It is wrong.")
    assert found(state=State.REJECTED) == {logs} and logs not in found()
    for wanted in (Wanted(), Wanted(everything=True), Wanted(subject="employment")):
        assert worklist.counted(home, REVIEWER, wanted) == len(worklist.listed(home, REVIEWER, wanted))


def test_what_is_open_too_long_is_overdue(unsampled: Home) -> None:
    old, new = put(unsampled, PARKING).id, put(unsampled, PARKING).id
    before = (datetime.now(UTC) - timedelta(days=6)).isoformat(timespec="milliseconds")
    with unsampled.database.write() as connection:
        connection.execute(update(items).where(items.c.id == old).values(opened_at=before[:23] + "Z"))
    assert list(queued(unsampled, overdue=True)) == [old]
    assert (queued(unsampled)[old].overdue, queued(unsampled)[new].overdue) == (True, False)
    assert worklist.progress(unsampled, REVIEWER).overdue == 1


def test_progress_counts_what_is_open_and_what_was_decided(unsampled: Home) -> None:
    home = unsampled
    some = [put(home, PARKING).id for _ in range(3)]
    review.reject(home, REVIEWER, some[0], "It is wrong.")
    found = worklist.progress(home, AUDITOR)
    assert (found.open, found.overdue, found.decided_this_week) == (2, 0, 1)
    assert found.by_state == {"pending": 2, "rejected": 1}


def test_what_belongs_together_is_found_the_same_question_first(unsampled: Home) -> None:
    home = unsampled
    item, citing, same = put(home, LOGS).id, put(home, "Which evidence for A.6.2.8?").id, put(home, LOGS).id
    other = put(home, PARKING).id
    found = [row.id for row in worklist.related(home, REVIEWER, item)]
    assert found[0] == same and citing in found and other not in found
    assert worklist.related(home, REVIEWER, "f" * 16) == []


def test_a_draft_is_not_related_to_all_that_nobody_asked(unsampled: Home) -> None:
    first, _second = submitted(unsampled), submitted(unsampled)
    assert worklist.related(unsampled, REVIEWER, first) == []


def test_the_question_of_who_had_it_erased_is_not_listed(unsampled: Home) -> None:
    from knowledge.database import personal

    item = put(unsampled, PARKING).id
    with unsampled.database.write() as connection:
        connection.execute(update(personal).values(erased=True, value=""))
    assert queued(unsampled)[item].title is None


@pytest.mark.slow
def test_ten_thousand_open_items_are_listed_and_counted_within_a_second(org: Home) -> None:
    asked = (LOGS, PARKING, INCIDENT, CHATBOT, DISMISSAL, "What does A.6.2.8 require?")
    given = [put(org, text).id for text in asked]
    bodies = [e.body for e in entries(org, "answer") if e.id in given]
    added(org, "# Otters\n\nOtters sleep.\n", audience=frozenset({ADMIN.role}))
    with log.recording(org.database) as connection:
        for number in range(MANY):
            body = json.loads(json.dumps(bodies[number % len(bodies)]))
            body.pop("personal")
            body["review"]["reasons"] = body["review"]["reasons"] or ["sample"]
            entry = log.append(
                connection, "answer", body, {"question": f"{number}: {asked[number % len(asked)]}"}
            )
            queue.noted(connection, entry)
    opening: dict[str, Callable[[], object]] = {
        "listed": lambda: worklist.listed(org, REVIEWER),
        "progress": lambda: worklist.progress(org, REVIEWER),
        "counted": lambda: worklist.counted(org, REVIEWER, Wanted(clause="A.6.2.8")),
        "late page": lambda: worklist.listed(org, REVIEWER, Wanted(), 50, 9_000),
        "related": lambda: worklist.related(org, REVIEWER, given[0]),
    }
    took = {}
    for name, call in opening.items():
        begun = perf_counter()
        assert call()
        took[name] = round(perf_counter() - begun, 3)
    print(took)
    assert worklist.progress(org, REVIEWER).open >= MANY
    assert took["listed"] + took["progress"] < 1.0
    assert max(took.values()) < 1.0
