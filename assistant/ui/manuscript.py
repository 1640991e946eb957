"""One document while it is written: its head, and the parts in which it is worked on."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from assistant.drafting import manuscripts, writing
from assistant.drafting.manuscript import HeaderFields, Manuscript, Written
from assistant.errors import AssistantError, UnknownRecord
from assistant.exporting.front import open_places
from assistant.permissions import Operation, allowed
from assistant.ui import draft_checks, intake_form, leaving, sections
from assistant.ui.markup import Chip, block, meta, notice
from assistant.ui.session import home, person
from assistant.ui.terms import age
from knowledge.errors import KnowledgeError
from knowledge.specifications import Specification, specification

_TOLD = "manuscript-told"
PARTS: dict[str, Callable[[Manuscript, Specification], None]] = {
    "Questions": intake_form.show,
    "Document": sections.show,
    "Checks": draft_checks.show,
    "Revisions": leaving.revisions,
    "Export and submit": leaving.show,
}


def go(name: str | None, part: str | None = None) -> None:
    """Open a manuscript, at one of its parts; or the list of them."""
    for key, value in (("manuscript", name), ("part", part)):
        if value:
            st.query_params[key] = value
        else:
            st.query_params.pop(key, None)


def show(name: str) -> None:
    """Draw one manuscript."""
    st.button("All documents", icon=":material/arrow_back:", on_click=go, args=(None,))
    try:
        held = manuscripts.read(home(), person(), name)
    except UnknownRecord as error:
        notice(str(error), "alert")
        return
    spec = specification(held.type)
    block(held.title, "question")
    meta(_chips(held), spec.title if spec.title != held.title else "", _changed(held))
    told = st.session_state.pop(_TOLD, None)
    if told:
        notice(*told)
    if held.discarded:
        _put_aside(held)
        return
    _head(held)
    part = _part(held)
    PARTS[part](held, spec)


def _chips(held: Manuscript) -> list[Chip]:
    chips = [Chip(f"revision {held.newest}")] if held.newest else [Chip("not composed yet", "urgent")]
    chips += [Chip("yours")] if held.own else []
    chips += [Chip("submitted", "good")] if held.draft else []
    open_ = len(open_places(held.document)) if held.document else 0
    return chips + ([Chip(f"{open_} open place{'s' if open_ > 1 else ''}", "urgent")] if open_ else [])


def _changed(held: Manuscript) -> str:
    since = age(held.changed_at)
    return f"begun by {held.by}, changed {since if since == 'just now' else f'{since} ago'}"


def _part(held: Manuscript) -> str:
    asked = st.query_params.get("part", "")
    first = asked if asked in PARTS else ("Document" if held.newest and held.revises else "Questions")
    key = f"part-{held.id}"
    st.session_state[key] = first  # the address says which part is open, so that the browser's Back works
    st.segmented_control(
        "Part", list(PARTS), key=key, on_change=_turned, args=(key,), label_visibility="collapsed"
    )
    return first


def _turned(key: str) -> None:
    if st.session_state[key]:
        st.query_params["part"] = st.session_state[key]


def _head(held: Manuscript) -> None:
    if not allowed(person(), Operation.WRITE):
        return
    fields = held.fields
    with st.expander("Document control", icon=":material/badge:"), st.form(f"head-{held.id}", border=False):
        title = st.text_input("Title", held.title)
        left, right = st.columns(2)
        owner = left.text_input("Owner", fields.owner or "", placeholder=held.header.owner or "")
        approver = right.text_input("Approver", fields.approver or "", placeholder=held.header.approver or "")
        reviewer = left.text_input("Reviewer", fields.reviewer or "")
        version = right.text_input("Version", fields.version or "", placeholder="for example 1.0")
        classification = left.text_input(
            "Classification", fields.classification or "", placeholder=held.header.classification or ""
        )
        effective = right.date_input("In force from", fields.effective)
        review = left.date_input("Next review", fields.next_review)
        if st.form_submit_button("Save", type="primary"):
            said = HeaderFields(
                owner=owner or None,
                approver=approver or None,
                reviewer=reviewer or None,
                classification=classification or None,
                effective=effective,
                next_review=review,
                version=version or None,
            )
            act(lambda: manuscripts.set_header(home(), person(), held.id, said, title), "The head is saved.")
    if st.button(
        "Put aside", icon=":material/inventory_2:", help="Nothing is lost; you can take it up again."
    ):
        act(lambda: manuscripts.discard(home(), person(), held.id), "It is put aside.")


def _put_aside(held: Manuscript) -> None:
    block("This document is put aside. Nothing of it is lost.", "note")
    if allowed(person(), Operation.WRITE) and st.button("Take it up again", type="primary"):
        act(lambda: manuscripts.bring_back(home(), person(), held.id), "It is taken up again.")


def act(do: Callable[[], object], done: str) -> None:
    """Do something to a manuscript, tell what came of it, and draw the page anew."""
    try:
        made = do()
    except (AssistantError, KnowledgeError) as error:
        notice(str(error), "alert")
        return
    kept = f" {_kept(made)}" if isinstance(made, Written) and made.kept else ""
    st.session_state[_TOLD] = (f"{done}{kept}", "status")
    st.rerun()


def _kept(made: Written) -> str:
    stayed = [f"{made.document.section(one.section).heading} ({one.reason})" for one in made.kept]
    return f"Left as they were: {', '.join(stayed)}."


def compose(held: Manuscript, names: tuple[str, ...] | None = None, over_edits: bool = False) -> None:
    """Compose the document or some sections of it, and say what stayed."""
    with st.spinner("Composing …"):
        act(
            lambda: writing.compose(home(), person(), held.id, names, over_edits, held.newest),
            "The document is composed from the answers as they are now.",
        )
