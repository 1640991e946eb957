"""Agreement of reviewers, held to the worked examples of the book that defines it."""

import pytest

from assistant.reliability import agreement

NOMINAL = [
    "1 2 3 3 2 1 4 1 2 - - -",
    "1 2 3 3 2 2 4 1 2 5 - 3",
    "- 3 3 3 2 3 4 2 2 5 1 -",
    "1 2 3 3 2 4 4 1 2 5 1 -",
]
"""Krippendorff's example of four observers, with verdicts missing."""


def units(observers: list[str]) -> list[list[str]]:
    return [[v for v in unit if v != "-"] for unit in zip(*(o.split() for o in observers), strict=True)]


def test_two_observers_of_the_worked_example() -> None:
    found = agreement(units(["0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"]))
    assert (found.units, found.raw) == (10, 0.6)
    assert found.alpha == pytest.approx(0.095, abs=0.0005)


def test_four_observers_with_missing_verdicts() -> None:
    found = agreement(units(NOMINAL))
    assert found.units == 11
    assert found.alpha == pytest.approx(0.743, abs=0.0005)


def test_full_agreement_is_one_and_contradiction_is_below_zero() -> None:
    assert agreement([["a", "a"], ["b", "b"]]).alpha == 1
    contradiction = agreement([["a", "b"], ["b", "a"]])
    assert contradiction.raw == 0
    assert contradiction.alpha is not None and contradiction.alpha < 0


def test_where_nothing_can_differ_there_is_no_alpha() -> None:
    same = agreement([["a", "a"], ["a", "a"]])
    assert (same.raw, same.alpha) == (1.0, None)


def test_a_single_verdict_says_nothing_of_agreement() -> None:
    found = agreement([["a"], []])
    assert (found.units, found.raw, found.alpha) == (0, None, None)
