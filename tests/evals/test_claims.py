"""The claim sets: every kind of change is there, the halves share no document, and the spans still hold."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

import pytest

from evals.claims.read import Change, ClaimCase, UnreadableClaims, rows
from tests.conftest import SHARED, needs_shared

FOLDER = Path(__file__).parents[2] / "evals" / "claims"
SETS = sorted(FOLDER.glob("*.jsonl"))
REGISTER = "sample/registers/ai-tool-register.md"

Row = dict[str, Any]


def lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def documents(row: Row) -> set[str]:
    return {quote["file"] for quote in row["quotes"]}


def read(given: list[Row], folder: Path) -> list[ClaimCase]:
    """The cases of some rows; `folder` takes the file that they are read from."""
    path = folder / "some.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in given), "utf-8")
    return rows(path, SHARED)


each_set = pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)


def test_the_development_half_is_there() -> None:
    assert "dev" in {path.stem for path in SETS}


@each_set
def test_every_kind_of_change_is_there_often_enough(path: Path) -> None:
    given = lines(path)
    counts = Counter(row["change"] for row in given if not row["true"])
    assert set(counts) == set(get_args(Change))
    assert min(counts.values()) >= 9
    assert sum(row["true"] for row in given) >= 120
    assert sum(counts.values()) >= 120


@each_set
def test_a_false_claim_has_a_change_and_a_true_one_none(path: Path) -> None:
    given = {row["id"]: row for row in lines(path)}
    assert len(given) == len(lines(path))
    for row in given.values():
        assert row["quotes"]
        if row["true"]:
            assert (row["change"], row["pair"]) == (None, None)
        elif row["pair"]:
            assert given[row["pair"]]["true"]
            assert given[row["pair"]]["text"] != row["text"]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("written/*.jsonl")), ids=lambda path: path.stem)
def test_a_written_set_has_two_false_claims_for_each_true_one(path: Path) -> None:
    cases = rows(path, SHARED)
    true = {case.id: case for case in cases if case.true}
    assert all(case.quotes and case.text not in case.quotes for case in cases)
    assert Counter(case.pair for case in cases if not case.true) == dict.fromkeys(true, 2)
    assert all(true[case.pair].quotes == case.quotes for case in cases if case.pair)


def test_the_halves_share_no_document() -> None:
    held = [{Path(name).name for row in lines(path) for name in documents(row)} for path in SETS]
    assert all(held)
    for one, other in combinations(held, 2):
        assert one & other == set()


@each_set
def test_quotes_of_the_sample_stand_where_the_spans_say(path: Path, tmp_path: Path) -> None:
    given = [row for row in lines(path) if all(name.startswith("sample/") for name in documents(row))]
    for row, case in zip(given, read(given, tmp_path), strict=True):
        assert (case.id, case.text, case.true) == (row["id"], row["text"], row["true"])
        assert len(case.quotes) == len(row["quotes"])
        assert all(quote.strip() == quote for quote in case.quotes)
        assert case.place


@needs_shared
@each_set
def test_quotes_of_the_quick_public_documents_stand_where_the_spans_say(path: Path, tmp_path: Path) -> None:
    given = [row for row in lines(path) if all(name.endswith((".md", ".xml")) for name in documents(row))]
    assert [case.id for case in read(given, tmp_path)] == [row["id"] for row in given]


def one_row(**quote: object) -> Row:
    row = next(row for row in lines(FOLDER / "dev.jsonl") if documents(row) == {REGISTER})
    return row | {"quotes": [row["quotes"][0] | quote]}


def test_a_quote_comes_with_its_title_and_headings(tmp_path: Path) -> None:
    (case,) = read([one_row()], tmp_path)
    assert case.place == "AI Tool Register"
    assert case.quotes[0].startswith("Tool: ")


def test_other_words_than_were_quoted_are_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableClaims, match=r"claim d\d+: .*ai-tool-register\.md has other words at 0 to"):
        read([one_row(start=0)], tmp_path)


@pytest.mark.parametrize("name", ["corpus/nowhere.md", "sample/nowhere.md", "sample/ai-policy.pdf"])
def test_a_document_that_is_missing_or_not_the_only_one_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableClaims, match=name):
        read([one_row(file=name)], tmp_path)
