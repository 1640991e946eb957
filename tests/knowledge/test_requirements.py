"""ISO/IEC 42001's own numbering, complete and right, and every cross-reference."""

from collections import Counter

import pytest

from knowledge.errors import UnknownRequirement
from knowledge.requirement_documents import documents
from knowledge.requirements import DATA, Requirements, read, requirements

CLAUSES = {
    "4.1": "Understanding the organization and its context",
    "4.2": "Understanding the needs and expectations of interested parties",
    "4.3": "Determining the scope of the AI management system",
    "4.4": "AI management system",
    "5.1": "Leadership and commitment",
    "5.2": "AI policy",
    "5.3": "Roles, responsibilities and authorities",
    "6.1.1": "Actions to address risks and opportunities - General",
    "6.1.2": "AI risk assessment",
    "6.1.3": "AI risk treatment",
    "6.1.4": "AI system impact assessment",
    "6.2": "AI objectives and planning to achieve them",
    "6.3": "Planning of changes",
    "7.1": "Resources",
    "7.2": "Competence",
    "7.3": "Awareness",
    "7.4": "Communication",
    "7.5.1": "Documented information - General",
    "7.5.2": "Creating and updating documented information",
    "7.5.3": "Control of documented information",
    "8.1": "Operational planning and control",
    "8.2": "AI risk assessment",
    "8.3": "AI risk treatment",
    "8.4": "AI system impact assessment",
    "9.1": "Monitoring, measurement, analysis and evaluation",
    "9.2.1": "Internal audit - General",
    "9.2.2": "Internal audit programme",
    "9.3.1": "Management review - General",
    "9.3.2": "Management review inputs",
    "9.3.3": "Management review results",
    "10.1": "Continual improvement",
    "10.2": "Nonconformity and corrective action",
}
SPREAD = {"A.2": 3, "A.3": 2, "A.4": 5, "A.5": 4, "A.6": 9, "A.7": 5, "A.8": 4, "A.9": 3, "A.10": 3}


def test_the_32_clauses_with_their_titles() -> None:
    assert {c.id: c.title for c in requirements().clauses} == CLAUSES


def test_the_38_controls_spread_over_nine_areas() -> None:
    controls = requirements().controls
    assert (controls[0].id, controls[-1].id, len(controls)) == ("A.2.2", "A.10.4", 38)
    assert Counter(".".join(c.id.split(".")[:2]) for c in controls) == SPREAD


def test_the_174_obligations_stand_below_their_clause() -> None:
    held = requirements()
    assert len(held.obligations) == 174
    for item in held.items:
        assert item.obligations
        assert all(o.id.startswith(f"{item.id}-") for o in item.obligations)


def test_every_cross_reference_resolves() -> None:
    held = requirements()
    rows = {row.id: row for row in held.crosswalk}
    for item in held.items:
        for name in item.crosswalk_ids:
            assert rows[name].iso42001 == item.id
    for names in held.nist_to_iso.values():
        assert all(held.knows(name) for name in names)
    assert set(held.plain_words) == set(held.by_id)


@pytest.mark.parametrize("name", ["8.5", "A.3.4", "A.10.5", "A.2.1.1", "11.1", "5.2-z", "A.11.2"])
def test_unknown_ids_are_refused_by_name(name: str) -> None:
    with pytest.raises(UnknownRequirement, match=name.replace(".", r"\.")):
        requirements().get(name)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("clause 6.1.3 f)", "6.1.3-f"),
        ("6.1.3(f)", "6.1.3-f"),
        ("a.6.2.8", "A.6.2.8"),
        ("Annex A.9.2", "A.9.2"),
    ],
)
def test_ids_are_found_however_they_are_written(said: str, meant: str) -> None:
    assert requirements().get(said).id == meant


def broken(change) -> str:
    data = read(DATA)
    change(data)
    with pytest.raises(ValueError) as caught:
        Requirements.model_validate(data)
    return str(caught.value)


def test_a_missing_control_is_found_at_load() -> None:
    assert "37 controls instead of 38" in broken(lambda d: d["items"].pop())


def test_a_doubled_id_is_found_at_load() -> None:
    def double(data: dict) -> None:
        data["items"][1]["id"] = data["items"][0]["id"]

    assert "stands 2 times" in broken(double)


def test_a_dangling_cross_reference_is_found_at_load() -> None:
    def dangle(data: dict) -> None:
        data["nist_to_iso"]["GOVERN 9.9"] = ["8.5"]

    assert "GOVERN 9.9 names 8.5" in broken(dangle)


def test_the_documents_hold_every_obligation_once() -> None:
    labels = Counter(block.label for _, _, loaded in documents() for block in loaded.blocks if block.label)
    assert all(labels[name] == 1 for name in requirements().obligations)


def test_the_documents_are_the_same_on_every_run() -> None:
    first = [loaded.text for _, _, loaded in documents()]
    documents.cache_clear()
    assert [loaded.text for _, _, loaded in documents()] == first
