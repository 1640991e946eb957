"""The queue on the page: its filters, which live in the address, its rows, and assigning several at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import streamlit as st

from assistant import review, worklist
from assistant.errors import AssistantError
from assistant.listing import listing
from assistant.permissions import Operation, allowed
from assistant.standing import State
from assistant.ui.markup import Chip, meta, notice, plain
from assistant.ui.session import home, person
from assistant.ui.steps import go
from assistant.ui.terms import STATES, age, held_by, reasons, state
from assistant.worklist import Listed, Wanted, Whose
from knowledge.errors import KnowledgeError
from knowledge.requirements import requirements

_PAGE = 25
_ANY = "any"
_SHOWN = "queue-shown"
_TOLD = "queue-told"
_OPEN = "open"


def filters() -> Wanted:
    """The filters of the queue, each in the address while it is set; what they ask for."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        whose = st.segmented_control(
            "Whose",
            ["anyone", "mine", "unassigned"],
            default="anyone",
            required=True,
            format_func=str.capitalize,
            key="whose",
            bind="query-params",
            label_visibility="collapsed",
        )
        with st.popover("Filter", icon=":material/filter_list:"):
            narrowed = _narrowed()
    wanted = Wanted(whose=cast(Whose, whose or "anyone"), **narrowed)
    if narrowing := [chip for chip in _narrowing(wanted) if chip]:
        meta([Chip(text) for text in narrowing])
    return wanted


def _narrowing(wanted: Wanted) -> list[str]:
    """The filters that are set, in words."""
    return [
        "overdue" if wanted.overdue else "",
        "a source changed" if wanted.stale else "",
        "everything" if wanted.everything else "",
        STATES[wanted.state] if wanted.state else "",
        f"{wanted.kind}s" if wanted.kind else "",
        *filter(None, (wanted.clause, wanted.document, wanted.subject)),
    ]


def _narrowed() -> dict[str, Any]:
    overdue = st.checkbox("Overdue only", key="overdue", bind="query-params")
    stale = st.checkbox("Only where a source changed", key="stale", bind="query-params")
    every = st.checkbox("Also what nothing asks to review", key="everything", bind="query-params")
    states = [_OPEN, *(one.value for one in State)]
    chosen = st.selectbox("State", states, key="state", bind="query-params", format_func=_state_name)
    kind = st.selectbox("Kind", [_ANY, "answer", "draft"], key="of", bind="query-params")
    clause = st.text_input("Clause or control", key="cites", placeholder="A.6.2.8", bind="query-params")
    titles = {row.document: row.title for row in listing(home(), person().role)}
    document = _choice("Document", titles, "document")
    subject = _choice("Subject", _subjects(), "subject")
    return {
        "overdue": overdue,
        "stale": stale,
        "everything": every,
        "state": None if chosen == _OPEN else State(chosen),
        "kind": None if kind == _ANY else kind,
        "clause": _clause(clause.strip()),
        "document": document,
        "subject": subject,
    }


def _clause(name: str) -> str | None:
    """A clause or control by the id that the marks of items have; an unknown one finds nothing."""
    if not name:
        return None
    try:
        return requirements().get(name).id
    except KnowledgeError as error:
        notice(str(error), "alert")
        return name


def _state_name(value: str) -> str:
    return "all that are open" if value == _OPEN else STATES[State(value)]


def _choice(label: str, names: dict[str, str], key: str) -> str | None:
    found = st.selectbox(
        label, [_ANY, *names], key=key, bind="query-params", format_func=lambda one: names.get(one, one)
    )
    return None if found == _ANY else found


def _subjects() -> dict[str, str]:
    return {subject.id: subject.name for subject in home().subjects}


def drawn(wanted: Wanted) -> Sequence[Listed]:
    """The rows of the pages that are shown, and one more, so that it is known whether more follow."""
    return worklist.listed(home(), person(), wanted, limit=_shown() + 1)


def _shown() -> int:
    return int(st.session_state.get(_SHOWN, _PAGE))


def full(wanted: Wanted, rows: Sequence[Listed]) -> None:
    """The queue alone on the page, with check boxes to assign several items."""
    if not rows:
        _empty(wanted)
        return
    choosing = allowed(person(), Operation.ASSIGN)
    names = worklist.reviewers(home(), person())
    with st.container(key="rows"):
        for row in rows[: _shown()]:
            _row(row, names, choosing=choosing)
    _more(rows)
    if choosing:
        _assign([row.id for row in rows[: _shown()] if st.session_state.get(f"pick-{row.id}")], names)


def beside(wanted: Wanted, rows: Sequence[Listed], opened: str) -> None:
    """The queue beside the open item."""
    if not rows:
        _empty(wanted)
        return
    names = worklist.reviewers(home(), person())
    with st.container(key="rows"):
        for row in rows[: _shown()]:
            _row(row, names, now=row.id == opened)
    _more(rows)


def _empty(wanted: Wanted) -> None:
    st.info("Nothing waits for review." if wanted == Wanted() else "No item matches this filter.")


def _row(row: Listed, names: dict[str, str], choosing: bool = False, now: bool = False) -> None:
    mark = "now-" if now else ""
    with st.container(key=f"row-{mark}{row.id}", horizontal=True, wrap=False, gap="small"):
        if choosing:
            st.checkbox("Choose", key=f"pick-{row.id}", label_visibility="collapsed", width="content")
        with st.container(gap=None):
            title = plain(row.title or "[erased]")
            st.button(title, key=f"open-{row.id}", type="tertiary", on_click=go, args=(row.id,), wrap=True)
            meta(_chips(row), *_facts(row, names))


def _chips(row: Listed) -> list[Chip]:
    late = [Chip("overdue", "urgent")] if row.overdue else []
    stands = [] if row.state is State.PENDING else [state(row.state)]
    return [*reasons(row.reasons, _subjects()), *late, *stands]


def _facts(row: Listed, names: dict[str, str]) -> list[str]:
    return [age(row.opened_at), held_by(row.assignee, row.claimed_by, person(), names)]


def _more(rows: Sequence[Listed]) -> None:
    if len(rows) > _shown() and st.button("Show more", key="more"):
        st.session_state[_SHOWN] = _shown() + _PAGE
        st.rerun()


def _assign(chosen: Sequence[str], names: dict[str, str]) -> None:
    """Assign the chosen items; there is no deciding on several at once."""
    told = st.session_state.pop(_TOLD, None)
    if told:
        notice(told, "alert")
    if not chosen:
        return
    me = person()
    people = {"": "nobody", **names, **({me.id: "me"} if allowed(me, Operation.DECIDE) else {})}
    with st.bottom, st.container(horizontal=True, vertical_alignment="bottom", key="assigning"):
        to = st.selectbox(
            f"Assign {len(chosen)} item{'s' if len(chosen) > 1 else ''} to",
            list(people)[::-1],
            format_func=people.__getitem__,
            key="assign-to",
            width=240,
        )
        st.button("Assign", type="primary", on_click=_assigned, args=(list(chosen), to or None))


def _assigned(chosen: list[str], to: str | None) -> None:
    try:
        review.assign(home(), person(), chosen, to)
    except AssistantError as error:
        st.session_state[_TOLD] = str(error)
        return
    for name in chosen:
        st.session_state[f"pick-{name}"] = False
    st.toast(f"Assigned {len(chosen)} item{'s' if len(chosen) > 1 else ''}.")
