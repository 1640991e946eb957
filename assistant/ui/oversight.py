"""Oversight: what was asked, answered, left open and decided; export for management review; the switches."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from assistant import switches
from assistant.oversight import Oversight, oversight
from assistant.oversight_text import as_csv, as_markdown
from assistant.permissions import Operation, allowed
from assistant.switches import Mode, Switches
from assistant.ui.markup import lines, plain
from assistant.ui.session import address, home, person
from knowledge.clock import today

_LINES = ("answered", "abstained", "corrected", "rejected")
_MOST = 20
_SAYS = {
    Mode.ON: "The assistant is on.",
    Mode.QUOTES: "The assistant answers in quotes only.",
    Mode.OFF: "The assistant is switched off.",
}


def page() -> None:
    """Draw the page."""
    st.title("Oversight")
    if not allowed(person(), Operation.OVERSIGHT):
        st.info("This page is for reviewers, auditors and administrators.")
        return
    _switches()
    left, right = st.columns(2)
    since = left.date_input("From", today() - timedelta(weeks=12), key="since")
    until = right.date_input("To", today(), key="until")
    if since > until:
        st.warning("The first day is after the last. Choose an earlier first day.")
        return
    found = oversight(home(), person(), since, until)
    _totals(found)
    if not found.totals["asked"]:
        st.info("Nothing was asked in this time.")
    else:
        _plots(found)
    _unanswered(found)
    _exports(found)


def _totals(found: Oversight) -> None:
    shown = ("asked", "answered", "abstained", "corrected", "rejected")
    for column, name in zip(st.columns(len(shown)), shown, strict=True):
        column.metric(name.capitalize(), found.totals[name])
    first = found.hours_to_review_median
    told = [
        "No decision yet." if first is None else f"Median time to the first decision: {_hours(first)}.",
        f"{found.totals['flagged']} flagged by readers, {found.totals['held']} held, "
        f"{found.totals['escalated']} escalated, {found.totals['unclear']} unclear and asked back.",
    ]
    agreed = found.agreement
    if agreed.raw is not None:
        alpha = "not defined" if agreed.alpha is None else f"{agreed.alpha:.2f}"
        told.append(f"Two reviewers agree on {agreed.raw:.0%} of {agreed.units} items (alpha {alpha}).")
    st.caption(" ".join(told))


def _hours(hours: float) -> str:
    if hours < 1:
        return f"{hours * 60:.0f} minutes"
    return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"


def _plots(found: Oversight) -> None:
    left, right = st.columns(2)
    weeks = [
        {"week": w.week, "outcome": name, "count": w.counts[name]} for w in found.weeks for name in _LINES
    ]
    with left:
        lines("By week")
        st.bar_chart(weeks, x="week", y="count", color="outcome", stack=False, height=280)
    clauses = [{"clause": c.id, "answers": c.answers} for c in found.clauses[:_MOST]]
    with right:
        lines("Clauses and controls that answers cite")
        if clauses:
            height = max(280, 26 * len(clauses))  # so that every bar has its label
            st.bar_chart(clauses, x="clause", y="answers", horizontal=True, sort="-answers", height=height)
        else:
            st.caption("No answer cites the standard.")
    with st.expander("As tables"):
        st.dataframe([{"week": w.week, **w.counts} for w in found.weeks], hide_index=True)
        st.dataframe([c.model_dump() for c in found.clauses], hide_index=True)


def _unanswered(found: Oversight) -> None:
    st.subheader("What nobody has answered yet")
    if not found.unanswered:
        st.caption("Every question of this time has an answer or a decision.")
    for entry in found.unanswered[-_MOST:][::-1]:
        link = address("/review", item=entry.id)
        st.markdown(f"[{plain(entry.question or '[erased]')}]({link}) · {entry.at[:10]} · {entry.state}")
    if len(found.unanswered) > _MOST:
        st.caption(f"The newest {_MOST} of {len(found.unanswered)}; the export has all.")


def _exports(found: Oversight) -> None:
    st.caption("For monitoring (ISO/IEC 42001, 9.1) and management review (9.3):")
    name = f"oversight-{found.since}-{found.until}"
    with st.container(horizontal=True):
        st.download_button("Page (Markdown)", as_markdown(found), f"{name}.md", "text/markdown")
        st.download_button("Figures (CSV)", as_csv(found), f"{name}.csv", "text/csv")
        st.download_button("Figures (JSON)", found.model_dump_json(indent=2), f"{name}.json")


def _switches() -> None:
    """How the assistant is switched; for an administrator, the switches."""
    now = switches.now(home())
    held = [subject.name for subject in home().subjects if subject.id in now.held]
    said = f" Held until reviewed: {', '.join(held)}." if held else ""
    message = f" Readers are told: {now.message}" if now.mode is Mode.OFF and now.message else ""
    lines(f"{_SAYS[now.mode]}{said}{message}")
    if allowed(person(), Operation.SWITCH):
        with st.expander("Switch the assistant", icon=":material/tune:"):
            _switch(now)


def _switch(now: Switches) -> None:
    with st.form("switch", border=False):
        mode = st.radio("The assistant is", list(Mode), index=list(Mode).index(now.mode), horizontal=True)
        message = st.text_input("What readers are told while it is off", now.message, max_chars=500)
        names = {subject.id: subject.name for subject in home().subjects}
        held = st.multiselect(
            "Hold answers on these subjects until a reviewer approves them",
            list(names),
            sorted(now.held & names.keys()),
            format_func=names.__getitem__,
        )
        if not st.form_submit_button("Switch", type="primary") or mode is None:
            return
    if (mode, message.strip()) != (now.mode, now.message):
        switches.switch(home(), person(), mode, message)
    for subject in sorted(set(held) ^ (now.held & names.keys())):
        switches.hold(home(), person(), subject, subject in held)
    st.rerun()
