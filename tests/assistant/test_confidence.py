"""Confidence: what is closer is surer, the surest counts; without vectors the words decide."""

from dataclasses import replace

import pytest

from assistant.confidence import THRESHOLD, confidence
from knowledge.hits import Hit, Likeness
from tests.assistant.test_excerpt import hit

HIT = replace(hit("Event logs are kept."), coverage=0.4)


def like(cosine: float, late: float) -> Hit:
    return replace(HIT, body=Likeness(cosine, late))


def test_nothing_found_is_no_confidence() -> None:
    assert confidence([]) == 0.0


def test_closer_is_surer_in_either_way() -> None:
    assert confidence([like(0.3, 0.5)]) < confidence([like(0.5, 0.5)]) < confidence([like(0.5, 0.7)])


def test_the_surest_counts() -> None:
    assert confidence([like(0.2, 0.3), like(0.7, 0.8), like(0.4, 0.4)]) == confidence([like(0.7, 0.8)])


def test_a_perfect_match_is_answered_and_a_stranger_is_not() -> None:
    assert confidence([like(0.8, 0.9)]) > 0.9 > THRESHOLD > 0.05 > confidence([like(0.2, 0.4)])


def test_the_title_counts_only_where_there_is_nothing_better() -> None:
    assert confidence([replace(like(0.4, 0.5), cosine=0.9)]) == confidence([like(0.4, 0.5)])
    assert confidence([replace(HIT, cosine=0.9)]) > confidence([replace(HIT, cosine=0.3)])


def test_without_vectors_the_words_decide() -> None:
    bare = replace(HIT, cosine=None)
    assert confidence([bare]) == pytest.approx(THRESHOLD)
    assert confidence([replace(bare, coverage=0.2)]) == pytest.approx(THRESHOLD / 2)


def test_a_passage_with_every_word_is_worth_reading_unless_it_is_wholly_unlike() -> None:
    row, clock = like(0.25, 0.5), like(0.1, 0.4)
    assert confidence([row]) < THRESHOLD < confidence([replace(row, coverage=1.0)])
    assert confidence([replace(clock, coverage=1.0)]) == confidence([clock])
