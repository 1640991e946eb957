"""Excerpt: whole sentences of a passage, at their exact span, those that the question is about."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.excerpt import Excerpt, excerpt
from knowledge.hits import Hit
from knowledge.library import Version
from knowledge.models import EVERYONE, Kind, Status
from knowledge.sentences import sentences

FILLER = "The gardener waters the plants in front of the house on every dry day of summer."
LOGS = "Event logs are kept for twelve months."
PAGES = (0, 1_000)
SENTENCE = st.lists(
    st.sampled_from("logs kept gates oak must not the of 12 day".split()), min_size=1, max_size=40
)
PASSAGE = st.lists(SENTENCE, min_size=1, max_size=9).map(
    lambda parts: " ".join(" ".join(words).capitalize() + "." for words in parts)
)


def hit(text: str, start: int = 0) -> Hit:
    version = Version(
        id="v",
        document="d",
        source="file:d",
        file="d.pdf",
        number=3,
        sha256="",
        media_type="application/pdf",
        title="Rule",
        kind=Kind.PROCEDURE,
        owner="Head of Gardens",
        audience=EVERYONE,
        status=Status.IN_FORCE,
        label=None,
        since=date(2026, 1, 1),
        until=None,
        withdrawn_at=None,
        added_at="",
        pages=PAGES,
    )
    section = ("Rule", "2 Logs")
    return Hit("p", version, start, start + len(text), section, 1, None, text, 1.0, 1.0, 0.5, 0.5, None, None)


def quoted(text: str, question: str = "How long are event logs kept?") -> str:
    return excerpt(hit(text), question, {}).text


def test_a_short_passage_is_quoted_whole() -> None:
    text = f"{FILLER} {LOGS} {FILLER}"
    assert quoted(text) == text


def test_of_a_long_passage_the_sentence_that_answers_is_quoted() -> None:
    found = quoted(" ".join([FILLER] * 6 + [LOGS] + [FILLER] * 6))
    assert found.startswith(LOGS)
    assert len(found.split()) <= 75


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    common = "The gardener keeps many things and the logs of the house."
    rare = "The event is held in May."
    text = " ".join([common, *[FILLER] * 6, rare, *[FILLER] * 6])
    weighed = excerpt(hit(text), "event logs kept", {"event": 30.0, "log": 1.0, "keep": 1.0, "kept": 1.0})
    assert weighed.text.startswith(rare)


@pytest.mark.parametrize("opening", ["They", "This", "However, they", "Otherwise these"])
def test_a_sentence_that_leans_back_brings_the_one_before_it(opening: str) -> None:
    leaning = f"{opening} are kept as event logs."
    found = quoted(" ".join([*[FILLER] * 5, "Inputs are recorded.", leaning, *[FILLER] * 5]))
    assert found.startswith(f"Inputs are recorded. {leaning}")


def test_one_endless_sentence_is_quoted_whole() -> None:
    text = "logs " * 200
    assert quoted(text) == text


def test_the_citation_says_where_the_quote_stands() -> None:
    text = " ".join([FILLER] * 12 + [LOGS])
    start = 200
    citation = excerpt(hit(text, start), "How long are event logs kept?", {}).citation()
    place = start + text.index(LOGS)
    assert (citation.start, citation.end, citation.quote) == (place, place + len(LOGS), LOGS)
    assert place > PAGES[1] > start
    assert citation.page == 2, "the page of the quote, not of its passage"
    assert (citation.section, citation.number, citation.owner) == ("Rule > 2 Logs", 3, "Head of Gardens")


@given(PASSAGE, st.integers(0, 2_000))
def test_a_quote_is_whole_sentences_at_their_span(text: str, start: int) -> None:
    found: Excerpt = excerpt(hit(text, start), "How long are logs kept?", {})
    inside = found.start - start, found.end - start
    assert text[slice(*inside)] == found.text
    spans = sentences(text)
    assert inside[0] in {a for a, _ in spans}
    assert inside[1] in {b for _, b in spans}
    chosen = [span for span in spans if inside[0] <= span[0] < inside[1]]
    assert len(found.text.split()) <= 75 or len(chosen) <= 2


@given(PASSAGE)
def test_no_other_sentence_holds_more_of_the_question(text: str) -> None:
    found = excerpt(hit(text), "logs kept", {}).text.lower()
    most = max(len({"logs", "kept"} & set(text[a : b - 1].lower().split())) for a, b in sentences(text))
    assert len({"logs", "kept"} & set(found.replace(".", " ").split())) >= most
