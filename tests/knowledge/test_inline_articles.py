"""Articles that begin amid a line: all are found in order, and a reference to one is none."""

from __future__ import annotations

import time

import pytest

from knowledge.formats.inline_articles import parted
from knowledge.formats.lines import Line


def plain(text: str) -> Line:
    return Line(text, page=0, size=11.0, bold=False, gap=False)


def headings(*lines: str) -> list[str]:
    return [line.text for line in parted([plain(text) for text in lines]) if line.article]


def law(*others: str) -> list[str]:
    """Eight articles that no reader could miss, and then others."""
    return [f"Article {n} Matter {n}. 1. Something holds." for n in range(1, 9)] + list(others)


def test_an_article_begins_after_the_name_of_a_division_that_wraps() -> None:
    found = headings(*law("is done. Section 3 Impact", "assessment Article 9 Impact 1. Where a type is new,"))
    assert found[-1] == "Article 9 Impact"


def test_its_name_may_be_torn_from_its_number() -> None:
    found = headings(*law("Section 2 Security of data Article", "9 Security of processing 1. Taking"))
    assert found[-1] == "Article 9 Security of processing"


def test_a_reference_is_no_beginning() -> None:
    found = headings(*law("as Article 9 says, and Article 9(2) too, see Article", "9 and what follows it."))
    assert len(found) == 8


def test_after_a_gap_only_the_end_of_a_sentence_opens_one() -> None:
    assert len(headings(*law("which names Article 12 Matter of taste 1. Where"))) == 8
    assert headings(*law("It ends. Article 12 Matter of taste 1. Where"))[-1] == "Article 12 Matter of taste"


def test_a_text_with_few_articles_is_left_as_it_is() -> None:
    lines = [plain("Article 1 Scope 1. This holds."), plain("See Article"), plain("2 Days are enough.")]
    assert parted(lines) == lines


def test_nothing_is_lost() -> None:
    lines = law(
        "is done. Section 3 Impact", "assessment Article 9 Impact 1. Where a type is new,", "it is seen."
    )
    after = " ".join(line.text for line in parted([plain(text) for text in lines]))
    assert after.split() == " ".join(lines).split()


def test_a_table_of_contents_is_not_the_law() -> None:
    contents = [f"Article {n} Matter {n}" for n in range(1, 10)]
    lines = ["Contents", *contents, *law("It ends. Article 9 Matter 9. 1. Something holds.")]
    parts = parted([plain(text) for text in lines])
    assert [line.text for line in parts if line.article] == [f"{name}." for name in contents]
    assert not any(line.article for line in parts[:10])


@pytest.mark.parametrize(
    "reference",
    [
        "as laid down in Article 9 Members States",
        "according to Article 9 Directive 95/46 applies, as Article 9",
    ],
)
def test_the_next_number_within_a_sentence_is_a_reference(reference: str) -> None:
    assert len(headings(*law(reference))) == 8
    wrapped = headings(*law(reference, "It ends. Article 9 Matter 9. 1. Something holds."))
    assert wrapped[-1] == "Article 9 Matter 9."


def test_a_title_takes_no_other_article_along() -> None:
    lines = law("Article 9", "Article 10 Data 1. This holds.")
    assert headings(*lines)[-2:] == ["Article 9", "Article 10 Data"]


def test_an_endless_line_takes_no_endless_time() -> None:
    began = time.perf_counter()
    parted([plain("Article 2 Ab " * 20_000)])
    assert time.perf_counter() - began < 5
