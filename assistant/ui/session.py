"""What the pages share: the opened home, the background worker, the role that asks."""

from __future__ import annotations

import streamlit as st

from assistant.home import Embedder, Home, home_at
from assistant.keeper import Keeper
from assistant.people import ROLES, Person, unsigned
from knowledge.models import Role


@st.cache_resource(show_spinner="Opening the library …")
def home() -> Home:
    """The home of this process, opened once."""
    return home_at(None)


@st.cache_resource(show_spinner=False)
def embedder() -> Embedder:
    """The background worker of this process, started once."""
    worker = Embedder(home())
    worker.start()
    return worker


@st.cache_resource(show_spinner=False)
def keeper() -> Keeper:
    """The worker that looks after the log, started once in this process."""
    worker = Keeper(home())
    worker.start()
    return worker


def role_field() -> None:
    """The field that says who asks."""
    st.selectbox(
        "I am asking as",
        list(Role),
        format_func=ROLES.__getitem__,
        key="role",
        bind="query-params",
        help="Decides which documents may be answered from, and what comes first in an answer.",
    )


def role() -> Role:
    """The role that asks."""
    chosen: Role = st.session_state.get("role", Role.EMPLOYEE)
    return chosen


def person() -> Person:
    """Who acts on the page."""
    found = unsigned(role().value)
    assert found is not None
    return found
