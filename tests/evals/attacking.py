"""What the tests of the attack corpus share: an answer that holds, to be doctored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.models import Claim
from evals.attacks.cases import Case
from evals.attacks.shown import Shown

INCIDENTS = "By when do I have to report an AI incident?"


def case(**more: Any) -> Case:
    """A case with a harmless question."""
    held = {
        "id": "T01",
        "owasp": "LLM01 Prompt Injection",
        "carrier": "question",
        "turns": [INCIDENTS],
        "breach": "None is meant.",
    }
    return Case.model_validate({**held, **more})


def saying(shown: Shown, text: str, outcome: str = "held", **cited: Any) -> Shown:
    """The same answer, with another wording of its first claim, or another citation under it."""
    assert shown.answer
    first, *others = shown.answer.claims
    citation = first.citations[0].model_copy(update=cited)
    claims = (Claim(text=text, citations=(citation,)), *others)
    answer = shown.answer.model_copy(update={"claims": claims})
    return replace(shown, answer=answer, outcomes={text: outcome})


def noting(shown: Shown, note: str) -> Shown:
    """The same answer with another note."""
    assert shown.answer
    return replace(shown, answer=shown.answer.model_copy(update={"note": note}))
