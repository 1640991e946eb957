"""An answer on the page: its note, its claims with a button for each citation, what review made of it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from assistant import review
from assistant.errors import AssistantError
from assistant.models import Answer, Claim
from assistant.people import ROLES
from assistant.permissions import Operation, allowed
from assistant.standing import State
from assistant.told import Told
from assistant.ui.markup import block, claim, lines, notice, plain
from assistant.ui.session import address, home, person
from assistant.ui.source import open_source
from assistant.wording import grouped, heading, labels, places, where

_STATUS = {
    "answered": "Answered",
    "abstained": "Not answered",
    "unclear": "Asked back",
    "held": "Held until a reviewer has looked",
}


Pick = Callable[[str], None]
"""What is done with the question of a choice that a reader takes."""


def show(told: Told, pick: Pick | None = None) -> None:
    """Draw an answer as its reader is told it now; its buttons open the sources, or take a choice."""
    if told.answer.understood_as:
        block(f"Understood as: {told.answer.understood_as}", "place")
    _verdict(told)
    if told.correction:
        content(told.correction, corrected=True)
        if told.answer.claims:
            with st.expander("What was answered before"):
                content(told.answer)
    else:
        content(told.answer, pick=pick)
    _foot(told)


def content(answer: Answer, corrected: bool = False, pick: Pick | None = None) -> None:
    """Draw what an answer says, without what became of it."""
    if answer.note:
        block(answer.note, "note")
    for number, choice in enumerate(answer.choices, start=1):
        if pick:
            name = f"choose-{answer.id}-{number}"
            st.button(plain(choice.label), key=name, on_click=pick, args=(choice.question,), wrap=True)
        else:
            block(f"{number}. {choice.label}", "place")
    for group, members in grouped(answer.claims):
        block(heading(group), "group")
        for number, said in members:
            _claim(answer, number - 1, said, corrected)
    if answer.nearest:
        _nearest(answer)


def _claim(answer: Answer, place: int, said: Claim, corrected: bool) -> None:
    with st.container(horizontal=True, wrap=False, gap="small"):
        with st.container(width="content"):
            name = f"cite-{answer.id}-{'c' if corrected else ''}{place}"
            if st.button(f"{place + 1}", key=name, help="Open the source"):
                open_source(answer.id, place, corrected)
        with st.container():
            claim(said.text, labels(said), places(said))


def _nearest(answer: Answer) -> None:
    lines("Closest sources, for you to look at:", *map(where, answer.nearest))


def _verdict(told: Told) -> None:
    """A line for the reader when review changed the answer, and the reviewer's reason."""
    if told.stale:
        block("A source of this answer has changed since. A reviewer looks at it again.", "note")
    said = {
        State.CORRECTED: "A reviewer has corrected this answer. The correction waits for a second approval.",
        State.REJECTED: "A reviewer has rejected this answer. Do not rely on it.",
    }
    text = said.get(told.state) if told.state else None
    if told.state is State.APPROVED and told.correction:
        text = "Reviewers have corrected this answer and approved the correction."
    if told.unsupported:
        text = "The approval from which this answer was taken does not stand any more. Do not rely on it."
    if told.rejected and told.state is State.PENDING:
        text = "A reviewer had rejected this answer. It is looked at again; do not rely on it meanwhile."
    if text:
        block(f"{text} {told.reason}" if told.reason else text, "note")


def _foot(told: Told) -> None:
    answer, again = told.answer, told.answer.approved
    words = [_STATUS[(told.correction or answer).status], _reviewed(told)]
    if answer.worded_by and not told.correction:
        words.insert(1, f"worded by {plain(answer.worded_by)}, every sentence checked against its quotes")
    if again:
        how = "corrected and approved" if again.corrected else "approved"
        words.append(f"as {how} by a {ROLES[again.role].lower()} on {again.at[:10]}")
        if allowed(person(), Operation.LOG):  # the answer of somebody else
            words.append(f"first given in [{again.answer}]({address('/log', record=again.answer)})")
    words += [
        f"on the log as [{answer.id}]({address('/log', record=answer.id)})",
        f"[link to this answer]({address('/', answer=answer.id)})",
    ]
    st.caption(" · ".join(word for word in words if word))
    if allowed(person(), Operation.FLAG):
        _flag(answer.id)


def _reviewed(told: Told) -> str:
    if told.decided is None:
        return "" if told.answer.approved else "not yet reviewed"
    verdict = "correction approved" if told.correction and told.state is State.APPROVED else told.state
    return f"{verdict} by a {ROLES[told.decided.role].lower()} on {told.decided.at[:10]}"


def _flag(answer: str) -> None:
    if st.button("This is wrong", icon=":material/flag:", key=f"flag-{answer}", type="tertiary"):
        _complaint(answer)


@st.dialog("What is wrong with this answer?")
def _complaint(answer: str) -> None:
    with st.form(f"flag-form-{answer}", border=False):
        comment = st.text_area("A reviewer reads it", max_chars=4000)
        if not st.form_submit_button("Tell a reviewer", type="primary"):
            return
    try:
        review.flag(home(), person(), answer, comment)
    except AssistantError as error:
        notice(str(error), "alert")
        return
    st.toast("Thank you. A reviewer looks at it.")
    st.rerun()
