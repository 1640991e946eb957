"""Text on the page. Words of documents and questions are always escaped, never read as markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import streamlit as st

from assistant.differing import Stretch

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
.cw-source ins {background: rgba(33,195,84,.22); text-decoration: none; border-bottom: 2px solid #1f8a4c;}
.cw-source del {background: rgba(255,43,43,.14); text-decoration: line-through;}
.cw-document {white-space: pre-wrap; overflow-wrap: anywhere; font-size: .92rem; line-height: 1.6;}
.cw-meta {display: flex; flex-wrap: wrap; gap: .15rem .35rem; font-size: .8rem; align-items: baseline;
  line-height: 1.35;}
.cw-meta span {opacity: .8; overflow-wrap: anywhere;}
.cw-meta b {font-weight: 500; padding: 0 .4rem; border-radius: .6rem;
  border: 1px solid rgba(128,128,128,.45);}
.cw-meta b.urgent {border-color: #c0392b; background: rgba(192,57,43,.10);}
.cw-meta b.good {border-color: #1f8a4c; background: rgba(33,195,84,.10);}
.cw-question {font-size: 1.2rem; font-weight: 600; line-height: 1.35; overflow-wrap: anywhere;}
.cw-label {font-size: .74rem; letter-spacing: .04em; text-transform: uppercase; opacity: .65;
  margin-top: .4rem;}
.cw-event {font-size: .88rem; overflow-wrap: anywhere; padding-left: .6rem;
  border-left: 2px solid rgba(128,128,128,.35);}
.cw-event i {opacity: .7; font-style: normal;}
.cw-event q {display: block; quotes: none;}
.st-key-rows {gap: .35rem;}
.st-key-rows [class*="st-key-row-"] {gap: .1rem; padding: .35rem .5rem; border-radius: .4rem;
  border-left: 3px solid transparent;}
.st-key-rows [class*="st-key-row-"]:hover {background: rgba(128,128,128,.08);}
.st-key-rows [class*="st-key-row-now-"] {background: rgba(128,128,128,.12); border-left-color: #b7791f;}
.st-key-rows button[kind="tertiary"] {justify-content: flex-start; text-align: left; padding: 0;
  min-height: 0;}
.st-key-rows button[kind="tertiary"] p {display: -webkit-box; -webkit-line-clamp: 2; overflow: hidden;
  -webkit-box-orient: vertical; font-weight: 500; line-height: 1.35;}
.cw-table {border-collapse: collapse; width: 100%; font-size: .86rem; margin: .2rem 0 .4rem;}
.cw-table caption {text-align: left; padding: .2rem 0;}
.cw-table th, .cw-table td {border: 1px solid rgba(128,128,128,.35); padding: .25rem .5rem; text-align: left;
  vertical-align: top; overflow-wrap: anywhere;}
.cw-document mark {background: #ffe08a; color: #1a1a1a; padding: 0 .15rem;}
.cw-document blockquote {margin: .3rem 0; padding-left: .8rem; border-left: 3px solid rgba(128,128,128,.4);}
.cw-document ul {margin: .2rem 0 .4rem; padding-left: 1.3rem;}
.cw-document li {font-size: inherit;}
.cw-tiles {display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: .4rem;
  margin: .2rem 0 .8rem;}
.cw-tile {display: block; padding: .35rem .55rem; border-radius: .4rem; font-size: .8rem; line-height: 1.3;
  border: 1px solid rgba(128,128,128,.45); border-left-width: 5px; color: inherit; text-decoration: none;
  overflow-wrap: anywhere;}
.cw-tile b {display: block; font-size: .9rem;}
.cw-tile i {display: block; font-style: normal; opacity: .8;}
.cw-tile:hover, .cw-tile:focus-visible, .cw-tile[aria-current] {background: rgba(128,128,128,.14);}
.cw-tile:focus-visible {outline: 2px solid #b7791f;}
.cw-tile.whole {border-left-color: #1f8a4c;}
.cw-tile.part {border-left-color: #b7791f; border-left-style: dashed;}
.cw-tile.none {border-left-color: #c0392b; border-left-style: dotted;}
.cw-grid {width: 100%; border-collapse: collapse; font-size: .82rem; line-height: 1.35;}
.cw-grid th, .cw-grid td {text-align: left; vertical-align: top; padding: .3rem .5rem;
  overflow-wrap: anywhere;  border-bottom: 1px solid rgba(128,128,128,.25);}
.cw-grid th {white-space: nowrap;}
.cw-wide {overflow-x: auto;}
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


def changed(stretches: Sequence[Stretch]) -> None:
    """A text with what went and what came marked."""
    tags = {"gone": "del", "new": "ins", "same": "span"}
    parts = [
        f"{'<hr>' if one.gap else ''}<{tags[one.change]}>{escape(one.text)}</{tags[one.change]}>"
        for one in stretches
    ]
    st.html(f'<div class="cw-source">{"".join(parts)}</div>')


@dataclass(frozen=True, slots=True)
class Chip:
    """A few words in a frame; `tone` says whether they press, reassure, or only tell."""

    text: str
    tone: Literal["plain", "urgent", "good"] = "plain"


def meta(chips: Sequence[Chip], *words: str) -> None:
    """A line of small facts: chips first, plain words after them."""
    framed = "".join(f'<b class="{chip.tone}">{escape(chip.text)}</b>' for chip in chips)
    rest = " · ".join(escape(word) for word in words if word)
    st.html(f'<div class="cw-meta">{framed}<span>{rest}</span></div>')


def event(when: str, what: str, words: str | None) -> None:
    """One thing that happened, with what a person wrote to it."""
    said = f"<q>{escape(words)}</q>" if words else ""
    st.html(f'<div class="cw-event"><i>{escape(when)}</i> {escape(what)}{said}</div>')


@dataclass(frozen=True, slots=True)
class Tile:
    """One of many on a map: a link with a name and a title, and where it stands in words and shape."""

    name: str
    title: str
    standing: str
    shape: Literal["whole", "part", "none"]
    address: str
    current: bool = False


_CURRENT = ' aria-current="true"'
_SHAPES = {"whole": "●", "part": "◐", "none": "○"}


def tiles(label: str, shown: Sequence[Tile]) -> None:
    """A group of tiles; each can be reached by keyboard and read without its colour."""
    parts = [
        f'<a class="cw-tile {one.shape}" href="{escape(one.address)}" target="_self"'
        f"{_CURRENT if one.current else ''}>"
        f"<b>{escape(one.name)}</b>{escape(one.title)}"
        f'<i><span aria-hidden="true">{_SHAPES[one.shape]}</span> {escape(one.standing)}</i></a>'
        for one in shown
    ]
    group = f'<div class="cw-tiles" role="group" aria-label="{escape(label)}">{"".join(parts)}</div>'
    st.html(f'<div class="cw-group">{escape(label)}</div>{group}')


def grid(header: Sequence[str], rows: Sequence[Sequence[str]], addresses: Sequence[str]) -> None:
    """A table of text; the first cell of each row is a link to its address."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = []
    for row, address in zip(rows, addresses, strict=True):
        first = f'<a href="{escape(address)}" target="_self">{escape(row[0])}</a>'
        rest = "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        body.append(f"<tr><td>{first}</td>{rest}</tr>")
    table = f'<table class="cw-grid"><thead><tr>{head}</tr></thead><tbody>{"".join(body)}</tbody></table>'
    st.html(f'<div class="cw-wide">{table}</div>')


