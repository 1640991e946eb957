"""Assess an AI system: every scheme's proposal from one interview. Nothing is stored, and nothing decided."""

from __future__ import annotations

from assistant.assessing import canada_aia, eu_ai_act, internal
from assistant.assessing.interview import Interview
from assistant.assessing.results import Assessment
from knowledge.clock import today


def assess(held: Interview) -> Assessment:
    """The proposals of the AI Act, the Canadian assessment and the internal tier."""
    answers = held.answers
    return Assessment(
        schemes=(eu_ai_act.result(answers), canada_aia.result(answers), internal.result(answers)),
        assessed_on=today(),
    )
