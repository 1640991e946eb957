"""Figures: numbers with what they count, how they are bounded, and where they belong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import isclose
from typing import Literal

from assistant.agreement.clauses import plain
from assistant.agreement.lexicon import classes, phrases_of, root
from assistant.agreement.words import Token, low_at, tokens
from knowledge.amounts import NUMBER_WORDS

Bound = Literal["", "at most", "at least", "within", "more", "less", "every", "after", "over"]

_WORDS = NUMBER_WORDS | {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_TIMES = {"once": 1, "twice": 2, "thrice": 3}
_HOURS = {
    "second": 1 / 3600,
    "minute": 1 / 60,
    "hour": 1.0,
    "day": 24.0,
    "week": 168.0,
    "month": 730.0,
    "year": 8760.0,
    "quarter": 2190.0,
}
_EVERY = {
    "hourly": 1.0,
    "daily": 24.0,
    "weekly": 168.0,
    "fortnightly": 336.0,
    "monthly": 730.0,
    "quarterly": 2190.0,
    "annual": 8760.0,
    "annually": 8760.0,
    "yearly": 8760.0,
    "biannual": 4380.0,
    "biannually": 4380.0,
    "biennial": 17520.0,
    "biennially": 17520.0,
    "half-yearly": 4380.0,
}
_QUALIFIERS = {
    "working": "working",
    "business": "working",
    "calendar": "",
    "consecutive": "",
    "full": "",
    "whole": "",
    "clear": "",
}
_NO_COUNT = frozenset("of another or and who that which can may must is by in to at".split()) | {""}
"""What makes a pronoun of a "one" before it."""
_FRACTIONS = {
    ("half",): 50.0,
    ("a", "half"): 50.0,
    ("one", "half"): 50.0,
    ("a", "quarter"): 25.0,
    ("one", "quarter"): 25.0,
    ("three", "quarters"): 75.0,
    ("half", "a", "percent"): 0.5,
}
_NOT_OFTEN = ("at most", "no more than", "not more than", "a maximum of")
_BETWEEN = frozenset("further additional more extra other successive full".split())
_SHARES = frozenset("% percent percentage".split())
_MONEY = frozenset("€ $ £ eur usd gbp chf cad euro euros dollar dollars pound pounds".split())


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, what it counts, how it is bounded, how it was said, and between which tokens."""

    value: float
    unit: str
    """time, working, share, money; the noun's root for a count; empty when nothing is counted."""
    bound: Bound
    said: str
    begin: int
    end: int
    counted: tuple[Token, ...] = ()
    number: float = 0.0
    """The number as it was said, before its unit was reckoned."""
    label: str = ""
    """What the number numbers: the root of "article" in "Article 5"."""

    @property
    def measured(self) -> bool:
        """Whether it has a unit that can be compared by itself."""
        return self.unit in ("time", "working", "share", "money")


@lru_cache(maxsize=2_000)
def figures_of(text: str) -> tuple[Figure, ...]:
    """The figures of a text in order, without those of dates and ids."""
    return of_row(tokens(plain(text)))


def of_row(row: Sequence[Token]) -> tuple[Figure, ...]:
    """The figures of a row of tokens."""
    found: list[Figure] = []
    at = 0
    while at < len(row):
        figure = _figure(row, at)
        if figure:
            found.append(figure)
            at = figure.end
        else:
            at += 1
    return tuple(found)


def _figure(row: Sequence[Token], at: int) -> Figure | None:
    low = row[at].low
    share = _part(row, at)
    if share:
        return share
    if low in _EVERY:
        return Figure(_EVERY[low], "time", _often(row, at), row[at].said, at, at + 1)
    if low == "half" and low_at(row, at + 1) in ("a", "year", "yearly"):
        end = at + (3 if low_at(row, at + 1) == "a" else 2)
        unit = _single(low_at(row, end - 1)).removesuffix("ly")
        if unit in _HOURS:
            return Figure(_HOURS[unit] / 2, "time", _bound(row, at, end), f"half a {unit}", at, end)
    if low in ("every", "each", "per") or (
        low in ("a", "an") and low_at(row, at - 1) in ("once", "twice", "times")
    ):
        unit = low_at(row, at + 1)
        if unit in _HOURS and low_at(row, at + 2) != "of":
            times = _TIMES.get(low_at(row, at - 1), 1)
            return Figure(
                _HOURS[unit] / times,
                "time",
                _often(row, at),
                f"{row[at].said} {row[at + 1].said}",
                at,
                at + 2,
            )
        return None
    if (
        low in ("a", "an", "one", "1")
        and _single(low_at(row, at + 1)) in _HOURS
        and low_at(row, at + 1) != "second"
    ):
        return _with_unit(row, at, at + 1, 1.0)
    value, end = _number(row, at)
    if value is None or (low == "one" and low_at(row, end) in _NO_COUNT):
        return None
    return _with_unit(row, at, end, value)


