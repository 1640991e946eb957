"""A sentence that is to stand in a document says all that it stands for, and nothing else."""

from __future__ import annotations

import pytest

from assistant.drafting.document import Block, Section
from assistant.drafting.materials import MOST, Materials, materials
from assistant.drafting.prose import Holding, Sentence, reworded
from assistant.model.pieces import RawClaim, RawQuote
from assistant.models import Citation, Outcome
from knowledge.models import Kind
from tests.assistant.writing import paragraph, rules

ENTERED = "Every exception is entered in the register with the reason, the end date and who granted it."
ASKED = "An exception is asked for in writing from the head keeper."
MONTHS = "It lapses after six months."
CITED = Citation(
    document="d", title="Feeding rota", file="e.md", version="v", number=1, section="Register",
    page=None, start=0, end=9, quote="The desk keeps a register of exceptions.", kind=Kind.PROCEDURE,
)  # fmt: skip


def section(*blocks: Block) -> Section:
    return Section(id="otters.s1", heading="Exceptions", blocks=blocks)


def given(*blocks: Block, house: tuple[Citation, ...] = ()) -> Materials:
    return materials(rules(), section(*blocks), {}, house, frozenset())


def held(text: str, *quotes: str, fault: str = "", doubt: str = "") -> Sentence:
    """What becomes of a sentence for the paragraph of three sentences."""
    holding = Holding("Otter policy - Exceptions", lambda _: fault, lambda *_: doubt)
    made = given(paragraph(f"{ASKED} {ENTERED} {MONTHS}"), house=(CITED,))
    raw = RawClaim(text, tuple(RawQuote(1, quote) for quote in quotes))
    return holding.held(raw, made.given)


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (ASKED, [ASKED]),
        ("After six months it lapses.", [MONTHS]),
        ("An exception is asked for from the head keeper in writing.", [ASKED]),
        (
            "Every exception is entered in the register with the end date, the reason and who granted it.",
            [ENTERED],
        ),
        (
            "An exception is asked for in writing from the head keeper, and it lapses after six months.",
            [ASKED, MONTHS],
        ),
        ("After six months it lapses.", ["lapses after six"]),
    ],
)
def test_other_words_for_the_same_hold(text: str, quotes: list[str]) -> None:
    assert held(text, *quotes).outcome is Outcome.HELD, held(text, *quotes).reason


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Every exception is entered in the register with the end date and who granted it.", [ENTERED]),
        ("Every exception is entered in the register with the reason and who granted it.", [ENTERED]),
        ("An exception is asked for from the head keeper.", [ASKED]),
        ("It lapses.", [MONTHS]),
        ("It lapses after six weeks.", [MONTHS]),
        ("It never lapses after six months.", [MONTHS]),
        ("An exception is asked for in writing from the head keeper.", [ASKED, MONTHS]),
        ("An exception is asked for in writing from Dr Marsh.", [ASKED]),
        ("The desk keeps a register of exceptions.", [CITED.quote]),
        ("It lapses after six months, and the desk keeps a register.", [MONTHS, CITED.quote]),
    ],
)
def test_what_says_more_or_less_does_not(text: str, quotes: list[str]) -> None:
    found = held(text, *quotes)
    assert found.outcome is Outcome.QUOTE_ONLY
    assert found.reason
    assert found.citations == ()


def test_a_house_document_may_be_named_by_a_sentence_that_quotes_it_and_is_its_source_then() -> None:
    text = "Under the Feeding rota it lapses after six months."
    assert held(text, MONTHS).outcome is Outcome.QUOTE_ONLY
    named = held(text, MONTHS, CITED.quote)
    assert (named.outcome, named.citations) == (Outcome.HELD, (CITED,))
    assert held("After six months it lapses.", MONTHS, CITED.quote).citations == ()  # it names none


def test_a_source_that_may_not_be_cited_strikes_the_sentence_and_a_second_gate_may_doubt_it() -> None:
    assert held(MONTHS, MONTHS, CITED.quote, fault="it is withdrawn").outcome is Outcome.STRUCK
    doubted = held(MONTHS, MONTHS, doubt="the judge does not find it")
    assert (doubted.outcome, doubted.reason) == (Outcome.QUOTE_ONLY, "the judge does not find it")


def test_sentences_that_say_a_thing_twice_are_not_both_taken() -> None:
    block = paragraph(f"{ASKED} {MONTHS}")
    whole = Sentence(f"{ASKED[:-1]}; it lapses after six months.", Outcome.HELD, "", 0, (0, 1))
    half = Sentence("After six months it lapses.", Outcome.HELD, "", 0, (1,))
    made = reworded(section(block), given(block), [half, whole])
    assert [change.now for change in made.changes] == [whole]
    alone = reworded(section(block), given(block), [half])
    assert (alone.changes, alone.section.blocks) == ((), (block,))
    assert ASKED in alone.stays[0]


def test_what_comes_out_as_it_was_is_no_change() -> None:
    block = paragraph(ASKED, "5.2")
    made = reworded(section(block), given(block), [Sentence(ASKED, Outcome.HELD, "", 0, (0,))])
    assert (made.changes, made.stays) == ((), {0: "it came out as it was"})


def test_a_section_that_is_too_long_is_given_in_part() -> None:
    blocks = [paragraph(" ".join([MONTHS] * 9)) for _ in range(3)]
    made = given(*blocks, paragraph(ASKED))
    assert list(made.paragraphs) == [0, 1, 3]
    assert str(MOST) in made.stays[2]
