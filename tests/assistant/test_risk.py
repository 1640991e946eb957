"""Risk: what brings an answer to review, and how urgently."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.models import Answer, Citation, Claim, Conflict, Outcome, Verdict
from assistant.risk import FLAGGED, STALE, WEIGHTS, Risk, drawn, risk, weight
from knowledge.models import Kind

CITATION = Citation(
    document="d",
    title="Rule",
    file="rule.md",
    version="v",
    number=1,
    section="",
    page=None,
    start=0,
    end=5,
    quote="Rules",
    kind=Kind.POLICY,
)
CLAIM = Claim(text="Rules", citations=(CITATION,))


def answered(**changes: Any) -> Answer:
    values: dict[str, Any] = {
        "id": "f" * 16,
        "status": "answered",
        "text": "Rules",
        "claims": (CLAIM,),
        "conversation": "c",
        "timing_ms": {},
    }
    return Answer.model_validate({**values, **changes})


def reasons(answer: Answer, *subjects: str, held: str = "", struck: bool = False, sample: float = 0) -> Risk:
    outcome = Outcome.STRUCK if struck else Outcome.HELD
    return risk(answer, [Verdict(claim=CLAIM, outcome=outcome)], subjects, frozenset({held}), sample)


def test_an_answer_that_holds_and_touches_nothing_needs_no_review() -> None:
    assert reasons(answered()) == Risk()


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (reasons(answered(), struck=True), ("a citation failed",)),
        (reasons(answered(), "health"), ("sensitive: health",)),
        (
            reasons(answered(), "children", "health", held="health"),
            ("held", "sensitive: children", "sensitive: health"),
        ),
        (
            reasons(answered(conflicts=[Conflict(about="x", reason="y", citations=())])),
            ("documents disagree",),
        ),
        (reasons(answered(status="abstained", claims=())), ("not answered",)),
        (reasons(answered(), sample=1), ("sample",)),
        (reasons(answered(), "health", sample=1), ("sensitive: health",)),
    ],
)
def test_each_reason_is_named(found: Risk, expected: tuple[str, ...]) -> None:
    assert found.reasons == expected
    assert found.weight == max(map(weight, [[reason] for reason in expected]))


def test_nothing_is_held_where_nothing_is_claimed() -> None:
    assert reasons(answered(status="abstained", claims=()), "health", held="health").held is None
    assert reasons(answered(), "health", held="health").held == "health"


def test_what_a_reader_flags_goes_before_all_else() -> None:
    assert weight([STALE, FLAGGED]) == max(WEIGHTS.values()) == WEIGHTS[FLAGGED]
    assert weight([]) == 0


def test_a_sample_is_as_large_as_is_wanted_and_can_be_drawn_again() -> None:
    ids = [f"{number * 2**32 // 1000:08x}{'0' * 8}" for number in range(1000)]
    assert [sum(drawn(name, share) for name in ids) for share in (0, 0.25, 1)] == [0, 250, 1000]
