"""The register: what is entered, changed, assessed and decided, each on the log and by the right people."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from assistant import erasure, log, reading
from assistant.assessing import assessments, held, register, systems
from assistant.assessing.register import Wanted
from assistant.assessing.tables import assessments as kept_table
from assistant.drafting.profile import profile, set_profile
from assistant.errors import DamagedRecord, NotPossible, UnknownRecord
from assistant.home import Home, home_at
from assistant.log_search import KINDS, summary
from assistant.people import LOCAL
from knowledge.clock import today
from tests.assistant.assessing import CHATBOT, assessed, entered, facts, told
from tests.assistant.reviewing import ADMIN, AUDITOR, AUTHOR, REVIEWER, SECOND, entries, refused

YESTERDAY, TOMORROW = today() - timedelta(1), today() + timedelta(1)


def test_a_system_is_entered_with_its_facts_and_its_record(bare: Home) -> None:
    made = entered(
        bare, purpose="Routes complaints.", owner="Head of Claims", role="Deployer", status="in use"
    )
    read = register.read(bare, AUDITOR, made.id)
    assert read.system.facts == made.facts
    assert (read.system.facts.role, read.system.tier, read.answered) == ("deployer", "", 0)
    (entry,) = entries(bare, systems.KIND)
    assert (entry.body["role"], entry.body["plays"]) == ("author", made.facts.role)
    assert (entry.body["system"], entry.body["act"], entry.body["purpose"]) == (
        made.id,
        "add",
        "Routes complaints.",
    )
    assert entry.personal == {"owner": "Head of Claims"}
    assert "Head of Claims" not in str(entry.body)


def test_a_change_is_on_the_log_with_what_changed_and_none_leaves_none(bare: Home) -> None:
    made = entered(bare)
    after = systems.change(bare, AUTHOR, made.id, made.facts.model_copy(update={"status": "suspended"}))
    systems.change(bare, AUTHOR, made.id, after.facts)
    _, entry = entries(bare, systems.KIND)
    assert (entry.body["act"], entry.body["changed"], entry.body["status"]) == (
        "change",
        ["status"],
        "suspended",
    )


def test_the_same_system_is_not_entered_twice(bare: Home) -> None:
    made = entered(bare, supplier="Bright Ltd")
    with pytest.raises(NotPossible, match=made.id):
        systems.add(bare, AUTHOR, facts(**made.facts.model_dump() | {"name": made.facts.name.upper()}))


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ({}, "needs a name"),
        ({"status": "asleep"}, "status: 'asleep' is none of idea, in development"),
        ({"role": "boss"}, "role: 'boss' is none of provider"),
        ({"next_assessment": "soon"}, "not a date like 2026-01-31"),
        ({"name": "x" * 301}, "name: it is longer than 300"),
        ({"colour": "red"}, "has no 'colour'"),
    ],
)
def test_wrong_facts_are_told_by_field(raw: dict[str, Any], problem: str) -> None:
    with pytest.raises(NotPossible, match=problem):
        systems.checked({"name": "A", **raw} if raw else {"name": " "})


def test_the_list_is_narrowed_and_what_is_overdue_comes_first(bare: Home) -> None:
    late = entered(bare, status="in use", next_assessment=YESTERDAY, owner="Zoe's team")
    entered(bare, status="retired", next_assessment=YESTERDAY)
    entered(bare, status="in use", next_assessment=TOMORROW)
    found = register.listed(bare, AUDITOR)
    assert [one.overdue for one in found] == [True, False, False]
    assert found[0].id == late.id
    assert [one.id for one in register.listed(bare, AUDITOR, Wanted(overdue=True))] == [late.id]
    assert [one.id for one in register.listed(bare, AUDITOR, Wanted("zoe TEAM"))] == [late.id]
    assert len(register.listed(bare, AUDITOR, Wanted(status="in use", tier="none"))) == 2
    assert register.listed(bare, AUDITOR, Wanted(tier="T3 full")) == []


def test_an_answer_is_kept_from_the_moment_it_is_given(bare: Home) -> None:
    system = entered(bare).id
    held.answer(bare, AUTHOR, system, "annex_iii_points", ["4a"])
    held.answer(bare, AUTHOR, system, "profiling", "yes")
    other = home_at(bare.settings.home)
    try:
        assert held.answers(other, AUTHOR, system) == {"annex_iii_points": ["4a"], "profiling": "yes"}
    finally:
        other.close()


def test_an_answer_is_changed_and_taken_back(bare: Home) -> None:
    system = entered(bare).id
    told(bare, system, {"profiling": "yes", "role": "deployer"})
    told(bare, system, {"profiling": "no", "role": "unknown"})
    assert held.answers(bare, AUTHOR, system) == {"profiling": "no"}


def test_a_wrong_answer_changes_nothing(bare: Home) -> None:
    system = entered(bare).id
    told(bare, system, {"profiling": "yes"})
    with pytest.raises(NotPossible, match="profiling"):
        held.answer(bare, AUTHOR, system, "profiling", "perhaps")
    assert held.answers(bare, AUTHOR, system) == {"profiling": "yes"}


def test_an_assessment_stays_as_it_was_made(bare: Home) -> None:
    kept = assessed(bare)
    told(bare, kept.system, {"personal_data": "yes", "sensitive_uses": ["workers"]})
    again = assessments.make(bare, AUTHOR, kept.system)
    newest, first = register.read(bare, AUDITOR, kept.system).assessments
    assert (first, newest.number) == (kept, 2)
    assert (first.proposed.tier, newest.proposed.tier) == ("T2 standard", "T3 full")
    assert again.sha256 != first.sha256
    entry = entries(bare, assessments.KIND)[0]
    assert entry.body["tiers"] == {
        "eu_ai_act": "transparency_duties",
        "canada_aia": "I",
        "internal": "T2 standard",
    }
    assert entry.body["sha256"] == kept.sha256


def test_an_assessment_that_was_altered_is_not_read(bare: Home) -> None:
    kept = assessed(bare)
    with bare.database.write() as connection:
        row = connection.execute(kept_table.select()).one()
        content = row.content.replace("T2 standard", "T1 light")
        digest = hashlib.sha256(content.encode()).hexdigest()
        connection.execute(update(kept_table).values(content=content, sha256=digest))
    with pytest.raises(DamagedRecord, match=kept.id):
        register.read(bare, AUDITOR, kept.system)


def test_an_empty_or_contradictory_interview_is_not_kept(bare: Home) -> None:
    system = entered(bare).id
    with pytest.raises(NotPossible, match="No question"):
        assessments.make(bare, AUTHOR, system)
    told(bare, system, {"aia_raw": 3, "impact6": "item1"})
    with pytest.raises(NotPossible, match="aia_raw is the total"):
        assessments.make(bare, AUTHOR, system)
    with pytest.raises(UnknownRecord):
        assessments.make(bare, AUTHOR, "nothing")


def test_a_reviewer_approves_the_proposed_tier_and_sets_the_next_day(bare: Home) -> None:
    kept = assessed(bare)
    done = assessments.decide(bare, REVIEWER, kept.id, again=TOMORROW)
    system = register.read(bare, AUDITOR, kept.system).system
    assert (system.tier, system.decided, system.facts.next_assessment) == ("T2 standard", True, TOMORROW)
    assert done.decision and (done.decision.act, done.decision.tier) == ("approve", "T2 standard")
    (entry,) = entries(bare, assessments.DECISION)
    assert (entry.body["sha256"], entry.body["proposed"]) == (kept.sha256, "T2 standard")
    assert summary(entry).endswith("(tier approved: T2 standard)")


def test_another_tier_needs_a_reason(bare: Home) -> None:
    kept = assessed(bare)
    with pytest.raises(NotPossible, match="needs a reason"):
        assessments.decide(bare, REVIEWER, kept.id, "T3 full", " ")
    done = assessments.decide(bare, REVIEWER, kept.id, "T3 full", "It will be opened to customers.")
    assert done.decision and done.decision.reason == "It will be opened to customers."
    assert register.listed(bare, AUDITOR, Wanted(tier="T3 full"))[0].id == kept.system


def test_who_had_a_hand_in_an_assessment_does_not_decide(bare: Home) -> None:
    kept = assessed(bare, REVIEWER)
    with refused(bare, REVIEWER, "had a hand"):
        assessments.decide(bare, REVIEWER, kept.id)
    other = assessed(bare)
    held.answer(bare, SECOND, other.system, "personal_data", "no")
    again = assessments.make(bare, AUTHOR, other.system)
    with refused(bare, SECOND, "had a hand"):
        assessments.decide(bare, SECOND, again.id)
    assert assessments.decide(bare, REVIEWER, again.id).decision


def test_only_the_newest_assessment_is_decided_and_once(bare: Home) -> None:
    first = assessed(bare)
    second = assessments.make(bare, AUTHOR, first.system)
    with refused(bare, REVIEWER, "later assessment"):
        assessments.decide(bare, REVIEWER, first.id)
    assessments.decide(bare, REVIEWER, second.id)
    with refused(bare, SECOND, "decided already"):
        assessments.decide(bare, SECOND, second.id)


def test_a_tier_that_is_none_or_a_past_day_is_told(bare: Home) -> None:
    kept = assessed(bare)
    with pytest.raises(NotPossible, match="none of the tiers T1 light"):
        assessments.decide(bare, REVIEWER, kept.id, "T9", "why")
    with pytest.raises(NotPossible, match="is past"):
        assessments.decide(bare, REVIEWER, kept.id, again=YESTERDAY)


def test_the_records_are_found_on_the_log(bare: Home) -> None:
    kept = assessed(bare)
    assessments.decide(bare, REVIEWER, kept.id)
    name = register.read(bare, AUDITOR, kept.system).system.facts.name
    for kind in (systems.KIND, assessments.KIND, assessments.DECISION):
        assert kind in KINDS
        (entry,) = reading.records(bare, ADMIN, words=name, kind=kind)
        assert summary(entry).startswith(name)


def test_an_interview_given_at_once_is_kept_with_who_gave_it(bare: Home) -> None:
    from assistant.assessing.interview import interview

    kept = assessments.make(bare, AUTHOR, entered(bare).id, interview(CHATBOT))
    assert kept.wrote == {AUTHOR.id}
    assert kept.interview.answers["aia_raw"] == ("30",)


def test_whose_words_are_erased_is_not_named_in_the_register_or_an_interview(bare: Home) -> None:
    mine, theirs = entered(bare, owner="Mia Otter", notes="ask Mia"), entered(bare, owner="Mia Otter")
    systems.change(bare, REVIEWER, theirs.id, theirs.facts.model_copy(update={"status": "idea"}))
    told(bare, mine.id, {"aia_raw": 30})
    told(bare, theirs.id, {"aia_raw": 30}, REVIEWER)
    set_profile(bare, AUTHOR, "governance_lead", ["Mia Otter"])
    assert erasure.erase(bare, LOCAL, actor=AUTHOR.id, reason="asked")
    left = register.read(bare, AUDITOR, mine.id)
    assert (left.system.facts.owner, left.system.facts.notes, left.answered) == ("", "", 0)
    kept = register.read(bare, AUDITOR, theirs.id)
    assert (kept.system.facts.owner, kept.answered) == ("Mia Otter", 1)
    assert profile(bare) == {}
    with bare.database.read() as connection:
        assert log.verify(connection).sound
