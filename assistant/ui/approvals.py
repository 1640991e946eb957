"""Approvals: submit a document for approval, follow it, revise it, publish it once it is approved."""

from __future__ import annotations

from typing import Any

import streamlit as st

from assistant import draft_reading, drafts
from assistant.differing import revised
from assistant.draft_reading import Listed, Read
from assistant.drafts import Proposed
from assistant.errors import AssistantError, UnknownRecord
from assistant.permissions import Operation, allowed
from assistant.standing import State
from assistant.ui.markup import Chip, block, changed, event, lines, meta, notice, plain
from assistant.ui.session import address, embedder, home, person
from assistant.ui.terms import age, moment, state
from assistant.wording import LABELS
from knowledge.errors import KnowledgeError
from knowledge.formats.read import SUFFIXES
from knowledge.models import HOUSE_KINDS, Kind

_TYPES = [suffix[1:] for suffix in SUFFIXES]
_TOLD, _FORM = "drafts-told", "drafts-form"


def page() -> None:
    """Draw the page."""
    st.title("Approvals")
    if not allowed(person(), Operation.READ_DRAFTS):
        notice("This page is not for your role. Policy authors submit their drafts here.", "status")
        return
    told = st.session_state.pop(_TOLD, None)
    if told:
        notice(*told)
    name = st.query_params.get("draft")
    if name:
        _one(name)
    else:
        _all()


def _all() -> None:
    if allowed(person(), Operation.SUBMIT):
        _submit()
    found = draft_reading.listed(home(), person())
    if not found:
        st.info("No draft is here yet. A document written on the page Draft comes here once it is submitted.")
    with st.container(key="rows"):
        for draft in found:
            with st.container(key=f"row-{draft.id}"):
                title, name = plain(draft.title), f"draft-{draft.id}"
                st.button(title, key=name, type="tertiary", on_click=_open, args=(draft.id,), wrap=True)
                meta(_chips(draft), *_facts(draft))


def _open(name: str | None) -> None:
    if name:
        st.query_params["draft"] = name
    else:
        st.query_params.pop("draft", None)


def _chips(draft: Listed) -> list[Chip]:
    places = len(draft.placeholders)
    stands = Chip("published", "good") if draft.published else state(draft.state)
    return [
        stands,
        *([Chip("yours")] if draft.own else []),
        *([Chip(f"{places} open place{'s' if places > 1 else ''}", "urgent")] if places else []),
    ]


def _facts(draft: Listed) -> list[str]:
    waits = draft.state is State.PENDING
    return [
        f"{LABELS[draft.kind]}, revision {draft.number}",
        f"{draft.approvals} of {draft.needs} approvals by people who wrote none of it" if waits else "",
        f"replaces {draft.replaces}" if draft.replaces else "",
        f"in force from {draft.effective}" if draft.effective else "",
        f"changed {age(draft.changed_at)} ago" if age(draft.changed_at) != "just now" else "changed just now",
    ]


def _submit() -> None:
    with st.expander("Submit a draft", icon=":material/upload_file:"), st.form(_form(), border=False):
        file = st.file_uploader("The document", type=_TYPES)
        proposed = _proposed()
        if st.form_submit_button("Submit for approval", type="primary"):
            _send(file, proposed, None)


def _form() -> str:
    """The form's name; it changes when a draft was taken, so that it is drawn empty."""
    return f"submit-{st.session_state.get(_FORM, 0)}"


def _proposed() -> Proposed:
    titles = draft_reading.replaceable(home(), person())
    left, middle, right = st.columns([2, 1, 1])
    replaces = left.selectbox(
        "Replaces", [None, *titles], format_func=lambda one: titles.get(one, "nothing: a new document")
    )
    kinds: list[Kind | None] = [None, *sorted(HOUSE_KINDS)]
    kind = middle.selectbox("Kind", kinds, format_func=lambda one: LABELS[one] if one else "as the file says")
    effective = right.date_input("In force from", value=None, help="Empty: the day on which it is published.")
    return Proposed(kind=kind, document=replaces, effective=effective)


