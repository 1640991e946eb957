"""What an assessment says, on the page."""

from __future__ import annotations

import streamlit as st

from assistant.assessing.results import Assessment, SchemeResult
from assistant.assessing.words import TITLES, duties, first, told
from assistant.ui.markup import Chip, block, lines, meta
from knowledge.tiers import internal

_OPEN = ("Rules that hold", "Rules that are open", "One answer that would change it")


def heads(found: Assessment) -> None:
    """The proposals in short."""
    for one in found.schemes:
        meta([_chip(one)], TITLES[one.scheme], _score(one), duties(one))


def draw(found: Assessment) -> None:
    """The proposals with every reason."""
    block(found.label, "note")
    for one in sorted(found.schemes, key=lambda one: one.scheme != internal().id):
        with st.container(border=True):
            lines(TITLES[one.scheme])
            meta([_chip(one)], _score(one), duties(one))
            asked = first(one)
            if asked:
                block(asked, "note")
            for title, rows in told(one):
                if title in _OPEN:
                    with st.expander(f"{title} ({len(rows)})", expanded=title == _OPEN[0]):
                        _rows(rows)
            rest = [(title, rows) for title, rows in told(one) if title not in _OPEN]
            with st.expander("More: what is nearly so, exceptions, dates and versions"):
                for title, rows in rest:
                    block(title, "label")
                    _rows(rows)


def _chip(one: SchemeResult) -> Chip:
    return Chip(one.title, "good" if one.settled else "urgent")


def _score(one: SchemeResult) -> str:
    if one.score is None:
        return ""
    low, high = one.lowest_score, one.highest_score
    return f"{low} points" if low == high else f"{low} to {high} points"


def _rows(rows: list[str]) -> None:
    for row in rows:
        block(row, "event")
