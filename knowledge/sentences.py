"""Sentences of a text, as spans: where a quote may begin and end."""

import re

_ABBREVIATIONS = frozenset(
    "e.g i.e cf etc al no nos art arts sec para paras vol fig dr mr mrs ms prof inc ltd co corp st vs "
    "approx dept est ed eds ch annex incl max min p pp resp ref reg".split()
)
_END = re.compile(
    r"[.!?…]+[\"'”’)\]]*(?=\s)|[;:](?=\s*\n)|\n[ \t]*\n|\n(?=[ \t]*(?:[-•*▪–]|\(?[a-z0-9]{1,4}[.)])\s)"
)
_STARTS = re.compile(r"\s+(?:[\"'“‘(\[•▪–-]+\s*)?[A-Z0-9(\[“\"'•]")
_WORD_BEFORE = re.compile(r"([A-Za-z0-9.]+)$")


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans (start, end) of the sentences of a text, in order, without outer white space.

    Every character that is not white space is in exactly one span. Lines that begin a list item
    begin a sentence; "Art. 14", "e.g." and "6.1.2" end none.
    """
    spans = []
    start = 0
    for match in _END.finditer(text):
        if _ends(text, match):
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    return [span for span in (_trimmed(text, *s) for s in spans) if span[0] < span[1]]


def _ends(text: str, match: re.Match[str]) -> bool:
    if not match.group().startswith("."):
        return True
    before = _WORD_BEFORE.search(text, max(0, match.start() - 24), match.start())
    word = before.group(1).lower() if before else ""
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()):
        return False
    if word.isdigit() and _begins_line(text, match.start() - len(word)):
        return False  # the number of a list item
    return bool(_STARTS.match(text, match.end())) or not text[match.end() :].strip()


def _begins_line(text: str, offset: int) -> bool:
    line = text.rfind("\n", 0, offset) + 1
    return not text[line:offset].strip()


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
