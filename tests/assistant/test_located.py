"""A model's quotes are found letter by letter in the passages that it was given, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.generation.located import located, markup
from assistant.generation.passages import Given, Stretch
from assistant.model.pieces import RawClaim, RawQuote
from assistant.models import Claim, Outcome, Verdict
from knowledge import library
from knowledge.database import Database
from knowledge.library import Arrival, Version
from knowledge.models import Kind, LoadedDocument, Status

HEAD = "The AI Incident Desk must:"
ITEM = "answer every report within 24 hours. It never closes a report without a reason."
OTHER = "Staff’s own devices may not be used – not even “for once”. Ask the  owner\nof the system."
TEXT = f"{HEAD}\n{ITEM}\n\n{OTHER}"


@pytest.fixture(scope="module")
def version() -> Version:
    database = Database("sqlite://")
    loaded = LoadedDocument(text=TEXT, blocks=(), title="Rules", media_type="text/plain")
    arrival = Arrival(
        source="rules", file="rules.txt", data=TEXT.encode(), loaded=loaded, passages=(), kind=Kind.POLICY
    )
    with database.write() as connection:
        return library.store(connection, arrival)


@pytest.fixture(scope="module")
def passages(version: Version) -> list[Given]:
    def stretch(words: str) -> Stretch:
        start = TEXT.index(words)
        return Stretch(start, start + len(words), words)

    return [
        Given(1, version, ("Desk",), (stretch(HEAD), stretch(ITEM))),
        Given(2, version, ("Devices",), (stretch(OTHER),)),
    ]


def raw(*quotes: str, text: str = "A report is answered within 24 hours.", number: int = 1) -> RawClaim:
    return RawClaim(text=text, quotes=tuple(RawQuote(number, quote) for quote in quotes))


def found(claim: RawClaim, passages: list[Given]) -> Claim:
    made = located(claim, passages)
    assert isinstance(made, Claim), made
    return made


def test_a_quote_becomes_the_whole_sentence_and_the_line_it_hangs_on(passages: list[Given]) -> None:
    claim = found(raw("every report within 24 hours"), passages)
    assert [c.quote for c in claim.citations] == [HEAD, "answer every report within 24 hours."]
    assert all(TEXT[c.start : c.end] == c.quote for c in claim.citations)
    assert {c.section for c in claim.citations} == {"Desk"}


def test_a_quote_across_the_line_and_its_item_is_found(passages: list[Given]) -> None:
    claim = found(raw("The AI Incident Desk must: answer every report"), passages)
    assert [c.quote for c in claim.citations] == [HEAD, "answer every report within 24 hours."]


def test_two_sentences_are_quoted_together(passages: list[Given]) -> None:
    claim = found(raw("within 24 hours. It never closes"), passages)
    assert claim.citations[-1].quote == ITEM


@pytest.mark.parametrize(
    "quote",
    [
        'Staff\'s own devices may not be used - not even "for once".',
        "STAFF’S OWN DEVICES MAY NOT BE USED",
        "“Staff’s own devices may not be used”",
        "Ask the owner of the system.",
    ],
)
def test_marks_typed_another_way_white_space_and_case_do_not_matter(
    quote: str, passages: list[Given]
) -> None:
    (citation,) = found(raw(quote, number=2), passages).citations
    assert citation.quote in OTHER


def test_dots_stand_for_what_was_left_out(passages: list[Given]) -> None:
    claim = found(raw("Staff’s own devices may not … Ask the owner of the system", number=2), passages)
    assert len(claim.citations) == 2


def test_a_wrong_number_finds_the_passage_all_the_same(passages: list[Given]) -> None:
    assert found(raw("answer every report within 24 hours", number=99), passages).citations


@pytest.mark.parametrize(
    "quotes",
    [
        ("answer every report within 48 hours",),
        ("answer every report within 24 hours", "and pays a fine of a thousand euros"),
        ("report",),
        ("…",),
        ("",),
        (),
        ("The AI Incident Desk must: Ask the owner of the system.",),
    ],
)
def test_what_does_not_stand_there_strikes_the_claim(quotes: tuple[str, ...], passages: list[Given]) -> None:
    made = located(raw(*quotes), passages)
    assert isinstance(made, Verdict)
    assert made.outcome is Outcome.STRUCK
    assert made.reason


def test_an_endless_wording_is_struck_and_not_shown_cut_off(passages: list[Given]) -> None:
    cut = located(raw("answer every report within 24 hours", text="A report. " * 100), passages)
    assert isinstance(cut, Verdict) and "too long" in cut.reason


def test_a_passage_that_was_not_given_is_not_quoted(passages: list[Given]) -> None:
    assert isinstance(located(raw("Ask the owner of the system."), passages[:1]), Verdict)


_ANY = Version(
    id="v",
    document="d",
    source="s",
    file="f",
    number=1,
    sha256="",
    media_type="text/plain",
    title="Rules",
    kind=Kind.POLICY,
    owner=None,
    audience=frozenset(),
    status=Status.IN_FORCE,
    label=None,
    since=None,
    until=None,
    withdrawn_at=None,
    added_at="",
    pages=(),
)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_found_as_it_stands_or_struck(quote: str, text: str) -> None:
    rules = Given(1, _ANY, (), (Stretch(0, len(TEXT), TEXT),))
    made = located(RawClaim(text=text, quotes=(RawQuote(1, quote),)), [rules])
    if isinstance(made, Claim):
        assert all(TEXT[c.start : c.end] == c.quote for c in made.citations)


@pytest.mark.parametrize(
    ("wording", "odd"),
    [
        ("See ![x](http://evil.example/?q=1).", True),
        ("See <b>this</b>.", True),
        ("Write to data:text/html", True),
        ("Staff’s own devices may not be used.", False),
    ],
)
def test_markup_that_no_quote_has_is_a_doubt(wording: str, odd: bool, passages: list[Given]) -> None:
    claim = found(raw("Staff’s own devices may not be used", text=wording, number=2), passages)
    assert bool(markup(claim.text, claim.citations[0].quote)) is odd
