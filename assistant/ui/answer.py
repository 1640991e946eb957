"""An answer on the page: its note, its claims in groups, a button for each citation."""

from __future__ import annotations

import streamlit as st

from assistant.models import Answer
from assistant.ui.markup import block, claim, lines, plain
from assistant.ui.source import open_source
from assistant.wording import grouped, heading, label, where


def show(answer: Answer) -> None:
    """Draw an answer; its buttons open the sources."""
    if answer.understood_as:
        st.caption(f"Understood as: {plain(answer.understood_as)}")
    if answer.note:
        block(answer.note, "note")
    for group, members in grouped(answer.claims):
        block(heading(group), "group")
        for number, said in members:
            _claim(answer, number - 1, said.text, label(said.citations[0]))
    if answer.nearest:
        _nearest(answer)
    _foot(answer)


def _claim(answer: Answer, place: int, text: str, label: str) -> None:
    with st.container(horizontal=True, wrap=False, gap="small"):
        with st.container(width="content"):
            if st.button(f"{place + 1}", key=f"cite-{answer.id}-{place}", help="Open the source"):
                open_source(answer.id, place)
        with st.container():
            claim(text, label, where(answer.claims[place].citations[0]))


def _nearest(answer: Answer) -> None:
    lines("Closest sources, for you to look at:", *map(where, answer.nearest))


def _foot(answer: Answer) -> None:
    status = "Answered" if answer.status == "answered" else "Not answered"
    st.caption(
        f"{status} · not yet reviewed · on the log as [{answer.id}](/log?record={answer.id}) · "
        f"[link to this answer](/?answer={answer.id})"
    )
