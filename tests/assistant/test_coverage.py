"""Coverage: a paragraph that names an obligation covers it, unless something in it is still open."""

from __future__ import annotations

from assistant.drafting.coverage import Coverage, Served, coverage
from assistant.drafting.document import missing
from knowledge.requirements import requirements
from tests.assistant.writing import document, paragraph, rules


def served(name: str, found: tuple[Served, ...]) -> Served:
    return next(one for one in found if one.id == name)


def test_every_obligation_of_what_the_document_claims_is_told_once_in_the_order_of_the_standard() -> None:
    found = coverage(rules(), document())
    expected = [o.id for name in ("5.2", "A.2.4") for o in requirements().by_id[name].obligations]
    assert [one.id for one in found] == expected
    assert {one.coverage for one in found} == {Coverage.OPEN}


def test_a_group_or_a_single_obligation_can_be_claimed() -> None:
    group = coverage(rules(satisfies=["A.2"]), document())
    assert {one.of for one in group} == {"A.2.2", "A.2.3", "A.2.4"}
    assert [one.id for one in coverage(rules(satisfies=["5.2-a"]), document())] == ["5.2-a"]


def test_a_paragraph_that_names_an_obligation_covers_it() -> None:
    found = served("5.2-a", coverage(rules(), document(paragraph("Otters are counted.", "5.2-a"))))
    assert found.coverage is Coverage.COVERED
    assert [(place.section, place.block, place.text) for place in found.places] == [
        ("otters.s1", 1, "Otters are counted.")
    ]


def test_an_open_place_leaves_it_partly_served() -> None:
    text = f"Otters are counted {missing('how often')}."
    assert served("5.2-a", coverage(rules(), document(paragraph(text, "5.2-a")))).coverage is Coverage.PARTLY
    both = document(paragraph(text, "5.2-a"), paragraph("Otters are fed.", "5.2-a"))
    found = served("5.2-a", coverage(rules(), both))
    assert found.coverage is Coverage.COVERED
    assert [place.block for place in found.places] == [2]


def test_a_clause_named_as_a_whole_serves_its_obligations_only_partly() -> None:
    found = served("5.2-a", coverage(rules(), document(paragraph("Otters are counted.", "5.2"))))
    assert found.coverage is Coverage.PARTLY
    assert "5.2 as a whole" in found.why


def test_a_control_with_one_obligation_is_covered_by_its_own_name() -> None:
    single = next(c for c in requirements().controls if len(c.obligations) == 1)
    spec = rules(satisfies=[single.id])
    [found] = coverage(spec, document(paragraph("Otters are counted.", single.id)))
    assert found.coverage is Coverage.COVERED


def test_an_empty_paragraph_serves_nothing() -> None:
    assert served("5.2-a", coverage(rules(), document(paragraph("", "5.2-a")))).coverage is Coverage.OPEN
