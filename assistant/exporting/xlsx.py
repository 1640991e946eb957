"""Tables as an Excel file, with openpyxl: what a cell says is text or a date, never a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from assistant.exporting.archive import steady
from assistant.exporting.front import plain

Value = str | int | date | None
_MOST = 32_000
"""Characters of a cell; Excel refuses more than 32,767."""
_CUT = " … (cut here: a cell holds no more)"
_NARROW, _BROAD = 8, 60


@dataclass(frozen=True)
class Sheet:
    """One sheet: a header, rows below it, and notes below the table."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[str, ...] = ()


def write(sheets: Sequence[Sheet]) -> bytes:
    """The bytes of an XLSX file; the same sheets give the same bytes. ValueError without a sheet."""
    from openpyxl import Workbook

    if not sheets:
        raise ValueError("an Excel file has at least one sheet")
    book = Workbook()
    book.remove(book.active)
    taken: list[str] = []
    for sheet in sheets:
        taken.append(_title(sheet.title, taken))
        _fill(book.create_sheet(taken[-1]), sheet)
    book.properties.creator = "Clausewise"
    buffer = io.BytesIO()
    book.save(buffer)
    return steady(buffer.getvalue())


def _title(wanted: str, taken: Sequence[str]) -> str:
    """A name that Excel allows and no other sheet has."""
    name = re.sub(r"[\[\]:*?/\\]", " ", plain(wanted)).strip(" '")[:31].strip() or "Sheet"
    used = {title.casefold() for title in taken}
    number = 1
    whole = name
    while whole.casefold() in used:
        number += 1
        whole = f"{name[:26]} ({number})"
    return whole


def _fill(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for column, name in enumerate(sheet.header, 1):
        cell = _put(page, 1, column, name)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8EBEF")
    for line, row in enumerate(sheet.rows, 2):
        for column, value in enumerate(row, 1):
            _put(page, line, column, value)
    last = get_column_letter(max(1, len(sheet.header)))
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{last}{1 + len(sheet.rows)}"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    for column in range(1, len(sheet.header) + 1):
        page.column_dimensions[get_column_letter(column)].width = _width(sheet, column - 1)
    for line, note in enumerate(sheet.notes, len(sheet.rows) + 3):
        cell = _put(page, line, 1, note)
        cell.font = Font(italic=True, color="555555")
        cell.alignment = Alignment(vertical="top")


def _put(page: Any, line: int, column: int, value: Value) -> Any:
    """One cell; text stays text, whatever it begins with."""
    from openpyxl.styles import Alignment

    cell = page.cell(line, column)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if isinstance(value, str):
        text = plain(value)
        text = text if len(text) <= _MOST else text[: _MOST - len(_CUT)] + _CUT
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = text.lstrip().startswith(("=", "+", "-", "@"))
    elif value is not None:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
    return cell


def _width(sheet: Sheet, column: int) -> int:
    """Room for what stands in a column, in characters."""
    said = [sheet.header[column], *(str(row[column] or "") for row in sheet.rows if column < len(row))]
    lines = sorted(max(map(len, text.splitlines()), default=0) for text in said)
    typical = lines[ceil(0.9 * (len(lines) - 1))]
    return min(_BROAD, max(_NARROW, len(sheet.header[column]) + 4, typical + 2))