def focus(container: str, again: int = 0) -> None:
    """Put the cursor into the first text area of a container, as soon as there is one.

    `again` differs when that is to happen anew.

    `container` is a key of ours, never text of a document or a person.
    """
    assert container.replace("-", "").isalnum()
    st.html(
        f"""<script>/* {again} */ (function look(left, found) {{
          const field = document.querySelector('.st-key-{container} textarea');
          const lost = document.activeElement === document.body;  // as when the field is drawn a second time
          if (field && (lost || !found)) field.focus();
          if (left) setTimeout(look, 50, left - 1, found || field !== null);
        }})(30, false)</script>""",
        unsafe_allow_javascript=True,
    )


def newest(answer: str) -> None:
    """Bring the question of an answer to the top of the window, so that it is read from its beginning.

    `answer` is an id of ours, never text of a document or a person.
    """
    assert answer.isalnum()
    st.html(
        f"<script>document.querySelector('.st-key-turn-{answer}')?.scrollIntoView()</script>",
        unsafe_allow_javascript=True,
    )


def top(item: str) -> None:
    """Show an item from its beginning when it is opened; `item` is an id of ours."""
    assert item.isalnum()
    st.html(
        f"<script>/* {item} */ document.querySelector('[data-testid=\"stMain\"]')?.scrollTo(0, 0)</script>",
        unsafe_allow_javascript=True,
    )


_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)(?=\w)", re.IGNORECASE)
"""Where Markdown would make a link of a bare address; a mark of no width there keeps it text."""


def plain(text: str) -> str:
    """Text for places that read Markdown (labels, captions), with every mark made harmless."""
    text = _ADDRESS.sub("\u2060", text)
    return "".join(f"\\{c}" if c in "\\`*_{}[]()<>#+-.!|:$~" else c for c in text)
