"""Headings that legal and technical texts have in common, whatever the format."""

from __future__ import annotations

import re

_LEVELS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(r"^(part|title)\s+([IVXLC]+|\d+)\b", re.IGNORECASE)),
    (
        1,
        re.compile(r"^(annex|appendix|schedule)(\s+([IVXLC]+|\d+|[A-Z]))?\b\s*[-–:.]?", re.IGNORECASE),
    ),
    (2, re.compile(r"^chapter\s+([IVXLC]+|\d+)\b", re.IGNORECASE)),
    (3, re.compile(r"^section\s+([IVXLC]+|\d+)\b", re.IGNORECASE)),
    (4, re.compile(r"^article\s+\d+[a-z]?\b", re.IGNORECASE)),
    (4, re.compile(r"^(GOVERN|MAP|MEASURE|MANAGE)\s+\d+(\.\d+)?\b")),
)
_ALONE = re.compile(
    r"^(article\s+\d+[a-z]?|annex(\s+[IVXLC]+)?|chapter\s+([IVXLC]+|\d+)|section\s+([IVXLC]+|\d+)|"
    r"title\s+([IVXLC]+|\d+))$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?:[A-Z]\.)?\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+[A-Z\"“(]")
_PROSE = re.compile(r"\b(shall|must|should|may|is|are|was|were|has|have|will|applies|apply)\b")


def place_level(line: str) -> int | None:
    """The level of a line that names a place of a law or framework ("Article 14"), or None.

    A sentence that only begins with such a name is none.
    """
    line = line.strip()
    if len(line) > 130 or (line.endswith((".", ";", ",", ":")) and not _ALONE.match(line[:-1])):
        return None
    for level, pattern in _LEVELS:
        match = pattern.match(line)
        if match:
            rest = line[match.end() :].strip(" :–-.")
            return level if not rest or (rest[0].isupper() and not _PROSE.search(rest)) else None
    return None


def stands_alone(line: str) -> bool:
    """Whether a line is the bare name of a place, whose title stands on the next line."""
    return bool(_ALONE.match(line.strip()))


def numbered_level(line: str) -> int | None:
    """The level of a line such as "3.2 Scope", or None for a numbered sentence or list item."""
    line = line.strip()
    if len(line) > 90 or not _NUMBERED.match(line) or line.endswith((".", ";", ",", ":", "?")):
        return None
    number, _, title = line.partition(" ")
    if _PROSE.search(title) or len(title.split()) > 12:
        return None
    return min(number.rstrip(".").count(".") + 1, 5)
