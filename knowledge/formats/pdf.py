"""PDF, with pypdf: lines with their size, page furniture dropped, headings and paragraphs found."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from knowledge.errors import LoadError
from knowledge.formats.builder import Builder, clean
from knowledge.formats.inline_articles import parted
from knowledge.formats.lines import Line
from knowledge.formats.pdf_sight import Sight
from knowledge.formats.places import numbered_level, place_level, stands_alone
from knowledge.formats.result import Parsed

_ITEM = re.compile(r"^(?:[•◦▪●○■–—\uf0b7-]\s+|\(?(?:[a-z]{1,4}|\d{1,3})[.)]\s+)")
_PAGE_NUMBER = re.compile(r"^(page\s*)?[ivxlc\d]{1,4}(\s*(of|/)\s*\d{1,4})?$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)]*$")
_LEAST_TEXT = 20
"""Characters below which a PDF of pages counts as pictures without text."""


def parse(data: bytes, name: str) -> Parsed:
    """Read a PDF; LoadError for one that is encrypted, broken or without text."""
    reader = _open(data, name)
    pages = [list(_lines(page, number)) for number, page in enumerate(reader.pages)]
    if sum(len(line.text) for page in pages for line in page) < _LEAST_TEXT:
        raise LoadError(
            name,
            f"its {len(pages)} pages hold pictures and no text, as a scan does",
            "Run it through text recognition (OCR) and add the result",
        )
    builder = Builder()
    _build(builder, _without_furniture(pages), _outline(reader))
    info = {k.strip("/").lower(): str(v) for k, v in (reader.metadata or {}).items() if v}
    return Parsed(builder, "application/pdf", info.get("title", ""), info)


def _open(data: bytes, name: str) -> PdfReader:
    broken = "it is broken or cut off"
    remedy = "Get a whole copy of the file, open it in a PDF reader to be sure, and add it again"
    if b"%%EOF" not in data[-2048:]:
        raise LoadError(name, broken, remedy)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise LoadError(
                name, "it is protected by a password", "Save a copy without password and add that"
            )
        if not len(reader.pages):
            raise LoadError(name, "it has no pages", remedy)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise LoadError(name, f"{broken} ({error})", remedy) from error
    return reader


def _lines(page: Any, number: int) -> Iterator[Line]:
    """The lines of a page that are seen on it; `gap` says that a blank line came before."""
    gap = False
    for parts in _rows(_pieces(page)):
        text = clean("".join(part for part, _, _ in parts)).strip()
        if not text:
            gap = True
            continue
        inked = [(len(p.strip()), size, bold) for p, size, bold in parts if p.strip()]
        size = max(inked)[1]
        bold = sum(n for n, _, b in inked if b) > 0.8 * sum(n for n, _, _ in inked)
        yield Line(text, number, round(size, 1), bold, gap)
        gap = False


def _pieces(page: Any) -> list[tuple[str, float, bool]]:
    """The text of a page with its size, and whether it is bold."""
    sight = Sight(page)
    pieces = _extracted(page, sight)
    return _extracted(page, Sight(page, sight.pictures)) if sight.is_scan else pieces


def _extracted(page: Any, sight: Sight) -> list[tuple[str, float, bool]]:
    pieces: list[tuple[str, float, bool]] = []

    def visit(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        scale = abs(tm[3] or tm[0] or 1.0) * abs(cm[3] or cm[0] or 1.0)
        face = str((font or {}).get("/BaseFont", "")).lower()
        pieces.append((text, size * scale, "bold" in face or "-medi" in face or "black" in face))

    page.extract_text(
        visitor_text=visit, visitor_operand_before=sight.before, visitor_operand_after=sight.after
    )
    return pieces


def _rows(pieces: Iterable[tuple[str, float, bool]]) -> Iterator[list[tuple[str, float, bool]]]:
    row: list[tuple[str, float, bool]] = []
    for text, size, bold in pieces:
        first, *others = text.split("\n")
        row.append((first, size, bold))
        for part in others:
            yield row
            row = [(part, size, bold)]
    yield row


def _without_furniture(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Pages without running headers, footers and page numbers."""
    edge = 3
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(line.text) for line in [*page[:edge], *page[-edge:]]})
    often = max(3, 0.4 * len(pages))
    kept = []
    for page in pages:
        last = len(page) - edge
        kept.append(
            [
                line
                for i, line in enumerate(page)
                if not (
                    (i < edge or i >= last)
                    and (seen[_shape(line.text)] >= often or _PAGE_NUMBER.match(line.text))
                )
            ]
        )
    return kept


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text.lower())


def _outline(reader: PdfReader) -> dict[str, int]:
    """Titles of the document's own outline with their levels, in the form of `_key`."""

    def walk(entries: Any, level: int) -> Iterator[tuple[str, int]]:
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, level + 1)
            elif getattr(entry, "title", None):
                yield _key(str(entry.title)), level

    try:
        found = list(walk(reader.outline, 1))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}  # a damaged outline: headings are found in the text
    levels: dict[str, int] = {}
    for title, level in found:
        levels.setdefault(title, min(level, 6))
    return levels


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())


