"""Tables: each row is a sentence of its own, "Header: value; Header: value"."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.formats.builder import Builder

_LABEL = 80


def write_table(builder: Builder, rows: Sequence[Sequence[str]], labels: bool = False) -> None:
    """Write a table whose first row is its header; a table of one row or column is plain text.

    A table of two columns is written as "left: right" lines, header included, since it is most
    often a list of properties.
    """
    rows = [[" ".join(cell.split()) for cell in row] for row in rows]
    rows = [row for row in rows if any(row)]
    if not rows:
        return
    width = max(map(len, rows))
    if len(rows) == 1 or width == 1:
        for row in rows:
            builder.paragraph(" | ".join(cell for cell in row if cell))
        return
    if width == 2 and not labels:
        for row in rows:
            builder.row(": ".join(cell for cell in row if cell))
        return
    header, *body = rows
    for row in body:
        cells = [
            f"{name}: {cell}" if name else cell
            for name, cell in zip([*header, *[""] * width], row, strict=False)
            if cell
        ]
        label = next((cell for cell in row if cell), "")[:_LABEL] if labels else None
        builder.row("; ".join(cells), label)
