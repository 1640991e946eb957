"""A draft under review: its text, its exact bytes, and the open places that an approver accepts by name."""

from __future__ import annotations

import streamlit as st

from assistant.detail import Detail, Draft
from assistant.differing import revised
from assistant.permissions import Operation, allowed
from assistant.ui.markup import block, changed, lines, plain
from assistant.ui.session import person
from assistant.ui.taking import offer


def show(found: Detail) -> None:
    """Draw what its approvers must see."""
    draft = found.draft
    assert draft is not None
    _facts(found, draft)
    _places(found, draft)
    if draft.before is not None:
        with st.expander(f"What changed since revision {draft.number - 1}", expanded=True):
            stretches = revised(draft.before, draft.text)
            changed(stretches) if stretches else block("The text is the same.", "place")
    block("The text", "group")
    with st.container(border=True, height=520, key="draft-text"):
        block(draft.text, "document")


def _facts(found: Detail, draft: Draft) -> None:
    needs = f"{found.given} of {found.needs} approvals" if found.needs > 1 or found.given else "one approval"
    lines(
        f"{draft.kind.capitalize()}, revision {draft.number}",
        f"{'Replaces ' + draft.replaces if draft.replaces else 'A new document'}, "
        f"in force from {draft.effective or 'the day it is published'}; needs {needs} by somebody else",
        f"{draft.file}, {len(draft.data):,} bytes, SHA-256 {draft.sha256}",
    )
    offer("Download these bytes", lambda: draft.data, draft.file, type="tertiary")


def _places(found: Detail, draft: Draft) -> None:
    """Open places; whoever may approve lets each of them stand by its name, or not."""
    if not draft.placeholders:
        return
    count = len(draft.placeholders)
    block(f"{count} open place{'s' if count > 1 else ''}", "group")
    may = found.open and allowed(person(), Operation.APPROVE_DRAFT) and found.approval_barred is None
    for number, name in enumerate(draft.placeholders):
        if may:
            label = f"Accept this open place: {plain(name)}"
            st.checkbox(label, key=f"accept-{found.id}-{found.last}-{number}")
        else:
            block(name, "place")
