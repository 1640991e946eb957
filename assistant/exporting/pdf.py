"""PDF, with Typst: the same content as the other exports, in real typography.

The layout is ours (`layout.typ`); the document is data for it, so that nothing in a text runs. It is made in
a folder with nothing else in it, which is all that Typst may read.
"""

from __future__ import annotations

import json
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.drafting.document import Block, Document
from assistant.exporting.front import (
    LEGAL,
    Table,
    front,
    is_wide,
    marks,
    moment,
    origin,
    pieces,
    plain,
    right_to_left,
    widths,
)

LAYOUT = Path(__file__).parent / "layout.typ"
_SURE = re.compile(r"[\s -~\u00a0-\u017f\u2010-\u201e\u2026\u20ac\u200b]")
"""Letters that the fonts inside Typst are known to have."""
_LONGEST, _LONGEST_IN_CELL = 40, 14
"""Words of more letters may be broken anywhere."""
_GLYPH = re.compile(r'xlink:href="#(\w+)"')
_NO_LETTER = "\U0010fffd"
_ONE = b'#set page(width: auto, height: auto)\n#text(font: "Libertinus Serif", sys.inputs.letter)'


def write(document: Document) -> bytes:
    """The document as PDF; the same document gives the same bytes.

    Set with the fonts inside Typst; with those of the machine too when letters are missing. What no font
    has is printed as its code, and said on the first page.
    """
    import typst

    data = _data(document)
    letters = sorted({letter for letter in json.dumps(data, ensure_ascii=False) if not _SURE.match(letter)})
    without = missing(letters)
    machine = bool(without)
    if machine:
        without = missing(without, machine=True)
        data = _coded(data, without)
        data["missing"] = _told(without)
    with tempfile.TemporaryDirectory() as folder:
        layout = Path(folder) / LAYOUT.name
        layout.write_bytes(LAYOUT.read_bytes())
        return typst.compile(
            layout,
            root=Path(folder),
            ignore_system_fonts=not machine,
            sys_inputs={"document": json.dumps(data)},
            timestamp=int(moment(document).timestamp()),
        )


def missing(letters: Sequence[str], machine: bool = False) -> list[str]:
    """Those letters that no font has; with `machine` the fonts of this machine count as well.

    A letter is missing when it is drawn as a code that can have no letter is.
    """
    import typst

    def drawn(letter: str) -> list[str]:
        picture = compiler.compile(_ONE, format="svg", sys_inputs={"letter": letter})
        assert isinstance(picture, bytes)
        return _GLYPH.findall(picture.decode())

    seen = [
        letter for letter in letters if unicodedata.category(letter) not in ("Cf", "Mn", "Zs", "Zl", "Zp")
    ]
    if not seen:
        return []
    with tempfile.TemporaryDirectory() as folder:
        compiler = typst.Compiler(_ONE, root=folder, ignore_system_fonts=not machine)
        empty = set(drawn(_NO_LETTER))
        return [letter for letter in seen if empty & set(drawn(letter))]


def _told(letters: Sequence[str]) -> str:
    if not letters:
        return ""
    named = (f"{_code(letter)} {unicodedata.name(letter, '').lower()}".strip() for letter in letters[:12])
    more = f" and {len(letters) - 12} more" if len(letters) > 12 else ""
    return (
        f"No font here has these letters, which stand below as their codes: {', '.join(named)}{more}. "
        "The Word and Markdown files hold them."
    )


def _code(letter: str) -> str:
    return f"[U+{ord(letter):04X}]"


def _coded(value: Any, letters: Sequence[str]) -> Any:
    """The same data with codes in place of letters."""
    if isinstance(value, str):
        return value.translate({ord(letter): _code(letter) for letter in letters})
    if isinstance(value, list):
        return [_coded(one, letters) for one in value]
    if isinstance(value, dict):
        return {key: _coded(one, letters) for key, one in value.items()}
    return value


def _data(document: Document) -> dict[str, Any]:
    """The document as the layout takes it."""
    made = front(document)
    control = Table((), tuple((f"{label}:", value) for label, value in made.control), (28, 72))
    return {
        "title": plain(document.header.title),
        "author": [plain(document.header.author)] if document.header.author else [],
        "keywords": [plain(name) for name in document.requirements],
        "head": [_text(line) for line in made.head],
        "control": _grid(control),
        "contents": made.contents,
        "missing": "",
        "runs": list(_runs(document)),
    }


def _runs(document: Document) -> Iterator[dict[str, Any]]:
    """Headings and blocks in order, parted where the page turns; a heading turns with what follows it."""
    items: list[tuple[bool, dict[str, Any]]] = []
    for section in document.sections:
        wide = bool(section.blocks) and is_wide(section.blocks[0])
        items.append((wide, _heading(section.heading, numbered=True)))
        items += ((is_wide(block), _block(block)) for block in section.blocks)
    for part in front(document).back:
        items.append((False, _heading(part.heading, numbered=False)))
        said = {"kind": "said", "text": _text(part.said)}
        table = {"kind": "table", "lead": False, **_grid(part.table)} if part.table else said
        items.append((False, table))
    begun = 0
    for place in range(1, len(items) + 1):
        if place == len(items) or items[place][0] != items[begun][0]:
            yield {"wide": items[begun][0], "items": [item for _, item in items[begun:place]]}
            begun = place


def _heading(text: str, numbered: bool) -> dict[str, Any]:
    return {"kind": "heading", "numbered": numbered, "text": _text(text)}


def _block(block: Block) -> dict[str, Any]:
    """A block; a list, table or quote with nothing in it is its text."""
    ids = marks(block.model_copy(update={"legal": False}))
    made: dict[str, Any] = {
        "kind": "text",
        "text": _text(block.text.strip()),
        "ids": ids,
        "legal": LEGAL if block.legal else "",
        "lead": bool(block.text.strip() or ids or block.legal),
    }
    if block.kind == "list" and block.items:
        made |= {"kind": "list", "items": [_text(item) for item in block.items if plain(item).strip()]}
    elif block.kind == "table" and (block.header or block.rows):
        shares = widths(block.header, block.rows)
        made |= {"kind": "table", **_grid(Table(block.header, block.rows, shares))}
    elif block.kind == "quote" and block.citations:
        cited = block.citations[0]
        made |= {
            "kind": "quote",
            "quote": _text(" ".join(cited.quote.split())),
            "origin": _text(f"— {origin(cited)}"),
        }
    return made


def _grid(table: Table) -> dict[str, Any]:
    """A table; short rows are filled with empty cells."""
    count = len(table.widths)
    rows = [[*row, *[""] * (count - len(row))] for row in (table.header, *table.rows) if row]
    cells = [[_text(cell, _LONGEST_IN_CELL) for cell in row] for row in rows]
    header = cells[:1] if table.header else []
    return {
        "widths": list(table.widths),
        "header": [c for row in header for c in row],
        "rows": cells[len(header) :],
    }


def _text(text: str, longest: int = _LONGEST) -> dict[str, Any]:
    """A text in parts, with what is an open place, and whether it is written from right to left."""
    said = plain(text)
    parts = [{"text": _breakable(part, longest), "open": open_} for part, open_ in pieces(said)]
    return {"rtl": right_to_left(said), "parts": parts}


def _breakable(text: str, longest: int) -> str:
    """Very long words with marks of no width, at which a line may end; they are not read back as text."""
    return re.sub(
        rf"\S{{{longest + 1},}}", lambda word: re.sub(r"(.{6})(?=.)", "\\1\u200b", word.group()), text
    )
