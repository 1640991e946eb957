"""Going from item to item, by buttons and by the keyboard."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from assistant.permissions import Operation, allowed
from assistant.ui.session import person

_DOING, _BEGUN = "review-doing", "review-begun"
_KEYS = (
    ("J, K", "next and previous item", None),
    ("O", "open the first item, or the first source of the open item", None),
    ("Q", "back to the queue", None),
    ("A", "approve, and go on to the next item", Operation.DECIDE),
    ("F", "correct (fix): edit the statements and their quotes", Operation.DECIDE),
    ("X", "reject", Operation.DECIDE),
    ("E", "escalate: leave it to somebody else", Operation.DECIDE),
    ("L", "claim or release it", Operation.CLAIM),
    ("B", "bring a decided item back (reopen)", Operation.REOPEN),
    ("Z", "undo: bring back what was decided last", Operation.REOPEN),
    ("Ctrl+Enter", "send the form that is open", Operation.DECIDE),
    ("Esc", "close the form or the source that is open", None),
    ("H", "show these keys", None),
)


@dataclass(frozen=True, slots=True)
class Steps:
    """Where the open item stands among those that the filter finds; `at` is None when it is none of them."""

    at: int | None
    count: int
    before: str | None
    after: str | None

    @property
    def following(self) -> str | None:
        """What is looked at when the open item is done."""
        return self.after or self.before


def doing() -> str | None:
    """The verb whose form is open on the item that the address names."""
    item, verb = st.session_state.get(_DOING, (None, None))
    return verb if item is not None and item == st.query_params.get("item") else None


def begin(item: str, verb: str) -> None:
    """Open the form of a verb on an item; nothing is decided by it."""
    go(item)
    st.session_state[_DOING] = (item, verb)
    st.session_state[_BEGUN] = begun() + 1


def begun() -> int:
    """How often a form was opened in this session: each time it takes the cursor."""
    return int(st.session_state.get(_BEGUN, 0))


def cancel() -> None:
    """Close the form that is open."""
    st.session_state.pop(_DOING, None)


def go(name: str | None) -> None:
    """Open an item, or the queue; nothing is decided by it."""
    cancel()
    st.query_params.pop("source", None)
    if name:
        st.query_params["item"] = name
    else:
        st.query_params.pop("item", None)


def key(letter: str) -> str | None:
    """A button's key, while no form and no source is open to which it could be meant instead."""
    free = doing() is None and "source" not in st.query_params
    return letter if free else None


def bar(steps: Steps) -> None:
    """Previous, next, where among how many, back to the queue, and the keys."""
    with st.container(horizontal=True, key="steps", vertical_alignment="center"):
        st.button("Queue", icon=":material/list:", shortcut=key("Q"), on_click=go, args=(None,), key="back")
        _step("Previous", ":material/arrow_upward:", "K", steps.before)
        _step("Next", ":material/arrow_downward:", "J", steps.after)
        if steps.at is not None:
            st.caption(f"{steps.at + 1} of {steps.count:,}", width="content")
        _help()


def start(first: str | None) -> None:
    """In the queue: open its first item, and the keys."""
    st.button("Open the first", key="open", shortcut="O", on_click=go, args=(first,), disabled=first is None)
    _help()


def _step(label: str, icon: str, letter: str, to: str | None) -> None:
    off, name = to is None, label.lower()
    st.button(label, icon=icon, shortcut=key(letter), on_click=go, args=(to,), disabled=off, key=name)


def _help() -> None:
    if st.button("Keys", icon=":material/keyboard:", type="tertiary", shortcut=key("H"), key="keys"):
        _keys()


@st.dialog("Keys")
def _keys() -> None:
    rows = [f"| `{keys}` | {what} |" for keys, what, needs in _KEYS if not needs or allowed(person(), needs)]
    st.markdown("\n".join(["| key | does |", "| --- | --- |", *rows]))
    st.caption("Keys do nothing while you type in a field, except Ctrl+Enter and Esc.")
