"""One clause or control of the gap map: its obligations, their quotes, and a person's own word on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from assistant.errors import AssistantError
from assistant.gaps.evidence import Status
from assistant.gaps.exporting import FORMATS, Paper, export
from assistant.gaps.overrule import Item, View, overrule, take_back
from assistant.gaps.reports import overruled_words
from assistant.permissions import Operation, allowed
from assistant.ui.markup import Chip, block, claim, lines, meta, notice
from assistant.ui.session import address, home, person
from assistant.ui.taking import offer
from assistant.wording import LABELS, where
from knowledge.errors import KnowledgeError
from knowledge.library import folded
from knowledge.requirements import Requirement, requirements

SHAPES: dict[Status, Literal["whole", "part", "none"]] = {
    Status.ADDRESSED: "whole",
    Status.PARTLY: "part",
    Status.NOTHING: "none",
}
"""The shape by which a status is seen on the map."""
_TONES: dict[Status, Literal["plain", "urgent", "good"]] = {
    Status.ADDRESSED: "good",
    Status.PARTLY: "plain",
    Status.NOTHING: "urgent",
}
_NAMES = {"xlsx": "Excel", "docx": "Word", "pdf": "PDF", "md": "Markdown", "json": "JSON"}


def draw(seen: View, name: str) -> None:
    """A clause or control with its obligations."""
    item = requirements().by_id[name]
    lines(f"{item.id} {item.title}")
    _standing(seen.by_id[name])
    for obligation in item.obligations:
        with st.container(border=True):
            _obligation(seen.by_id[obligation.id], obligation.text)
    if allowed(person(), Operation.OVERRULE):
        _form(seen, item)
    st.html(f'<a class="cw-button" href="{address("/gaps")}" target="_self">Close</a>')


def touched(seen: View, item: Requirement) -> bool:
    """Whether a person overruled a clause or control, or an obligation below it."""
    names = [item.id, *(o.id for o in item.obligations)]
    return any(seen.by_id[name].overruled for name in names)


def _standing(one: Item) -> None:
    chips = [Chip(str(one.standing), _TONES[one.standing])]
    if one.overruled:
        chips.append(Chip("overruled by a person"))
    if one.overruled and one.overruled.before_change:
        chips.append(Chip("before the documents changed", "urgent"))
    meta(chips, f"the program: {one.finding.status}. {one.finding.reason}")
    if one.overruled:
        block(overruled_words(one.overruled), "note")


def _obligation(one: Item, text: str) -> None:
    block(f"{one.finding.id}: {text}", "claim")
    _standing(one)
    for place, citation in enumerate(one.finding.evidence):
        claim(f"“{folded(citation.quote)}”", LABELS[citation.kind], where(citation))
        if st.button("Open source", key=f"quote-{one.finding.id}.{place}", type="tertiary"):
            st.query_params["quote"] = f"{one.finding.id}.{place}"
            st.rerun()


def _form(seen: View, item: Requirement) -> None:
    """Set another status, or take that back."""
    names = [item.id, *(o.id for o in item.obligations)]
    asked = st.query_params.get("gap", "")
    shown = st.expander("Overrule the program", icon=":material/edit:")
    with shown, st.form("overrule", border=False, clear_on_submit=True):
        first = names.index(asked) if asked in names else 0
        name = st.selectbox("Of", names, index=first)
        status = st.radio("Status", list(Status), horizontal=True)
        reason = st.text_area("Reason", max_chars=2_000)
        if st.form_submit_button("Set this status", type="primary") and status is not None:
            _set(name, status, reason)
    for name in [name for name in names if seen.by_id[name].overruled]:
        if st.button(f"Take back what is said of {name}", key=f"back-{name}"):
            _take_back(name)


def _set(name: str, status: Status, reason: str) -> None:
    try:
        overrule(home(), person(), name, status, reason)
    except (AssistantError, KnowledgeError) as error:
        notice(str(error), "alert")
        return
    st.rerun()


def _take_back(name: str) -> None:
    try:
        take_back(home(), person(), name)
    except (AssistantError, KnowledgeError) as error:
        notice(str(error), "alert")
        return
    st.rerun()


def offers(paper: Paper) -> None:
    """Buttons that make the files of a paper when they are pressed, apart from the page."""
    at, by = home(), person()
    formats: Sequence[str] = FORMATS[paper]
    stem = "gap-assessment" if paper == "gaps" else "statement-of-applicability"
    for format in formats:

        def made(format: str = format) -> bytes:
            return export(at, by, paper, format)

        offer(_NAMES[format], made, f"{stem}.{format}", key=f"{paper}-{format}")
