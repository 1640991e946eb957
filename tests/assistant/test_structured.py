"""Structured questions: ids, counts, documentation and articles are answered with the requirements' facts."""

from __future__ import annotations

import re

import pytest

from assistant.models import Answer, Citation
from knowledge.models import Kind, Role
from knowledge.requirements import requirements
from tests.conftest import Asking

ID = re.compile(r"\b(?:A\.\d{1,2}(?:\.\d){1,2}|\d{1,2}\.\d(?:\.\d)?)(?= \()")


def sources(answer: Answer) -> list[Citation]:
    return [citation for claim in answer.claims for citation in claim.citations]


def labels(answer: Answer) -> list[str]:
    return [citation.section.split(" > ")[-1] for citation in sources(answer)]


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("What does A.6.2.8 require?", ["A.6.2.8"]),
        ("clause 9.2.1", ["9.2.1"]),
        ("Explain 6.1.3 of the standard", ["6.1.3"]),
        ("What does clause 9.2 ask?", ["9.2.1", "9.2.2"]),
        ("a.10.3", ["A.10.3"]),
    ],
)
def test_an_id_is_answered_by_all_its_obligations(asking: Asking, question: str, ids: list[str]) -> None:
    answer = asking(question)
    held = requirements()
    assert labels(answer) == [o.id for name in ids for o in held.by_id[name].obligations][:12]
    assert answer.note is None
    kind = Kind.CONTROL if ids[0].startswith("A.") else Kind.REQUIREMENT
    assert {citation.kind for citation in sources(answer)} == {kind}


def test_one_obligation_is_answered_by_itself(asking: Asking) -> None:
    assert labels(asking("What does 6.1.3 f) require?")) == ["6.1.3-f"]


def test_an_objective_is_answered_by_its_statement(asking: Asking) -> None:
    (claim,) = asking("What does A.2.1 say?").claims
    assert requirements().get("A.2.1").text in claim.text  # type: ignore[union-attr]


def test_evidence_of_a_control_is_answered_by_its_evidence(asking: Asking) -> None:
    answer = asking("Which evidence for A.6.2.8?", Role.AUDITOR)
    assert all(claim.text.startswith("Evidence to ask for on control A.6.2.8") for claim in answer.claims)
    assert answer.claims


def test_the_controls_are_counted(asking: Asking) -> None:
    held = requirements()
    answer = asking("how many controls are there?")
    text = answer.text
    assert f"{len(held.controls)} controls in Annex A" in text
    assert f"{len(held.clauses)} clauses with requirements" in text
    assert f"{len(held.obligations)} single obligations" in text
    assert {citation.file for citation in sources(answer)} == {"iso42001-overview.txt"}


def test_the_controls_that_need_documentation_are_all_named(asking: Asking) -> None:
    answer = asking("which controls need documentation?")
    named = {name for claim in answer.claims for name in ID.findall(claim.text)}
    asked_for = {"mandatory", "if_control_applies"}
    expected = {
        c.id for c in requirements().controls if any(d.status in asked_for for d in c.documented_information)
    }
    assert named == expected
    assert f"{len(expected)} in all" in answer.claims[0].text


def test_the_clauses_that_need_documentation_are_all_named(asking: Asking) -> None:
    answer = asking("Which clauses require documented information?")
    named = {name for claim in answer.claims for name in ID.findall(claim.text)}
    expected = {
        c.id for c in requirements().clauses if any(d.status == "mandatory" for d in c.documented_information)
    }
    assert named == expected


@pytest.mark.parametrize(
    ("question", "reference"),
    [
        ("Article 14 AI Act", r"Art\. 14(?!\d)"),
        ("What does Article 9 of the EU AI Act ask?", r"Art\. 9(?!\d)"),
        ("Annex IV of the EU AI Act", r"Annex IV(?![IVX])"),
    ],
)
def test_an_article_is_answered_by_what_is_related_to_it(
    asking: Asking, question: str, reference: str
) -> None:
    answer = asking(question)
    assert answer.claims
    for claim in answer.claims:
        assert re.search(reference, claim.text)
        assert "is related to the EU AI Act" in claim.text
        assert claim.citations[0].file == "iso42001-crosswalk.txt"


def test_an_article_that_nothing_is_related_to_invents_no_relation(asking: Asking) -> None:
    answer = asking("Article 113 AI Act")
    assert not any(re.search(r"Art\. 113", claim.text) for claim in answer.claims)


def test_an_id_within_a_question_is_quoted_beside_what_was_found(asking: Asking) -> None:
    answer = asking("How long are event logs kept under A.6.2.8?")
    assert {"iso42001-controls.txt", "ai-lifecycle-standard.docx"} <= {c.file for c in sources(answer)}
    assert "A.6.2.8-a" in labels(answer)
