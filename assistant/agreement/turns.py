"""Guards over whole sentences: what a single word turns round, before and after, bounds, letters.

They compare the texts themselves, whatever the clauses look like.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.agreement.clauses import sentences

_LATER = re.compile(r"\b(?:no|not) later\b|\blater than\b", re.IGNORECASE)
_BEFORE = re.compile(
    r"\b(?:before|beforehand|prior|previous|previously|earlier|advance|ahead|preceding|until|till|pre)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\b(?:after|afterwards|afterward|subsequent|subsequently|post|thereafter)\b", re.IGNORECASE
)
_AS_AFTER = re.compile(rf"{_AFTER.pattern}|\b(?:later|following|once|upon)\b", re.IGNORECASE)
_MOST = re.compile(r"\bat (?:the )?most\b|\bmaximum\b|\b(?:no|not) more than\b", re.IGNORECASE)
_LEAST = re.compile(
    r"\bat (?:the )?least\b|\bminimum\b|\b(?:no|not) less than\b|\bor more\b|\bno fewer\b", re.IGNORECASE
)
_CHOICE = re.compile(r"\b(?:or|either|any|neither|nor|one of|whichever)\b", re.IGNORECASE)
_SAME = re.compile(r"\bsame\b", re.IGNORECASE)
_OTHER = re.compile(r"\b(?:later|earlier|other|another|different|next|previous|separate)\b", re.IGNORECASE)
_EARLY = frozenset({"before", "until"})
"""Kinds of clauses before which something comes."""
_LETTER = re.compile(r"\(([a-z]|[ivx]{2,4})\)")
_AS_LETTER = re.compile(r"(?<!\w)([a-z]|[ivx]{2,4})\)")
_NUMBERED = re.compile(
    r"\b((?i:annex|appendix|schedule|exhibit|part|level|tier|class|category|table|figure|group|stage|phase|type|grade))"
    r" ([A-Z]|[IVX]+|\d+)\b"
)
_ALSO_WORDS = ("A", "I")
"""Letters that are words too: they must stand behind their label in the quotes."""


def turned_text(wording: str, quotes: Sequence[str], place: str = "") -> str:
    """What a wording turns round or names otherwise than its quotes, in words; empty when it does not."""
    quoted = " ".join(quotes)
    return (
        _other_way(wording, quotes)
        or _other_bound(wording, quoted)
        or _other_letter(wording, f"{quoted} {place}")
    )


def _other_bound(wording: str, quoted: str) -> str:
    """A bound, a choice or a likeness that is turned round."""
    for one, contrary in ((_MOST, _LEAST), (_LEAST, _MOST)):
        found = one.search(wording)
        if found and not contrary.search(wording) and not one.search(quoted) and contrary.search(quoted):
            return f"“{found.group()}” of the wording is the contrary of what is in the quote"
    if re.search(r"\beither\b", wording, re.IGNORECASE) and not _CHOICE.search(quoted):
        return "“either” of the wording is a choice that the quote does not leave"
    other = _OTHER.search(wording)
    if other and _SAME.search(quoted) and not _SAME.search(wording) and not _OTHER.search(quoted):
        return f"“{other.group()}” of the wording is “same” in the quote"
    return ""


def _other_way(wording: str, quotes: Sequence[str]) -> str:
    """Why something comes after in a wording that comes before in its quotes, or the reverse.

    "Before B, A" for "B after A" says the same: whether it does is for the checks of conditions.
    """
    said, quoted = _LATER.sub(" ", wording), _LATER.sub(" ", " ".join(quotes))
    after, before = _AFTER.search(said), _BEFORE.search(said)
    ours = _kinds(wording)
    theirs = frozenset(kind for quote in quotes for kind in _kinds(quote))
    if after and not _AS_AFTER.search(quoted) and _BEFORE.search(quoted):
        return "" if "after" in ours and theirs & _EARLY else _order(after.group(), "before")
    if before and not _BEFORE.search(quoted) and _AFTER.search(quoted):
        return "" if ours & _EARLY and "after" in theirs else _order(before.group(), "after")
    return ""


def _order(word: str, other: str) -> str:
    return f"“{word}” of the wording is {other} in the quote"


def _kinds(text: str) -> frozenset[str]:
    """What the clauses of a text begin with, by kind, where they say when."""
    return frozenset(c.kind for s in sentences(text) for c in s.clauses if c.verb is not None)


def _other_letter(wording: str, known: str) -> str:
    lost = set(_LETTER.findall(wording)) - set(_AS_LETTER.findall(known))
    if lost:
        return f"the wording names “({min(lost)})”, the quote does not"
    for found in _NUMBERED.finditer(wording):
        label, name = found.groups()
        label = rf"\b(?i:{label}(?:e?s)?)\b[^.]*?" if name in _ALSO_WORDS else ""
        if not re.search(rf"{label}(?<!\w){name}(?!\w)", known):
            return f"the wording names {found.group()!r}, the quote does not"
    return ""
