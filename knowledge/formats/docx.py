"""DOCX, with python-docx: body text in order; comments, hidden text, headers and footers left out."""

from __future__ import annotations

import io
import re
from typing import Any
from zipfile import BadZipFile, ZipFile

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from knowledge.errors import LoadError
from knowledge.formats.builder import Builder
from knowledge.formats.places import numbered_level, place_level
from knowledge.formats.result import Parsed
from knowledge.formats.rows import write_table

_MOST_BYTES = 300_000_000
_MOST_RATIO = 200
_STYLE = re.compile(r"heading (\d)", re.IGNORECASE)
_IDS = "requirementids"
"""Style of the ids that a document written here has behind its paragraphs: told apart from the text."""


def check_archive(data: bytes, name: str) -> None:
    """Raise LoadError for an archive that would unpack to far more than it is."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            total = sum(entry.file_size for entry in archive.infolist())
            names = set(archive.namelist())
    except BadZipFile as error:
        raise LoadError(
            name, "it is broken or cut off", "Get a whole copy of the file and add it again"
        ) from error
    if total > _MOST_BYTES or (total > 10_000_000 and total > _MOST_RATIO * len(data)):
        raise LoadError(
            name,
            f"it would unpack to {total // 1_000_000} MB, {total // max(len(data), 1)} times its size, "
            "as a decompression bomb does",
            "Check where it comes from; save it again in a word processor if it is sound",
        )
    if "word/document.xml" not in names:
        raise LoadError(name, "it is an archive, not a Word document", "Add the documents inside it instead")


def parse(data: bytes, name: str) -> Parsed:
    """Read a Word document."""
    check_archive(data, name)
    try:
        document = Document(io.BytesIO(data))
    except (KeyError, ValueError, BadZipFile) as error:
        raise LoadError(
            name, f"Word's structure is broken ({error})", "Open and save it again, then add it"
        ) from error
    builder = Builder()
    styled = any(_STYLE.search(_style(p)) for p in document.paragraphs)
    stem: tuple[int, int] | None = None
    for child in document.element.body.iterchildren():
        if child.tag == qn("w:p"):
            stem = _paragraph(builder, Paragraph(child, document), styled, stem)
        elif child.tag == qn("w:tbl"):
            write_table(builder, _rows(Table(child, document)))
    core = document.core_properties
    metadata = {"title": core.title or "", "author": core.author or ""}
    return Parsed(
        builder,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        core.title or "",
        metadata,
    )


def _style(paragraph: Paragraph) -> str:
    return str(paragraph.style.name) if paragraph.style is not None else ""


def _text(paragraph: Paragraph) -> str:
    """Visible text of a paragraph, links included; deletions, hidden runs and requirement ids left out."""
    parts: list[str] = []
    for run in paragraph._p.iter(qn("w:r")):
        properties = run.find(qn("w:rPr"))
        hidden = properties is not None and properties.find(qn("w:vanish")) is not None
        if hidden or (run.style or "").lower() == _IDS:
            continue
        for node in run:
            if node.tag == qn("w:t"):
                parts.append(node.text or "")
            elif node.tag in (qn("w:tab"), qn("w:br"), qn("w:cr")):
                parts.append(" ")
    return "".join(parts).strip()


def _paragraph(
    builder: Builder, paragraph: Paragraph, styled: bool, stem: tuple[int, int] | None
) -> tuple[int, int] | None:
    text = _text(paragraph)
    if not text:
        return stem
    level = _level(paragraph, text, styled)
    if level:
        builder.heading(text, level)
        return None
    depth = _list_depth(paragraph)
    if depth is not None:
        builder.item(f"- {text}", depth, stem)
        return stem
    return builder.paragraph(text)


def _level(paragraph: Paragraph, text: str, styled: bool) -> int | None:
    style = _style(paragraph)
    match = _STYLE.search(style)
    if match:
        return int(match.group(1))
    if style.lower() == "title":
        return 1
    if styled or len(text) > 120:
        return None
    runs: list[Any] = [run for run in paragraph.runs if run.text.strip()]
    bold = bool(runs) and all(run.bold for run in runs)
    if bold and not text.endswith((".", ";", ",", ":")):
        return place_level(text) or numbered_level(text) or 2
    return place_level(text)


def _list_depth(paragraph: Paragraph) -> int | None:
    properties = paragraph._p.pPr
    numbered = properties is not None and properties.numPr is not None
    if numbered:
        level = properties.numPr.ilvl
        return int(level.val) if level is not None else 0
    return 0 if _style(paragraph).lower().startswith("list") else None


def _rows(table: Table) -> list[list[str]]:
    rows = []
    for row in table.rows:
        cells: list[str] = []
        seen: set[int] = set()
        for cell in row.cells:  # a merged cell comes several times
            if id(cell._tc) not in seen:
                seen.add(id(cell._tc))
                cells.append(" ".join(_text(p) for p in cell.paragraphs))
        rows.append(cells)
    return rows
