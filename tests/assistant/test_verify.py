"""Verify: a claim is held to its quotes, shown as its quotes, or struck."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from assistant.excerpt import cite
from assistant.models import Citation, Claim, Outcome, Verdict
from assistant.verify import shown, verify
from knowledge import library
from knowledge.database import Database
from knowledge.library import Arrival, Version, folded
from knowledge.models import Kind, LoadedDocument

LIMIT = "An exception is granted for at most six months from 1 March 2026."
DESK = "Whoever notices an incident must report it to the AI Incident Desk within 24 hours."
BAN = "Customer messages must not be pasted into a public chatbot."
CHECK = "The Head of Quality may sign for the Data-Owner (Alice) in case of need."
NOBODY = "No contractor may use the assistant."
CONTRACTED = "Staff mustn't share keys, and can’t lend them."
ALLOWED = "Use of the coding assistant is permitted on this network."
OPEN = "Auditors can open every log of the system."
ODD = "𝔸 rule 🙂 with\r\nwhite   space,\tletters like ß and é."
QUOTES = (LIMIT, DESK, BAN, CHECK, NOBODY, CONTRACTED, ALLOWED, OPEN, ODD)
TEXT = "\n\n".join(QUOTES)
PAGES = (0, TEXT.index(BAN) + 20, TEXT.index(ALLOWED))
"""The second page begins in the middle of a quote."""


@dataclass(frozen=True, slots=True)
class Source:
    """A stored text and the claims that are made of it."""

    connection: Connection
    version: Version

    def cite(self, quote: str, /, **other: object) -> Citation:
        start = TEXT.index(quote)
        made = cite(self.version, ("Rule",), start, start + len(quote), quote)
        return made.model_copy(update=other)

    def verdict(
        self, wording: str, *citations: Citation, usable: Mapping[str, Version] | None = None
    ) -> Verdict:
        may_be_cited = {self.version.id: self.version} if usable is None else usable
        return verify(Claim(text=wording, citations=citations), self.connection, may_be_cited)

    def outcome(self, wording: str, quote: str) -> Outcome:
        return self.verdict(wording, self.cite(quote)).outcome


@pytest.fixture(scope="module")
def source() -> Iterator[Source]:
    database = Database("sqlite://")
    loaded = LoadedDocument(TEXT, (), "Rule", "application/pdf", PAGES)
    arrival = Arrival("test:rule", "rule.pdf", TEXT.encode(), loaded, (), Kind.POLICY)
    with database.write() as connection:
        version = library.store(connection, arrival)
    with database.read() as connection:
        yield Source(connection, version)
    database.close()


@pytest.mark.parametrize("quote", QUOTES)
def test_a_claim_worded_as_its_quote_is_held(source: Source, quote: str) -> None:
    verdict = source.verdict(folded(quote), source.cite(quote))
    assert (verdict.outcome, verdict.reason) == (Outcome.HELD, "")
    assert shown(verdict) == verdict.claim


def test_a_wording_that_keeps_to_its_quote_is_held(source: Source) -> None:
    wording = "An incident must be reported within 24 hours to the AI Incident Desk."
    assert source.outcome(wording, DESK) is Outcome.HELD


def test_two_quotes_carry_a_wording_together(source: Source) -> None:
    wording = f"Within 24 hours it must reach the desk; {BAN[0].lower()}{BAN[1:]}"
    both = source.verdict(wording, source.cite(DESK), source.cite(BAN))
    assert both.outcome is Outcome.HELD
    assert source.outcome(wording, DESK) is Outcome.QUOTE_ONLY


def test_a_claim_without_a_source_is_struck(source: Source) -> None:
    verdict = source.verdict("Everything is allowed.")
    assert verdict.outcome is Outcome.STRUCK
    assert shown(verdict) is None


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"quote": "Customer messages must be pasted into a public chatbot now."}, id="invented"),
        pytest.param({"start": TEXT.index(BAN) + 1}, id="starts later"),
        pytest.param({"end": TEXT.index(BAN) + len(BAN) - 1}, id="ends sooner"),
        pytest.param({"start": 0, "end": len(BAN), "page": 1}, id="another place"),
        pytest.param({"quote": BAN.upper()}, id="another case"),
        pytest.param({"quote": BAN.replace(" ", "  ")}, id="other white space"),
        pytest.param(
            {"start": len(TEXT) + 5, "end": len(TEXT) + 5 + len(BAN), "page": 3}, id="behind the end"
        ),
        pytest.param({"quote": "", "end": TEXT.index(BAN)}, id="nothing"),
    ],
)
def test_a_quote_that_is_not_at_its_place_is_struck(source: Source, change: dict[str, object]) -> None:
    verdict = source.verdict(BAN, source.cite(BAN, **change))
    assert verdict.outcome is Outcome.STRUCK
    assert "Rule" in verdict.reason


def test_a_quote_of_white_space_is_struck(source: Source) -> None:
    gap = TEXT.index("\n\n")
    blank = source.cite(BAN, quote="\n\n", start=gap, end=gap + 2, page=1)
    assert source.verdict(BAN, blank).outcome is Outcome.STRUCK


def test_a_span_that_is_no_span_is_struck(source: Source) -> None:
    """SQL's substr counts from the end, or backwards, where Python's slice is empty or another."""
    backwards = source.cite(BAN, start=TEXT.index(BAN) + len(BAN), end=TEXT.index(BAN), page=2)
    tail = ODD[-8:]
    from_the_end = source.cite(ODD, start=-9, end=-1, quote=tail, page=0)
    for citation in (backwards, from_the_end):
        assert source.verdict(citation.quote, citation).outcome is Outcome.STRUCK


@pytest.mark.parametrize("page", [None, 0, 2, 3])
def test_a_wrong_page_is_struck(source: Source, page: int | None) -> None:
    verdict = source.verdict(BAN, source.cite(BAN, page=page))
    assert verdict.outcome is Outcome.STRUCK
    assert f"page {page}" in verdict.reason


def test_the_page_is_that_on_which_the_quote_starts(source: Source) -> None:
    """This quote runs on to the second page."""
    assert TEXT.index(BAN) < PAGES[1] < TEXT.index(BAN) + len(BAN)
    assert source.cite(BAN).page == 1
    assert source.cite(CHECK).page == 2


def test_one_bad_quote_of_two_strikes_the_claim(source: Source) -> None:
    good, bad = source.cite(BAN), source.cite(DESK, page=3)
    assert source.verdict(BAN, good, bad).outcome is Outcome.STRUCK


def test_a_version_that_may_not_be_cited_is_struck(source: Source) -> None:
    verdict = source.verdict(BAN, source.cite(BAN), usable={})
    assert (verdict.outcome, shown(verdict)) == (Outcome.STRUCK, None)
    assert "Rule may not be cited" in verdict.reason


def test_a_version_that_is_gone_from_the_library_is_struck(source: Source) -> None:
    gone = replace(source.version, id="0" * 32)
    citation = source.cite(BAN, version=gone.id)
    assert source.verdict(BAN, citation, usable={gone.id: gone}).outcome is Outcome.STRUCK


@pytest.mark.parametrize(
    ("quote", "wording"),
    [
        pytest.param(DESK, "An incident must be reported within 48 hours.", id="other figure"),
        pytest.param(LIMIT, "An exception is granted for at most twelve months.", id="other number word"),
        pytest.param(LIMIT, "An exception is granted for at most 12 months.", id="figure for another word"),
        pytest.param(DESK, "An incident must be reported within 24 days.", id="other unit"),
        pytest.param(LIMIT, "An exception is granted from 1 April 2026 for at most six months.", id="month"),
        pytest.param(LIMIT, "An exception is granted from 1 March 2027 for at most six months.", id="year"),
    ],
)
def test_another_number_or_date_is_not_worded(source: Source, quote: str, wording: str) -> None:
    assert source.outcome(wording, quote) is Outcome.QUOTE_ONLY


@pytest.mark.parametrize(
    "wording",
    [
        pytest.param("For the owner it is the Head of Sales who may sign.", id="in a sentence"),
        pytest.param("Procurement may sign in case of need.", id="at its beginning"),
        pytest.param("The Head of Quality may sign for the owner (Bob) in case of need.", id="in brackets"),
        pytest.param("The Head of Quality may sign for the “Bob” in case of need.", id="in quotation marks"),
        pytest.param("The CISO may sign for the Data-Owner.", id="abbreviation"),
    ],
)
def test_another_name_is_not_worded(source: Source, wording: str) -> None:
    assert source.outcome(wording, CHECK) is Outcome.QUOTE_ONLY


def test_a_name_with_a_hyphen_is_found_in_the_quote(source: Source) -> None:
    assert (
        source.outcome("In case of need the Head of Quality may sign for the Data-Owner.", CHECK)
        is Outcome.HELD
    )


@pytest.mark.parametrize(
    ("quote", "wording"),
    [
        pytest.param(
            BAN, "Customer messages must be pasted into a public chatbot at once.", id="not dropped"
        ),
        pytest.param(NOBODY, "Each contractor may use the assistant.", id="no dropped"),
        pytest.param(NOBODY, "contractor may use the assistant.", id="cut off from the quote"),
        pytest.param(CONTRACTED, "Staff share keys and lend them.", id="contraction dropped"),
        pytest.param(OPEN, "Auditors can't open every log.", id="contraction put in"),
        pytest.param(CHECK, "The Head of Quality may never sign.", id="never put in"),
    ],
)
def test_a_negation_is_neither_dropped_nor_put_in(source: Source, quote: str, wording: str) -> None:
    assert source.outcome(wording, quote) is Outcome.QUOTE_ONLY


@pytest.mark.parametrize("other", ["may", "should", "can", "will", "need not"])
def test_another_obligation_word_is_not_worded(source: Source, other: str) -> None:
    wording = f"An incident {other} be reported within 24 hours."
    assert source.outcome(wording, DESK) is Outcome.QUOTE_ONLY


@pytest.mark.parametrize("other", ["prohibited", "forbidden", "mandatory", "required"])
def test_a_permission_is_not_worded_as_something_else(source: Source, other: str) -> None:
    assert (
        source.outcome(f"On this network use of the coding assistant is {other}.", ALLOWED)
        is Outcome.QUOTE_ONLY
    )


@pytest.mark.parametrize("name", ["clause 8.5", "A.3.4", "control A.10.5"])
def test_a_clause_that_the_standard_does_not_have_is_not_worded(source: Source, name: str) -> None:
    verdict = source.verdict(f"As {name} asks, messages must not be pasted.", source.cite(BAN))
    assert verdict.outcome is Outcome.QUOTE_ONLY
    assert name.split()[-1] in verdict.reason


def test_a_clause_that_the_quote_does_not_name_is_not_worded(source: Source) -> None:
    assert source.outcome("As clause 5.2 asks, messages must not be pasted.", BAN) is Outcome.QUOTE_ONLY


def test_what_cannot_be_worded_is_shown_as_its_quotes(source: Source) -> None:
    verdict = source.verdict("All is free for 99 days.", source.cite(ODD), source.cite(BAN))
    claim = shown(verdict)
    assert claim
    assert claim.text == f"{folded(ODD)} … {BAN}"
    assert claim.citations == verdict.claim.citations


SPANS = st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).filter(
    lambda span: bool(TEXT[span[0] : span[1]].strip())
)


@given(SPANS)
def test_every_stretch_of_the_text_is_held_at_its_place(source: Source, span: tuple[int, int]) -> None:
    start, end = span
    quote = TEXT[start:end]
    page = sum(begin <= start for begin in PAGES)
    citation = source.cite(BAN, start=start, end=end, quote=quote, page=page)
    assert source.verdict(folded(quote), citation).outcome is Outcome.HELD


@given(SPANS, st.integers(-30, 30).filter(bool))
def test_no_stretch_is_held_at_another_place(source: Source, span: tuple[int, int], by: int) -> None:
    start, end = span
    quote = TEXT[start:end]
    moved = start + by, end + by
    stands_there = moved[0] >= 0 and TEXT[slice(*moved)] == quote
    page = sum(begin <= moved[0] for begin in PAGES)
    citation = source.cite(BAN, start=moved[0], end=moved[1], quote=quote, page=page)
    held = source.verdict(folded(quote), citation).outcome is Outcome.HELD
    assert held == stands_there
