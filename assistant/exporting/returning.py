"""What comes back from a person's hands becomes blocks again.

A block that stands as it was written keeps what it serves and rests on. Anything else is the person's own
words: only the ids behind it in brackets are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.drafting.document import Block, Section
from assistant.exporting.front import LEGAL, marked, plain
from assistant.models import Citation
from knowledge.requirements import requirements

_MARK = re.compile(r"\s*\[([^\[\]]{1,400})\]\s*$")
_LEGAL = LEGAL.strip("[]").casefold()


@dataclass(frozen=True)
class Found:
    """A block as it stands on the page: text with its marks, items, rows, the words that are quoted."""

    text: str = ""
    items: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    quote: str = ""

    @property
    def folded(self) -> Found:
        """The same with white space folded; short rows are filled with empty cells."""
        width = max([len(self.header), *map(len, self.rows)], default=0)
        return Found(
            folded(self.text),
            tuple(filter(None, map(folded, self.items))),
            tuple(folded(cell) for cell in _filled(self.header, width)) if self.header else (),
            tuple(tuple(folded(cell) for cell in _filled(row, width)) for row in self.rows),
            folded(self.quote),
        )


def folded(text: str) -> str:
    """Text with white space folded."""
    return " ".join(plain(text).split())


def _filled(row: Sequence[str], width: int) -> tuple[str, ...]:
    return (*row, *[""] * (width - len(row)))


def form(block: Block) -> Found:
    """A block as it is written out."""
    return Found(
        text=marked(block),
        items=block.items if block.kind == "list" else (),
        header=block.header if block.kind == "table" else (),
        rows=block.rows if block.kind == "table" else (),
        quote=block.citations[0].quote if block.kind == "quote" and block.citations else "",
    ).folded


class Former:
    """The blocks of what stood before, each given back once, and again when its words were copied."""

    def __init__(self, sections: Iterable[Section]) -> None:
        """Remember the blocks of these sections."""
        self._held = [(section.id, form(block), block) for section in sections for block in section.blocks]
        self._used: set[int] = set()

    def take(self, found: Found, section: str) -> Block | None:
        """The block that stood like this, of that section if it can be; None when none did."""
        same = [i for i, (_, held, _) in enumerate(self._held) if held == found]
        same.sort(key=lambda i: (i in self._used, self._held[i][0] != section))
        self._used.update(same[:1])
        return self._held[same[0]][2] if same else None

    def holds(self, found: Found) -> bool:
        """Whether a block stood like this."""
        return any(held == found for _, held, _ in self._held)

    def quoted(self, text: str) -> Citation | None:
        """The citation of these words; None when they were not quoted before."""
        wanted = folded(text)
        cited = (b.citations[0] for _, held, b in self._held if wanted and held.quote == wanted)
        return next(cited, None)

    def count(self, section: str, founds: Iterable[Found]) -> int:
        """How many of these blocks stood in a section."""
        held = {form_ for name, form_, _ in self._held if name == section}
        return sum(found.folded in held for found in founds)


def blocks(founds: Iterable[Found], section: str, former: Former) -> tuple[Block, ...]:
    """The blocks of a section that came back."""
    whole = _whole([found.folded for found in founds], former)
    return tuple(block for found in whole for block in _blocks(found, section, former))


def _whole(founds: Sequence[Found], former: Former) -> Iterator[Found]:
    """The same, with lists in one piece that a word processor took apart."""
    place = 0
    while place < len(founds):
        end = place + 1
        while founds[place].items and end < len(founds) and founds[end].items and not founds[end].text:
            end += 1
        while end > place + 1 and not former.holds(_together(founds[place:end])):
            end -= 1
        yield _together(founds[place:end])
        place = end


def _together(founds: Sequence[Found]) -> Found:
    items = tuple(item for found in founds for item in found.items)
    return replace(founds[0], items=items)


def _blocks(found: Found, section: str, former: Former) -> Iterator[Block]:
    if found == Found():
        return
    held = former.take(found, section)
    if held is not None:
        yield held
        return
    body = replace(found, text="")
    if found.text and body != Found():
        lead = former.take(Found(text=found.text), section)
        if lead is not None:  # a paragraph before a list that has no lead-in of its own
            yield lead
            yield from _blocks(body, section, former)
            return
    yield _new(found, section, former)


def _new(found: Found, section: str, former: Former) -> Block:
    text, ids, legal = unmarked(found.text)
    if found.quote:
        cited = former.quoted(found.quote)
        if cited is not None:
            return Block(kind="quote", text=text, requirements=ids, citations=(cited,), legal=legal)
        text = f"{text} {found.quote}".strip()
        return Block(kind="text", text=text, requirements=ids, legal=legal)
    if found.items:
        return Block(kind="list", text=text, items=found.items, requirements=ids, legal=legal)
    if found.rows or found.header:
        header, rows = (found.header, found.rows) if found.header else (found.rows[0], found.rows[1:])
        return Block(kind="table", text=text, header=header, rows=rows, requirements=ids, legal=legal)
    return Block(kind="text", text=text, requirements=ids, legal=legal)


def unmarked(text: str) -> tuple[str, tuple[str, ...], bool]:
    """Text without the marks behind it, the ids that they name, and whether counsel has to confirm it."""
    ids: tuple[str, ...] = ()
    legal = False
    while match := _MARK.search(text):
        inside = match.group(1).strip()
        names = tuple(part.strip() for part in inside.split(",") if part.strip())
        if inside.casefold() == _LEGAL:
            legal = True
        elif names and all(re.fullmatch(r"[A-Za-z0-9.\-]+", n) and requirements().knows(n) for n in names):
            ids = (*names, *ids)
        else:
            break
        text = text[: match.start()]
    return text.strip(), tuple(dict.fromkeys(ids)), legal
