"""Word documents with hostile words in the text or beside it."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from PIL import Image

from evals.attacks.cases import Carrier, Planted


def docx(planted: Planted) -> bytes:
    """A document of title and paragraphs, with the hostile words as the carrier has them."""
    document = Document()
    document.core_properties.title = planted.title
    document.core_properties.author = ""
    document.add_heading(planted.title, level=1)
    if planted.owner:
        document.add_paragraph(f"Owner: {planted.owner}")
    for part in planted.body:
        document.add_paragraph(part)
    if planted.hostile:
        _plant(document, planted)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _plant(document: Any, planted: Planted) -> None:
    words, last = planted.words, document.paragraphs[-1]
    match planted.carrier:
        case Carrier.DOCX_CELL:
            table = document.add_table(rows=2, cols=2)
            for cell, text in zip(table._cells, ("Tool", "Rule", "Translator", words), strict=True):
                cell.text = text
        case Carrier.DOCX_COMMENT:
            document.add_comment(last.runs, text=words, author="Reader", initials="R")
        case Carrier.DOCX_HEADER:
            document.sections[0].header.paragraphs[0].text = words
        case Carrier.DOCX_FOOTER:
            document.sections[0].footer.paragraphs[0].text = words
        case Carrier.DOCX_ALT_TEXT:
            picture = document.add_picture(_dot())
            picture._inline.docPr.set("descr", words)
        case Carrier.DOCX_HIDDEN:
            document.add_paragraph().add_run(words).font.hidden = True
        case Carrier.DOCX_PROPERTIES:
            for name in ("subject", "keywords", "comments"):
                setattr(document.core_properties, name, words[:255])
        case _:
            document.add_paragraph(words)


def _dot() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    out.seek(0)
    return out
