"""Writes a document's text and blocks together, so that every block's span is exact."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from knowledge.models import Block, BlockRole

_UNWANTED = dict.fromkeys(
    [
        *range(0, 9),
        11,
        12,
        *range(14, 32),
        127,
        *range(0x80, 0xA0),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
        *range(0xE0000, 0xE0080),
        0xFEFF,
        0xAD,
    ]
)


def clean(text: str) -> str:
    """Text in NFC without control characters, soft hyphens, and marks and letters that nobody sees."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n").replace("\u00a0", " ")
    return unicodedata.normalize("NFC", text.translate(_UNWANTED))


class Builder:
    """Collects blocks in reading order, separated by blank lines."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._parts: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []
        self.pages: list[int] = []

    @property
    def text(self) -> str:
        """All text so far."""
        return "".join(self._parts)

    def page(self) -> None:
        """A page begins with what is added next."""
        self.pages.append(self._length)

    def heading(self, text: str, level: int) -> None:
        """A heading; level from 1."""
        self._block("heading", [text], level=min(max(level, 1), 6))

    def paragraph(self, text: str) -> tuple[int, int]:
        """A paragraph; returns its span."""
        return self._block("paragraph", [text])

    def across(self, parts: Sequence[str], role: BlockRole = "paragraph") -> tuple[int, int]:
        """A block that runs over pages: one part a page, a new page beginning with each but the first."""
        return self._block(role, parts)

    def item(self, text: str, level: int = 0, head: tuple[int, int] | None = None) -> tuple[int, int]:
        """A list item; `head` is the span of its stem."""
        return self._block("item", [text], level=level, head=head)

    def row(self, text: str, label: str | None = None, head: tuple[int, int] | None = None) -> None:
        """A table row; `head` is the span of the header line."""
        self._block("row", [text], label=label, head=head)

    def aside(self, text: str) -> tuple[int, int]:
        """Text that is kept but is no passage of its own, such as a table's header line."""
        start = self._write(clean(text).strip())
        return start, self._length - 2

    def _block(
        self,
        role: BlockRole,
        parts: Sequence[str],
        level: int = 0,
        label: str | None = None,
        head: tuple[int, int] | None = None,
    ) -> tuple[int, int]:
        texts = [clean(part).strip() for part in parts]
        start = self._length
        offset = start
        for place, text in enumerate(texts):
            if place:
                offset += 1  # the line break that joins the parts
                self.pages.append(offset)
            offset += len(text)
        whole = "\n".join(texts)
        if whole.strip():
            self._write(whole)
            self.blocks.append(Block(role, start, start + len(whole), level, label, head))
        return start, start + len(whole)

    def _write(self, text: str) -> int:
        start = self._length
        self._parts.append(text + "\n\n")
        self._length += len(text) + 2
        return start
