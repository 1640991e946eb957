"""XML, with lxml: no external entity is read and none is expanded."""

from __future__ import annotations

from typing import Any

from lxml import etree

from knowledge.errors import LoadError
from knowledge.formats.builder import Builder
from knowledge.formats.result import Parsed

_TITLES = ("title", "heading", "head", "label", "name")
_INLINE = frozenset("a abbr b strong em i u span sup sub cite q code br term ref".split())


def parse(data: bytes, name: str) -> Parsed:
    """Read XML of any vocabulary: titled elements are headings, text elements paragraphs."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise LoadError(
            name, f"it is not well-formed XML ({error.msg})", "Correct it, or save it again"
        ) from error
    builder = Builder()
    _walk(builder, root, 1)
    return Parsed(builder, "application/xml", str(root.get("title") or ""))


def _walk(builder: Builder, element: Any, level: int) -> None:
    title = element.get("title")
    deeper = level
    if title and element.getparent() is not None:
        anchor = element.get("anchor") or element.get("number") or ""
        builder.heading(f"{anchor} {title}".strip(), level)
        deeper = level + 1
    own = _own_text(element)
    if own:
        anchor = element.get("anchor") or element.get("number")
        if anchor and not title:
            builder.item(f"{anchor} {own}", anchor.count("."))
        else:
            builder.paragraph(own)
    for child in element:
        if not isinstance(child.tag, str) or _tag(child) in _INLINE:
            continue
        if _tag(child) in _TITLES and len(child) == 0 and (child.text or "").strip():
            builder.heading(" ".join(child.text.split()), level)
            deeper = level + 1
        else:
            _walk(builder, child, deeper)
            tail = " ".join((child.tail or "").split())
            if tail:
                builder.paragraph(tail)


def _tag(element: Any) -> str:
    return str(etree.QName(element).localname).lower()


def _own_text(element: Any) -> str:
    """The text of an element and of its inline children, up to its first block."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and _tag(child) in _INLINE:
            parts += ["".join(child.itertext()), child.tail or ""]
        elif not isinstance(child.tag, str):
            parts.append(child.tail or "")
    return " ".join("".join(parts).split())
