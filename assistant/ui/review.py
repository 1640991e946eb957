"""Review: one screen with what waits, and the item that is open. The address decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from assistant import worklist
from assistant.people import ROLES
from assistant.permissions import ALLOWED, Operation, allowed
from assistant.ui import item as item_room
from assistant.ui import queue as queue_room
from assistant.ui.decide import said
from assistant.ui.markup import notice
from assistant.ui.session import home, person
from assistant.ui.source import show_open_source
from assistant.ui.steps import Steps, start
from assistant.worklist import Listed
from knowledge.models import Role

_STYLE = """<style>
.stMainBlockContainer {padding: 4rem 2rem 2rem;}
.stMainBlockContainer h1 {padding: 0; font-size: 1.9rem;}
[data-testid="stBottomBlockContainer"] {padding: .7rem 2rem 1rem;}
.st-key-decisions {border-top: 1px solid rgba(128,128,128,.3); padding-top: .7rem;}
.st-key-decisions button, .st-key-steps button {min-height: 2.1rem; padding: .1rem .75rem;}
[class*="st-key-approve-"] button[kind="primary"] {background: #1f7a45; border-color: #1f7a45; color: #fff;}
[class*="st-key-approve-"] button[kind="primary"]:disabled {opacity: .4;}
.st-key-item {gap: .6rem;}
.st-key-rows .stCheckbox {padding-right: .35rem;}
[class*="st-key-claim-"] {padding: .6rem .9rem;}
[class*="st-key-claim-"] .stVerticalBlock {gap: .3rem;}
.st-key-beside .stButtonGroup button {padding: .1rem .5rem; min-height: 1.9rem; font-size: .85rem;}
.st-key-steps button, .st-key-decisions button {white-space: nowrap;}
@media (min-width: 641px) {
  .st-key-decisions {margin-left: calc(27.3% + .7rem); width: auto;}
}
@media (max-width: 640px) {
  [data-testid="stBottomBlockContainer"] {padding: .5rem 1rem;}
  .stMainBlockContainer {padding: 4rem 1rem 1rem;}
  .st-key-beside, .st-key-keys {display: none;}
  .st-key-steps button kbd, .st-key-decisions button kbd {display: none;}
}
</style>"""


def page() -> None:
    """Draw the page."""
    st.html(_STYLE)
    if not allowed(person(), Operation.QUEUE):
        st.title("Review")
        _not_for_you()
        return
    name = st.query_params.get("item")
    if name:
        _opened(name)
    else:
        _queue()
    show_open_source()


def _not_for_you() -> None:
    who = [ROLES[role].lower() for role in Role if role in ALLOWED[Operation.QUEUE]]
    notice(
        f"This page is not for your role. Here a {', '.join(who[:-1])} or {who[-1]} sees what waits. "
        "What became of your own questions stands on the page Ask.",
        "status",
    )


def _queue() -> None:
    st.title("Review")
    st.caption(_progress())
    said()
    with st.container(horizontal=True, vertical_alignment="center", key="steps"):
        wanted = queue_room.filters()
        rows = queue_room.drawn(wanted)
        start(rows[0].id if rows else None)
    queue_room.full(wanted, rows)


def _opened(name: str) -> None:
    beside, opened = st.columns([3, 8], gap="medium")
    with beside, st.container(key="beside"):
        st.title("Review")
        st.caption(_progress())
        wanted = queue_room.filters()
        rows = queue_room.drawn(wanted)
        queue_room.beside(wanted, rows, name)
    with opened:
        item_room.show(name, _steps(rows, name, worklist.counted(home(), person(), wanted)))


def _steps(rows: Sequence[Listed], name: str, count: int) -> Steps:
    ids = [row.id for row in rows]
    if name not in ids:
        return Steps(None, count, None, ids[0] if ids else None)
    at = ids.index(name)
    return Steps(at, count, ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None)


def _progress() -> str:
    done = worklist.progress(home(), person())
    overdue = f", {done.overdue:,} overdue" if done.overdue else ""
    return f"{done.open:,} open{overdue}, {done.decided_this_week:,} decided this week"
