"""The Word file that a document is written into: our own, or the organisation's template."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from assistant.errors import NotPossible
from knowledge.errors import LoadError

_OLD = b"\xd0\xcf\x11\xe0"
_TEMPLATE = b"wordprocessingml.template.main+xml"
_DOCUMENT = b"wordprocessingml.document.main+xml"
_FETCHES = re.compile(r"\b(INCLUDEPICTURE|INCLUDETEXT|DDEAUTO|DDE|IMPORT)\b", re.IGNORECASE)
"""Fields by which Word fetches something, or runs a program."""
_LOADS = (
    "The template loads {} from elsewhere whenever it is opened. Put what it loads into the file in Word "
    "(a picture: insert it, do not link it), and give that."
)
_ATTACHED = "/attachedTemplate"
_NEEDED = ("Heading 1", "Title")


def open_word(data: bytes, what: str) -> Any:
    """A Word file opened by python-docx; NotPossible says what is wrong with it and what to do.

    `what` names the file in the message: "the template".
    """
    from docx import Document

    checked(data, what)
    try:
        return Document(io.BytesIO(_as_document(data)))
    except Exception as error:  # the border of one file: python-docx raises what its parts raise
        raise NotPossible(
            f"{what} cannot be read: Word's structure in it is broken ({type(error).__name__}). "
            "Open it in Word, save it again as .docx, and give that."
        ) from error


def checked(data: bytes, what: str) -> None:
    """Raise NotPossible unless these are the bytes of a Word file without macros."""
    from knowledge.formats.docx import check_archive

    if data.startswith(_OLD):
        raise NotPossible(
            f"{what} is a Word file of the old kind (.doc), or protected by a password. "
            "Save it without password as .docx, and give that."
        )
    if not data.startswith(b"PK"):
        raise NotPossible(f"{what} is not a Word file. Save it in Word as .docx, and give that.")
    try:
        check_archive(data, what)
    except LoadError as error:
        raise NotPossible(f"{what}: {error.problem}. {error.remedy}.") from error
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
    if b"macroEnabled" in types or any("vbaproject" in name.lower() for name in names):
        raise NotPossible(f"{what} holds macros. Save it in Word as .docx, without macros, and give that.")


def _as_document(data: bytes) -> bytes:
    """A Word template (.dotx) as a document, which is all that sets them apart."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        if _TEMPLATE not in old.read("[Content_Types].xml"):
            return data
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                content = old.read(entry)
                if entry.filename == "[Content_Types].xml":
                    content = content.replace(_TEMPLATE, _DOCUMENT)
                new.writestr(entry, content)
    return buffer.getvalue()


def blank(template: bytes | None) -> Any:
    """An empty document with the template's styles, page and headers, or with ours."""
    from docx import Document

    if template is None:
        made = Document()
        _ours(made)
        return made
    made = open_word(template, "The template")
    _self_contained(made)
    styles = {style.name for style in made.styles}
    lacking = [name for name in _NEEDED if name not in styles]
    if lacking:
        raise NotPossible(
            f"The template has no style {' and no style '.join(lacking)}. Open it in Word, give a line this "
            "style once, save the file, and give it again."
        )
    body = made.element.body
    for child in list(body):
        if child is not body.sectPr:
            body.remove(child)
    return made


def _self_contained(made: Any) -> None:
    """Take off what a reader's Word would fetch from elsewhere when it opens the file; links stay.

    Raises NotPossible for what cannot be taken off, such as a picture in the header that is only linked.
    """
    from docx.opc.constants import RELATIONSHIP_TYPE as KINDS

    for part in made.part.package.iter_parts():
        for name, held in list(part.rels.items()):
            if not held.is_external or held.reltype == KINDS.HYPERLINK:
                continue
            if part is not made.part and not held.reltype.endswith(_ATTACHED):
                raise NotPossible(_LOADS.format(held.target_ref[:80]))
            del part.rels[name]
        if part is not made.part and (found := _FETCHES.search(_fields(part))):
            raise NotPossible(_LOADS.format(f"what a field {found.group().upper()} names"))
    settings = made.settings.element
    for attached in settings.findall(f"{{{settings.nsmap['w']}}}attachedTemplate"):
        settings.remove(attached)


def _fields(part: Any) -> str:
    """The instructions of the fields in a header, footer or the like."""
    from docx.oxml.ns import qn

    root = getattr(part, "element", None)
    if root is None:
        return ""
    simple = (field.get(qn("w:instr"), "") for field in root.iter(qn("w:fldSimple")))
    return " ".join(["".join(one.text or "" for one in root.iter(qn("w:instrText"))), *simple])


def _ours(made: Any) -> None:
    """Our own page and type: A4, one sans-serif face, quiet headings."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.3)
    page.top_margin, page.bottom_margin = Cm(2.6), Cm(2.2)
    page.header_distance = page.footer_distance = Cm(1.1)
    sizes = {"Normal": 10, "Title": 22, "Heading 1": 14, "Heading 2": 12, "Heading 3": 11, "TOC Heading": 12}
    for name, size in sizes.items():
        style = made.styles[name]
        style.font.name, style.font.size = "Arial", Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0x1F, 0x2A, 0x44)
    normal = made.styles["Normal"].paragraph_format
    normal.space_after, normal.line_spacing = Pt(6), 1.12
    made.styles["Heading 1"].paragraph_format.space_before = Pt(16)
    made.styles["Heading 1"].paragraph_format.space_after = Pt(6)
    title = made.styles["Title"]
    title.paragraph_format.space_after = Pt(10)
    border = title.element.pPr.find(qn("w:pBdr"))
    if border is not None:
        title.element.pPr.remove(border)
