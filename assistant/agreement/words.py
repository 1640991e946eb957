"""A text as the checks read it: words with what they may stand for, figures, ids, marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from assistant.agreement import lexicon

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:19|20)\d\d"
_TOKEN = re.compile(
    rf"(?P<date>(?<![\w.-]){_YEAR}-\d\d(?:-\d\d)?(?![\w-])"
    rf"|(?<![\w.])\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?i:{_MONTH})(?:,?\s{_YEAR})?(?!\w)"
    rf"|\b(?i:{_MONTH})\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s{_YEAR}|(?!\w))(?!\w)|\b(?i:{_MONTH}),?\s{_YEAR}(?!\w)"
    rf"|(?<![\w/])\d{{1,2}}[/.]\d{{1,2}}[/.]{_YEAR}(?![\w/])"
    rf"|(?<![\w.,/-]){_YEAR}(?![\w/]|[.,-]\d|\s\(|\sthe)"
    rf"|\b(?i:first|second|third|fourth|[1-4](?:st|nd|rd|th))\s(?i:quarter)(?:\sof)?(?:\s{_YEAR})?(?!\w)|\bQ[1-4](?:\s{_YEAR})?(?!\w)"
    rf"|\b(?:January|February|April|June|July|August|September|October|November|December)\b)"
    r"|(?P<id>(?<![\w.])(?:[A-Za-z]{1,5}[.-])?\d+(?:\.\d+)+(?:-[a-z]\d?)?(?:\(\w{1,4}\))*(?![\w%])"
    r"|(?<![\w/])\d{2,4}/\d+(?:/[A-Z]{2,4})?(?!\w)|(?<!\w)[A-Z]{2,8}(?:[.-][A-Z]{0,2}\d+)+(?:\.\d+)*(?!\w)|(?<!\w)[A-Z]{1,6}-\d+(?:\.\d+)*|\b\d+(?:\([a-z0-9]{1,3}\))+)"
    r"|(?P<number>\d+(?:[.,\u00a0 ]\d{3})*(?:[.,]\d+)?)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<mark>\.(?=\s|$|[\"”’)])|[;:!?,|•▪()\[\]\"“”€$£\n]|\s[-–—]\s|[–—%])"
)
_NEGATIVE = re.compile(r"(?:non|un)(?=[a-z]{4,})")
_NO_PREFIX = ("under", "uni", "until", "unless", "untitled", "noneth")
"""Beginnings of words in which "un" and "non" deny nothing."""
_CONTRACTED = {"can't": "can not", "won't": "will not", "shan't": "shall not", "cannot": "can not"} | {
    f"{word}nt": f"{word} not"
    for word in ("do", "does", "did", "is", "are", "was", "would", "should", "could")
}
_LONGEST = 400
"""Tokens of a text that are compared; what has more is no sentence."""

Kind = Literal["word", "number", "id", "date", "mark"]


@dataclass(frozen=True, slots=True)
class Token:
    """A word, figure, id or mark of a text, and where it stands in the row of them."""

    kind: Kind
    said: str
    low: str
    at: int
    root: str = ""
    groups: frozenset[str] = field(default_factory=frozenset)
    negative: str = ""
    """The root without its "un-" or "non-"; empty when it has none."""
    linked: frozenset[str] = field(default_factory=frozenset)
    """Roots of the quote that it was found to stand for in this claim."""

    @property
    def carries(self) -> bool:
        """Whether the word has a content that a quote must have too."""
        return (self.kind == "word" and not _free(self.low)) or self.kind in ("number", "id")

    @property
    def speaks(self) -> bool:
        """Whether the word has a content at all."""
        return bool(self.root) and self.low not in lexicon.classes()["function"]

    def stands_for(self, other: Token) -> bool:
        """Whether two words may be put for one another."""
        if not self.root or not other.root:
            return self.kind == other.kind != "mark" and self.low == other.low
        if self.root == other.root or self.groups & other.groups:
            return True
        if other.root in self.linked or self.root in other.linked:
            return True
        if (self.negative and self.negative == other.root) or (
            other.negative and other.negative == self.root
        ):
            return True
        return _one_family(self.root, other.root) or lexicon.near(self.root, other.root)


_FAMILY = 6
"""Letters with which two roots begin alike that are of one family (central, centralis)."""


@lru_cache(maxsize=100_000)
def _one_family(one: str, other: str) -> bool:
    if one[0] == "@" or other[0] == "@" or other in lexicon.opposites().get(one, ()):
        return False
    shorter, longer = sorted((one, other), key=len)
    same = next((at for at, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return same >= _FAMILY and len(longer) - same <= 3


@lru_cache(maxsize=20_000)
def _free(low: str) -> bool:
    known = lexicon.classes()
    return low in known["function"] or len(low) < 2 or lexicon.root(low) in lexicon.roots("light")


def low_at(row: Sequence[Token], at: int) -> str:
    """The word at a place of a row, in small letters; empty outside of it."""
    return row[at].low if 0 <= at < len(row) else ""


@lru_cache(maxsize=2_000)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a text in order; contracted negations in full, hyphenated words apart."""
    found: list[tuple[Kind, str, str]] = []
    for match in _TOKEN.finditer(text):
        said = match.group()
        if match.lastgroup == "word":
            parts = _parts(said.lower().replace("’", "'"))
            found += [("word", said if len(parts) == 1 else low, low) for low in parts]
        elif match.lastgroup == "mark":
            found.append(("mark", said, said.strip() or "\n"))
        elif match.lastgroup == "id":
            found.append(("number" if _is_decimal(said, found) else "id", said, said.lower()))
        elif match.lastgroup == "date":
            found.append(("date", said, said.lower()))
        else:
            found.append(("number", said, said))
        if len(found) > _LONGEST:
            break
    return _with_groups(found[:_LONGEST])


