"""The formats in which a document leaves, by the suffix of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assistant.drafting.document import Document
from assistant.errors import NotPossible

EXPORTED = "exported"
"""The kind of a record that says that a document left as a file."""


@dataclass(frozen=True)
class Format:
    """A format: what people call it, its media type, and what writes it (with a template, or None)."""

    name: str
    media_type: str
    write: Callable[[Document, bytes | None], bytes]
    templates: bool = False


def export(document: Document, suffix: str, template: bytes | None = None) -> bytes:
    """The document as a file; the same document gives the same bytes.

    `suffix` is that of the file (".docx"), `template` a Word file of the organisation's. Raises NotPossible
    for a format that is not written, or a template that cannot be used.
    """
    wanted = suffix.lower() if suffix.startswith(".") else f".{suffix.lower()}"
    if wanted not in FORMATS:
        raise NotPossible(f"Documents are not written as {suffix!r}. Choose one of {', '.join(FORMATS)}.")
    format_ = FORMATS[wanted]
    if template is not None and not format_.templates:
        raise NotPossible(f"A template is for Word files; {format_.name} is written without one.")
    return format_.write(document, template)


def _docx(document: Document, template: bytes | None) -> bytes:
    from assistant.exporting import docx

    return docx.write(document, template)


def _pdf(document: Document, _: bytes | None) -> bytes:
    from assistant.exporting import pdf

    return pdf.write(document)


def _markdown(document: Document, _: bytes | None) -> bytes:
    from assistant.exporting import markdown

    return markdown.write(document).encode()


FORMATS: Mapping[str, Format] = {
    ".docx": Format(
        "Word",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _docx,
        templates=True,
    ),
    ".pdf": Format("PDF", "application/pdf", _pdf),
    ".md": Format("Markdown", "text/markdown", _markdown),
}