def _send(file: Any, proposed: Proposed, draft: str | None) -> None:
    if file is None:
        notice("Choose a file first.", "alert")
        return
    try:
        entry = drafts.submit(home(), person(), file.getvalue(), file.name, proposed, draft)
    except (AssistantError, KnowledgeError) as error:
        notice(str(error), "alert")
        return
    st.session_state[_FORM] = st.session_state.get(_FORM, 0) + 1
    title, number = entry.body["title"], entry.body["number"]
    st.session_state[_TOLD] = (f"{title}, revision {number}, waits for approval.", "status")
    st.query_params["draft"] = entry.body["item"]
    st.rerun()


def _one(name: str) -> None:
    st.button("All approvals", icon=":material/arrow_back:", on_click=_open, args=(None,))
    try:
        found = draft_reading.read(home(), person(), name)
    except UnknownRecord as error:
        notice(str(error), "alert")
        return
    draft = found.draft
    block(draft.title, "question")
    meta(_chips(draft), *_facts(draft))
    lines("", f"{draft.file}, SHA-256 {draft.sha256}")
    if draft.placeholders:
        lines("Open places", *draft.placeholders)
    _next(draft)
    _revisions(found)
    with st.expander(f"History ({len(found.history)})"):
        for one in found.history:
            who = f"{one.who} (you)" if one.own else one.who
            event(f"{moment(one.at)} UTC", f"{who} {one.what}", one.reason)


def _next(draft: Listed) -> None:
    """What this person can do with the draft now."""
    me = person()
    if draft.published:
        return
    with st.container(horizontal=True):
        if allowed(me, Operation.QUEUE):
            st.link_button("Open it in review", address("/review", item=draft.id))
        publishing = draft.state is State.APPROVED and allowed(me, Operation.PUBLISH)
        if publishing and st.button("Publish", type="primary"):
            _confirm(draft)
    if allowed(me, Operation.SUBMIT):
        with st.expander("Submit the next revision"), st.form(f"{_form()}-next", border=False):
            file = st.file_uploader("The document", type=_TYPES)
            st.caption("Approvals of the revision before do not count for it.")
            if st.form_submit_button("Submit", type="primary"):
                _send(file, Proposed(), draft.id)


@st.dialog("Publish this draft?")
def _confirm(draft: Listed) -> None:
    block(draft.title, "group")
    since = f"on {draft.effective}, or today if that is past" if draft.effective else "today"
    st.write(f"It comes into force {since}.")
    if draft.replaces:
        st.write("It takes the place of the version in force; answers that cite that come back to review.")
    if st.button("Publish it", type="primary"):
        _publish(draft)


def _publish(draft: Listed) -> None:
    try:
        version = drafts.publish(home(), person(), draft.id)
    except (AssistantError, KnowledgeError) as error:
        notice(str(error), "alert")
        return
    embedder().wake.set()
    st.session_state[_TOLD] = (f"{version.title} is published as version {version.number}.", "status")
    st.rerun()


def _revisions(found: Read) -> None:
    kept = found.revisions
    newest = kept[-1]
    if len(kept) > 1:
        before = st.selectbox(
            "Compare the newest revision with",
            kept[-2::-1],
            format_func=lambda one: f"revision {one.number}, {moment(one.at)}",
        )
        stretches = revised(before.text, newest.text)
        with st.container(border=True):
            if stretches:
                changed(stretches)
            else:
                block("The text is the same.", "place")
    with st.expander(f"The text of revision {newest.number}", expanded=len(kept) == 1):
        block(newest.text, "document")
    if len(kept) > 1:
        with st.expander(f"Earlier revisions ({len(kept) - 1})"):
            for one in kept[-2::-1]:
                who = f"{one.who} (you)" if one.own else one.who
                event(f"{moment(one.at)} UTC", f"revision {one.number} by {who}: {one.file}", one.sha256)