def _is_decimal(said: str, before: Sequence[tuple[Kind, str, str]]) -> bool:
    """Whether "0.7" is a number: no word of order, no name and no other id stands before it."""
    if not re.fullmatch(r"\d+\.\d+", said) or not before:
        return False
    kind, previous, low = before[-1]
    if kind != "word" or (low in ("and", "or", "to") and len(before) > 1 and before[-2][0] == "id"):
        return False
    return previous.islower() and lexicon.root(low) not in lexicon.roots("labels")


def _parts(low: str) -> list[str]:
    if low in _CONTRACTED:
        return _CONTRACTED[low].split()
    if low.endswith("n't"):
        return [low[:-3], "not"]
    if low.endswith(("'s", "s'")):
        return [low[:-2] + low[-1:].replace("'", "s") if low.endswith("s'") else low[:-2]]
    head, _, tail = low.partition("'")
    return (
        [head, {"ll": "will", "re": "are", "ve": "have", "m": "am", "d": "would"}.get(tail, tail)]
        if tail
        else [low]
    )


@lru_cache(maxsize=20_000)
def _without_prefix(low: str) -> str:
    """A word without what makes it negative: "complete" for "incomplete", "" for "inform"."""
    if _NEGATIVE.match(low) and not low.startswith(_NO_PREFIX):
        return _NEGATIVE.sub("", low, count=1)
    bare = re.sub(r"^(?:in|im|ir|il|dis)", "", low)
    return (
        bare if bare != low and lexicon.root(bare) in lexicon.opposites().get(lexicon.root(low), ()) else ""
    )


def _with_groups(found: list[tuple[Kind, str, str]]) -> tuple[Token, ...]:
    roots = [lexicon.root(low) if kind == "word" else f"#{low}" for kind, _, low in found]
    groups = [set(lexicon.groups(r)) for r in roots]
    for begin, end, group in lexicon.phrases(roots):
        for at in range(begin, end):
            groups[at].add(group)
    made = []
    for at, (kind, said, low) in enumerate(found):
        word = kind == "word"
        bare = _without_prefix(low) if word else ""
        made.append(
            Token(
                kind,
                said,
                low,
                at,
                roots[at] if word else "",
                frozenset(groups[at]) if word else frozenset(),
                lexicon.root(bare) if bare else "",
            )
        )
    return tuple(made)