def _part(row: Sequence[Token], at: int) -> Figure | None:
    """A share said as a fraction: "half of", "a quarter of", "two thirds of"."""
    for words, share in _FRACTIONS.items():
        if words[0] != row[at].low:
            continue
        end = at + len(words)
        if tuple(t.low for t in row[at:end]) == words and low_at(row, end) in ("of", "or"):
            return Figure(share, "share", _bound(row, at, end), " ".join(words), at, end, (), share)
    return None


def _often(row: Sequence[Token], at: int) -> Bound:
    """How a frequency is bounded: "at most yearly" is no "yearly"."""
    before = " ".join(t.low for t in row[max(at - 5, 0) : at])
    return "at most" if any(words in before for words in _NOT_OFTEN) else "every"


def _single(word: str) -> str:
    return word.removesuffix("s")


def _number(row: Sequence[Token], at: int) -> tuple[float | None, int]:
    """A number in digits or words from a token on, and where it ends."""
    if row[at].kind == "number":
        value, at = _digits(row[at].low), at + 1
    elif row[at].low in _WORDS and row[at].low not in ("hundred", "thousand", "million", "billion"):
        value, at = float(_WORDS[row[at].low]), at + 1
        if value >= 20 and low_at(row, at) in NUMBER_WORDS and NUMBER_WORDS[low_at(row, at)] < 10:
            value, at = value + NUMBER_WORDS[low_at(row, at)], at + 1
    else:
        return None, at
    while low_at(row, at) in ("hundred", "thousand", "million", "billion", "m", "bn", "k"):
        value *= _WORDS.get(low_at(row, at), {"m": 1e6, "bn": 1e9, "k": 1e3}.get(low_at(row, at), 1))
        at += 1
    in_brackets = low_at(row, at) == "(" and low_at(row, at + 2) == ")"
    if in_brackets and (row[at + 1].kind == "number" or row[at + 1].low in _WORDS):
        at += 3
    return value, at


def _digits(said: str) -> float:
    plain_digits = re.sub(r"[\u00a0 ]", "", said)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain_digits):
        plain_digits = plain_digits.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+", plain_digits):
        plain_digits = plain_digits.replace(".", "")
    try:
        return float(plain_digits.replace(",", "."))
    except ValueError:
        return -1.0


def _with_unit(row: Sequence[Token], begin: int, end: int, value: float) -> Figure:
    unit, at, number = "", end, value
    counted: tuple[Token, ...] = ()
    while low_at(row, at) in _BETWEEN:
        at += 1
    qualifier = _QUALIFIERS.get(low_at(row, at))
    if qualifier is not None:
        at += 1
    word = _single(low_at(row, at))
    if word in _HOURS and (word != "second" or low_at(row, at) == "seconds"):
        value, unit, at = value * _HOURS[word], "working" if qualifier else "time", at + 1
    elif _shares_unit(row, at):
        unit = "share"
    elif low_at(row, at) in _SHARES or (low_at(row, at) == "per" and low_at(row, at + 1) == "cent"):
        unit, at = "share", at + (1 if low_at(row, at) in _SHARES else 2)
    elif low_at(row, at) == "us" and low_at(row, at + 1) in _MONEY:
        unit, at = "money", at + 2
    elif low_at(row, at) in _MONEY or low_at(row, begin - 1) in _MONEY:
        unit, at = "money", at + (low_at(row, at) in _MONEY)
    else:
        at = end
        counted = _counted(row, end)
    bound = _bound(row, begin, at)
    said = " ".join(t.said.strip() for t in row[begin:at])
    return Figure(value, unit, bound, said, begin, at, counted, number, "" if unit else _label(row, begin))


