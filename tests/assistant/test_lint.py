"""Lint: what a reviewer would stop at is found, and nothing else is."""

from __future__ import annotations

import pytest

from assistant.drafting.against import against
from assistant.drafting.document import Block, Document, Section, missing
from assistant.drafting.house import finder
from assistant.drafting.lint import Finding, lint
from assistant.home import Home
from tests.assistant.reviewing import added
from tests.assistant.writing import document, paragraph, rules


def found(*blocks: Block) -> tuple[Finding, ...]:
    return lint(rules(terms={}), document(*blocks))


def kinds(*blocks: Block) -> list[str]:
    return [finding.kind for finding in found(*blocks)]


def test_a_sound_paragraph_has_no_finding() -> None:
    assert kinds(paragraph("The keeper must count the otters every Friday.", "5.2-a")) == []


def test_an_open_place_is_told_with_what_it_asks_for() -> None:
    [finding] = found(paragraph(f"Otters are counted {missing('how often otters are counted')}.", "5.2-a"))
    assert (finding.kind, finding.text, finding.block) == ("open place", "how often otters are counted", 1)


@pytest.mark.parametrize("word", ["must", "shall", "may only", "may not", "never"])
def test_a_rule_without_an_id_is_told(word: str) -> None:
    assert kinds(paragraph(f"The keeper {word} feed the otters.")) == ["rule without id"]
    assert kinds(paragraph(f"The keeper {word} feed the otters.", "A.2.2")) == []


def test_a_rule_in_a_list_or_a_table_is_told_too() -> None:
    assert kinds(Block(kind="list", text="Keepers:", items=("must count",))) == ["rule without id"]
    table = Block(kind="table", header=("What",), rows=(("Otters must be fed.",),))
    assert kinds(table) == ["rule without id"]


def test_a_word_of_an_open_place_makes_no_rule() -> None:
    assert kinds(paragraph(missing("what the keeper must do"))) == ["open place"]


@pytest.mark.parametrize("text", ["As control A.3.4 says.", "As clause 6.1.5 says."])
def test_an_id_that_does_not_exist_is_told_in_the_text_and_behind_it(text: str) -> None:
    [finding] = found(paragraph(text))
    assert finding.kind == "unknown id"
    assert "ISO/IEC 42001 has no" in finding.problem
    assert kinds(paragraph("Otters swim.", "A.10.5")) == ["unknown id"]


@pytest.mark.parametrize(
    "text",
    [
        "This policy ensures compliance with the AI Act.",
        "Our systems are fully compliant.",
        "The process guarantees fairness.",
        "The check eliminates all bias.",
        "Ours is an ISO/IEC 42001-certified product.",
        "The supplier complies with all laws.",
    ],
)
def test_a_promise_that_no_document_can_keep_is_told(text: str) -> None:
    assert kinds(paragraph(text)) == ["guarantee"]


@pytest.mark.parametrize(
    "text",
    [
        "A certificate is no guarantee.",
        "The check does not guarantee accuracy.",
        "The owner ensures that the log is read.",
        "We meet the legal requirements that apply to our AI systems.",
        "Risks are assessed; there is no risk assessment for toys.",
    ],
)
def test_a_sober_sentence_is_no_promise(text: str) -> None:
    assert kinds(paragraph(text)) == []


def test_a_short_form_is_told_until_it_is_spelt_out() -> None:
    assert kinds(paragraph("The DPIA is kept."), paragraph("The DPIA is old.")) == ["undefined term"]
    assert kinds(paragraph("The data protection impact assessment (DPIA) is kept."), paragraph("DPIA")) == []
    assert kinds(paragraph("AI, EU and ISO/IEC are known.")) == []


def test_a_defined_term_without_its_definition_is_told_once() -> None:
    text = paragraph("The keeper on duty swims."), paragraph("The keeper on duty sings.")
    assert [one.text for one in lint(rules(), document(*text))] == ["keeper on duty"]
    means = Block(kind="list", text="In this document:", items=("keeper on duty means whoever is there.",))
    assert lint(rules(), document(*text, means)) == ()


def test_an_empty_section_and_the_law_are_told() -> None:
    empty: Document = document(sections=[Section(id="otters.s1", heading="Counting")])
    assert [(f.kind, f.block) for f in lint(rules(), empty)] == [("empty section", None)]
    assert kinds(paragraph("Article 73 asks for a report.", legal=True)) == ["law"]


def test_a_house_quotation_is_not_blamed_for_its_words(org: Home) -> None:
    quote = finder(org)("uses of AI that are not allowed")
    assert quote is not None
    assert "must not" in quote.quote
    block = Block(kind="quote", text="The policy says:", citations=(quote,))
    assert kinds(block) == []
    assert against(org, document(block)) == ()


def test_a_sentence_that_a_document_in_force_contradicts_is_told_with_its_source(org: Home) -> None:
    added(org, "# Otter rule\n\nOtters are counted by the keeper every 30 days.\n", name="otters.md")
    text = "Otters are counted by the keeper every 10 days."
    [finding] = against(org, document(paragraph(text, "5.2-a")))
    assert finding.kind == "conflict"
    assert "Otter rule says otherwise" in finding.problem
    assert finding.citations[0].quote == "Otters are counted by the keeper every 30 days."
    replaced = finding.citations[0].document
    assert against(org, document(paragraph(text, "5.2-a")), replaces=replaced) == ()


def test_what_agrees_or_cannot_be_compared_is_no_conflict(org: Home) -> None:
    added(org, "# Otter rule\n\nOtters are counted by the keeper every 30 days.\n", name="otters.md")
    assert against(org, document(paragraph("Otters are counted by the keeper every 30 days."))) == ()
    assert against(org, document(paragraph("Otters are counted now and then."))) == ()
    assert against(org, document(paragraph(f"Otters are counted by the keeper every {missing('x')}."))) == ()


def test_a_quotation_of_what_is_no_longer_in_force_is_told(org: Home) -> None:
    version = added(org, "# Otter rule\n\nOtters are counted every Friday by the keeper.\n", name="otters.md")
    quote = finder(org)("how often otters are counted by the keeper")
    assert quote is not None
    assert quote.version == version.id
    block = Block(kind="quote", text="The rule says:", citations=(quote,))
    assert against(org, document(block)) == ()
    added(org, "# Otter rule\n\nOtters are counted every Monday by the keeper.\n", name="otters.md")
    [finding] = against(org, document(block))
    assert finding.kind == "source not in force"
    assert "version 1" in finding.problem
