"""What changed between two texts: nothing is lost or made up, and changes are as small as words."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from assistant.differing import Stretch, differing, revised

TEXTS = st.lists(st.sampled_from(["a", "must", "may", "report", " ", "  ", "\n"]), max_size=30).map("".join)


@given(TEXTS, TEXTS)
def test_the_stretches_give_back_both_texts(before: str, after: str) -> None:
    found = differing(before, after)
    assert "".join(one.text for one in found if one.change != "new") == before
    assert "".join(one.text for one in found if one.change != "gone") == after


def test_a_changed_phrase_is_one_change() -> None:
    assert differing("told within 24 hours of it", "told within three days of it") == [
        Stretch("same", "told within "),
        Stretch("gone", "24 hours"),
        Stretch("new", "three days"),
        Stretch("same", " of it"),
    ]


def test_long_texts_that_share_nothing_are_told_at_once() -> None:
    before, after = " ".join(f"a{n}" for n in range(5_000)), " ".join(f"b{n}" for n in range(5_000))
    began = time.perf_counter()
    assert [one.change for one in revised(before, after)] == ["gone", "new"]
    assert time.perf_counter() - began < 2


def test_the_same_document_has_no_changes() -> None:
    assert revised("one\ntwo\n", "one\ntwo\n") == []


def test_long_unchanged_parts_of_a_document_are_left_out() -> None:
    lines = [f"line {number}\n" for number in range(40)]
    found = revised("".join(lines), "".join([*lines[:20], "a new line\n", *lines[20:]]))
    assert [one.text for one in found if one.change == "new"] == ["a new line\n"]
    assert "line 10\n" not in "".join(one.text for one in found)
    assert found[0].gap