def _shares_unit(row: Sequence[Token], at: int) -> bool:
    """Whether a number is one of a list that ends in "percent": "0, 20 and 50 percent"."""
    begin = at
    while at < min(len(row), begin + 10) and (row[at].kind == "number" or row[at].low in (",", "and", "or")):
        at += 1
    return at > begin + 1 and low_at(row, at) in _SHARES and row[at - 1].kind == "number"


def _label(row: Sequence[Token], at: int) -> str:
    """The root of the word of order before a number, also past others of a list: "sections 3 and 5"."""
    for before in range(at - 1, max(at - 8, -1), -1):
        token = row[before]
        if token.root in _labels():
            return token.root
        if not (token.kind in ("number", "id") or token.low in ("and", "or", "to", ",", "(", ")", "of")):
            return ""
    return ""


@cache
def _labels() -> frozenset[str]:
    return frozenset(root(word) for word in classes()["labels"])


@cache
def _before() -> tuple[tuple[list[str], Bound], ...]:
    """The phrases before a figure that bound it, the longest first."""
    pairs = [(words.split(), bound) for bound, said in phrases_of("bounds").items() for words in said]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))  # type: ignore[arg-type]


@cache
def _behind() -> tuple[tuple[str, Bound], ...]:
    pairs = ((words, bound) for bound, said in phrases_of("bounds_after").items() for words in said)
    return tuple(pairs)  # type: ignore[arg-type]


def _counted(row: Sequence[Token], at: int) -> tuple[Token, ...]:
    """The words that say what a number counts: up to three behind it."""
    found = []
    for token in row[at : at + 3]:
        if not token.speaks:
            break
        found.append(token)
    return tuple(found)


def _bound(row: Sequence[Token], begin: int, end: int) -> Bound:
    if (
        (
            row[end : end + 1]
            and row[end].low == "or"
            and [t.low for t in row[end + 1 : end + 3]]
            in (["more", "often"], ["more", "frequently"], ["less"])
        )
        and row[end + 2 : end + 3]
        and row[end + 2].low in ("often", "frequently")
    ):
        return "every"
    after = " ".join(t.low for t in row[end : end + 4] if t.low != "(")
    for words, bound in _behind():
        if after.startswith(words):
            return bound
    before = [t.low for t in row[max(begin - 8, 0) : begin]]
    if before[-3:] == ["the", "age", "of"]:
        before = before[:-3]
    if before and before[-1] in ("a", "the", "one") and len(before) > 1:
        for phrase, bound in _before():
            if before[:-1][-len(phrase) :] == phrase:
                return bound
    for phrase, bound in _before():
        if before[-len(phrase) :] == phrase:
            if bound == "every" and before[-len(phrase) - 2 : -len(phrase)] == ["at", "least"]:
                return "every"
            if bound == "every" and before[-len(phrase) - 2 : -len(phrase)] in (
                ["at", "most"],
                ["more", "than"],
            ):
                return "at most"
            return bound
    return ""


_ALIKE: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in (("within", "at most"), ("within", ""), ("every", "within"), ("over", "more"), ("over", ""))
)


def _is_age(figure: Figure, other: Figure) -> bool:
    """Whether one of two equal numbers goes without its unit: "under 16", "below 16 years"."""
    bare = [f for f in (figure, other) if not f.unit and not f.label]
    return len(bare) == 1 and {figure.unit, other.unit} == {"", "time"}


def same(figure: Figure, other: Figure) -> bool:
    """Whether two figures say the same amount of the same thing with the same bound."""
    close = 0.002 if figure.unit in ("time", "working") else 1e-9
    equal = isclose(figure.value, other.value, rel_tol=close) and figure.unit == other.unit
    if not equal and not (figure.number == other.number and _is_age(figure, other)):
        return False
    if {figure.bound, other.bound} == {"", "every"} and (figure.said[:2] == "a " or other.said[:2] == "a "):
        return True
    if figure.bound != other.bound and frozenset((figure.bound, other.bound)) not in _ALIKE:
        return False
    if figure.label != other.label:
        return False
    if figure.counted and other.counted and not figure.measured:
        return any(
            {a.low, b.low} & {"times", "time"} or a.stands_for(b)
            for a in figure.counted
            for b in other.counted
        )
    return True
