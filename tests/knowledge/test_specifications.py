"""Specifications: every file loads, each fault is told in words, and a new file is a new type."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.requirements import requirements
from knowledge.specifications import (
    FOLDER,
    SLOT,
    BadSpecification,
    Specification,
    read,
    specification,
    specifications,
)

NOTE: dict[str, Any] = {
    "id": "note",
    "title": "Note",
    "form": "record",
    "kind": "record",
    "purpose": "A note.",
    "satisfies": ["6.1.4"],
    "approver": "top management",
    "intake": [
        {"id": "note.q1", "question": "Who?", "says": "who it is", "type": "text"},
        {
            "id": "note.q2",
            "question": "Which?",
            "says": "which it is",
            "type": "choice",
            "options": ["a", "b"],
        },
        {"id": "note.q3", "question": "Rows?", "says": "the rows", "type": "table", "columns": ["x", "y"]},
    ],
    "sections": [
        {
            "id": "note.s1",
            "heading": "Scope",
            "must_contain": "the scope",
            "cites": ["6.1.4-c"],
            "pieces": [
                {"text": "It concerns {q1}, of sort {q2}."},
                {"table": {"header": ["x", "y"], "of": "q3"}},
            ],
        }
    ],
    "reviewer_checks": [],
}
Change = Callable[[dict[str, Any]], object]


def written(folder: Path, change: Change = lambda note: None, name: str = "note.yaml") -> Path:
    note = copy.deepcopy(NOTE)
    change(note)
    file = folder / name
    file.write_text(yaml.safe_dump(note), "utf-8")
    return file


def piece(**parts: object) -> Change:
    """One more piece in the section."""
    return lambda note: note["sections"][0]["pieces"].append(parts)


def question(**parts: object) -> Change:
    """One more question, used in a list."""

    def add(note: dict[str, Any]) -> None:
        note["intake"].append({"id": "note.q4", "question": "?", "says": "it", **parts})
        note["sections"][0]["pieces"].append({"list": {"of": "q4"}})

    return add


def section(**parts: object) -> Change:
    return lambda note: note["sections"][0].update(parts)


FAULTS: dict[str, tuple[Change, str]] = {
    "two questions of one id": (lambda n: n["intake"].append(n["intake"][0]), "id note.q1 stands 2 times"),
    "an id of another type": (
        lambda n: n["intake"][0].update(id="memo.q1"),
        "id memo.q1 does not begin with note.",
    ),
    "a choice of nothing": (question(type="choice"), "note.q4 is a choice without options"),
    "a table without columns": (question(type="table"), "note.q4: a table, and only a table, has columns"),
    "columns without a table": (question(type="text", columns=["x"]), "only a table, has columns"),
    "an unknown sort of question": (question(type="essay"), "intake.3.type"),
    "a claim to what does not exist": (
        lambda n: n.update(satisfies=["A.3.4"]),
        "it cites A.3.4, which does not",
    ),
    "a section that cites nothing": (section(cites=[]), "sections.0.cites"),
    "a section that cites what does not exist": (
        section(cites=["6.1.4-z"]),
        "it cites 6.1.4-z, which does not",
    ),
    "a section without pieces": (section(pieces=[]), "sections.0.pieces"),
    "a piece that cites what does not exist": (
        piece(text="It is so.", cites=["6.9"]),
        "note.s1: it cites 6.9, which does not exist",
    ),
    "a place for no question": (piece(text="It is {q9}."), "note.s1: {q9} is no question"),
    "a piece that waits for no question": (piece(text="So.", when={"q9": "yes"}), "{q9} is no question"),
    "a piece that waits for no answer": (
        piece(text="So.", when={"q2": "c"}),
        "a piece waits for 'c' as answer to q2; it is one of a, b",
    ),
    "a table inside a sentence": (
        piece(text="It is {q3}."),
        "{q3} is table and cannot stand inside a sentence",
    ),
    "a figure": (piece(text="It is kept for 5 years."), "states a figure that nobody supplied"),
    "a share in a table": (piece(table={"header": ["x"], "rows": [["95%"]]}), "states a figure"),
    "a date": (piece(text="It holds from 1 May."), "states a figure"),
    "a table of no table": (piece(table={"header": ["x"], "of": "q1"}), "q1 is no table"),
    "a short row": (piece(table={"header": ["x", "y"], "rows": [["a"]]}), "not as many cells as its header"),
    "a rule that serves nothing": (
        piece(text="It must be so."),
        "'It must be so.' is a rule and cites nothing",
    ),
    "a question that nothing uses": (
        lambda n: n["sections"][0]["pieces"].pop(),
        "note.q3 is asked and never used",
    ),
    "an empty piece": (piece(cites=["6.1.4"]), "a piece is one of text, answer, list, table, quote or terms"),
    "two pieces in one": (piece(text="So.", answer="q1"), "a piece is one of text"),
    "an entry that nobody reads": (lambda n: n.update(colour="red"), "colour"),
    "a kind that is none": (lambda n: n.update(kind="poem"), "kind"),
    "no questions": (lambda n: n.update(intake=[]), "intake"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_told_with_the_name_of_the_file(fault: str, tmp_path: Path) -> None:
    change, message = FAULTS[fault]
    with pytest.raises(BadSpecification) as told:
        read(written(tmp_path, change))
    assert str(told.value).startswith("note.yaml cannot be followed: ")
    assert message in str(told.value)


def test_the_example_itself_is_sound(tmp_path: Path) -> None:
    assert read(written(tmp_path)).title == "Note"


@pytest.mark.parametrize("raw", [b"id: [", b"\xff\xfe\x00", b"id: !!python/object:os.system {}"])
def test_a_file_that_is_no_yaml_is_told_as_such(raw: bytes, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_bytes(raw)
    with pytest.raises(BadSpecification, match=r"broken\.yaml cannot be read"):
        read(file)


@pytest.mark.parametrize("raw", ["", "- a list", "text"])
def test_a_file_that_is_no_specification_is_told_as_such(raw: str, tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(raw, "utf-8")
    with pytest.raises(BadSpecification, match=r"odd\.yaml cannot be followed"):
        read(file)


def test_a_file_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(BadSpecification, match=r"gone\.yaml cannot be read"):
        read(tmp_path / "gone.yaml")


def test_a_figure_of_a_law_and_a_number_of_a_reference_may_stand(tmp_path: Path) -> None:
    def change(note: dict[str, Any]) -> None:
        piece(text="Article 73 of the Act gives 15 days.", legal=True)(note)
        piece(text="See clause 6.1.4, control A.5.2 and ISO/IEC 42001:2023.")(note)

    assert len(read(written(tmp_path, change)).sections[0].pieces) == 4


def test_a_new_file_is_a_new_type_without_code(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, lambda n: n.update(title="A note of another sort"), "other.txt")
    assert list(specifications(tmp_path)) == ["note"]
    folder = tmp_path / "more"
    folder.mkdir()
    written(folder)

    def memo(note: dict[str, Any]) -> None:
        note.update(yaml.safe_load(yaml.safe_dump(note).replace("note.", "memo.")))
        note.update(id="memo", title="A memo")

    written(folder, memo, "memo.yaml")
    assert list(specifications(folder)) == ["memo", "note"], "in the order of titles"


def test_two_files_of_one_type_are_refused(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, name="note-again.yaml")
    with pytest.raises(BadSpecification, match=r"2 files in .* have the id note"):
        specifications(tmp_path)


def test_one_bad_file_is_named_among_good_ones(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, lambda n: n.update(satisfies=["99"]), "worse.yaml")
    with pytest.raises(BadSpecification, match=r"worse\.yaml cannot be followed"):
        specifications(tmp_path)


def test_an_unknown_type_is_told_what_there_is() -> None:
    with pytest.raises(BadSpecification, match=r"There is no document type 'poem'\. There are: .*ai-policy"):
        specification("poem")


def test_every_file_that_comes_along_is_a_type_of_its_own_name() -> None:
    assert {file.stem for file in FOLDER.glob("*.yaml")} == set(specifications())


PROFILE = {
    "ai_roles",
    "top_management",
    "governance_lead",
    "governance_board",
    "concern_channel",
    "incident_desk",
    "jurisdictions",
    "classification",
    "review_interval",
    "policy_owner",
    "inventory",
    "data_protection_officer",
    "records_place",
    "sites",
}
"""The entries of the organisation's profile."""


