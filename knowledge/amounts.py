"""Amounts of time and shares in a text: "24 hours", "forty-eight hours", "30 (thirty) days", "2 percent"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from knowledge.library import folded

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBER_WORDS = {word: number for number, word in enumerate(_UNITS)} | {
    word: 10 * number for number, word in enumerate(_TENS, start=2)
}
"""Number words and their values, without compounds such as "twenty-four"."""
_HOURS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0, "week": 168.0, "month": 730.0, "year": 8760.0}
_SPELLED = rf"(?:(?:{'|'.join(_TENS)})[\s-](?:{'|'.join(_UNITS[1:10])})|{'|'.join([*_TENS, *_UNITS[::-1]])})"
_DIGITS = r"\d+(?:[.,]\d+)*"
_AMOUNT = re.compile(
    rf"(?<![\w.,-])(?P<number>{_DIGITS}|{_SPELLED})(?:\s*\((?:{_DIGITS}|{_SPELLED})\))?[\s-]+"
    r"(?:(?:working|business|calendar|consecutive|full)\s+)?"
    r"(?P<unit>minute|hour|day|week|month|year)s?\b"
    rf"|(?<![\w.,-])(?P<share>{_DIGITS})\s*(?:%|per\s?cent\b)",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount: a time in hours or a share in percent, and how it was said."""

    kind: Literal["time", "share"]
    value: float
    said: str


def amounts(text: str) -> list[Amount]:
    """The amounts of a text, in order; what is no number ("9.2.1") is none."""
    found = []
    for match in _AMOUNT.finditer(text):
        value = _number(match["share"] or match["number"])
        if value is None:
            continue
        said = folded(match.group(0))
        if match["share"]:
            found.append(Amount("share", value, said))
        else:
            found.append(Amount("time", value * _HOURS[match["unit"].lower()], said))
    return found


def _number(said: str) -> float | None:
    words = re.split(r"[\s-]+", said.lower())
    if all(word in NUMBER_WORDS for word in words):
        return float(sum(NUMBER_WORDS[word] for word in words))
    plain = said.replace(",", "") if _THOUSANDS.fullmatch(said) else said.replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return None
