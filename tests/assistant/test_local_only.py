"""Documents kept from hosted models: who marks them, what keeps the mark, and what is on the log."""

from __future__ import annotations

import pytest

from assistant import ingest, local_only, log_search, reading, review
from assistant.drafts import publish
from assistant.home import Home, home_at
from assistant.ingest import Declared, add_bytes
from assistant.listing import listing
from assistant.local_only import KIND, kept_local, mark
from assistant.people import LOCAL
from knowledge.database import METADATA
from knowledge.errors import UnknownDocument
from knowledge.models import RESTRICTED, Role
from tests.assistant.reviewing import (
    ADMIN,
    AUTHOR,
    EMPLOYEE,
    REVIEWER,
    SECOND,
    added,
    entries,
    refused,
    submitted,
)

RULE = "# Walrus rule\n\nThe walrus is fed at noon, says version {}.\n"
NEVER = "---\nlanguage models: never hosted\n---\n"


def local(home: Home) -> frozenset[str]:
    with home.database.read() as connection:
        return kept_local(connection)


def rule(home: Home, version: int = 1, **declared: object) -> str:
    return added(home, RULE.format(version), "walrus.md", **declared).document


def test_a_new_document_may_go_to_a_hosted_model(bare: Home) -> None:
    assert rule(bare) not in local(bare)
    assert local(bare) == frozenset()


def test_a_mark_is_set_and_lifted_each_on_the_record(bare: Home) -> None:
    name = rule(bare)
    assert mark(bare, name, True, REVIEWER)
    assert local(bare) == {name}
    assert mark(bare, name, False, ADMIN)
    assert local(bare) == frozenset()
    (version,) = (row.version for row in listing(bare, Role.ADMINISTRATOR) if row.document == name)
    body = {"document": name, "versions": [version]}
    assert [entry.body for entry in entries(bare, KIND)] == [
        {**body, "never_hosted": True, **REVIEWER.acted()},
        {**body, "never_hosted": False, **ADMIN.acted()},
    ]


def test_what_is_so_already_is_no_error_and_no_record(bare: Home) -> None:
    name = rule(bare)
    assert not mark(bare, name, False)
    assert mark(bare, name, True)
    assert not mark(bare, name, True)
    assert len(entries(bare, KIND)) == 1
    assert local(bare) == {name}


def test_who_keeps_no_documents_cannot_lift_a_mark(bare: Home) -> None:
    name = rule(bare, never_hosted=True)
    for who in (EMPLOYEE, AUTHOR):
        with refused(bare, who, "hosted model"):
            mark(bare, name, False, who)
    assert local(bare) == {name}


def test_a_document_that_is_not_for_somebody_is_not_there_for_them(bare: Home) -> None:
    name = rule(bare, audience=frozenset({Role.ADMINISTRATOR}))
    for unknown in (name, "no-such-document"):
        with pytest.raises(UnknownDocument, match=unknown):
            mark(bare, unknown, True, REVIEWER)
    assert mark(bare, name, True, ADMIN)
    (entry,) = entries(bare, KIND)
    assert reading.records(bare, REVIEWER, kind=KIND) == []
    assert [record.id for record in reading.records(bare, ADMIN, kind=KIND)] == [entry.id]


def test_restricted_is_not_never_hosted(bare: Home) -> None:
    name = rule(bare, audience=RESTRICTED)
    assert name not in local(bare)


def test_a_later_version_keeps_the_mark_whatever_is_said_of_it(bare: Home) -> None:
    name = rule(bare, never_hosted=True)
    assert rule(bare, 2) == name
    rows = [row for row in listing(bare, Role.ADMINISTRATOR) if row.document == name]
    assert [(row.number, row.never_hosted) for row in rows] == [(2, True), (1, True)]
    assert len(entries(bare, KIND)) == 1


def test_a_removed_document_that_comes_again_is_still_kept_local(bare: Home) -> None:
    name = rule(bare, never_hosted=True)
    ingest.remove(bare, name)
    assert rule(bare) == name
    assert local(bare) == {name}
    assert mark(bare, name, False)


def test_the_same_bytes_are_marked_when_that_is_said_of_them_now(bare: Home) -> None:
    name = rule(bare)
    data, source = RULE.format(1).encode(), "upload:walrus.md"
    outcomes = [
        add_bytes(bare, data, "walrus.md", source, declared).outcome
        for declared in (Declared(never_hosted=True), Declared(never_hosted=True), Declared())
    ]
    assert outcomes == ["declared anew", "unchanged", "unchanged"]
    assert local(bare) == {name}


def test_a_document_keeps_itself_local_and_never_opens_itself(bare: Home) -> None:
    closed = added(bare, NEVER + RULE.format(1), "walrus.md").document
    assert local(bare) == {closed}
    added(bare, "---\nlanguage models: allowed\n---\n" + RULE.format(2), "walrus.md")
    assert local(bare) == {closed}


def test_a_published_draft_that_says_so_is_kept_local(org: Home) -> None:
    draft = submitted(org, AUTHOR, NEVER + RULE.format(1))
    review.approve(org, SECOND, draft)
    assert local(org) == frozenset()
    published = publish(org, REVIEWER, draft)
    assert local(org) == {published.document}


def test_a_home_of_before_gets_the_table(bare: Home) -> None:
    with bare.database.write() as connection:
        METADATA.tables["local_only"].drop(connection)
    bare.close()
    again = home_at(bare.settings.home)
    assert local(again) == frozenset()
    again.close()


def test_the_log_tells_it_in_a_line(bare: Home) -> None:
    name = rule(bare)
    for on in (True, False):
        mark(bare, name, on, LOCAL)
    told = [log_search.summary(entry) for entry in entries(bare, local_only.KIND)]
    assert told == [f"{name}: never to a hosted model", f"{name}: allowed to a hosted model"]
