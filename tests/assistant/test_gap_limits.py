"""What keeps a statement from being the whole answer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from assistant.gaps.elements import Whole
from assistant.gaps.limits import limit
from assistant.gaps.statements import statements
from knowledge.hits import Hit
from knowledge.library import Version
from knowledge.models import Kind, Role, Status

SYSTEMS, CASES = frozenset({Whole.SYSTEMS}), frozenset({Whole.CASES})


def version(kind: Kind) -> Version:
    return Version(
        id="v",
        document="d",
        source="house",
        file="rules.md",
        number=1,
        sha256="0",
        media_type="text/markdown",
        title="Rules",
        kind=kind,
        owner=None,
        audience=frozenset(Role),
        status=next(iter(Status)),
        label=None,
        since=date(2026, 1, 1),
        until=None,
        withdrawn_at=None,
        added_at="2026-01-01",
        pages=(),
    )


def limited(text: str, whole: frozenset[Whole], kind: Kind = Kind.POLICY, heading: str = "") -> str | None:
    """The limit of a text's last sentence."""
    section = ("Rules", heading) if heading else ("Rules",)
    hit = Hit("p", version(kind), 0, len(text), section, None, None, text, 1.0, 1.0, None, 1.0, None, None)
    return limit(statements(replace(hit))[-1], whole)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("High-risk AI systems must be assessed before use.", "high risk ai systems"),
        ("Every high-risk system is reviewed by the board.", "high risk system"),
        ("Systems rated high are reviewed each quarter.", "systems rated high"),
        ("For tier 1 systems the board approves the release.", "tier 1"),
        ("Systems developed in-house go through three gates.", "in house"),
        ("Purchased AI systems are checked before use.", "purchased ai systems"),
        ("Our credit models are validated each year.", "our credit models"),
        ("For diagnostic systems an assessment is made.", "for diagnostic systems"),
        ("A system that affects employees is assessed first.", "system that affects"),
        ("Generative AI tools may only be used with approval.", "generative ai"),
        ("The supplier must test the system each year.", "the supplier"),
        ("High-risk systems are assessed. The assessment covers likelihood and harm.", "high risk systems"),
    ],
)
def test_a_statement_on_some_systems_names_them(text: str, words: str) -> None:
    assert limited(text, SYSTEMS) == f"for some systems only (“{words}”)"
    assert limited(text, CASES) is None


@pytest.mark.parametrize(
    "text",
    [
        "Every AI system is assessed before use.",
        "A model goes live only after it was signed off.",
        "The risk level of the system decides who approves it.",
        "Each use case is rated high, medium or low risk.",
        "AI systems that we build or buy are registered.",
        "Data for training models must be checked.",
        "The operating model is approved by the board.",
        "A leak model finds 85 in 100; for other models the limits are fixed at the gate.",
    ],
)
def test_a_statement_on_all_systems_is_not_limited(text: str) -> None:
    assert limited(text, SYSTEMS) is None


def test_a_heading_limits_what_stands_below_it() -> None:
    assert limited("Events are logged and kept for a year.", SYSTEMS, heading="High-risk systems")
    assert limited("Events are logged and kept for a year.", SYSTEMS, heading="Logs") is None


def test_a_record_shows_a_case_and_a_rule_in_it_more() -> None:
    said = limited("The pump model was tested in May.", CASES, Kind.RECORD)
    assert said == "in a record of single cases only, not as a rule"
    assert limited("The pump model was tested in May.", CASES) is None
    assert limited("Tests are made every month.", CASES, Kind.RECORD) is None
    assert limited("Objective: Fewer leaks; Due: 2026-12-31; Owner: Risk", CASES)


@pytest.mark.parametrize("word", ["should be", "are, where possible,", "are usually"])
def test_a_wish_is_no_rule(word: str) -> None:
    assert re.match("as a wish only", limited(f"Models {word} tested before release.", frozenset()) or "")
    assert limited("Models must be tested before release.", frozenset()) is None
