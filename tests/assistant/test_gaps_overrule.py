"""Overruling: a person's status stands beside the program's, with who, when and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import NotPossible
from assistant.gaps.evidence import Status
from assistant.gaps.overrule import KIND, Item, overrule, take_back, view
from assistant.gaps.reports import as_json
from assistant.home import Home
from assistant.log_search import KINDS, summary
from assistant.people import Person
from knowledge.embed import Encoder
from knowledge.errors import UnknownRequirement
from knowledge.models import Role
from tests.assistant.gap_homes import AUDITOR, organisation
from tests.assistant.reviewing import AUTHOR, REVIEWER, added, entries, refused

WHY = "The contract says so, which is not in the library."
ADDRESSED, PARTLY, NOTHING = Status.ADDRESSED, Status.PARTLY, Status.NOTHING


@pytest.fixture
def quay(bare_template: Path, tmp_path: Path, encoder: Encoder) -> Iterator[Home]:
    with organisation("quay", bare_template, tmp_path / "quay", encoder) as home:
        yield home


def one(home: Home, name: str, who: Person = AUDITOR) -> Item:
    return view(home, who).by_id[name]


def test_both_views_are_shown_with_who_when_and_why(quay: Home) -> None:
    entry = overrule(quay, AUTHOR, "A.10.2-a", PARTLY, WHY)
    seen = one(quay, "A.10.2-a")
    assert (seen.finding.status, seen.standing) == (NOTHING, PARTLY)
    said = seen.overruled
    assert said is not None
    assert (said.status, said.machine, said.reason, said.role) == (PARTLY, NOTHING, WHY, Role.AUTHOR)
    assert (said.at, said.record, said.own, said.before_change) == (entry.at, entry.id, False, False)
    (item,) = [i for i in as_json(view(quay, AUDITOR))["items"] if i["id"] == "A.10.2-a"]  # type: ignore[attr-defined]
    assert (item["status"], item["overruled"]["status"]) == ("nothing found", "partly")


def test_a_control_stands_as_people_say_of_its_obligations_unless_it_is_overruled_itself(quay: Home) -> None:
    overrule(quay, AUTHOR, "A.10.2-a", ADDRESSED, WHY)
    assert (one(quay, "A.10.2").finding.status, one(quay, "A.10.2").standing) == (NOTHING, ADDRESSED)
    overrule(quay, REVIEWER, "A.10.2", PARTLY, WHY)
    assert one(quay, "A.10.2").standing is PARTLY


def test_it_is_on_the_log_and_can_be_searched(quay: Home) -> None:
    overrule(quay, AUTHOR, "clause 5.2", PARTLY, WHY)
    take_back(quay, AUTHOR, "5.2")
    assert KIND in KINDS
    assert [summary(e) for e in entries(quay, KIND)] == ["5.2: partly", "5.2: the assessment stands again"]


def test_what_is_taken_back_leaves_the_programs_status(quay: Home) -> None:
    overrule(quay, AUTHOR, "5.2-a", ADDRESSED, WHY)
    take_back(quay, REVIEWER, "5.2-a")
    assert one(quay, "5.2-a").overruled is None
    with pytest.raises(NotPossible, match="Nobody has overruled"):
        take_back(quay, REVIEWER, "5.2-a")


def test_an_overruling_from_before_its_documents_changed_says_so(quay: Home) -> None:
    overrule(quay, AUTHOR, "A.6.2.8-a", ADDRESSED, WHY)
    added(quay, "# AI Log Rule\n\nEvery AI system must log its events during use.\n", "log.md")
    quay.embed()
    said = one(quay, "A.6.2.8-a").overruled
    assert said is not None
    assert said.before_change
    overrule(quay, AUTHOR, "A.6.2.8-a", PARTLY, WHY)
    again = one(quay, "A.6.2.8-a").overruled
    assert again is not None
    assert not again.before_change


def test_a_reason_is_needed_and_the_requirement_exists(quay: Home) -> None:
    with pytest.raises(NotPossible, match="Say why"):
        overrule(quay, AUTHOR, "5.2", PARTLY, "  ")
    with pytest.raises(UnknownRequirement):
        overrule(quay, AUTHOR, "A.6.2.9", PARTLY, WHY)
    with pytest.raises(NotPossible, match="is an objective"):
        overrule(quay, AUTHOR, "A.2", PARTLY, WHY)
    assert entries(quay, KIND) == []


def test_an_auditor_overrules_nothing(quay: Home) -> None:
    with refused(quay, AUDITOR, "may not overrule the gap assessment"):
        overrule(quay, AUDITOR, "5.2", PARTLY, WHY)


def test_an_overruling_on_a_restricted_document_is_not_shown_to_others(
    bare_template: Path, tmp_path: Path, encoder: Encoder
) -> None:
    with organisation("harrow", bare_template, tmp_path / "harrow", encoder) as home:
        overrule(home, REVIEWER, "9.3.2-a", PARTLY, "The minutes of June leave two actions open.")
        assert one(home, "9.3.2-a", REVIEWER).standing is PARTLY
        seen = one(home, "9.3.2-a", AUTHOR)
        assert (seen.overruled, seen.standing) == (None, NOTHING)
        assert "minutes of June" not in view(home, AUTHOR).model_dump_json()
