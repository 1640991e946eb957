"""Text on the page. Words of documents and questions are always escaped, never read as markup."""

from __future__ import annotations

from html import escape
from typing import Literal

import streamlit as st

_STYLE = """<style>
.cw-note {border-left: 4px solid #b7791f; padding: .5rem .9rem; background: rgba(183,121,31,.10);
  border-radius: .25rem; margin-bottom: .6rem; white-space: pre-line;}
.cw-alert, .cw-status {padding: .6rem .9rem; border-radius: .4rem; margin-bottom: .5rem;
  overflow-wrap: anywhere;}
.cw-alert {background: rgba(255,43,43,.09);}
.cw-status {background: rgba(33,195,84,.1);}
.cw-group {font-weight: 600; margin: .6rem 0 .2rem;}
.cw-claim {margin: 0 0 .15rem; overflow-wrap: anywhere;}
.cw-kind {display: inline-block; font-size: .78rem; padding: 0 .45rem; border-radius: .6rem;
  border: 1px solid currentColor; opacity: .75; margin-left: .35rem; white-space: nowrap;}
.cw-source {white-space: pre-wrap; overflow-wrap: anywhere; font-size: .88rem; line-height: 1.55;}
.cw-source mark {background: #ffe08a; color: #1a1a1a; padding: .05rem 0;}
.cw-button {display: inline-block; font: inherit; font-size: .875rem; padding: .4rem .8rem; cursor: pointer;
  border: 1px solid rgba(128,128,128,.45); border-radius: .5rem; background: transparent; color: inherit;
  text-decoration: none;}
.cw-place {opacity: .8; font-size: .9rem; margin: 0; overflow-wrap: anywhere;}
</style>"""


def style() -> None:
    """Add the styles of the app to the page."""
    st.html(_STYLE)


def block(text: str, kind: str) -> None:
    """A paragraph of escaped text in one of the styles."""
    st.html(f'<div class="cw-{kind}">{escape(text)}</div>')


def claim(text: str, label: str, place: str) -> None:
    """A claim with the label that keeps policy, requirement and law apart, and its place below."""
    st.html(
        f'<p class="cw-claim">{escape(text)} <span class="cw-kind">{escape(label)}</span></p>'
        f'<p class="cw-place">{escape(place)}</p>'
    )


def notice(text: str, part: Literal["alert", "status"]) -> None:
    """A message that holds words of documents or people: no Markdown, so no picture and no link."""
    st.html(f'<div class="cw-{part}" role="{part}">{escape(text)}</div>')


def lines(title: str, *places: str) -> None:
    """A title with small lines below it."""
    below = "".join(f'<p class="cw-place">{escape(place)}</p>' for place in places if place)
    st.html(f'<div class="cw-group">{escape(title)}</div>{below}')


def marked(before: str, quote: str, after: str) -> None:
    """Source text with the quote highlighted."""
    st.html(f'<div class="cw-source">{escape(before)}<mark>{escape(quote)}</mark>{escape(after)}</div>')


def newest(answer: str) -> None:
    """Bring the question of an answer to the top of the window, so that it is read from its beginning.

    `answer` is an id of ours, never text of a document or a person.
    """
    assert answer.isalnum()
    st.html(
        f"<script>document.querySelector('.st-key-turn-{answer}')?.scrollIntoView()</script>",
        unsafe_allow_javascript=True,
    )


def plain(text: str) -> str:
    """Text for places that read Markdown (labels, captions), with every mark made harmless."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|:$~" else c for c in text)
