"""Tables in a Word document: header rows that repeat, columns as wide as their words need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.exporting.docx_parts import CELL, element, named, write_text
from assistant.exporting.front import columns, plain

_LINE = "B8C2CF"
_HEAD = "E8EBEF"
_SMALL = 8
"""Tables of so many columns are set in smaller type."""


def add_table(
    home: Any, header: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[int], room: int
) -> Any:
    """A table at the end of `home` (a document's body); `room` is its width in twentieths of a point."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Twips

    style = home.part.get_style_id(CELL, WD_STYLE_TYPE.PARAGRAPH)  # looked up once: it is slow
    count = columns(header, rows)
    lines = [header, *rows] if header else list(rows)
    table = home.add_table(len(lines), count, Twips(room))
    wide = [room * share // 100 for share in shares]
    _frame(table, wide)
    for row, line in zip(table.rows, lines, strict=True):
        is_header = bool(header) and line is lines[0]
        _row(row, line, wide, style, is_header)
    return table


def _frame(table: Any, wide: Sequence[int]) -> None:
    """Fixed columns and thin lines, whatever the template's tables look like."""
    table.autofit = False
    properties = table._tbl.tblPr
    width = properties.find(named("w:tblW"))
    if width is None:
        width = element("tblW")
        properties.append(width)
    width.set(named("w:type"), "dxa")
    width.set(named("w:w"), str(sum(wide)))
    borders = element("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(side, val="single", sz="4", space="0", color=_LINE))
    layout = properties.find(named("w:tblLayout"))
    layout.addprevious(borders)
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w="85", type="dxa"))
    layout.addnext(margins)
    for column, part in zip(table._tbl.tblGrid, wide, strict=True):
        column.set(named("w:w"), str(part))


def _row(row: Any, line: Sequence[str], wide: Sequence[int], style: str, is_header: bool) -> None:
    from docx.shared import Pt, Twips

    properties = row._tr.get_or_add_trPr()
    if sum(map(len, line)) < 1500:
        properties.append(element("cantSplit"))
    if is_header:
        properties.append(element("tblHeader"))
    for place, cell in enumerate(row.cells):
        cell.width = Twips(wide[place])
        paragraph = cell.paragraphs[0]
        paragraph._p.style = style
        if is_header:
            cell._tc.get_or_add_tcPr().append(element("shd", val="clear", color="auto", fill=_HEAD))
            paragraph.paragraph_format.keep_with_next = True
        write_text(paragraph, plain(line[place]) if place < len(line) else "")
        for run in paragraph.runs:
            run.font.bold = is_header or None
            run.font.size = Pt(8 if len(wide) >= _SMALL else 9)
