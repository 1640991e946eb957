"""Tables of AI systems from elsewhere: recognised by their columns, and read row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from pydantic import Field

from assistant.errors import NotPossible
from assistant.models import Frozen
from knowledge.tiers import FOLDER

LARGEST = 50_000_000
"""Bytes that a file may have."""
OWN = "own"


class Layout(Frozen):
    """A kind of table: its columns by what they tell, and the words that it uses for them."""

    id: str
    title: str
    recognised_by: tuple[str, ...]
    also: Mapping[str, str] = {}
    key: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A row with the number of the line on which it begins; `problem` says why it cannot be read."""

    number: int
    cells: Mapping[str, str]
    problem: str = ""


@cache
def layouts() -> tuple[Layout, ...]:
    """The tables that are recognised, the most particular first."""
    raw: Any = yaml.safe_load((FOLDER / "registers.yaml").read_text("utf-8"))
    return tuple(Layout.model_validate(one) for one in raw["layouts"])


def read(data: bytes) -> tuple[Layout, list[Line]]:
    """The kind of a table and its rows. Raises NotPossible for what is no table that is known."""
    if len(data) > LARGEST:
        raise NotPossible(f"The file has more than {LARGEST // 1_000_000} MB. Split it.")
    text = _text(data)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows = _rows(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    _, header, problem = next(rows, (0, [], ""))
    if problem:
        raise NotPossible(f"The first line cannot be read: {problem}.")
    names = [" ".join(name.split()).casefold() for name in header]
    layout = _layout(names)
    called = [layout.also.get(name, name) for name in names]
    twice = [name for name in called if name and called.count(name) > 1]
    if twice:
        raise NotPossible(f"The column {twice[0]!r} stands twice. Remove one of the two.")
    return layout, list(_lines(called, rows))


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotPossible("The file is no text in UTF-8. Save it as CSV in UTF-8.")


def _layout(names: Sequence[str]) -> Layout:
    for layout in layouts():
        if set(layout.recognised_by) <= {layout.also.get(name, name) for name in names}:
            return layout
    known = "; ".join(f"{one.title} ({', '.join(one.recognised_by)})" for one in layouts())
    shown = ", ".join(names[:8]) or "none"
    raise NotPossible(f"The columns are not recognised: {shown}. What is known: {known}.")


def _rows(reader: Any) -> Iterator[tuple[int, list[str], str]]:
    """Rows with their first line; one that cannot be read comes with the reason and ends nothing."""
    while True:
        number = reader.line_num + 1
        try:
            yield number, next(reader), ""
        except StopIteration:
            return
        except csv.Error as error:
            yield number, [], str(error)


def _lines(names: Sequence[str], rows: Iterator[tuple[int, list[str], str]]) -> Iterator[Line]:
    for number, cells, problem in rows:
        if problem:
            yield Line(number, {}, f"it cannot be read ({problem})")
        elif not any(cell.strip() for cell in cells):
            continue
        elif len(cells) != len(names):
            yield Line(number, {}, f"it has {len(cells)} cells, and the header {len(names)}")
        else:
            yield Line(number, dict(zip(names, map(_unguarded, cells), strict=True)))


GUARDED = tuple("=+-@＝＋－＠")
"""How text begins that a spreadsheet would run."""


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    runs = cell.lstrip().startswith(GUARDED) or cell[:1] in ("\t", "\r", "\n")
    return f"'{cell}" if runs else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and guarded(cell[1:]) == cell else cell


def taken(layout: Layout, line: Line) -> dict[str, str]:
    """What a row tells, by field of the register."""
    found = {}
    for field, columns in layout.columns.items():
        cells = [(column, line.cells.get(column, "").strip()) for column in columns]
        if field == "notes" and len(columns) > 1:
            found[field] = "; ".join(f"{column.replace('_', ' ')}: {cell}" for column, cell in cells if cell)
        else:
            found[field] = ", ".join(dict.fromkeys(cell for _, cell in cells if cell))
        if field in layout.values:
            found[field] = layout.values[field].get(found[field], "")
    return found


def key(layout: Layout, line: Line) -> str | None:
    """By what a row is recognised when it comes again; None when it has no key."""
    parts = [line.cells.get(column, "").strip() for column in layout.key]
    return f"{layout.id}:{':'.join(parts)}"[:200] if parts and all(parts) else None
