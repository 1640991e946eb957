"""Claims out of the text that a model writes, each as soon as its closing brace has come.

What is wanted is `{"claims": [{"quotes": [{"passage": 1, "quote": "…"}], "text": "…"}]}`. Models put
fences, prose and thoughts around it, leave a comma too many, write one object a line, or one alone:
objects are looked for wherever they stand. Nothing here decides what is true; `verify` does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

MOST_CLAIMS = 20
MOST_QUOTES = 8
"""Of one claim."""
LONGEST_TEXT = 1_000
LONGEST_QUOTE = 2_000
"""Characters; what is longer is cut off, so that a quote is still the beginning of what it was. A statement
that was cut off is never shown."""
MOST_READ = 100_000
"""Characters of an answer that are read."""

_THOUGHT = "<think>", "</think>"
_DEEPEST = 50
_COMMA_TOO_MANY = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.S)
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of characters, which no source holds and no database takes."""


@dataclass(frozen=True)
class RawQuote:
    """Words that the model says stand in a passage, which it names by number."""

    passage: int
    quote: str


@dataclass(frozen=True)
class RawClaim:
    """A statement as the model made it, held to nothing yet."""

    text: str
    quotes: tuple[RawQuote, ...]


def claims(pieces: Iterable[str]) -> Claims:
    """The claims in pieces of text, as they come."""
    return Claims(pieces)


def says_nothing(text: str) -> bool:
    """Whether a model's whole text says, in the form that was asked for, that there is no claim to make."""
    found = claims([text])
    return not list(found) and not found.garbled


class Claims(Iterator[RawClaim]):
    """Claims as they come, 20 at most; `garbled` says, at the end, that there was neither a claim nor an
    empty list of them. An iterator of pieces that can be closed is closed when no more is read."""

    def __init__(self, pieces: Iterable[str]) -> None:
        """Nothing is read before the first claim is asked for."""
        self.garbled = False
        self._found = self._read(pieces)

    def __next__(self) -> RawClaim:
        """The next claim. Raises what the pieces raise."""
        return next(self._found)

    def close(self) -> None:
        """Read no more."""
        self._found.close()

    def _read(self, pieces: Iterable[str]) -> Generator[RawClaim, None, None]:
        scanner, count = _Objects(), 0
        empty = False
        try:
            for found in scanner.within(pieces):
                empty |= found.get("claims") == []
                claim = _claim(found)
                if claim is not None:
                    count += 1
                    yield claim
                if count == MOST_CLAIMS:
                    break
            self.garbled = not count and not empty
        finally:
            if hasattr(pieces, "close"):
                pieces.close()


class _Objects:
    """Finds JSON objects in a text that comes in pieces, the inner before the outer."""

    def __init__(self) -> None:
        self._text: list[str] = []  # since the outermost open brace
        self._open: list[int] = []  # where in it the open braces stand
        self._in_string = self._escaped = self._thinking = False
        self._just_opened = False
        self._outside = ""  # the last few characters outside of any object

    def within(self, pieces: Iterable[str]) -> Iterator[dict[str, Any]]:
        read = 0
        for piece in pieces:
            for character in piece[: MOST_READ - read]:
                if not self._open:
                    self._between(character)
                elif (found := self._inside(character)) is not None:
                    yield found
            read += len(piece)
            if read >= MOST_READ:
                return

    def _between(self, character: str) -> None:
        self._outside = (self._outside + character)[-len(_THOUGHT[1]) :]
        if self._outside.endswith(_THOUGHT[self._thinking]):
            self._thinking = not self._thinking
        elif character == "{" and not self._thinking:
            self._begin()

    def _inside(self, character: str) -> dict[str, Any] | None:
        self._text.append(character)
        if self._in_string:
            self._string_goes_on(character)
        elif self._just_opened and character not in '"}' and not character.isspace():
            self._no_object(character)
        elif character == '"':
            self._in_string, self._just_opened = True, False
        elif character == "{":
            self._text.pop()
            self._begin()
        elif character == "}":
            return self._end()
        return None

    def _string_goes_on(self, character: str) -> None:
        if self._escaped:
            self._escaped = False
        elif character == "\\":
            self._escaped = True
        elif character == '"':
            self._in_string = False

    def _begin(self) -> None:
        self._open.append(len(self._text))
        self._text.append("{")
        self._just_opened = True
        if len(self._open) > _DEEPEST:
            self._forget()

    def _no_object(self, character: str) -> None:
        """A brace that no key follows is prose, or code."""
        self._open.pop()
        self._just_opened = False
        if not self._open:
            self._forget()
        if character == "{":
            self._begin()

    def _end(self) -> dict[str, Any] | None:
        found = _parsed("".join(self._text[self._open.pop() :]))
        self._just_opened = False
        if not self._open:
            self._forget()
        return found

    def _forget(self) -> None:
        self._text, self._open, self._in_string, self._outside = [], [], False, ""


def _parsed(text: str) -> dict[str, Any] | None:
    for attempt in (text, _COMMA_TOO_MANY.sub(lambda part: part[1] or "", text)):
        try:
            found = json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        return found if isinstance(found, dict) else None
    return None


def _claim(found: dict[str, Any]) -> RawClaim | None:
    """A claim, unless the object is a quote, the list of all claims, or says nothing."""
    text = found.get("text")
    if not isinstance(text, str) or not text.strip() or found.keys() & {"claims", "passage", "quote"}:
        return None
    listed = found.get("quotes")
    quotes = [quote for one in listed if (quote := _quote(one))] if isinstance(listed, list) else []
    return RawClaim(_clean(text, LONGEST_TEXT), tuple(quotes[:MOST_QUOTES]))


def _quote(one: object) -> RawQuote | None:
    if not isinstance(one, dict):
        return None
    passage, quote = one.get("passage"), one.get("quote")
    if isinstance(passage, str) and re.fullmatch(r"\s*[0-9]{1,4}\s*", passage):
        passage = int(passage)
    if type(passage) is not int or not isinstance(quote, str) or not quote.strip():
        return None
    return RawQuote(passage, _clean(quote, LONGEST_QUOTE))


def _clean(text: str, longest: int) -> str:
    return _UNWRITABLE.sub("\ufffd", text.strip())[:longest]
