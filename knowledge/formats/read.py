"""From bytes to a loaded document: magic bytes decide the parser, then control fields are read."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from knowledge.control import infer_kind, read_control
from knowledge.errors import LoadError
from knowledge.formats.builder import clean
from knowledge.formats.result import Parsed
from knowledge.models import LoadedDocument

SUFFIXES = (
    ".pdf",
    ".docx",
    ".md",
    ".markdown",
    ".html",
    ".htm",
    ".xml",
    ".txt",
    ".csv",
    ".tsv",
    ".json",
)
"""File names that are read; others are tried as plain text."""
_SUPPORTED = "Add it as PDF, DOCX, Markdown, HTML, XML, CSV or plain text"
_OTHER_FORMATS = (
    (b"\xd0\xcf\x11\xe0", "it is an Office file of the old kind, or protected by a password"),
    (b"\x89PNG", "it is a picture"),
    (b"\xff\xd8\xff", "it is a picture"),
    (b"{\\rtf", "it is in Rich Text Format"),
    (b"\x1f\x8b", "it is a compressed archive"),
)
_HTML = re.compile(
    rb"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_NO_TITLE = re.compile(
    r"^(microsoft (word|powerpoint)|untitled|document\d*$|.*\.(docx?|pdf|indd|pptx?)$|l_\d)",
    re.IGNORECASE,
)
_DOUBLED = re.compile(r"(\w.{4,})\1")
"""Type that is printed twice, to look bold."""
_OPENING = 20_000


def read(data: bytes, name: str) -> LoadedDocument:
    """Parse a file's bytes; LoadError says what is wrong with it and what to do."""
    parsed = _parse(data, name)
    builder = parsed.builder
    if not builder.blocks:
        raise LoadError(name, "it holds no text", "Check the file, and add it again when it has some")
    text = builder.text.rstrip()
    metadata = {key: " ".join(clean(value).split()) for key, value in parsed.metadata.items()}
    control = read_control(text, builder.blocks, metadata)
    title = " ".join(clean(control.title or _title(parsed, text, name)).split())
    owned = control.owner is not None
    kind = control.kind or infer_kind(title, text[:_OPENING], name, owned)
    return LoadedDocument(
        text=text,
        blocks=tuple(builder.blocks),
        title=title,
        media_type=parsed.media_type,
        pages=tuple(builder.pages),
        control=replace(control, title=title, kind=kind),
    )


def _parse(data: bytes, name: str) -> Parsed:
    if not data.strip():
        raise LoadError(name, "it is empty", "Check the file, and add it again when it has content")
    suffix = PurePath(name).suffix.lower()
    if b"%PDF-" in data[:1024]:
        from knowledge.formats import pdf

        return pdf.parse(data, name)
    if data.startswith(b"PK\x03\x04"):
        from knowledge.formats import docx

        return docx.parse(data, name)
    _refuse(data, name, suffix)
    return _parse_text(data, name, suffix)


def _refuse(data: bytes, name: str, suffix: str) -> None:
    for magic, problem in _OTHER_FORMATS:
        if data.startswith(magic):
            raise LoadError(name, problem, _SUPPORTED)
    if suffix in (".pdf", ".docx"):
        what = "a web page (HTML)" if _HTML.match(data) else "something else"
        raise LoadError(
            name,
            f"its name ends in {suffix} but it is {what}",
            "Get the real file, or rename it to what it is, and add it again",
        )


def _parse_text(data: bytes, name: str, suffix: str) -> Parsed:
    if suffix == ".xml" and not _HTML.match(data):
        from knowledge.formats import xml

        return xml.parse(data, name)
    text = _decoded(data, name)
    if suffix in (".html", ".htm", ".xhtml", ".xml") or (suffix not in SUFFIXES and _HTML.match(data)):
        from knowledge.formats import html

        return html.parse(text)
    if suffix in (".md", ".markdown"):
        from knowledge.formats import markdown

        return markdown.parse(text)
    if suffix in (".csv", ".tsv"):
        from knowledge.formats import table

        return table.parse(text, name)
    if suffix == ".json":
        from knowledge.formats import json_

        return json_.parse(text, name)
    from knowledge.formats import plain

    return plain.parse(text)


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif b"\0" in data:
        raise LoadError(name, "it is not text, and in no format that is read here", _SUPPORTED)
    else:
        candidates = ["utf-8-sig", "cp1252"]
    for encoding in candidates:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LoadError(name, "its characters cannot be read", "Save it as UTF-8 and add it again")


def _title(parsed: Parsed, text: str, name: str) -> str:
    """The file's own title, else its first heading, else the name of the file."""
    stated = " ".join(parsed.title.split())
    if len(stated) > 3 and not _NO_TITLE.match(stated):
        return stated[:200]
    first = "" if parsed.media_type == "application/json" else _first_heading(parsed, text)
    return first or PurePath(name).stem.replace("_", " ").replace("-", " ").strip() or name


def _first_heading(parsed: Parsed, text: str) -> str:
    for block in parsed.builder.blocks[:8]:
        if block.role == "heading":
            title = " ".join(text[block.start : block.end].split())
            if len(title) > 3 and not _DOUBLED.search(title):
                return "" if title.lower().endswith("contents") else title[:200]
    return ""
