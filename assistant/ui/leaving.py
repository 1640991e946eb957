"""How a document leaves: its revisions, its exports, an edited file back in, the submission for approval."""

from __future__ import annotations

from functools import partial

import streamlit as st

from assistant.drafting import revisions as kept
from assistant.drafting import submitting, writing
from assistant.drafting.manuscript import Manuscript, Revision
from assistant.errors import AssistantError
from assistant.exporting.formats import FORMATS
from assistant.exporting.front import open_places
from assistant.permissions import Operation, allowed
from assistant.ui import manuscript
from assistant.ui.markup import block, changed, event, lines, notice
from assistant.ui.session import address, home, person
from assistant.ui.taking import offer
from assistant.ui.terms import moment
from knowledge.errors import KnowledgeError
from knowledge.specifications import Specification


def revisions(held: Manuscript, spec: Specification) -> None:
    """Every revision, what changed between two, and the way back to an earlier one."""
    found = kept.revisions(home(), person(), held.id)
    if not found:
        st.info("There is no revision yet. Composing makes the first.")
        return
    for one in reversed(found):
        who = f"{one.who} (you)" if one.own else one.who
        event(
            f"{moment(one.at)} UTC", f"revision {one.number}, {one.why} by {who}, record {one.record}", None
        )
    if len(found) > 1:
        _compare(held, found)


def _compare(held: Manuscript, found: tuple[Revision, ...]) -> None:
    numbers = [one.number for one in found if not one.erased]
    left, right = st.columns(2)
    later = left.selectbox("Show what changed up to revision", numbers[::-1], key="later")
    before = [number for number in numbers if number < later]
    if not before:
        return
    earlier = right.selectbox("since revision", before[::-1], key="earlier")
    differences = kept.differences(home(), person(), held.id, earlier, later)
    if not differences:
        block("The text is the same.", "place")
    for one in differences:
        lines(f"{one.heading} ({one.change})")
        changed(one.stretches)
    if allowed(person(), Operation.WRITE) and st.button(f"Go back to revision {earlier}"):
        me = person()
        manuscript.act(
            lambda: writing.restore(home(), me, held.id, earlier, held.newest),
            f"The text of revision {earlier} is the newest again, as a revision of its own.",
        )


def show(held: Manuscript, spec: Specification) -> None:
    """The exports, the way back in, and the submission."""
    if held.document is None:
        st.info("Compose the document first; then it can be exported and submitted.")
        return
    block("Export", "question")
    template = st.file_uploader("Your Word template (optional)", type=["docx", "dotx"], key="template")
    at, me = home(), person()
    own = template.getvalue() if template else None
    with st.container(horizontal=True):
        for suffix, format_ in FORMATS.items():
            made = partial(
                submitting.leave, at, me, held.id, held.newest, suffix, own if format_.templates else None
            )
            offer(format_.name, made, f"{_stem(held)}{suffix}")
    st.caption("Each export is on the log with its SHA-256.")
    if allowed(me, Operation.WRITE):
        _take_in(held)
        _submit(held)


def _stem(held: Manuscript) -> str:
    words = "".join(c if c.isalnum() else "-" for c in held.title.casefold())
    return "-".join(filter(None, words.split("-")))[:60] or "document"


def _take_in(held: Manuscript) -> None:
    block("Bring an edited file back", "question")
    file = st.file_uploader("The Word file that was exported and edited", type=["docx"], key="edited")
    if file is None:
        return
    left_as = st.selectbox(
        "It was exported as revision",
        list(range(held.newest, 0, -1)),
        help="What was changed here since then stays; only what was changed in the file is taken in.",
    )
    if st.button("Take it in as the next revision"):
        me, data, name = person(), file.getvalue(), file.name
        manuscript.act(
            lambda: writing.take_in(home(), me, held.id, data, name, left_as, held.newest),
            "The edited file is taken in.",
        )


def _submit(held: Manuscript) -> None:
    block("Submit for approval", "question")
    open_ = open_places(held.document) if held.document else ()
    if open_:
        with st.expander(
            f"{len(open_)} open places block approval unless each is filled or accepted by name"
        ):
            lines("", *open_)
    if held.draft:
        st.link_button("See where it stands", address("/approvals", draft=held.draft))
    label = "Submit the newest revision" if held.draft else "Submit"
    if st.button(label, type="primary"):
        me = person()
        try:
            with st.spinner("Submitting …"):
                entry = submitting.submit(home(), me, held.id, held.newest)
        except (AssistantError, KnowledgeError) as error:
            notice(str(error), "alert")
            return
        notice(f"{entry.body['title']}, revision {entry.body['number']}, waits for approval.", "status")
        if not held.draft:
            to = address("/approvals", draft=entry.body["item"])
            st.link_button("See where it stands", to, type="primary")
