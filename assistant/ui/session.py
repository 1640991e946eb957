"""What the pages share: the opened home, the background worker, who is in front of the page."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from assistant import oidc
from assistant.errors import NotSignedIn
from assistant.home import Embedder, Home
from assistant.keeper import Keeper
from assistant.people import ROLES, Person, unsigned
from assistant.sessions import SignedIn
from assistant.ui import visitors
from assistant.ui.markup import block
from knowledge.models import Role

_SIGN_OUT = """<form method="post" action="/sign-out">
<button class="cw-button" type="submit">Sign out</button></form>"""
MOST_OF_A_ROLE = 9
"""So many people of each role can be told apart where nobody signs in."""


@st.cache_resource(show_spinner="Opening the library …")
def home() -> Home:
    """The home of this process, opened once."""
    return visitors.opened_home()


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


def is_switcher() -> bool:
    """Whether nobody signs in here, and a role is chosen instead."""
    return home().settings.sign_in == "switcher"


def signed_in() -> SignedIn:
    """Who is signed in, looked up in the database each time. Raises NotSignedIn, with the reason."""
    if home().settings.sign_in == "oidc":
        return oidc.signed_in(home(), st.user.to_dict())
    return visitors.of_cookies(home(), st.context.cookies)


def why_not() -> NotSignedIn | None:
    """Why nobody is signed in who should be; None when the page may be shown."""
    if is_switcher():
        return None
    try:
        signed_in()
    except NotSignedIn as error:
        return error
    return None


def person() -> Person:
    """Who acts on the page, in which role. Raises NotSignedIn when nobody does any more."""
    if not is_switcher():
        return signed_in().acting(st.session_state.get("acting"))
    chosen, number = st.session_state.get("role", Role.EMPLOYEE), st.session_state.get("person", 1)
    found = unsigned(chosen if number == 1 else f"{chosen}-{number}")
    assert found is not None
    return found


def role() -> Role:
    """The role in which the person acts."""
    return person().role


def address(path: str, **query: str) -> str:
    """A link within the app. Where nobody signs in it keeps who was chosen, which a new page would forget."""
    if is_switcher():
        chosen, number = st.session_state.get("role", Role.EMPLOYEE), st.session_state.get("person", 1)
        query |= {"role": ROLES[chosen]} if chosen is not Role.EMPLOYEE else {}
        query |= {"person": str(number)} if number != 1 else {}
    return f"{path}?{urlencode(query)}"


def who_field() -> None:
    """The part of the sidebar that says who acts, and lets them choose what is theirs to choose."""
    if is_switcher():
        _switcher()
    else:
        _signed_in(signed_in())


def _switcher() -> None:
    st.selectbox(
        "I am asking as",
        list(Role),
        format_func=ROLES.__getitem__,
        key="role",
        bind="query-params",
        help="Decides which documents may be answered from, and what comes first in an answer.",
    )
    st.number_input(
        "Which of them",
        min_value=1,
        max_value=MOST_OF_A_ROLE,
        key="person",
        bind="query-params",
        help="Several people of one role, to try what needs two: nobody approves what they wrote.",
    )
    block("No sign-in: whoever opens this page chooses a role.", "note")


def _signed_in(who: SignedIn) -> None:
    st.text(who.name or who.login)
    if len(who.roles) > 1:
        held = [role for role in Role if role in who.roles]
        st.selectbox(
            "I am acting as",
            held,
            index=held.index(who.acting().role),
            format_func=ROLES.__getitem__,
            key="acting",
            help="Decides what you may see and do.",
        )
    else:
        st.caption(ROLES[who.acting().role])
    if who.via == "oidc":
        if st.button("Sign out"):
            oidc.sign_out(home(), st.user.to_dict())
            st.logout()
            st.stop()  # a rerun would take the way to the provider's own sign-out back
    else:
        st.html(_SIGN_OUT)
