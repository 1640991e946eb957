"""HTML, with BeautifulSoup over lxml: what a reader of the page sees, and nothing that is run."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, NavigableString

from knowledge.formats.builder import Builder
from knowledge.formats.result import Parsed
from knowledge.formats.rows import write_table

_DROPPED = ("script", "style", "template", "noscript", "nav", "svg", "iframe", "object", "form")
_BLOCKS = frozenset(
    "p div section article main header footer aside ul ol li table blockquote pre h1 h2 h3 h4 h5 h6 dl "
    "dt dd figure figcaption address details summary body html hr".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0", re.IGNORECASE)


def parse(text: str) -> Parsed:
    """Read HTML; scripts, navigation, comments and hidden parts are left out."""
    soup = BeautifulSoup(text, "lxml")
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    metadata = {
        str(meta["name"]).lower(): str(meta.get("content", ""))
        for meta in soup.find_all("meta", attrs={"name": True})
    }
    for tag in soup(_DROPPED):
        tag.decompose()
    for tag in soup.find_all(_is_hidden):
        if not tag.decomposed:
            tag.decompose()
    for comment in soup.find_all(string=lambda s: isinstance(s, Comment)):
        comment.extract()
    builder = Builder()
    _walk(builder, soup.body or soup, None)
    return Parsed(builder, "text/html", title, metadata)


def _is_hidden(tag: Tag) -> bool:
    style = str(tag.get("style") or "")
    return tag.has_attr("hidden") or tag.get("aria-hidden") == "true" or bool(_HIDDEN.search(style))


def _walk(builder: Builder, tag: Tag, stem: tuple[int, int] | None) -> None:
    loose: list[str] = []
    last = stem

    def flush() -> None:
        nonlocal last
        text = " ".join("".join(loose).split())
        loose.clear()
        if text:
            last = builder.paragraph(text)

    for child in tag.children:
        if isinstance(child, NavigableString):
            loose.append(str(child))
        elif isinstance(child, Tag) and child.name not in _BLOCKS:
            loose.append(
                "\n"
                if child.name == "br"
                else child.get_text(" ")
                if child.find(_BLOCKS)
                else child.get_text()
            )
        elif isinstance(child, Tag):
            flush()
            last = _block(builder, child, last) or last
    flush()


def _block(builder: Builder, tag: Tag, stem: tuple[int, int] | None) -> tuple[int, int] | None:
    if re.fullmatch(r"h[1-6]", tag.name):
        text = " ".join(tag.get_text(" ").split())
        if text:
            builder.heading(text, int(tag.name[1]))
    elif tag.name in ("ul", "ol"):
        for number, item in enumerate(tag.find_all("li", recursive=False), start=1):
            _item(builder, item, f"{number}." if tag.name == "ol" else "-", 0, stem)
    elif tag.name == "table":
        rows = tag.find_all("tr")
        write_table(
            builder,
            [[c.get_text(" ", strip=True) for c in row.find_all(["th", "td"])] for row in rows],
        )
    elif tag.find(_BLOCKS):
        _walk(builder, tag, stem)
    else:
        text = " ".join(tag.get_text().split())
        return builder.paragraph(text) if text else None
    return None


def _item(builder: Builder, item: Tag, marker: str, level: int, stem: tuple[int, int] | None) -> None:
    nested = item.find_all(["ul", "ol"], recursive=False)
    for inner in nested:
        inner.extract()
    text = " ".join(item.get_text(" ").split())
    span = builder.item(f"{marker} {text}", level, stem) if text else stem
    for inner in nested:
        for number, child in enumerate(inner.find_all("li", recursive=False), start=1):
            _item(builder, child, f"{number}." if inner.name == "ol" else "-", level + 1, span)
