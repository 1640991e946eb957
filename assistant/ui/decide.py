"""Deciding on the open item: one key approves, everything else asks for a reason first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from assistant import review, worklist
from assistant.detail import Detail
from assistant.errors import AssistantError
from assistant.permissions import Operation, allowed
from assistant.standing import State
from assistant.ui.markup import block, focus, notice, plain
from assistant.ui.session import home, person
from assistant.ui.steps import Steps, begin, begun, cancel, doing, go, key
from knowledge.errors import KnowledgeError

_SAID = "review-said"
_PROBLEM = "review-problem"
_TRIES = "review-tries"


@dataclass(frozen=True, slots=True)
class _Verb:
    """A decision that needs a reason: what it is called, and what it does."""

    name: str
    asks: str
    done: str
    act: Callable[..., Any]


_VERBS = {
    "reject": _Verb("Reject", "Why must it not stand?", "Rejected", review.reject),
    "escalate": _Verb("Escalate", "What should somebody else decide?", "Escalated", review.escalate),
    "reopen": _Verb("Reopen", "Why is it to be looked at again?", "Reopened", review.reopen),
}


@dataclass(frozen=True, slots=True)
class _Done:
    """What was decided last, so that it can be brought back."""

    what: str
    by: str
    item: str
    title: str


def said() -> None:
    """What was decided last, with a way back, and what went wrong."""
    problem = st.session_state.pop(_PROBLEM, None)
    if problem:
        notice(problem, "alert")
    done: _Done | None = st.session_state.get(_SAID)
    if done is None or done.by != person().id or done.item == st.query_params.get("item"):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="said"):
        st.caption(f"{done.what}: {plain(_short(done.title))}", width="content")
        if allowed(person(), Operation.REOPEN) and done.what != "Escalated":
            args = (done.item, "reopen")
            st.button("Undo", shortcut=key("Z"), type="tertiary", key="undo", on_click=begin, args=args)


def _short(title: str) -> str:
    return title if len(title) <= 60 else f"{title[:57]} …"


def attempt(act: Callable[[], Any], done: str, found: Detail, following: str | None) -> Exception | None:
    """Decide, and go on to the next item; an error is told, and nothing that was typed is lost."""
    try:
        act()
    except (AssistantError, KnowledgeError) as error:
        st.session_state[_PROBLEM] = str(error)
        st.session_state[_TRIES] = st.session_state.get(_TRIES, 0) + 1
        return error
    st.session_state[_SAID] = _Done(done, person().id, found.id, found.title or "[erased]")
    st.toast(f"{done}.")
    go(following)
    return None


def tries() -> int:
    """How often a form was opened or something went wrong: each time the cursor goes into it anew."""
    return begun() + int(st.session_state.get(_TRIES, 0))


def panel(found: Detail, steps: Steps) -> None:
    """The decisions that this person can take now, at the bottom of the window."""
    verb = doing()
    if verb == "correct" and not found.draft:
        return
    with st.bottom, st.container(key="decisions"):
        if verb in _VERBS:
            _asked(found, _VERBS[verb], steps)
        else:
            _offered(found, steps)


def _offered(found: Detail, steps: Steps) -> None:
    me = person()
    deciding = Operation.APPROVE_DRAFT if found.draft else Operation.DECIDE
    if found.open and found.barred:
        block(found.barred, "place")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if found.open and allowed(me, deciding) and found.barred is None:
            _verdicts(found, steps)
        if allowed(me, Operation.CLAIM):
            _claim(found)
        if allowed(me, Operation.REOPEN) and found.state is not State.PENDING and not found.published:
            _begin(found, "Reopen", "reopen", "B")
        if allowed(me, Operation.ASSIGN) and found.open:
            _assign(found)


def _verdicts(found: Detail, steps: Steps) -> None:
    places = found.draft.placeholders if found.draft else ()
    names = [f"accept-{found.id}-{found.last}-{number}" for number in range(len(places))]
    accepted = all(st.session_state.get(name) for name in names)
    st.button(
        "Approve",
        type="primary",
        key=f"approve-{found.id}-{found.last}",  # a second press never hits the next item
        shortcut=key("A"),
        disabled=not accepted or found.approval_barred is not None,
        help=found.approval_barred or (None if accepted else "Accept each open place first."),
        on_click=_approve,
        args=(found, steps.following, dict(zip(names, places, strict=True))),
    )
    if not found.draft:
        _begin(found, "Correct" if found.said else "Answer this question from the sources", "correct", "F")
    _begin(found, "Reject", "reject", "X")
    _begin(found, "Escalate", "escalate", "E")


def _begin(found: Detail, label: str, verb: str, letter: str) -> None:
    st.button(label, key=verb, shortcut=key(letter), on_click=begin, args=(found.id, verb))


def _approve(found: Detail, following: str | None, places: dict[str, str]) -> None:
    accepted = [place for name, place in places.items() if st.session_state.get(name)]
    attempt(
        lambda: review.approve(home(), person(), found.id, seen=found.last, accepted=accepted),
        "Approved",
        found,
        following,
    )


def _claim(found: Detail) -> None:
    mine = found.holder == person().id
    if not (mine or found.claimable):
        return
    act, label = (review.release, "Release") if mine else (review.claim, "Claim")
    st.button(label, key="claim", shortcut=key("L"), on_click=_quietly, args=(act, found.id))


def _quietly(act: Callable[..., Any], *args: Any) -> None:
    """Do what decides nothing, and stay where one is."""
    try:
        act(home(), person(), *args)
    except (AssistantError, KnowledgeError) as error:
        st.session_state[_PROBLEM] = str(error)


def _assign(found: Detail) -> None:
    names = {"": "nobody", **worklist.reviewers(home(), person())}
    if allowed(person(), Operation.DECIDE):
        names[person().id] = "me"
    with st.popover("Assign", key="assign"):
        for who, name in names.items():
            if who != (found.assignee or ""):
                args = (review.assign, [found.id], who or None)
                st.button(f"to {plain(name)}", key=f"to-{who}", on_click=_quietly, args=args, type="tertiary")


def _asked(found: Detail, verb: _Verb, steps: Steps) -> None:
    """A reason, typed and sent without the mouse."""
    field = f"reason-{found.id}-{verb.name.lower()}"
    with st.form(f"form-{field}", border=False):
        st.text_area(verb.asks, key=field, max_chars=4000, height=80)
        with st.container(horizontal=True):
            st.form_submit_button(
                verb.name, type="primary", on_click=_send, args=(found, verb, field, steps.following)
            )
            st.form_submit_button("Cancel", shortcut="Esc", on_click=cancel)
    focus(field, tries())


def _send(found: Detail, verb: _Verb, field: str, following: str | None) -> None:
    reason = st.session_state.get(field, "")
    if verb.act is review.reopen:
        act, following = (lambda: review.reopen(home(), person(), found.id, reason)), found.id
    else:
        act = lambda: verb.act(home(), person(), found.id, reason, seen=found.last)  # noqa: E731
    attempt(act, verb.done, found, following)
