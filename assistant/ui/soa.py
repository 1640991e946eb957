"""The statement of applicability on the page: rows, one open for editing, what is to be mended, exports."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from assistant.errors import AssistantError
from assistant.gaps import applicability
from assistant.gaps.applicability import Practice, Row
from assistant.gaps.statement import Statement, statement
from assistant.people import ROLES
from assistant.permissions import Operation, allowed
from assistant.ui.gap_item import offers
from assistant.ui.markup import claim, event, grid, lines, notice
from assistant.ui.session import address, home, person
from assistant.wording import LABELS, where
from knowledge.errors import KnowledgeError
from knowledge.library import folded

_DECISIONS = {None: "open", True: "included", False: "excluded"}
_HEADER = (
    "Control",
    "Title",
    "Decision",
    "Reason",
    "Risk or requirement",
    "Status",
    "Owner",
    "Date",
    "Evidence",
)


def part(chosen: str | None) -> None:
    """Draw the statement; `chosen` is the control that is open."""
    held = statement(home(), person())
    st.caption(
        f"{len(held.lines)} controls, {len(held.open)} of them open: nobody has decided yet whether they are "
        "needed. The status of practice is good practice, not asked by the standard."
    )
    with st.container(horizontal=True):
        offers("soa")
    line = next((line for line in held.lines if line.row.id == chosen), None)
    if line is not None:
        with st.container(border=True, key="control"):
            _one(line.row)
            for quote in line.evidence:
                claim(f"“{folded(quote.quote)}”", LABELS[quote.kind], where(quote))
    _table(held)
    _faults(held)
    if allowed(person(), Operation.OVERRULE):
        _own()


def _table(held: Statement) -> None:
    rows = [
        (
            line.row.id,
            line.row.title,
            _DECISIONS[line.row.included],
            line.row.reason,
            line.row.link,
            str(line.row.status or ""),
            line.row.owner,
            line.row.on.isoformat() if line.row.on else "",
            _evidence(len(line.evidence)),
        )
        for line in held.lines
    ]
    grid(_HEADER, rows, [address("/gaps", control=line.row.id) for line in held.lines])


def _evidence(count: int) -> str:
    return f"{count} quote{'' if count == 1 else 's'}" if count else "none found"


def _faults(held: Statement) -> None:
    st.subheader("To be mended", anchor=False)
    if not held.faults:
        st.caption("Nothing that a rule can find.")
    for fault in held.faults:
        lines(f"{fault.control}: {fault.rule}", fault.message)


def _one(row: Row) -> None:
    lines(f"{row.id} {row.title}", f"Own control, from: {row.source}" if row.own else "")
    if allowed(person(), Operation.OVERRULE):
        _form(row)
    with st.expander("History"):
        changes = applicability.history(home(), person(), row.id)
        for change in changes:
            told = _DECISIONS[change.row.included] if change.row else "taken out"
            event(
                change.at[:16],
                f"{ROLES[change.role]}: {change.act}, {told}",
                change.row.reason if change.row else None,
            )
        if changes and allowed(person(), Operation.OVERRULE) and st.button("Undo the last change"):
            _done(lambda: applicability.undo(home(), person(), row.id))
    st.html(f'<a class="cw-button" href="{address("/gaps", control="")}" target="_self">Close</a>')


def _form(row: Row) -> None:
    with st.form(f"control-{row.id}", border=False):
        states = list(_DECISIONS)
        included = st.radio(
            "Decision",
            states,
            states.index(row.included),
            format_func=_DECISIONS.__getitem__,
            horizontal=True,
        )
        reason = st.text_area("Reason, whether included or excluded", row.reason, max_chars=2_000)
        left, right = st.columns(2)
        link = left.text_input("Risk or requirement", row.link)
        systems = right.text_input("AI systems", row.systems)
        owner = left.text_input("Owner (a role)", row.owner)
        on = right.date_input("Date", row.on)
        practices = [None, *Practice]
        status = left.selectbox(
            "Status (good practice)",
            practices,
            practices.index(row.status),
            format_func=lambda s: "not said" if s is None else s.value,
        )
        if st.form_submit_button("Save", type="primary"):
            told = {"reason": reason, "link": link, "systems": systems, "owner": owner, "on": on}
            saved = row.model_copy(update={**told, "included": included, "status": status})
            _done(lambda: applicability.fill(home(), person(), saved))


def _own() -> None:
    shown = st.expander("Add a control of your own", icon=":material/add:")
    with shown, st.form("own", border=False, clear_on_submit=True):
        name = st.text_input("Id", placeholder="OWN-1")
        title = st.text_input("Title", key="own-title")
        source = st.text_input("Source", placeholder="a law, a contract, a framework")
        if st.form_submit_button("Add"):
            _done(lambda: applicability.add(home(), person(), name, title, source))


def _done(act: Callable[[], object]) -> None:
    """Do it and draw the page anew; a refusal is told."""
    try:
        act()
    except (AssistantError, KnowledgeError) as error:
        notice(str(error), "alert")
        return
    st.rerun()
