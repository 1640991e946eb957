"""Laws whose articles begin in the middle of a line: the beginnings are found by counting up."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.formats.lines import Line

_LEAST = 8
"""Articles that must be found in order before a text counts as such a law."""
_SKIP = 8
"""Articles in a row whose beginnings may be lost in a badly made file."""
_NAMED = re.compile(r"(?<!\S)Article (\d{1,3})(?= [A-Z][a-z]|$)")
_OPENS = re.compile(r"(?:[.;:] |\b(?:CHAPTER|SECTION|Section) [^.;]{1,120} )$")
_BEFORE = 140
"""Characters before a name in which its division may be named."""
_REFERS = re.compile(
    r"\b(?:in|of|to|with|by|under|and|or|from|per|see|as|at|into|within|than|on|for|that) ?$", re.IGNORECASE
)
_ACT = re.compile(r"(?:Directive|Regulation|Decision|Treaty|Charter)\b")
_NEARLY = 0.8
"""Share of the longest run's articles that a later one must have: the first may be a table of contents."""
_NUMBER = re.compile(r"\d{1,3} [A-Z][a-z]")
_DIVISION = re.compile(r"\b(?:CHAPTER|SECTION|Section) [^.;]{1,120}$")
_TITLE = re.compile(r"([A-Z].{3,150}?)\s+(?=1\. [A-Z])")


@dataclass(frozen=True, slots=True)
class _Beginning:
    place: int
    start: int
    end: int


def parted(given: Sequence[Line]) -> list[Line]:
    """The lines, parted so that every article of such a law begins with a line of its own."""
    lines = _joined(given)
    beginnings = _beginnings(lines)
    if len(beginnings) < _LEAST:
        return list(given)
    at = {b.place: b for b in beginnings}
    out: list[Line] = []
    owed = 0  # characters of the next line that already went into a title
    for place, line in enumerate(lines):
        text, owed = line.text[owed:].lstrip(), 0
        if place not in at:
            out += [replace(line, text=text)] if text else []
            continue
        before, heading, rest, owed = _part(lines, at[place], place + 1 not in at)
        cut = len(line.text) - len(text)
        for piece, begins in ((before[cut:], False), (heading, True), (rest, False)):
            if piece.strip():
                out.append(replace(line, text=piece.strip(), article=begins))
    return out


def _joined(lines: Sequence[Line]) -> list[Line]:
    """The lines, with an "Article" that ends one moved to its number on the next."""
    out = list(lines)
    for place, (line, following) in enumerate(itertools.pairwise(lines)):
        if line.text.endswith(" Article") and _NUMBER.match(following.text):
            out[place] = replace(line, text=line.text.removesuffix(" Article"))
            out[place + 1] = replace(following, text=f"Article {following.text}")
    return out


def _beginnings(lines: Sequence[Line]) -> list[_Beginning]:
    """Where articles 1, 2, 3 … begin, each after the one before; a reference to one is no beginning.

    The next number before a title is one wherever it stands. Another, when some were lost, must follow the
    end of a sentence or the name of a division. Every article 1 begins a run of its own, since a table of
    contents counts up too.
    """
    runs: list[list[tuple[int, _Beginning]]] = []
    for place, line in enumerate(lines):
        grown: set[int] = set()  # one beginning a line for each run
        for match in _NAMED.finditer(line.text):
            number, found = int(match[1]), _Beginning(place, *match.span())
            titled, opens = _titled(lines, found), _opens(lines, place, match.start())
            if number == 1 and (titled or opens):
                runs.append([])
            for at, run in enumerate(runs):
                last = run[-1][0] if run else 0
                follows = (number == last + 1 and titled) or (opens and last < number <= last + _SKIP)
                if follows and at not in grown:
                    run.append((number, found))
                    grown.add(at)
    most = max(map(len, runs), default=0)
    best = next((run for run in reversed(runs) if len(run) >= _NEARLY * most), [])
    return [found for _, found in best]


def _titled(lines: Sequence[Line], found: _Beginning) -> bool:
    """Whether a name stands before a title and not within a sentence, on its line or the ones beside it."""
    text, place = lines[found.place].text, found.place
    rest = text[found.end :].strip() or (lines[place + 1].text if place + 1 < len(lines) else "")
    before = text[max(0, found.start - _BEFORE) : found.start] or (lines[place - 1].text if place else "")
    return rest[:1].isupper() and not _ACT.match(rest) and not _REFERS.search(before)


def _opens(lines: Sequence[Line], place: int, start: int) -> bool:
    """Whether a sentence or a division ends before it."""
    if start:
        return bool(_OPENS.search(lines[place].text[max(0, start - _BEFORE) : start]))
    return not place or _closes(lines[place - 1].text)


def _closes(line: str) -> bool:
    return line.endswith((".", ";", ":")) or bool(_DIVISION.search(line))


def _part(lines: Sequence[Line], begins: _Beginning, wraps: bool) -> tuple[str, str, str, int]:
    """(text before, heading, text after, characters taken from the next line if a title may wrap)."""
    text = lines[begins.place].text
    before, name, rest = text[: begins.start], text[begins.start : begins.end], text[begins.end :]
    following = lines[begins.place + 1].text if wraps and begins.place + 1 < len(lines) else ""
    title = _TITLE.match(f"{rest.strip()} {following}".strip())
    if not title:
        return before, name, rest, 0
    taken = len(title[1]) - len(rest.strip())
    if taken <= 0:
        return before, f"{name} {title[1]}", rest.strip()[len(title[1]) :], 0
    return before, f"{name} {title[1]}", "", max(taken - (1 if rest.strip() else 0), 0)
