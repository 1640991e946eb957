"""Laws whose articles begin in the middle of a line: the beginnings are found by counting up."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

_LEAST = 8
"""Articles that must be found in order before a text counts as such a law."""
_SKIP = 8
"""Articles in a row whose beginnings may be lost in a badly made file."""
_NAMED = re.compile(r"(?<!\S)Article (\d{1,3})(?= [A-Z][a-z]|$)")
_OPENS = re.compile(r"(?:^|[.;:] |\b(?:CHAPTER|SECTION|Section) [^.;]{1,120} )$")
_NUMBER = re.compile(r"\d{1,3} [A-Z][a-z]")
_DIVISION = re.compile(r"\b(?:CHAPTER|SECTION|Section) [^.;]{1,120}$")
_TITLE = re.compile(r"([A-Z].{3,150}?)\s+(?=1\. [A-Z])")


class Line(Protocol):
    """What is needed of a line here."""

    @property
    def text(self) -> str:
        """The words of the line."""

    @property
    def article(self) -> bool:
        """Whether it is the heading of an article that was found here."""


L = TypeVar("L", bound=Line)


@dataclass(frozen=True, slots=True)
class _Beginning:
    place: int
    start: int
    end: int


def parted(given: Sequence[L]) -> list[L]:
    """The lines, parted so that every article of such a law begins with a line of its own."""
    lines = _joined(given)
    beginnings = list(_beginnings(lines))
    if len(beginnings) < _LEAST:
        return list(given)
    at = {b.place: b for b in beginnings}
    out: list[L] = []
    owed = 0  # characters of the next line that already went into a title
    for place, line in enumerate(lines):
        text, owed = line.text[owed:].lstrip(), 0
        if place not in at:
            out += [replace(line, text=text)] if text else []  # type: ignore[type-var]
            continue
        before, heading, rest, owed = _part(lines, at[place])
        cut = len(line.text) - len(text)
        for piece, begins in ((before[cut:], False), (heading, True), (rest, False)):
            if piece.strip():
                out.append(replace(line, text=piece.strip(), article=begins))  # type: ignore[type-var]
    return out


def _joined(lines: Sequence[L]) -> list[L]:
    """The lines, with an "Article" that ends one moved to its number on the next."""
    out = list(lines)
    for place, (line, following) in enumerate(itertools.pairwise(lines)):
        if line.text.endswith(" Article") and _NUMBER.match(following.text):
            out[place] = replace(line, text=line.text.removesuffix(" Article"))  # type: ignore[type-var]
            out[place + 1] = replace(following, text=f"Article {following.text}")  # type: ignore[type-var]
    return out


def _beginnings(lines: Sequence[Line]) -> Iterator[_Beginning]:
    """Where articles 1, 2, 3 … begin, each after the one before; a reference to one is no beginning.

    The next number before a title is one wherever it stands. Another, when some were lost, must follow the
    end of a sentence or the name of a division.
    """
    last = 0
    for place, line in enumerate(lines):
        for match in _NAMED.finditer(line.text):
            number = int(match[1])
            follows = number == last + 1 and _titled(lines, place, match.end())
            if follows or (last < number <= last + _SKIP and _opens(lines, place, match.start())):
                last = number
                yield _Beginning(place, *match.span())
                break


def _titled(lines: Sequence[Line], place: int, end: int) -> bool:
    """Whether what follows on the line, or else on the next, begins as a title does."""
    rest = lines[place].text[end:].strip()
    if not rest and place + 1 < len(lines):
        rest = lines[place + 1].text
    return rest[:1].isupper()


def _opens(lines: Sequence[Line], place: int, start: int) -> bool:
    """Whether a sentence or a division ends before it."""
    before = lines[place].text[:start]
    if before:
        return bool(_OPENS.search(before))
    return not place or _closes(lines[place - 1].text)


def _closes(line: str) -> bool:
    return line.endswith((".", ";", ":")) or bool(_DIVISION.search(line))


def _part(lines: Sequence[Line], begins: _Beginning) -> tuple[str, str, str, int]:
    """(text before, heading, text after, characters taken from the next line)."""
    text = lines[begins.place].text
    before, name, rest = text[: begins.start], text[begins.start : begins.end], text[begins.end :]
    following = lines[begins.place + 1].text if begins.place + 1 < len(lines) else ""
    title = _TITLE.match(f"{rest.strip()} {following}".strip())
    if not title:
        return before, name, rest, 0
    taken = len(title[1]) - len(rest.strip())
    if taken <= 0:
        return before, f"{name} {title[1]}", rest.strip()[len(title[1]) :], 0
    return before, f"{name} {title[1]}", "", max(taken - (1 if rest.strip() else 0), 0)