class _Headings:
    """Tells headings from text in one document."""

    def __init__(self, lines: Sequence[Line], outline: dict[str, int]) -> None:
        sizes: Counter[float] = Counter()
        for line in lines:
            sizes[line.size] += len(line.text)
        self.body = sizes.most_common(1)[0][0] if sizes else 0.0
        larger = sorted({s for s in sizes if s > self.body * 1.12}, reverse=True)
        self.sizes = {size: min(rank, 4) for rank, size in enumerate(larger, start=1)}
        self.outline = outline
        bold = sum(len(line.text) for line in lines if line.bold)
        self.bold_tells = bold < 0.25 * max(sum(len(line.text) for line in lines), 1)

    def level(self, line: Line) -> int | None:
        text = line.text
        if line.article:
            return place_level(" ".join(text.split()[:2]))  # its title may read like a sentence
        if len(text) > 160 or not any(c.isalpha() for c in text):
            return None
        named = self.outline.get(_key(text)) if len(_key(text)) > 2 else None
        if named:
            return named
        place = place_level(text)
        if place:
            return place
        stands_out = line.size > self.body * 1.12 or (line.bold and self.bold_tells)
        if not stands_out or (text.endswith((".", ";", ",")) and not numbered_level(text.rstrip("."))):
            return None
        return numbered_level(text) or self.sizes.get(line.size) or 5


def _build(builder: Builder, pages: Sequence[Sequence[Line]], outline: dict[str, int]) -> None:
    lines = parted([line for page in pages for line in page])
    headings = _Headings(lines, outline)
    widest = sorted(len(line.text) for line in lines)[int(len(lines) * 0.9)] if lines else 0
    paragraph: list[Line] = []
    shown = -1

    def flush() -> None:
        nonlocal shown
        if paragraph:
            shown = _write(builder, paragraph, shown)
            paragraph.clear()

    place = 0
    while place < len(lines):
        line = lines[place]
        level = headings.level(line)
        if level and not _continues(paragraph, line):
            flush()
            count = _heading_lines(lines, place, headings, level)
            text = " ".join(x.text for x in lines[place : place + count])
            shown = _turn(builder, shown, line.page)
            builder.heading(text, level)
            place += count
            continue
        if paragraph and _breaks(paragraph, line, widest):
            flush()
        paragraph.append(line)
        place += 1
    flush()
    _turn(builder, shown, len(pages) - 1)


def _continues(paragraph: Sequence[Line], line: Line) -> bool:
    """Whether a line that looks like a place goes on with a sentence ("… in accordance with / Article 6")."""
    if not paragraph or line.gap or line.article or line.bold or line.size > paragraph[-1].size * 1.12:
        return False
    previous = paragraph[-1].text
    return not _SENTENCE_END.search(previous) and previous[-1:].islower() and len(previous) > 60


def _heading_lines(lines: Sequence[Line], place: int, headings: _Headings, level: int) -> int:
    """How many lines a heading takes: a bare "Article 33" takes its title along."""
    first = lines[place]
    count = 1
    if stands_alone(first.text) and place + 1 < len(lines):
        following = lines[place + 1]
        titled = len(following.text) < 120 and following.text[:1].isupper()
        if titled and not _SENTENCE_END.search(following.text) and not _ITEM.match(following.text):
            count = 2
    while place + count < len(lines) and count < 3:  # a title in large type that wraps
        following = lines[place + count]
        same = following.size == first.size and following.bold == first.bold
        large = first.size > headings.body * 1.12 and not following.gap and following.page == first.page
        if not (same and large) or place_level(following.text) or numbered_level(following.text):
            break
        if _key(first.text) in headings.outline:
            break
        count += 1
    return count


def _breaks(paragraph: Sequence[Line], line: Line, widest: int) -> bool:
    """Whether a line begins a new paragraph."""
    previous = paragraph[-1]
    if _ITEM.match(line.text):
        return True
    ended = bool(_SENTENCE_END.search(previous.text))
    if line.page != previous.page:
        return ended and line.text[:1].isupper()
    return (line.gap and ended) or (ended and len(previous.text) < 0.75 * widest)


def _turn(builder: Builder, shown: int, page: int) -> int:
    """Begin pages up to `page`; returns the page that is open now."""
    while shown < page:
        builder.page()
        shown += 1
    return shown


def _write(builder: Builder, paragraph: Sequence[Line], shown: int) -> int:
    shown = _turn(builder, shown, paragraph[0].page)
    role: Any = "item" if _ITEM.match(paragraph[0].text) else "paragraph"
    parts: list[list[str]] = [[]]
    for line in paragraph:
        while shown < line.page:
            parts.append([])
            shown += 1
        parts[-1].append(line.text)
    builder.across(["\n".join(part) for part in parts], role)
    return shown
