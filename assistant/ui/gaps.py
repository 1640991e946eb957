"""Gaps: a map of clauses and controls by what the organisation's documents say to them, with the quotes."""

from __future__ import annotations

import streamlit as st

from assistant.errors import AssistantError
from assistant.gaps import sources
from assistant.gaps.evidence import Status
from assistant.gaps.overrule import View, view
from assistant.gaps.reports import GROUPS, NOTE, counts, group_title, members
from assistant.gaps.unanswered import unanswered
from assistant.permissions import Operation, allowed
from assistant.ui import gap_item, soa
from assistant.ui.gap_item import SHAPES, offers
from assistant.ui.markup import Tile, lines, notice, plain, tiles
from assistant.ui.session import address, embedder, home, person
from assistant.ui.source import show
from knowledge.errors import KnowledgeError
from knowledge.requirements import requirements


def page() -> None:
    """Draw the page."""
    st.title("Gaps")
    if not allowed(person(), Operation.GAPS):
        st.info("This page is for policy authors, reviewers, auditors and administrators.")
        return
    if not _prepared():
        return
    seen = _assessed()
    chosen = st.query_params.get("control")
    names = ["Map", "Statement of applicability"]
    first, second = st.tabs(names, default=names[1] if chosen is not None else names[0])
    with first:
        _map(seen)
    with second:
        soa.part(chosen)
    _open_quote()


def _prepared() -> bool:
    """Whether search by meaning is ready, or never will be; else the reader is told to wait."""
    state, worker = home().index.state(), embedder()
    if state.passages == state.embedded or worker.problem:
        return True
    st.info("The documents are still being prepared for search. The assessment is made once that is done.")
    return False


def _assessed() -> View:
    """The assessment; while it is made, how far it is."""
    place = st.empty()

    def told(done: int, total: int) -> None:
        place.progress(done / total, f"Reading the documents: {done} of {total} obligations")

    seen = view(home(), person(), told)
    place.empty()
    return seen


def _map(seen: View) -> None:
    st.caption(NOTE)
    obligations = [item for item in seen.items if item.finding.kind == "obligation"]
    totals = counts(obligations)
    shown = ", ".join(f"{totals[status]} {status}" for status in Status)
    lines(f"Of {len(obligations)} obligations: {shown}")
    chosen = st.query_params.get("gap", "")
    requirement = chosen.rpartition("-")[0] or chosen
    if requirement in requirements().by_id:
        with st.container(border=True, key="gap"):
            gap_item.draw(seen, requirement)
    elif chosen:
        notice(f"{requirements().refusal(chosen)}", "alert")
    wanted = st.pills(
        "Show only", list(Status), selection_mode="multi", key="gap-status", format_func=lambda s: str(s)
    )
    for name in GROUPS:
        _group(seen, name, requirement, wanted or list(Status))
    _exports()
    _asked()


def _group(seen: View, name: str, chosen: str, wanted: list[Status]) -> None:
    known = seen.by_id
    found = [
        Tile(
            name=item.id,
            title=item.title,
            standing=f"{known[item.id].standing}{', overruled' if gap_item.touched(seen, item) else ''}",
            shape=SHAPES[known[item.id].standing],
            address=address("/gaps", gap=item.id),
            current=item.id == chosen,
        )
        for item in members(name)
        if known[item.id].standing in wanted
    ]
    if found:
        what = "Controls" if name.startswith("A.") else "Clause"
        tiles(f"{what} {name}: {group_title(name)}", found)


def _exports() -> None:
    with st.container(horizontal=True):
        offers("gaps")


def _asked() -> None:
    """Open questions by clause, for whoever may see what was asked."""
    if not allowed(person(), Operation.OVERSIGHT):
        return
    st.subheader("What employees asked and nobody could answer", anchor=False)
    found = unanswered(home(), person())
    if not found:
        st.caption("Every question of the last twelve weeks has an answer or a decision.")
    for name in [item.id for item in requirements().items if item.id in found] + [""] * ("" in found):
        title = requirements().by_id[name].title if name else "no clause or control is near"
        lines(f"{name} {title}".strip())
        for one in found[name]:
            link = address("/review", item=one.id)
            st.markdown(f"[{plain(one.question or '[erased]')}]({link}) · {one.at[:10]}")


def _open_quote() -> None:
    """Open the quote that the address names, if it names one."""
    name, _, place = st.query_params.get("quote", "").rpartition(".")
    if name and place.isdecimal() and len(place) < 4:
        _dialog(name, int(place))


def _close() -> None:
    st.query_params.pop("quote", None)


@st.dialog("Source", width="large", on_dismiss=_close)
def _dialog(requirement: str, place: int) -> None:
    try:
        show(sources.source(home(), person(), requirement, place))
    except (AssistantError, KnowledgeError) as error:
        notice(f"This source cannot be opened: {error}", "alert")
