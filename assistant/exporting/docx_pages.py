"""A Word file as lines: its paragraphs and tables in order, as whoever reads it sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.exporting.docx_parts import LOCKED, SECTION_MARK, named

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_TRACKED = ("ins", "del", "moveFrom", "moveTo")
_UNSEEN = ("del", "moveFrom", "txbxContent")
_TEXT = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


@dataclass(frozen=True)
class Line:
    """A paragraph or a table. `level` is a heading's, from 0; `list_` sets one list apart from another."""

    text: str = ""
    style: str = ""
    level: int | None = None
    list_: str | None = None
    title: bool = False
    marks: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def tracked(made: Any) -> int:
    """How many tracked changes a file has."""
    body = made.element.body
    return sum(1 for name in _TRACKED for _ in body.iter(named(f"w:{name}")))


def beside(made: Any) -> Iterator[str]:
    """What stands in a file besides its text and is not read, in words."""
    body = made.element.body
    for tag, what in (
        ("w:commentReference", "comment"),
        ("w:drawing", "picture"),
        ("w:pict", "picture of the old kind"),
        ("w:footnoteReference", "footnote"),
        ("w:endnoteReference", "endnote"),
        ("w:object", "embedded object"),
        ("m:oMath", "formula"),
    ):
        count = sum(1 for _ in body.iter(named(tag)))
        if count:
            yield f"{count} {what}{'s' if count > 1 else ''}"


def lines(made: Any) -> Iterator[Line]:
    """The paragraphs and tables of a file, without the parts of ours that are made anew."""
    styles = {style.style_id: style for style in made.styles}
    default = next((s for s in made.styles if s.type == 1 and s.element.get(named("w:default")) == "1"), None)
    yield from _lines(made.element.body, styles, default)


def _lines(home: Any, styles: Any, default: Any) -> Iterator[Line]:
    for child in home:
        if child.tag == named("w:p"):
            yield _paragraph(child, styles, default)
        elif child.tag == named("w:tbl"):
            yield _table(child)
        elif child.tag == named("w:sdt"):
            content = child.find(named("w:sdtContent"))
            if content is not None and not _made_anew(child):
                yield from _lines(content, styles, default)
        elif child.tag in (named("w:customXml"), named("w:smartTag")):
            yield from _lines(child, styles, default)


def _made_anew(control: Any) -> bool:
    """Whether a content control is a part of ours, or a table of contents."""
    tag = control.find(f"{named('w:sdtPr')}/{named('w:tag')}")
    gallery = next(control.iter(named("w:docPartGallery")), None)
    contents = gallery is not None and gallery.get(named("w:val")) == "Table of Contents"
    return contents or (tag is not None and str(tag.get(named("w:val"))).startswith(LOCKED))


def _paragraph(paragraph: Any, styles: Any, default: Any) -> Line:
    properties = paragraph.pPr
    style = styles.get(paragraph.style, default)
    name = str(style.name) if style is not None else ""
    heading = _HEADING.match(name)
    return Line(
        text=text(paragraph),
        style=name,
        level=int(heading.group(1)) - 1 if heading else None,
        list_=None if heading else _list(properties, style, name),
        title=name in ("Title", "Subtitle") or name.lower().startswith(("toc ", "contents")),
        marks=tuple(
            mark
            for node in paragraph.iter(named("w:bookmarkStart"))
            if (mark := str(node.get(named("w:name")))).startswith(SECTION_MARK)
        ),
    )


def _list(properties: Any, style: Any, name: str) -> str | None:
    """What tells a list from others: its number, or its style."""
    while True:
        numbers = properties.numPr if properties is not None else None
        if numbers is not None and numbers.numId is not None:
            return f"number {numbers.numId.val}" if numbers.numId.val else None
        if style is None:
            break
        properties, style = style.element.pPr, style.base_style
    return name if name.lower().startswith("list") and "lead" not in name.lower() else None


def text(paragraph: Any) -> str:
    """The words of a paragraph as they are read: no field codes, no hidden runs, no text boxes."""
    words: list[str] = []
    for run in paragraph.iter(named("w:r")):
        if any(above.tag in _skipped() for above in run.iterancestors()) or _hidden(run):
            continue
        for node in run:
            local = str(node.tag).rpartition("}")[2]
            words.append(node.text or "" if local == "t" else _TEXT.get(local, ""))
    return "".join(words).strip()


def _skipped() -> set[str]:
    return {named(f"w:{name}") for name in _UNSEEN}


def _hidden(run: Any) -> bool:
    properties = run.find(named("w:rPr"))
    vanish = properties.find(named("w:vanish")) if properties is not None else None
    return vanish is not None and vanish.get(named("w:val")) not in ("0", "false")


def _table(table: Any) -> Line:
    rows: list[tuple[str, ...]] = []
    header: tuple[str, ...] = ()
    for row in table.iter(named("w:tr")):
        if row.getparent() is not table and row.getparent().tag != named("w:sdtContent"):
            continue  # of a table inside a cell, whose words stand in the cell
        cells = tuple(_cell(cell) for cell in row.iter(named("w:tc")) if _outer(cell, row))
        if not rows and not header and row.find(f"{named('w:trPr')}/{named('w:tblHeader')}") is not None:
            header = cells
        else:
            rows.append(cells)
    return Line(header=header, rows=tuple(rows) if rows or not header else ((),))


def _outer(cell: Any, row: Any) -> bool:
    return next(above for above in cell.iterancestors() if above.tag == named("w:tr")) is row


def _cell(cell: Any) -> str:
    paragraphs = (text(paragraph) for paragraph in cell.iter(named("w:p")))
    return "\n".join(filter(None, paragraphs))
