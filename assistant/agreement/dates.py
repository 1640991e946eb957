"""Dates: days, months, years and quarters, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from assistant.agreement.words import Token

_SHORT = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_QUARTERS = (("first", "1st", "q1"), ("second", "2nd", "q2"), ("third", "3rd", "q3"), ("fourth", "4th", "q4"))
_QUARTER = re.compile(
    r"(?P<q>first|second|third|fourth|1st|2nd|3rd|4th|q[1-4])(?:\s+quarter)?(?:\s+of)?(?:\s+(?P<y>(?:19|20)\d\d))?$"
)


@lru_cache(maxsize=5_000)
def date_of(said: str) -> Mapping[str, int]:
    """A date as far as it is said: y, m, d, or q for a quarter."""
    low = said.lower()
    quarter = _QUARTER.match(low)
    if quarter:
        place = 1 + next(n for n, names in enumerate(_QUARTERS) if quarter["q"] in names)
        return {"q": place} | ({"y": int(quarter["y"])} if quarter["y"] else {})
    parts: dict[str, int] = {}
    for month in re.findall(r"[a-z]{3,}", low):
        if month[:3] in _SHORT:
            parts["m"] = _SHORT.index(month[:3]) + 1
    numbers = re.findall(r"\d+", low)
    if years := [n for n in numbers if len(n) == 4]:
        parts["y"] = int(years[0])
        numbers.remove(years[0])
    if "m" not in parts and numbers:
        iso = bool(re.match(r"\d{4}-", low))
        parts["m"] = int(numbers.pop(0 if iso else -1))
    if numbers:
        parts["d"] = int(numbers[0])
    return parts


def dates(row: Iterable[Token]) -> list[Token]:
    """The dates among tokens."""
    return [token for token in row if token.kind == "date"]


def other_date(wording: Sequence[Token], quotes: Sequence[Token]) -> str:
    """A date of the wording that the quotes do not have; empty when all are there."""
    known = [date_of(token.said) for token in dates(quotes)]
    for token in dates(wording):
        if not any(date_of(token.said).items() <= other.items() for other in known):
            return token.said
    return ""
