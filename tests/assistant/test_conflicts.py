"""Conflicts: amounts that differ, and what one allows and the other forbids; nothing else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.conflicts import Disagreement, Saying, disagreements

ASKED = "When is an incident reported to the desk, and may it be reported by telephone?"
REPORT = "Whoever notices an incident reports it to the desk within {}."
PIECES = st.lists(
    st.sampled_from(
        "an incident is reported to the desk within 9.2.1 1,5 1.000 ten twenty-four 24 (24) Day-to-day days "
        "hours % per cent year, and ; may must not never working - 10 \n".split(" ")
    ),
    max_size=14,
).map(" ".join)


def between(first: str, second: str, key: str = "b", asked: str = ASKED) -> list[Disagreement]:
    return disagreements([Saying("a", (0, 0, 1), first), Saying(key, (1, 0, 1), second)], asked)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("24 hours", "72 hours"),
        ("24 hours", "two days"),
        ("one working day", "three working days"),
        ("six months", "12 months"),
        ("30 (thirty) days", "60 days"),
        ("2 weeks", "1.5 weeks"),
        ("forty-eight hours", "24 hours"),
    ],
)
def test_amounts_of_one_thing_that_differ_are_a_conflict(one: str, other: str) -> None:
    (found,) = between(REPORT.format(one), REPORT.format(other))
    assert found.reason == f"one says {one}, the other {other}"
    assert (found.first.key, found.second.key) == ("a", "b")
    assert found.about.startswith("Whoever notices an incident")


def test_shares_of_one_thing_that_differ_are_a_conflict() -> None:
    said, asked = (
        "The desk has {} of all incident reports checked.",
        "How many incident reports does the desk check?",
    )
    (found,) = between(said.format("2 percent"), said.format("5 %"), asked=asked)
    assert found.reason == "one says 2 percent, the other 5 %"
    assert between(said.format("2 percent"), said.format("2%"), asked=asked) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1 day", "24 hours"),
        ("one day", "24 hours"),
        ("48 hours", "2 days"),
        ("one week", "7 days"),
        ("12 months", "one year"),
        ("90 minutes", "1.5 hours"),
        ("1,000 hours", "1000 hours"),
        ("30 (thirty) days", "30 days"),
        ("thirty (30) days", "30 days"),
        ("twenty-four hours", "24 hours"),
        ("seventy-two hours", "72 hours"),
        ("twenty four hours", "one day"),
    ],
)
def test_the_same_amount_said_in_two_ways_agrees(one: str, other: str) -> None:
    assert between(REPORT.format(one), REPORT.format(other)) == []


def test_a_share_and_a_time_are_not_compared() -> None:
    assert between(REPORT.format("24 hours"), REPORT.format("30 percent of the time")) == []


def test_with_several_amounts_nothing_is_claimed() -> None:
    assert between(REPORT.format("24 hours"), REPORT.format("48 hours, or 72 hours on a weekend")) == []


@pytest.mark.parametrize(
    "forbids",
    [
        "An incident must not be reported to the desk by telephone.",
        "An incident may not be reported to the desk by telephone.",
        "Reporting an incident to the desk by telephone is not allowed.",
        "Staff must never report an incident to the desk by telephone.",
        "Reporting an incident to the desk by telephone is prohibited.",
    ],
)
def test_a_permission_and_a_prohibition_are_a_conflict(forbids: str) -> None:
    allows = "An incident may be reported to the desk by telephone."
    for first, second in ((allows, forbids), (forbids, allows)):
        (found,) = between(first, second)
        assert found.reason == "one allows what the other forbids"


def test_two_permissions_and_two_prohibitions_agree() -> None:
    may, can = (f"An incident {word} be reported to the desk by telephone." for word in ("may", "can"))
    ban = "An incident must not be reported to the desk by telephone."
    assert between(may, can) == between(ban, ban.replace("must", "may")) == []


def test_a_clause_of_its_own_can_disagree() -> None:
    first = "The manager classes each report, and an incident is reported to the desk within 24 hours."
    (found,) = between(first, REPORT.format("72 hours"))
    assert found.reason == "one says 24 hours, the other 72 hours"


def test_what_is_not_asked_is_not_compared() -> None:
    asked = "Who pays for the canteen?"
    assert between(REPORT.format("24 hours"), REPORT.format("72 hours"), asked=asked) == []


@pytest.mark.parametrize(
    "other",
    [
        "Event logs of a credit system are kept for 72 hours.",
        "A supplier of pencils delivers within 72 hours.",
        "Whoever overtakes a lorry waits for 72 hours.",
        "The desk keeps forms, letters, pictures and bills of an incident in a locked cabinet for 72 hours.",
    ],
)
def test_different_subjects_never_conflict(other: str) -> None:
    asked = f"{ASKED} How long are logs kept, when do suppliers deliver, what of a lorry?"
    assert between(REPORT.format("24 hours"), other, asked=asked) == []


def test_two_sentences_of_one_document_never_conflict() -> None:
    assert between(REPORT.format("24 hours"), REPORT.format("72 hours"))
    assert between(REPORT.format("24 hours"), REPORT.format("72 hours"), key="a") == []


@given(PIECES, PIECES)
def test_a_document_never_conflicts_with_itself(first: str, second: str) -> None:
    assert between(first, second, key="a") == []


@given(PIECES)
def test_equal_sayings_agree(said: str) -> None:
    assert between(said, said) == []


@given(PIECES, PIECES)
@example("An incident is reported to the desk, see 9.2.1 Day-to-day work.", REPORT.format("24 hours"))
def test_the_order_of_two_sayings_changes_nothing_and_no_text_is_too_odd(first: str, second: str) -> None:
    assert len(between(first, second)) == len(between(second, first))
