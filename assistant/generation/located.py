"""Where a model's quotes stand in the passages that it was given: letter by letter, or nowhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol, TypeVar

from assistant.excerpt import cite
from assistant.generation.passages import Given, Stretch
from assistant.model.pieces import LONGEST_TEXT, RawClaim, RawQuote
from assistant.models import Citation, Claim, Outcome, Verdict
from knowledge.formats.builder import clean
from knowledge.library import folded
from knowledge.sentences import sentences

_SHORTEST = 12
"""Letters and digits of a quote; fewer prove nothing."""
_SAME = {"'": "['’‘‛`´]", '"': '["“”„«»]', "-": "[-‐‑‒–—]"}
"""Marks that are typed in more than one way."""
_PLAIN = str.maketrans({c: plain for plain, marks in _SAME.items() for c in marks.strip("[]") if c != plain})
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:\.\.\.|…)\s*\]|\.\.\.+|…)\s*")
_MARKUP = re.compile(r"[<>\[\]{}|\\`*_#~]|://|www\.|javascript:|data:", re.IGNORECASE)


class Numbered(Protocol):
    """Something that a model was given to quote from."""

    @property
    def number(self) -> int:
        """By which the model names it."""

    @property
    def words(self) -> str:
        """What the model reads."""


P = TypeVar("P", bound=Numbered)
Place = tuple[P, tuple[int, int]]
"""Where a quote stands: in which of what was given, from where to where in its words."""


class NotQuoted(Exception):
    """A claim without a quote, or with one that stands nowhere; the message says which."""


def located(raw: RawClaim, passages: Sequence[Given]) -> Claim | Verdict:
    """A claim with its quotes as citations of whole sentences, or the verdict that strikes it.

    The citation has the source's own characters.
    """
    text = worded(raw)
    if len(raw.text) >= LONGEST_TEXT:
        return struck(text, "it is too long to be read as one statement")
    try:
        found = [c for passage, span in places(raw, passages) for c in _citations(passage, span)]
    except NotQuoted as fault:
        return struck(text, str(fault))
    return Claim(text=text, citations=tuple({(c.version, c.start, c.end): c for c in found}.values()))


def worded(raw: RawClaim) -> str:
    """The wording of a claim on one line."""
    return folded(clean(raw.text))


def struck(text: str, reason: str) -> Verdict:
    """The verdict on a wording that rests on nothing."""
    return Verdict(claim=Claim(text=text, citations=()), outcome=Outcome.STRUCK, reason=reason)


def places(raw: RawClaim, passages: Sequence[P]) -> list[Place[P]]:
    """Where the quotes of a claim stand; NotQuoted when one stands nowhere, or there is none.

    Marks that are typed in more than one way, case and white space do not matter. A wrong number of a
    passage does no harm, if the words stand in another one.
    """
    found = [_find(part, quote, passages) for quote in raw.quotes for part in _parts(quote.quote)]
    if not found:
        raise NotQuoted("it has no quote")
    return found


def markup(text: str, quotes: str) -> str:
    """Why a wording is not plain words as its quotes are; empty when it is."""
    odd = next((m.group() for m in _MARKUP.finditer(text) if m.group() not in quotes), "")
    return f"the wording has {odd!r}, which is not in the quote" if odd else ""


def _parts(quote: str) -> list[str]:
    """The stretches of a quote: what was left out between them stands as dots."""
    return [part for part in _ELLIPSIS.split(folded(clean(quote)).strip(" \"'“”‘’")) if part.strip(" .,;:")]


def _find(part: str, quote: RawQuote, passages: Sequence[P]) -> Place[P]:
    pattern = re.compile(r"\s+".join(_letters(word) for word in part.split()), re.IGNORECASE)
    for passage in sorted(passages, key=lambda p: p.number != quote.passage):
        found = pattern.search(passage.words)
        if found and (_proves(part) or found.group() == passage.words.strip()):
            return passage, found.span()
    raise NotQuoted(f"“{part[:80]}” does not stand in the passages that were given")


def _proves(part: str) -> bool:
    """Whether a quote is long enough not to stand in a passage by chance; a whole one needs no length."""
    return sum(map(str.isalnum, part)) >= _SHORTEST


def _letters(word: str) -> str:
    return "".join(_SAME.get(c) or re.escape(c) for c in word.translate(_PLAIN))


def _citations(passage: Given, span: tuple[int, int]) -> list[Citation]:
    """The whole sentences that a span of the passage's words touches, and the line it depends on."""
    offset, found = 0, []
    for place, stretch in enumerate(passage.stretches):
        start, end = max(span[0] - offset, 0), min(span[1] - offset, len(stretch.text))
        if start < end:
            found.append(_whole(passage, stretch, start, end))
        elif place == 0 and len(passage.stretches) > 1:
            found.append(_whole(passage, stretch, 0, len(stretch.text)))
        offset += len(stretch.text) + 1
    return found


def _whole(passage: Given, stretch: Stretch, start: int, end: int) -> Citation:
    touched = [(a, b) for a, b in sentences(stretch.text) if a < end and start < b] or [(start, end)]
    first, last = min(touched[0][0], start), max(touched[-1][1], end)
    return cite(
        passage.version,
        passage.section,
        stretch.start + first,
        stretch.start + last,
        stretch.text[first:last],
    )
