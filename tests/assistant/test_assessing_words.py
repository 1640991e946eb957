"""What is said of an assessment: which answer leads to which tier, and what to answer first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from assistant.assessing import words
from assistant.assessing.assess import assess
from assistant.assessing.interview import interview
from assistant.assessing.narrative import answered
from assistant.assessing.results import SchemeResult
from assistant.assessing.views import View, document
from assistant.exporting import markdown
from assistant.home import Home
from knowledge.specifications import specification
from tests.assistant.test_assessing_schemes import own
from tests.assistant.test_assessing_views import file, run

PROHIBITED = "Answer first: “Does the system do any of these?” (Prohibited practices)."


def result(scheme: str, **facts: Any) -> SchemeResult:
    return assess(interview(own(**facts))).scheme(scheme)


def row(scheme: int, **facts: Any) -> tuple[str, ...]:
    """A row of the table of tiers in the impact assessment."""
    held = interview(own(**facts))
    given = answered(specification("impact-assessment"), held, assess(held))
    return given["impact-assessment.q7d"].rows[scheme]


def text(view: View, **facts: Any) -> str:
    held = interview(own(**facts))
    return markdown.write(document(view, held, assess(held)))


def test_the_cell_tells_question_answer_and_tier() -> None:
    cell = row(0, annex_iii_points=["4a"])[-1]
    assert "“Does the system touch the European Union?” no: out of scope (proposed)" in cell
    points = "“Does its intended use fall under any of these points of Annex III?” none of them: minimal"
    assert points in cell
    assert "… / 8 other answers: prohibited" in cell
    assert row(1)[-1].endswith("126 to 167: level IV")


def test_every_tier_that_an_answer_leads_to_is_in_the_cell() -> None:
    found = result("internal")
    cell = "; ".join(words.ways(found))
    assert {words.tier(one.tier) for one in found.would_change} == {
        name for name in ("T1 light", "T2 standard", "T3 full", "T4 stop") if f": {name}" in cell
    }


@pytest.mark.parametrize(
    ("facts", "first"),
    [
        ({"prohibited_facts": "unknown"}, PROHIBITED),
        (
            {"annex_iii_points": "unknown"},
            "Answer first: “Does its intended use fall under any of these points of Annex III?” "
            "(High-risk uses).",
        ),
        ({"annex_iii_points": ["4a"], "profiling": "unknown"}, None),
        ({}, None),
    ],
    ids=["prohibited", "annex", "high anyway", "settled"],
)
def test_what_makes_a_tier_undetermined_is_to_be_answered_first(
    facts: dict[str, Any], first: str | None
) -> None:
    found = result("eu_ai_act", **facts)
    assert words.first(found) == first
    assert found.tier.startswith("undetermined") is (first is not None)


def test_answering_what_is_asked_first_settles_it() -> None:
    found = result("eu_ai_act", prohibited_facts="unknown")
    assert words.deciding(found) == ("prohibited_facts",)
    assert result("eu_ai_act", prohibited_facts=[]).settled


def test_the_internal_tier_points_to_the_scheme_on_which_it_hangs() -> None:
    assert words.first(result("internal", legal_says_stop="unknown")) == (
        "Answer first: “Has legal said that it must stop?” (Our own questions)."
    )
    found = words.first(result("internal", prohibited_facts="unknown"))
    assert found == "Answer first: what is open under the EU AI Act."


@pytest.mark.parametrize("view", ["assessment", "rights"])
def test_the_documents_say_first_what_to_answer_first(view: View) -> None:
    assert PROHIBITED in text(view, prohibited_facts="unknown")
    assert "Answer first" not in text(view)


def test_the_cell_of_open_questions_begins_with_it() -> None:
    assert row(0, prohibited_facts="unknown")[-2] == PROHIBITED
    assert row(0)[-2] == "none"


def test_the_command_line_says_it_below_the_headline(bare: Home, tmp_path: Path) -> None:
    lines = run(bare, "assess", "--intake", file(tmp_path, own(prohibited_facts="unknown"))).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("EU AI Act: undetermined"))
    assert lines[at + 1] == f"  {PROHIBITED}"


def test_the_page_says_it_once_for_each_scheme_that_hangs_on_it() -> None:
    page = AppTest.from_string(
        "from assistant.assessing.assess import assess\n"
        "from assistant.assessing.interview import interview\n"
        "from assistant.ui import system_result\n"
        "from tests.assistant.test_assessing_schemes import own\n"
        "system_result.draw(assess(interview(own(prohibited_facts='unknown'))))\n"
    ).run(timeout=60)
    assert not page.exception
    shown = [str(one.proto) for one in page.main]
    assert sum("Answer first" in one for one in shown) == 2
