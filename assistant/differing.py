"""What changed between two texts, word by word, as stretches that a page can mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Change = Literal["same", "gone", "new"]
_WORDS = re.compile(r"\s+|\S+")
_MOST_PAIRS = 250_000
"""Texts with more pairs of words than that are told as gone and new: comparing them would take seconds."""
_NEAR = 3
"""Unchanged lines that are kept beside a change."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of words that stayed, went or came; `gap` says that unchanged lines are left out before it."""

    change: Change
    text: str
    gap: bool = False


def differing(before: str, after: str) -> list[Stretch]:
    """Two short texts compared word by word: same and gone give `before`, same and new give `after`."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) * len(new) > _MOST_PAIRS:
        return [Stretch("gone", before), Stretch("new", after)]
    return _merged(_compared(old, new))


def revised(before: str, after: str) -> list[Stretch]:
    """Two documents compared: by lines, changed lines by words; long unchanged parts are left out."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) * len(new) > _MOST_PAIRS * 40:
        return [Stretch("gone", before), Stretch("new", after)]
    found: list[Stretch] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for part, group in enumerate(matcher.get_grouped_opcodes(_NEAR)):
        for place, (tag, a, b, c, d) in enumerate(group):
            left_out = place == 0 and (part > 0 or a > 0)
            if tag == "equal":
                found.append(Stretch("same", "".join(old[a:b]), left_out))
            else:
                found += _first_with_gap(differing("".join(old[a:b]), "".join(new[c:d])), left_out)
    return found


def _first_with_gap(found: Sequence[Stretch], gap: bool) -> list[Stretch]:
    return [Stretch(one.change, one.text, gap and place == 0) for place, one in enumerate(found)]


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterable[Stretch]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Stretch("same", "".join(old[a:b]))
            continue
        if a < b:
            yield Stretch("gone", "".join(old[a:b]))
        if c < d:
            yield Stretch("new", "".join(new[c:d]))


def _merged(found: Iterable[Stretch]) -> list[Stretch]:
    """A single space between two changes belongs to both, so that a changed phrase reads as one."""
    kept: list[Stretch] = []
    pending: dict[str, str] = {"gone": "", "new": ""}
    for one in found:
        if one.change == "same" and one.text.strip() == "" and any(pending.values()):
            pending = {change: text + one.text for change, text in pending.items()}
        elif one.change == "same":
            kept += _flushed(pending)
            pending = {"gone": "", "new": ""}
            kept.append(one)
        else:
            pending[one.change] += one.text
    return kept + _flushed(pending)


def _flushed(pending: dict[str, str]) -> list[Stretch]:
    found: list[Stretch] = []
    if pending["gone"]:
        found.append(Stretch("gone", pending["gone"]))
    if pending["new"]:
        found.append(Stretch("new", pending["new"]))
    return found
