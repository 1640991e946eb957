"""What the page would draw of an answer, and what of it would be more than text.

The page's own functions draw onto a canvas that keeps what Streamlit would have been given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from html.parser import HTMLParser
from typing import Any
from unittest.mock import patch

from markdown_it import MarkdownIt

from assistant.home import Home
from assistant.people import Person
from assistant.told import Told

_TAGS = frozenset("b br del div hr i ins mark p q span".split())
_FORMATTED = frozenset(
    "blockquote code em h1 h2 h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul".split()
)
"""What Markdown makes of text that is no more than text."""
_ATTRIBUTES = frozenset({"class", "role", "aria-label", "aria-hidden"})
_LINKED = re.compile(r"https?://|\bwww\.\w|\w@\w", re.IGNORECASE)
"""What Streamlit's Markdown makes a link of by itself."""
_OWN = re.compile(r"^/[\w/-]*(\?[\w=&%.-]*)?$")
"""An address of our own pages."""
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_PLACE = frozenset({"key", "icon", "type", "on_click", "args", "width", "gap"})


class Canvas:
    """Stands where Streamlit does: keeps HTML and Markdown, and no button on it is ever pressed."""

    def __init__(self) -> None:
        """An empty page."""
        self.html_parts: list[str] = []
        self.markdown_parts: list[str] = []

    def __getattr__(self, name: str) -> Any:
        """Any function of Streamlit: `html` draws HTML, every other one reads its words as Markdown."""
        kept = self.html_parts if name == "html" else self.markdown_parts

        def draw(*given: object, **named: object) -> _Nothing:
            words = [*given, *(value for key, value in named.items() if key not in _PLACE)]
            kept.extend(word for word in words if isinstance(word, str))
            return _Nothing()

        return draw

    @property
    def session_state(self) -> dict[str, object]:
        """Nothing was chosen on this page."""
        return {}


class _Nothing:
    """What a function of the canvas gives back: a container to draw into, a button that is not pressed."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None

    def __bool__(self) -> bool:
        return False


def drawn(home: Home, told: Told, who: Person) -> Canvas:
    """The page's own drawing of an answer, and of its claims where Markdown is read."""
    from assistant.ui.answer import show
    from assistant.ui.markup import plain

    with _canvas(home, who) as canvas:
        show(told)
        for claim in told.answer.claims:
            canvas.button(plain(claim.text))
    return canvas


def drawn_question(home: Home, asked: str, who: Person) -> Canvas:
    """The page's own drawing of a question: in the conversation, and as news on it."""
    from assistant.ui.markup import block, plain

    with _canvas(home, who) as canvas:
        block(asked, "claim")
        canvas.button(f"Released: {plain(asked)}")
    return canvas


@contextmanager
def _canvas(home: Home, who: Person) -> Iterator[Canvas]:
    from assistant.ui import answer, markup

    canvas = Canvas()
    with ExitStack() as stack:
        for module in (answer, markup):
            stack.enter_context(patch.object(module, "st", canvas))
        stack.enter_context(patch.object(answer, "person", lambda: who))
        stack.enter_context(patch.object(answer, "home", lambda: home))
        stack.enter_context(patch.object(answer, "address", lambda path, **_: path))
        yield canvas


def active(canvas: Canvas) -> list[str]:
    """What of a page is more than text, in words: pictures, links out, scripts, styles, events."""
    found = [fault for part in canvas.html_parts for fault in _in_html(part)]
    for part in canvas.markdown_parts:
        found += _in_html(_MARKDOWN.render(part), markdown=True)
        shown = re.sub(r"\]\([^)]*\)", "]", part)
        found += [f"the page makes a link of {match.group()!r}" for match in _LINKED.finditer(shown)]
    return found


def _in_html(html: str, markdown: bool = False) -> list[str]:
    reader = _Reader(markdown)
    reader.feed(html)
    reader.close()
    return reader.faults


class _Reader(HTMLParser):
    """Finds tags and attributes that an answer has no use for."""

    def __init__(self, markdown: bool) -> None:
        super().__init__()
        self.markdown, self.faults = markdown, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self.markdown and tag == "a" and set(given) == {"href"} and _OWN.match(given["href"] or ""):
            return
        if tag not in (_FORMATTED if self.markdown else _TAGS):
            self.faults.append(f"the page draws <{tag}>")
        self.faults += [f"the page draws <{tag} {name}>" for name in given if name not in _ATTRIBUTES]

    def handle_comment(self, data: str) -> None:
        self.faults.append("the page draws a comment of HTML")

    def handle_decl(self, decl: str) -> None:
        self.faults.append("the page draws a declaration of HTML")
