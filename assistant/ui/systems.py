"""Systems: the register of AI systems, searched, filled from tables and taken out."""

from __future__ import annotations

import streamlit as st

from assistant.assessing import exchange, register, systems
from assistant.assessing.register import Wanted
from assistant.assessing.systems import STATUSES, System
from assistant.errors import AssistantError, DamagedRecord, UnknownRecord
from assistant.permissions import Operation, allowed
from assistant.ui import system
from assistant.ui.markup import meta, notice, plain
from assistant.ui.session import home, person
from assistant.ui.system_facts import chips, fields, words
from knowledge.tiers import internal

_PAGE = 50
_TOLD = "systems-told"
_NONE = "No system is in the register yet. Enter one, or import a table of those you have."


def page() -> None:
    """Draw the page."""
    st.title("Systems")
    if not allowed(person(), Operation.REGISTER):
        notice(
            "This page is not for your role. Policy authors and reviewers keep the register here.", "status"
        )
        return
    told = st.session_state.pop(_TOLD, None)
    if told:
        notice(*told)
    name = st.query_params.get("system")
    try:
        _one(name) if name else _all()
    except (DamagedRecord, UnknownRecord) as error:
        notice(str(error), "alert")


def _one(name: str) -> None:
    if st.button("Back to the register", icon=":material/arrow_back:"):
        open_system(None)
        st.rerun()
    system.draw(register.read(home(), person(), name))


def open_system(name: str | None) -> None:
    """Go to a system, or back to the list."""
    if name:
        st.query_params["system"] = name
    else:
        st.query_params.pop("system", None)


def _all() -> None:
    if allowed(person(), Operation.KEEP_REGISTER):
        with st.expander("Enter a system", icon=":material/add:"):
            _enter()
        with st.expander("Import a table", icon=":material/upload_file:"):
            _import()
    wanted = _wanted()
    found = register.listed(home(), person(), wanted)
    if not found:
        st.info(_NONE if wanted == Wanted() else "No system matches.")
        return
    late = sum(one.overdue for one in found)
    st.caption(f"{len(found)} systems" + (f", {late} overdue for reassessment" if late else ""))
    limit = st.session_state.get("systems-limit", _PAGE)
    with st.container(key="rows"):
        for one in found[:limit]:
            _row(one)
    if len(found) > limit and st.button("Show more"):
        st.session_state["systems-limit"] = limit + _PAGE
        st.rerun()
    _export()


def _wanted() -> Wanted:
    words, status, tier, late = st.columns([3, 2, 2, 1.4], vertical_alignment="bottom")
    tiers = {"none": "not decided", **{one.id: one.label for one in internal().tiers}}
    return Wanted(
        words=words.text_input("Search", key="systems-words", placeholder="name, purpose, owner, supplier"),
        status=status.selectbox("Status", [None, *STATUSES], format_func=lambda one: one or "any"),
        tier=tier.selectbox("Tier", [None, *tiers], format_func=lambda one: tiers.get(one, "any")),
        overdue=late.checkbox("Overdue only"),
    )


def _row(one: System) -> None:
    with st.container(key=f"row-{one.id}"):
        name = plain(one.facts.name)
        st.button(
            name, key=f"system-{one.id}", type="tertiary", on_click=open_system, args=(one.id,), wrap=True
        )
        meta(chips(one), *words(one))


def _enter() -> None:
    with st.form("enter-system", border=False):
        raw = fields()
        if st.form_submit_button("Enter", type="primary"):
            try:
                made = systems.add(home(), person(), systems.checked(raw))
            except AssistantError as error:
                notice(str(error), "alert")
                return
            st.session_state[_TOLD] = (f"{made.facts.name} is in the register.", "status")
            open_system(made.id)
            st.rerun()


def _import() -> None:
    st.caption("Our own export, the US federal AI use case inventory, or a table with a column “name”.")
    file = st.file_uploader("CSV file", type=["csv"])
    if file is None:
        return
    try:
        found = exchange.preview(home(), person(), file.getvalue())
    except AssistantError as error:
        notice(str(error), "alert")
        return
    notice(
        f"{found.layout}: {len(found.new)} new, {len(found.changed)} changed, {found.known} known already, "
        f"{len(found.bad)} cannot be taken.",
        "status",
    )
    for title, rows in (
        ("New", [f"line {one.line}: {one.facts.name}" for one in found.new]),
        ("Changed", [f"line {one.line}: {one.facts.name}" for one in found.changed]),
        ("Cannot be taken", [f"line {one.line}: {one.problem}" for one in found.bad]),
    ):
        if rows:
            st.text(
                "\n".join(
                    [f"{title}:", *rows[:10], *([f"and {len(rows) - 10} more"] if len(rows) > 10 else [])]
                )
            )
    if (found.new or found.changed) and st.button("Import", type="primary"):
        exchange.take(home(), person(), file.getvalue())
        done = f"{len(found.new)} systems are entered, {len(found.changed)} changed."
        st.session_state[_TOLD] = (done, "status")
        st.rerun()


def _export() -> None:
    if st.button("Export as CSV", icon=":material/table:"):
        st.session_state["systems-csv"] = exchange.exported(home(), person())
    data = st.session_state.get("systems-csv")
    if data:
        st.download_button("Save the file", data, "systems.csv", "text/csv")
