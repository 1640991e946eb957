"""Claims out of a model's text: each as soon as it is whole, whatever stands around it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.model.pieces import (
    LONGEST_QUOTE,
    LONGEST_TEXT,
    MOST_CLAIMS,
    MOST_QUOTES,
    MOST_READ,
    RawClaim,
    RawQuote,
    claims,
    says_nothing,
)

LOGS = RawClaim("Event logs are kept.", (RawQuote(1, "Logs are kept for twelve months"),))
OWNER = RawClaim("Each system has an owner.", (RawQuote(2, 'an "owner" {named}'), RawQuote(3, "owner")))


def written(claim: RawClaim) -> dict[str, object]:
    return {
        "quotes": [{"passage": quote.passage, "quote": quote.quote} for quote in claim.quotes],
        "text": claim.text,
    }


BOTH = json.dumps({"claims": [written(LOGS), written(OWNER)]})
SHAPES = {
    "as asked": BOTH,
    "indented": json.dumps(json.loads(BOTH), indent=2),
    "fenced": f"Here you are:\n```json\n{BOTH}\n```\nI hope that helps.",
    "after a thought": f'<think>Perhaps {{"text": "a draft", "quotes": []}}?</think>\n{BOTH}',
    "a line each": f"{json.dumps(written(LOGS))}\n{json.dumps(written(OWNER))}\n",
    "a list alone": json.dumps([written(LOGS), written(OWNER)]),
    "commas too many": BOTH.replace("}]", "},]").replace("]}", "],}"),
    "prose with a brace": 'The set {x | x > 0} and {"so on": see below.\n' + BOTH,
    "twice": BOTH[:-2] + "]}" + '{"claims": []}',
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES.keys())
def test_claims_are_found_whatever_stands_around_them(text: str) -> None:
    found = claims([text])
    assert list(found) == [LOGS, OWNER]
    assert not found.garbled


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES.keys())
def test_a_claim_is_there_with_its_last_brace(text: str) -> None:
    """Before the brace there is none; after it nothing else need come."""
    end = text.index("}", text.index("Event logs are kept.")) + 1

    def coming() -> Iterator[str]:
        yield text[: end - 1]
        told.append("all but the brace")
        yield "}"
        raise AssertionError("more was read than the claim needs")

    told: list[str] = []
    assert next(claims(coming())) == LOGS
    assert told


@given(st.sampled_from(sorted(SHAPES.values())), st.lists(st.integers(0, 700)))
@example(BOTH, list(range(len(BOTH))))
def test_the_pieces_do_not_matter(text: str, cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(text)]
    found = claims([text[a:b] for a, b in pairwise(places)])
    assert (list(found), found.garbled) == ([LOGS, OWNER], False)


@given(st.text(alphabet='{}[]",:\\ a1\n<think>/', max_size=200), st.lists(st.integers(0, 200)))
def test_the_pieces_do_not_matter_for_what_is_no_json(text: str, cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(text)]
    whole, parts = claims([text]), claims([text[a:b] for a, b in pairwise(places)])
    assert list(whole) == list(parts)
    assert whole.garbled == parts.garbled


@given(st.text(max_size=300))
def test_words_that_are_no_claims_are_none(text: str) -> None:
    found = claims([text.replace("text", "")])
    assert list(found) == []
    assert found.garbled


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I cannot help with that.",
        BOTH[:60],
        '{"claims": "none"}',
        '{"claims": [1, "two"]}',
        '{"text": 7}',
        "<think>" + BOTH,
        "{" * 5_000,
        '{"a":' * 5_000,
        '{"text": "x", "deep": ' + "[" * 20_000 + "}",
    ],
)
def test_garbage_gives_nothing_and_is_called_so(text: str) -> None:
    found = claims([text])
    assert list(found) == []
    assert found.garbled


def test_an_empty_list_is_an_answer() -> None:
    found = claims(['{"claims"', ": []}"])
    assert list(found) == []
    assert not found.garbled
    assert says_nothing('Sorry: {"claims": [ ]}')
    assert not says_nothing("There is nothing in the sources.")
    assert not says_nothing(BOTH)


def test_what_was_whole_before_the_text_broke_off_counts() -> None:
    found = claims([BOTH[:-40]])
    assert list(found) == [LOGS]
    assert not found.garbled


def test_fields_of_a_wrong_type_are_left_out() -> None:
    quotes = [7, {"passage": "one", "quote": "a"}, {"passage": True, "quote": "a"}, {"passage": 1}]
    quotes += [
        {"passage": 1, "quote": " "},
        {"passage": " 4 ", "quote": "four"},
        {"passage": 5, "quote": "five"},
    ]
    texts = [{"text": "Said.", "quotes": quotes}, {"text": "Bare.", "quotes": "none"}, {"text": ["a"]}]
    assert list(claims([json.dumps({"claims": texts})])) == [
        RawClaim("Said.", (RawQuote(4, "four"), RawQuote(5, "five"))),
        RawClaim("Bare.", ()),
    ]


def test_a_quote_with_more_keys_is_no_claim() -> None:
    more = {"text": "T", "quotes": [{"passage": 1, "quote": "q", "text": "inner"}], "note": {"a": 1}}
    assert list(claims([json.dumps(more)])) == [RawClaim("T", (RawQuote(1, "q"),))]


def test_there_is_an_end_to_everything() -> None:
    claim = {"text": "t" * 5_000, "quotes": [{"passage": 1, "quote": "q" * 5_000}] * 12}
    first = next(claims([json.dumps(claim)]))
    assert (len(first.text), len(first.quotes)) == (LONGEST_TEXT, MOST_QUOTES)
    assert {len(quote.quote) for quote in first.quotes} == {LONGEST_QUOTE}
    assert len(list(claims([json.dumps({"text": "again"})] * 50))) == MOST_CLAIMS

    def endless() -> Iterator[str]:
        while True:
            read.append(1)
            yield '{"a": "' + "x" * 1_000

    read: list[int] = []
    assert list(claims(endless())) == []
    assert len(read) <= MOST_READ // 1_000 + 1


def test_no_more_is_read_of_the_model_than_is_wanted() -> None:
    closed: list[str] = []

    def coming() -> Iterator[str]:
        try:
            yield BOTH
            yield "never"
        finally:
            closed.append("closed")

    found = claims(coming())
    next(found)
    found.close()
    assert closed == ["closed"]
    assert len(list(claims(iter([json.dumps({"text": "again"})] * 50)))) == MOST_CLAIMS


def test_what_no_database_takes_is_replaced() -> None:
    found = list(
        claims([r'{"text": "a\u0000b\ud800c\n", "quotes": [{"passage": 1, "quote": "\u001b[31m"}]}'])
    )
    assert found == [RawClaim("a\ufffdb\ufffdc", (RawQuote(1, "\ufffd[31m"),))]
    json.dumps(found[0].text).encode()
    found[0].text.encode("utf-8")
