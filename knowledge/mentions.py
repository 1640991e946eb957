"""Ids of ISO/IEC 42001 in free text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from knowledge.requirements import normal_id, requirements

_LETTER = r"(?:\s?-\s?[a-z]\d?\b|\s?\(?[a-z]\d?\))?"
_CONTROL = re.compile(rf"(?<![\w.])(?:annex\s+)?[ab]\.\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}{_LETTER}", re.I)
_CLAUSE = re.compile(
    rf"\b(?:sub-?clauses?|clauses?|requirements?|sections?)\s+(?:of\s+)?"
    rf"((?:\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}{_LETTER}(?:\s*(?:,|and|or|to|&)\s*)?)+)",
    re.IGNORECASE,
)
_LONG = re.compile(rf"(?<![\w.:/])(?:[4-9]|10)\.\d{{1,2}}\.\d{{1,2}}{_LETTER}(?![\w.]*\d)", re.I)
_BARE = re.compile(rf"(?<![\w.:/])(?:[4-9]|10)\.\d{{1,2}}{_LETTER}(?![\w.]*\d)", re.IGNORECASE)
_NUMBER = re.compile(rf"\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}{_LETTER}", re.IGNORECASE)
_ISO = re.compile(r"\b(iso|42001|aims|standard|clauses?|subclauses?|requirements?)\b", re.IGNORECASE)
_NOT_OURS = re.compile(
    r"\b(article|art\.?|recital|version|v|release|gpt-?|rule|page|figure|table|27001|9001|27701|23894|"
    r"gdpr|regulation|chapter)\s*$",
    re.IGNORECASE,
)
_SPEAKS_OF_ISO = re.compile(r"\b(iso|42001|standard|annex)\b", re.IGNORECASE)
_OTHER_TEXT = re.compile(
    r"\s*(?:of|in|from)\s+(?:(?:the|our|this|that|a|your)\s+)?(?:[\w-]+\s+){0,3}?"
    r"(?:contract|agreement|policy|procedure|act|regulation|directive|guideline|gdpr|register)\b",
    re.IGNORECASE,
)
_BEFORE = 24
"""Characters before a number that are read for what it belongs to."""
_AFTER = re.compile(r"\s*(?:%|percent|per cent|million|billion|hours?|days?|gb|mb|points?)\b", re.I)


@dataclass(frozen=True, slots=True)
class Mention:
    """An id in a text, `text[start:end]`; `known` says whether ISO/IEC 42001 has it."""

    id: str
    start: int
    end: int
    known: bool


@lru_cache(maxsize=4_096)
def mentions(text: str) -> tuple[Mention, ...]:
    """The clause, control and obligation ids that a text names, in order, each once.

    "A.x" forms always count. A bare number counts after "clause" or its like, or when it has three
    parts, or when the text speaks of ISO or names another id, and the number exists; never after
    "Article" or "version".
    """
    spans = [m.span() for m in _CONTROL.finditer(text)]
    for listed in _CLAUSE.finditer(text):
        start = listed.start(1)
        if _OTHER_TEXT.match(text, listed.end()) or not _is_clause(listed.group(), text):
            continue
        spans += [
            (start + m.start(), start + m.end())
            for m in _NUMBER.finditer(listed.group(1))
            if not _elsewhere(text, listed.start(), start + m.end())
        ]
    spans += [m.span() for m in _LONG.finditer(text) if not _elsewhere(text, *m.span())]
    if spans or _ISO.search(text):
        spans += [
            m.span()
            for m in _BARE.finditer(text)
            if not _elsewhere(text, *m.span()) and requirements().knows(m.group())
        ]
    return _once(text, spans)


def _is_clause(words: str, text: str) -> bool:
    """Whether "section 3" can mean the standard's: only where the text speaks of it."""
    return "clause" in words.lower() or bool(_SPEAKS_OF_ISO.search(text))


def _elsewhere(text: str, start: int, end: int) -> bool:
    """Whether a number belongs to something other than a clause of this standard."""
    after = _AFTER.match(text, end) or _OTHER_TEXT.match(text, end)
    return bool(_NOT_OURS.search(text, max(0, start - _BEFORE), start)) or bool(after)


def _once(text: str, spans: list[tuple[int, int]]) -> tuple[Mention, ...]:
    found: list[Mention] = []
    for start, end in sorted(spans, key=lambda s: (s[0], -s[1])):
        name = normal_id(text[start:end])
        overlaps = any(m.start <= start < m.end for m in found)
        if not overlaps and all(m.id != name for m in found):
            found.append(Mention(name, start, end, requirements().knows(name)))
    return tuple(found)
