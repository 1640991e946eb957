"""Small real files for the tests, each made by a real library."""

from __future__ import annotations

import io
import zipfile

import typst
from docx import Document
from pypdf import PdfReader, PdfWriter


def pdf(*pages: str) -> bytes:
    """A PDF with one page for each text; "= Title" lines are headings."""
    made = typst.compile("\n#pagebreak()\n".join(pages).encode())
    assert isinstance(made, bytes)
    return made


def encrypted_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("Secret words that nobody reads."))))
    writer.encrypt("secret", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def scanned_pdf() -> bytes:
    """Pages without any text, as a scanner makes them."""
    return pdf("#rect(width: 5cm, height: 5cm)", "#circle(radius: 2cm)")


def docx(*paragraphs: tuple[str, str]) -> bytes:
    """A Word document of (style, text) paragraphs."""
    document = Document()
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def docx_bomb(megabytes: int = 400) -> bytes:
    """A Word document of a few hundred kilobytes that would unpack to `megabytes`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as entry:
            for _ in range(megabytes):
                entry.write(b" " * 1_000_000)
    return buffer.getvalue()
