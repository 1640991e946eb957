"""Plain text: paragraphs, list items, and headings as far as they can be told."""

from __future__ import annotations

import re

from knowledge.formats.builder import Builder
from knowledge.formats.places import numbered_level, place_level
from knowledge.formats.result import Parsed

_ITEM = re.compile(r"^\s*(?:[-•*▪–]\s+|\(?(?:[a-z]{1,3}|\d{1,3})[.)]\s+)")
_UNDERLINE = re.compile(r"^\s*([=\-~])\1{2,}\s*$")


def parse(text: str) -> Parsed:
    """Read plain text, with blank lines between its paragraphs."""
    builder = Builder()
    for chunk in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        _chunk(builder, chunk.strip("\n"))
    return Parsed(builder, "text/plain")


def _chunk(builder: Builder, chunk: str) -> None:
    lines = chunk.split("\n")
    if len(lines) >= 2 and _UNDERLINE.match(lines[1]):
        builder.heading(lines[0], 1 if "=" in lines[1] else 2)
        lines = lines[2:]
    elif lines and (level := _heading(lines[0], alone=len(lines) == 1)):
        builder.heading(lines[0], level)
        lines = lines[1:]
    part: list[str] = []
    for line in lines:
        if part and _ITEM.match(line):
            _write(builder, part)
            part = []
        part.append(line)
    _write(builder, part)


def _heading(line: str, alone: bool) -> int | None:
    text = line.strip()
    level = place_level(text) or numbered_level(text)
    if level:
        return level
    loud = text.isupper() and 3 < len(text) < 90 and not text.endswith((".", ";", ","))
    return 2 if loud and alone else None


def _write(builder: Builder, lines: list[str]) -> None:
    text = "\n".join(lines).strip()
    if not text:
        return
    if _ITEM.match(text):
        builder.item(text)
    else:
        builder.paragraph(text)
