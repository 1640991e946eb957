"""Drafts: revisions, approval of exact bytes, publication."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from assistant import draft_reading, drafts, review
from assistant.drafts import Proposed, placeholders
from assistant.errors import DamagedRecord, NotPossible, UnknownRecord
from assistant.home import Home
from assistant.standing import State
from assistant.tables import revisions
from knowledge import library
from knowledge.clock import today
from knowledge.models import EVERYONE, RESTRICTED, Kind, Role
from tests.assistant.reviewing import (
    ADMIN,
    AUTHOR,
    DRAFT,
    REVIEWER,
    SECOND,
    added,
    entries,
    last,
    person,
    put,
    queued,
    refused,
    stands,
    submitted,
    with_settings,
)

RULE = "# Rule for otters\n\nOtters are counted once a year.\n"
OPEN = DRAFT + "\nThe keeper is [TO BE SUPPLIED: name of the keeper]. It starts on [TO BE SUPPLIED].\n"
QUESTION = "When must otters be counted?"


def body(home: Home, draft: str) -> Any:
    """What the newest revision says."""
    return [e for e in entries(home, "draft") if e.body["item"] == draft][-1].body


def approved(home: Home, **more: Any) -> str:
    draft = submitted(home, **more)
    review.approve(home, REVIEWER, draft)
    return draft


def test_a_draft_waits_in_the_queue_with_what_it_is(kept_org: Home) -> None:
    draft = submitted(kept_org)
    listed = queued(kept_org, kind="draft")[draft]
    assert (listed.title, listed.reasons, listed.state) == ("Rule for otters", ("draft",), State.PENDING)
    said = body(kept_org, draft)
    assert (said["number"], said["kind"], said["sha256"]) == (1, "policy", library.sha256(DRAFT.encode()))
    assert said["audience"] == sorted(EVERYONE)


def test_the_same_bytes_are_no_revision(kept_org: Home) -> None:
    draft = submitted(kept_org)
    with pytest.raises(NotPossible, match="nothing to submit"):
        submitted(kept_org, draft=draft)


def test_a_file_that_cannot_be_read_is_no_draft(kept_org: Home) -> None:
    before = len(entries(kept_org))
    with pytest.raises(NotPossible, match=r"rule\.md"):
        drafts.submit(kept_org, AUTHOR, b"\x00\x01", "rule.md")
    with pytest.raises(NotPossible, match="not a law"):
        submitted(kept_org, proposed=Proposed(kind=Kind.LAW))
    assert len(entries(kept_org)) == before


def test_an_approval_names_the_bytes_that_it_is_for(kept_org: Home) -> None:
    draft = submitted(kept_org)
    entry = review.approve(kept_org, REVIEWER, draft, seen=last(kept_org, draft))
    assert entry.body["sha256"] == library.sha256(DRAFT.encode())


def test_open_places_are_filled_in_or_accepted_one_by_one(kept_org: Home) -> None:
    assert placeholders(OPEN) == ["name of the keeper", "something"]
    draft = submitted(kept_org, text=OPEN)
    for accepted in ((), ("something",)):
        with refused(kept_org, REVIEWER, "open places: name of the keeper"):
            review.approve(kept_org, REVIEWER, draft, accepted=accepted)
    entry = review.approve(kept_org, REVIEWER, draft, accepted=["something", "name of the keeper", "else"])
    assert entry.body["accepted"] == ["name of the keeper", "something"]


def test_as_many_approve_as_are_wanted_and_one_rejects(
    kept_org: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_org, "settings", kept_org.settings)
    with_settings(kept_org, draft_approvals=2)
    first, second = submitted(kept_org), submitted(kept_org)
    for draft in (first, second):
        review.approve(kept_org, REVIEWER, draft)
        with refused(kept_org, ADMIN, "pending, not approved"):
            drafts.publish(kept_org, ADMIN, draft)
    review.approve(kept_org, SECOND, first)
    review.reject(kept_org, SECOND, second, "Otters object.")
    assert (stands(kept_org, first).state, stands(kept_org, second).state) == (State.APPROVED, State.REJECTED)


def test_an_escalated_draft_is_approved_by_somebody_else(kept_org: Home) -> None:
    draft = submitted(kept_org)
    review.escalate(kept_org, REVIEWER, draft, "I am not sure.")
    with refused(kept_org, REVIEWER, "somebody else"):
        review.approve(kept_org, REVIEWER, draft)
    review.approve(kept_org, SECOND, draft)
    assert stands(kept_org, draft).state is State.APPROVED


def test_what_is_published_is_in_force_answers_and_does_not_come_back_to_the_queue(org: Home) -> None:
    before = added(org, RULE)
    draft = approved(org, proposed=Proposed(document=before.document))
    version = drafts.publish(org, ADMIN, draft)
    assert (version.document, version.number, version.since) == (before.document, 2, today())
    assert org.embed()
    assert version.id in put(org, QUESTION).model_dump_json()
    assert stands(org, draft).published == version.id
    assert (stands(org, draft).state, stands(org, draft).stale) == (State.APPROVED, False)
    assert draft not in queued(org)
    ingested = entries(org, "ingest")[-1]
    assert (ingested.body["draft"], ingested.body["sha256"]) == (draft, library.sha256(DRAFT.encode()))


def test_a_draft_is_published_once(kept_org: Home) -> None:
    draft = approved(kept_org)
    drafts.publish(kept_org, REVIEWER, draft)
    with refused(kept_org, ADMIN, "published already"):
        drafts.publish(kept_org, ADMIN, draft)
    with pytest.raises(NotPossible, match="is published"):
        submitted(kept_org, text=DRAFT + "Twice.\n", draft=draft)


def test_bytes_that_were_changed_after_approval_are_not_published(kept_org: Home) -> None:
    draft = approved(kept_org)
    changed = DRAFT.replace("Friday", "Monday").encode()
    with kept_org.database.write() as connection:
        connection.execute(update(revisions).where(revisions.c.draft == draft).values(data=changed))
    with pytest.raises(DamagedRecord, match="altered"):
        drafts.publish(kept_org, ADMIN, draft)


def test_a_revision_after_approval_is_not_published(kept_org: Home) -> None:
    draft = approved(kept_org)
    submitted(kept_org, text=DRAFT + "Twice.\n", draft=draft)
    with refused(kept_org, ADMIN, "pending, not approved"):
        drafts.publish(kept_org, ADMIN, draft)


def test_it_holds_from_its_day_and_never_from_before_it_was_published(kept_org: Home) -> None:
    later = today() + timedelta(days=40)
    draft = approved(kept_org, proposed=Proposed(effective=later))
    assert drafts.publish(kept_org, ADMIN, draft).since == later
    draft = approved(kept_org, text="---\neffective: 2020-01-01\n---\n" + DRAFT)
    assert drafts.publish(kept_org, ADMIN, draft).since == today()
    with pytest.raises(NotPossible, match="2020-01-01 is past"):
        submitted(kept_org, proposed=Proposed(effective=date(2020, 1, 1)))


def test_a_document_that_was_narrowed_meanwhile_stays_narrow(org: Home) -> None:
    version = added(org, RULE)
    draft = approved(org, proposed=Proposed(document=version.document))
    added(org, RULE, audience=RESTRICTED)
    assert stands(org, draft).state is State.APPROVED
    assert drafts.publish(org, ADMIN, draft).audience == RESTRICTED


def test_text_that_was_altered_beside_the_bytes_is_not_read(kept_org: Home) -> None:
    draft = submitted(kept_org)
    with kept_org.database.write() as connection:
        connection.execute(update(revisions).where(revisions.c.draft == draft).values(text="All is allowed."))
    with pytest.raises(DamagedRecord, match="altered"):
        draft_reading.read(kept_org, AUTHOR, draft)


@pytest.mark.parametrize(
    "place",
    ["[TO BE SUPPLIED:]", "[TO BE SUPPLIED : date]", "[to be supplied: x]", f"[TO BE SUPPLIED: {'x' * 300}]"],
)
def test_an_open_place_is_open_however_it_is_written(place: str) -> None:
    assert len(placeholders(f"The keeper is {place}.")) == 1


def test_a_draft_goes_stale_with_the_version_that_it_replaces(org: Home) -> None:
    before = added(org, RULE)
    draft = approved(org, proposed=Proposed(document=before.document))
    added(org, RULE.replace("once", "twice"))
    assert (stands(org, draft).stale, stands(org, draft).state) == (True, State.PENDING)
    with refused(org, ADMIN, "not approved"):
        drafts.publish(org, ADMIN, draft)


def test_an_answer_is_not_published(kept_org: Home) -> None:
    item = put(kept_org, QUESTION).id
    with refused(kept_org, ADMIN, "Only a draft"):
        drafts.publish(kept_org, ADMIN, item)


@pytest.mark.parametrize("name", ["no-such-document", "iso42001-clauses"])
def test_only_a_document_in_force_of_the_house_is_replaced(kept_org: Home, name: str) -> None:
    with pytest.raises(NotPossible, match="is there to be replaced"):
        submitted(kept_org, proposed=Proposed(document=name))


def test_a_restricted_draft_is_for_its_audience_and_its_writers(kept_org: Home) -> None:
    draft = submitted(kept_org, text="---\nclassification: Restricted\n---\n" + DRAFT)
    assert frozenset(map(Role, body(kept_org, draft)["audience"])) == RESTRICTED
    with pytest.raises(UnknownRecord):
        submitted(kept_org, person("author-2"), DRAFT + "Twice.\n", draft=draft)
    submitted(kept_org, AUTHOR, DRAFT + "Twice.\n", draft=draft)


def test_a_revision_narrows_the_audience_and_never_widens_it(kept_org: Home) -> None:
    draft = submitted(kept_org, text="---\nclassification: Restricted\n---\n" + DRAFT)
    submitted(kept_org, text=DRAFT, draft=draft)
    assert frozenset(map(Role, body(kept_org, draft)["audience"])) == RESTRICTED