@pytest.mark.parametrize("spec", specifications().values(), ids=lambda spec: spec.id)
def test_a_type_that_comes_along_asks_and_says_what_it_should(spec: Specification) -> None:
    assert {q.profile for q in spec.intake if q.profile} <= PROFILE
    for asked in spec.intake:
        assert asked.question.endswith(("?", ".")), asked.id
        assert asked.type != "yes_no_unknown" or asked.says.startswith("whether "), asked.id
        assert asked.says[0].islower() or asked.says.split()[0].isupper(), f"{asked.id}: {asked.says}"
        assert not asked.says.endswith("."), asked.id
    assert all(not meaning.endswith(".") for meaning in spec.terms.values())
    assert spec.reviewer_checks


@pytest.mark.parametrize("spec", specifications().values(), ids=lambda spec: spec.id)
def test_what_a_law_says_names_the_article_or_the_standard(spec: Specification) -> None:
    for place in spec.sections:
        for part in (part for part in place.pieces if part.legal):
            told = " ".join(part.templates)
            if SLOT.search(told):
                continue  # the author names it
            named = ("Art", "§", "Regulation", "Directive", "ISO/IEC", "Annex", "section")
            assert any(name in told for name in named), f"{place.id}: {told}"


@pytest.mark.parametrize("spec", specifications().values(), ids=lambda spec: spec.id)
def test_a_section_serves_what_it_says_it_serves(spec: Specification) -> None:
    """Each id of a section is cited by one of its pieces: itself, one below it, or the one above."""
    for place in spec.sections:
        cited = {name for part in place.pieces for name in part.cites}
        for name in place.cites:
            assert requirements().knows(name)
            served = any(
                c == name or c.startswith((f"{name}-", f"{name}.")) or name.startswith(f"{c}-") for c in cited
            )
            assert served, f"{place.id} says that it serves {name}, and no piece does"
