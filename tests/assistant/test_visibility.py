"""Who may see what: whoever is not in a document's audience cannot tell it from one that is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import pytest

from assistant import ask, drafts, ingest, reading, review, worklist
from assistant.corrections import Statement
from assistant.drafts import Proposed
from assistant.errors import UnknownRecord
from assistant.home import Home
from assistant.listing import listing
from assistant.people import Person
from assistant.visibility import hidden_versions
from knowledge.library import Version
from knowledge.models import Role
from knowledge.search import search
from tests.assistant.reviewing import (
    ADMIN,
    AUDITOR,
    AUTHOR,
    DRAFT,
    EMPLOYEE,
    REVIEWER,
    SECRET,
    added,
    entries,
    person,
    put,
    queued,
    submitted,
)

RULE = f"# Walruses\n\n{SECRET}\n"
ASKED = "How many herrings is the walrus of the board fed with?"
MISSING = "f" * 16
WHY = "It is wrong."
AUDIENCE = frozenset({Role.AUTHOR, Role.ADMINISTRATOR})
OUTSIDE = (EMPLOYEE, REVIEWER)


@dataclass(frozen=True)
class Hidden:
    """What is there and not for the people outside: a document, an answer that cites it, and drafts."""

    home: Home
    version: Version
    answer: str
    conversation: str
    record: str
    draft: str


@pytest.fixture(scope="module")
def hidden(kept_org: Home) -> Iterator[Hidden]:
    version = added(kept_org, RULE, name="walruses.md", audience=AUDIENCE)
    given = put(kept_org, ASKED, AUTHOR)
    assert version.id in given.model_dump_json()
    draft = submitted(kept_org, AUTHOR, RULE + "Twice.\n", proposed=Proposed(document=version.document))
    record = entries(kept_org, "draft")[-1].id
    yield Hidden(kept_org, version, given.id, given.conversation, record, draft)


Probe = Callable[[Home, Person, str], object]
READING: Mapping[str, Probe] = {
    "record": reading.record,
    "answer": reading.answer,
    "source": lambda home, who, name: reading.source(home, who, name, 0),
    "conversation": reading.conversation,
    "flag": lambda home, who, name: review.flag(home, who, name, WHY),
    "related": worklist.related,
}
ACTING: Mapping[str, Probe] = {
    "claim": review.claim,
    "release": review.release,
    "assign": lambda home, who, name: review.assign(home, who, [name], who.id),
    "approve": review.approve,
    "approve what was seen": lambda home, who, name: review.approve(home, who, name, seen=1),
    "reject": lambda home, who, name: review.reject(home, who, name, WHY),
    "escalate": lambda home, who, name: review.escalate(home, who, name, WHY),
    "correct": lambda home, who, name: review.correct(home, who, name, [Statement(quotes=(SECRET,))], WHY),
    "reopen": lambda home, who, name: review.reopen(home, who, name, WHY),
    "revise": lambda home, who, name: drafts.submit(home, who, DRAFT.encode(), "rule.md", draft=name),
    "publish": drafts.publish,
}
DOCUMENTS: Mapping[str, Probe] = {
    "withdraw": lambda home, who, name: ingest.withdraw(home, name, who),
    "reinstate": lambda home, who, name: ingest.reinstate(home, name, who),
    "remove": lambda home, who, name: ingest.remove(home, name, who),
    "replace": lambda home, who, name: submitted(home, who, proposed=Proposed(document=name)),
    "list": lambda home, who, name: queued(home, who, document=name, everything=True),
}


def told(probe: Probe, home: Home, who: Person, name: str) -> str:
    """Everything that somebody learns by trying, the name apart."""
    try:
        learnt = repr(probe(home, who, name))
    except Exception as error:  # whatever it says is what is compared
        learnt = f"{type(error).__name__}: {error}"
    return learnt.replace(name, "NAME")


@pytest.mark.parametrize("who", OUTSIDE, ids=lambda who: who.id)
@pytest.mark.parametrize("probe", [*READING, *ACTING])
def test_what_is_hidden_is_not_told_from_what_is_not_there(hidden: Hidden, probe: str, who: Person) -> None:
    call = {**READING, **ACTING}[probe]
    missing = told(call, hidden.home, who, MISSING)
    for name in (hidden.answer, hidden.draft, hidden.record, hidden.conversation):
        assert told(call, hidden.home, who, name) == missing, name


@pytest.mark.parametrize("who", OUTSIDE, ids=lambda who: who.id)
@pytest.mark.parametrize("probe", DOCUMENTS)
def test_a_hidden_document_is_not_told_from_one_that_is_not_there(
    hidden: Hidden, probe: str, who: Person
) -> None:
    name, missing = hidden.version.document, "no-such-document"
    call = DOCUMENTS[probe]
    assert told(call, hidden.home, who, name) == told(call, hidden.home, who, missing)
    rows = [row for row in listing(hidden.home, AUTHOR.role) if row.document == name]
    assert [row.status for row in rows] == ["in force"]


@pytest.mark.parametrize("who", OUTSIDE, ids=lambda who: who.id)
def test_nothing_of_it_is_asked_searched_listed_or_read(hidden: Hidden, who: Person) -> None:
    home, marks = hidden.home, (hidden.version.id, hidden.version.document, "nineteen", SECRET[:30])
    given = put(home, ASKED, who)
    followed = put(home, "And who feeds it?", who, conversation=hidden.conversation)
    hits = search(home.index, SECRET, home.scope(who.role), 50)
    own = [entry for entry in entries(home, "answer") if entry.id in (given.id, followed.id)]
    seen = [
        *[repr(answer.claims) + repr(answer.nearest) + answer.text for answer in (given, followed)],
        *[repr(entry.body) for entry in own],
        *[repr(hit) for hit in hits],
        repr(listing(home, who.role)),
        repr([entry.body for entry in reading.records(home, who)]),
    ]
    if who.role is Role.REVIEWER:
        seen.append(
            repr(
                {
                    name: row
                    for name, row in queued(home, who, everything=True).items()
                    if row.id not in (given.id, followed.id)
                }
            )
        )
    found = [(mark, text[:80]) for mark in marks for text in seen if mark in text]
    assert found == []
    assert "herring" not in (followed.understood_as or "")


def test_the_queue_counts_what_its_reader_may_see_and_auditors_see_all(hidden: Hidden) -> None:
    for who, sees in ((REVIEWER, False), (AUDITOR, True), (ADMIN, True)):
        listed = queued(hidden.home, who, everything=True)
        assert [name in listed for name in (hidden.answer, hidden.draft)] == [sees, sees]
    everything = worklist.Wanted(everything=True)
    counts = [worklist.counted(hidden.home, who, everything) for who in (REVIEWER, AUDITOR)]
    assert counts[0] < counts[1]
    assert worklist.progress(hidden.home, REVIEWER).open < worklist.progress(hidden.home, AUDITOR).open


def test_who_wrote_a_draft_revises_it_and_another_of_its_audience_may(hidden: Hidden) -> None:
    submitted(hidden.home, AUTHOR, RULE + "Thrice.\n", draft=hidden.draft)
    submitted(hidden.home, person("author-2"), RULE + "More.\n", draft=hidden.draft)


@pytest.mark.parametrize("probe", ["record", "approve", "claim"])
def test_trying_takes_no_telling_time(hidden: Hidden, probe: str) -> None:
    call = {**READING, **ACTING}[probe]

    def takes(name: str) -> float:
        tried = []
        for _ in range(20):
            begun = perf_counter()
            told(call, hidden.home, REVIEWER, name)
            tried.append(perf_counter() - begun)
        return median(tried)

    there, missing = takes(hidden.answer), takes(MISSING)
    print(f"{probe}: {there * 1000:.2f} ms to {missing * 1000:.2f} ms, {there / missing:.2f}")
    assert there / missing < 8


def test_a_document_that_was_removed_stays_hidden_until_it_comes_back_for_everyone(org: Home) -> None:
    version = added(org, RULE, name="walruses.md", audience=AUDIENCE)
    given = put(org, ASKED, AUTHOR)

    def hides() -> bool:
        with org.database.read() as connection:
            return version.id in hidden_versions(connection, Role.REVIEWER)

    ingest.remove(org, version.document, ADMIN)
    assert hides()
    with pytest.raises(UnknownRecord):
        reading.record(org, REVIEWER, given.id)
    assert added(org, RULE, name="walruses.md").id == version.id
    assert not hides()
    assert reading.record(org, REVIEWER, given.id)


def test_what_was_struck_because_it_is_not_for_the_reader_is_not_in_a_record_that_they_read(
    org: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(org, RULE, name="walruses.md")
    drafted = ask._draft

    def restricted_meanwhile(*args: Any) -> ask.Draft:
        draft = drafted(*args)
        added(org, RULE, name="walruses.md", audience=AUDIENCE)
        return draft

    monkeypatch.setattr(ask, "_draft", restricted_meanwhile)
    given = put(org, ASKED)
    (entry,) = [entry for entry in entries(org, "answer") if entry.id == given.id]
    assert "nineteen" not in given.model_dump_json() and "nineteen" in repr(entry)
    for who, sees in ((EMPLOYEE, False), (REVIEWER, False), (AUDITOR, True)):
        assert (given.id in {record.id for record in reading.records(org, who)}) is sees


def test_an_answer_is_lost_to_who_asked_when_its_document_is_not_for_them_any_more(org: Home) -> None:
    version = added(org, RULE, name="walruses.md")
    given = put(org, ASKED)
    assert reading.answer(org, EMPLOYEE, given.id)
    added(org, RULE, name="walruses.md", audience=AUDIENCE)  # the same bytes, declared anew
    assert put(org, ASKED).approved is None
    with pytest.raises(UnknownRecord):
        reading.answer(org, EMPLOYEE, given.id)
    assert reading.conversation(org, EMPLOYEE, given.conversation) == []
    assert version


def test_who_sees_a_part_of_a_document_withdraws_it_and_is_told_of_that_part(org: Home) -> None:
    first = added(org, RULE, name="walruses.md")
    second = added(org, RULE + "Twice.\n", name="walruses.md", audience=AUDIENCE)
    changed = ingest.withdraw(org, first.document, REVIEWER)
    assert [version.id for version in changed] == [first.id]
    rows = {row.version: row.status for row in listing(org, Role.ADMINISTRATOR)}
    assert (rows[first.id], rows[second.id]) == ("withdrawn", "withdrawn")
