"""Draft: documents while they are written, from the first question to the submission for approval."""

from __future__ import annotations

import streamlit as st

from assistant.draft_reading import replaceable
from assistant.drafting import manuscripts, profile
from assistant.drafting.manuscript import Listed
from assistant.errors import AssistantError
from assistant.permissions import Operation, allowed
from assistant.ui import manuscript
from assistant.ui.markup import Chip, meta, notice, plain
from assistant.ui.session import home, person
from assistant.ui.terms import age
from knowledge.errors import KnowledgeError
from knowledge.specifications import Specification, specifications

_TOLD = "draft-told"


def page() -> None:
    """Draw the page."""
    if not allowed(person(), Operation.READ_DRAFTS):
        st.title("Draft")
        notice("This page is not for your role. Policy authors and reviewers write documents here.", "status")
        return
    name = st.query_params.get("manuscript")
    if name:
        manuscript.show(name)
        return
    st.title("Draft")
    told = st.session_state.pop(_TOLD, None)
    if told:
        notice(told, "status")
    if allowed(person(), Operation.WRITE):
        _begin()
        _profile()
    _all()


def _all() -> None:
    found = manuscripts.listed(home(), person())
    kept = [one for one in found if not one.discarded]
    if not kept:
        st.info("Nothing is being written yet. Choose a type of document above and begin.")
    with st.container(key="rows"):
        for one in kept:
            _row(one)
    aside = [one for one in found if one.discarded]
    if aside:
        with st.expander(f"Put aside ({len(aside)})"):
            for one in aside:
                _row(one)


def _row(one: Listed) -> None:
    with st.container(key=f"row-{one.id}"):
        label = plain(one.title)
        st.button(
            label,
            key=f"manuscript-{one.id}",
            type="tertiary",
            on_click=manuscript.go,
            args=(one.id,),
            wrap=True,
        )
        chips = [Chip("yours")] if one.own else []
        chips += [Chip("submitted", "good")] if one.draft else []
        held = specifications().get(one.type)
        meta(
            chips,
            held.title if held and held.title != one.title else "",
            f"{one.answered} of {one.asked} questions answered",
            f"revision {one.newest}" if one.newest else "not composed yet",
            f"changed {age(one.changed_at)} ago" if age(one.changed_at) != "just now" else "changed just now",
        )


def _begin() -> None:
    types = specifications()
    with st.expander("Begin a document", icon=":material/add:", expanded=True):
        chosen = st.selectbox(
            "Type",
            list(types.values()),
            format_func=lambda one: one.title,
            index=None,
            placeholder="Choose a type of document",
        )
        if chosen is None:
            return
        meta([Chip(chosen.form)], chosen.purpose, f"approved by {chosen.approver}")
        st.caption(f"Serves {', '.join(chosen.satisfies)} of ISO/IEC 42001.")
        titles = replaceable(home(), person())
        left, right = st.columns(2)
        title = left.text_input("Title", value=chosen.title, key=f"begin-title-{chosen.id}")
        revises = right.selectbox(
            "Begin from",
            [None, *titles],
            format_func=lambda one: f"{titles[one]}, as it is in force" if one else "nothing: a new document",
            help="The next version of a document keeps its words. What changed since is shown.",
        )
        if st.button("Begin", type="primary"):
            _open(chosen, title, revises)


def _open(chosen: Specification, title: str, revises: str | None) -> None:
    try:
        begun = manuscripts.begin(home(), person(), chosen.id, title, revises)
    except (AssistantError, KnowledgeError) as error:
        notice(str(error), "alert")
        return
    manuscript.go(begun.id)
    st.rerun()


def _profile() -> None:
    said, held = profile.profile(home()), profile.entries()
    label = f"Organisation profile ({len(said)} of {len(held)} filled in)"
    with st.expander(label, icon=":material/apartment:"), st.form("profile", border=False):
        st.caption("What you say here once is suggested in every document.")
        lines = {}
        for key, entry in held.items():
            value = "\n".join(said.get(key, ()))
            field = st.text_area if entry.many else st.text_input
            lines[key] = field(entry.label, value, help=entry.help, key=f"profile-{key}")
        if st.form_submit_button("Save", type="primary"):
            _save({key: tuple(text.splitlines()) for key, text in lines.items()}, said)


def _save(lines: dict[str, tuple[str, ...]], said: profile.Profile) -> None:
    try:
        for key, value in lines.items():
            if value != said.get(key, ()):
                profile.set_profile(home(), person(), key, value)
    except (AssistantError, KnowledgeError) as error:
        notice(str(error), "alert")
        return
    st.session_state[_TOLD] = "The profile is saved."
    st.rerun()
