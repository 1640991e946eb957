"""Markdown, with markdown-it: the text as a reader sees it, without its marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.formats.builder import Builder
from knowledge.formats.places import place_level, stands_alone
from knowledge.formats.result import Parsed
from knowledge.formats.rows import write_table

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_LAW = 5
"""Headings that name articles from which a text counts as law."""
_RECITAL = re.compile(r"^\(\d{1,3}\)$")
_OUTER = re.compile(r"^(whereas|preamble|annexes|articles)\b", re.IGNORECASE)


def parse(text: str) -> Parsed:
    """Read Markdown; front matter becomes metadata."""
    metadata: dict[str, str] = {}
    front = _FRONT.match(text)
    if front:
        metadata = _front_matter(front.group(1))
        text = text[front.end() :]
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    builder = Builder()
    _Writer(builder, tokens).write()
    return Parsed(builder, "text/markdown", "", metadata)


def _front_matter(text: str) -> dict[str, str]:
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    if not isinstance(values, dict):
        return {}
    return {
        str(key).lower(): ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in values.items()
        if value is not None
    }


def plain(token: Token) -> str:
    """The words of an inline token."""
    parts = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif child.type == "image":
            parts.append(child.content)
    return "".join(parts).strip()


class _Writer:
    """Walks the tokens of one document."""

    def __init__(self, builder: Builder, tokens: Sequence[Token]) -> None:
        self.builder, self.tokens = builder, tokens
        titles = [plain(tokens[i + 1]) for i, t in enumerate(tokens) if t.type == "heading_open"]
        self.law = sum(place_level(t) == 4 for t in titles) >= _LAW
        self.depth = 0
        self.stem: tuple[int, int] | None = None
        self.stems: list[tuple[int, int] | None] = []
        self.first_of_item = False

    def write(self) -> None:
        place = 0
        while place < len(self.tokens):
            place = self._one(place)

    def _one(self, place: int) -> int:
        token = self.tokens[place]
        if token.type == "heading_open":
            self._heading(plain(self.tokens[place + 1]), int(token.tag[1:]))
            return place + 3
        if token.type == "table_open":
            end = _end(self.tokens, place)
            write_table(self.builder, _cells(self.tokens[place:end]))
            return end
        if token.type in ("bullet_list_open", "ordered_list_open"):
            self.stems.append(self.stem)
            self.depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self.stem = self.stems.pop()
            self.depth -= 1
        elif token.type == "list_item_open":
            self.marker = f"{token.info}{token.markup}" if token.info else "-"
            self.first_of_item = True
        elif token.type == "inline":
            self._inline(plain(token))
        elif token.type in ("fence", "code_block"):
            self.builder.paragraph(token.content)
        return place + 1

    def _heading(self, text: str, level: int) -> None:
        if not text:
            return
        if self.law:
            place = place_level(text)
            if place:
                level = place
            elif _RECITAL.match(text):
                level = 5
            elif not _OUTER.match(text) and self.builder.blocks:
                self.builder.paragraph(text)  # a reference to another act, set like a heading
                return
        self.builder.heading(text, level)
        self.stem = None

    def _inline(self, text: str) -> None:
        if not text:
            return
        if self.depth:
            marked = f"{self.marker} {text}" if self.first_of_item else text
            span = self.builder.item(marked, self.depth - 1, self.stems[-1])
            if self.first_of_item:
                self.stem = span
            self.first_of_item = False
            return
        for part in self._parts(text):
            self.stem = self.builder.paragraph(part)

    def _parts(self, text: str) -> list[str]:
        """A paragraph, with "ANNEX IV" lines of a law taken out of it as headings."""
        if not self.law:
            return [text]
        parts: list[str] = [""]
        for line in text.split("\n"):
            if stands_alone(line) and line.isupper():
                if parts[-1].strip():
                    self.builder.paragraph(parts[-1])
                self.builder.heading(line, place_level(line) or 1)
                parts = [""]
            else:
                parts[-1] += line + "\n"
        return [part for part in parts if part.strip()]


def _end(tokens: Sequence[Token], place: int) -> int:
    closing = tokens[place].type.replace("_open", "_close")
    return next(i for i in range(place, len(tokens)) if tokens[i].type == closing) + 1


def _cells(tokens: Sequence[Token]) -> list[list[str]]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(plain(token))
    return rows
