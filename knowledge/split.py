"""Passages of a document: they follow its structure and fit the embedding model's window."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from knowledge.models import Block, LoadedDocument, Passage
from knowledge.pages import page_of
from knowledge.sentences import sentences

Count = Callable[[str], int]
"""The number of word pieces of a text."""

WINDOW = 200
"""Most word pieces of a passage; its title and heading path take the rest of MiniLM's 256."""
FULL = 140
"""Word pieces from which a passage takes in no further block."""
_NUMBERED = re.compile(r"\(?\d{1,3}[.)]\s")
_CLAUSE_END = re.compile(r"[;,:]\s+")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block, or a part of a long one, with its length in word pieces."""

    block: Block
    start: int
    end: int
    length: int


def split(document: LoadedDocument, count: Count, window: int = WINDOW) -> list[Passage]:
    """Cut a document into passages, in order.

    No passage crosses a heading, nor the turn of a page but in the middle of a sentence. Small paragraphs
    and list items under one heading stay together; a numbered paragraph of a law begins a passage; a `unit`
    stands alone; a long block is cut at sentence ends, then at clause ends, then between words. Every
    character of a block that is not white space is in exactly one passage.
    """
    passages: list[Passage] = []
    path: list[Block] = []
    group: list[_Piece] = []

    def flush() -> None:
        if group:
            passages.append(_passage(document, path, group))
            group.clear()

    for place, block in enumerate(document.blocks):
        if block.role == "heading":
            flush()
            while path and path[-1].level >= block.level:
                path.pop()
            path.append(block)
            if _is_all_there_is(document, place):
                passages.append(_passage(document, path[:-1], [_whole(document, block, count)]))
            continue
        for piece in _pieces(document, block, count, window):
            if group and not _joins(document, group, piece, window):
                flush()
            group.append(piece)
            if block.role == "unit":
                flush()
    flush()
    return passages


def _is_all_there_is(document: LoadedDocument, place: int) -> bool:
    """Whether a heading has neither text nor headings below it."""
    block = document.blocks[place]
    following = document.blocks[place + 1] if place + 1 < len(document.blocks) else None
    return following is None or (following.role == "heading" and following.level <= block.level)


def _joins(document: LoadedDocument, group: list[_Piece], piece: _Piece, window: int) -> bool:
    first, last = group[0].block, group[-1].block
    if "unit" in (first.role, piece.block.role) or first.label != piece.block.label:
        return False
    if piece.block.role == "row" and (last.role != "row" or last.head != piece.block.head):
        return False
    if page_of(document.pages, piece.start) != page_of(document.pages, group[0].start):
        return False
    held = sum(p.length for p in group)
    if held + piece.length > window:
        return False
    if piece.block.role == "item" and piece.block.head:
        return True  # a list stays with its stem as far as it fits
    if piece.block.role == "paragraph" and _NUMBERED.match(document.text, piece.start):
        return False
    return held + piece.length <= FULL


def _passage(document: LoadedDocument, path: list[Block], group: list[_Piece]) -> Passage:
    section = [" ".join(document.text[b.start : b.end].split()) for b in path]
    first = group[0]
    if first.block.label:
        section.append(first.block.label)
    head = first.block.head
    if head and head[0] >= first.start:
        head = None  # the stem is in the passage itself
    return Passage(first.start, group[-1].end, tuple(section), head)


def _whole(document: LoadedDocument, block: Block, count: Count) -> _Piece:
    return _Piece(block, block.start, block.end, count(document.text[block.start : block.end]))


def _pieces(document: LoadedDocument, block: Block, count: Count, window: int) -> Iterator[_Piece]:
    text = document.text
    start, end = _trimmed(text, block.start, block.end)
    if start == end:
        return
    for first, last in _turned(document, start, end):
        length = count(text[first:last])
        if length <= window:
            yield _Piece(block, first, last, length)
            continue
        for a, b in _cut(text, first, last, count, window):
            yield _Piece(block, a, b, count(text[a:b]))


def _turned(document: LoadedDocument, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretch, parted where a sentence begins on another page than the one before it."""
    pages = document.pages
    if page_of(pages, start) == page_of(pages, end - 1):
        yield start, end
        return
    opened, last = start, start
    for a, b in sentences(document.text[start:end]):
        if page_of(pages, start + a) != page_of(pages, opened):
            yield opened, last
            opened = start + a
        last = start + b
    yield opened, last


def _cut(text: str, start: int, end: int, count: Count, window: int) -> Iterator[tuple[int, int]]:
    """Stretches of a long block that fit the window, of whole sentences where they fit."""
    open_at, held, last = -1, 0, start
    for a, b in _atoms(text, start, end, count, window):
        length = count(text[a:b])
        if open_at >= 0 and held + length > window:
            yield open_at, last
            open_at, held = -1, 0
        if open_at < 0:
            open_at = a
        held, last = held + length, b
    if open_at >= 0:
        yield open_at, last


def _atoms(text: str, start: int, end: int, count: Count, window: int) -> Iterator[tuple[int, int]]:
    for a, b in sentences(text[start:end]):
        yield from _halved(text, start + a, start + b, count, window)


def _halved(text: str, start: int, end: int, count: Count, window: int) -> Iterator[tuple[int, int]]:
    """Cut a stretch near its middle, at a clause end or else between words, until it fits."""
    if count(text[start:end]) <= window:
        yield start, end
        return
    middle = (start + end) // 2
    places = [m.end() for m in _CLAUSE_END.finditer(text, start, end) if start < m.end() < end]
    places = places or [m.end() for m in re.compile(r"\s+").finditer(text, start + 1, end - 1)]
    at = min(places or [middle], key=lambda place: abs(place - middle))
    for a, b in ((start, at), (at, end)):
        a, b = _trimmed(text, a, b)
        if a < b:
            yield from _halved(text, a, b, count, window)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    if not piece.strip():
        return start, start
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
