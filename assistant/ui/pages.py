"""The frame around every page: title, navigation, who asks, and how far search is prepared."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import streamlit as st

from assistant import switches
from assistant.errors import AssistantError, NotSignedIn
from assistant.switches import Mode
from assistant.ui import approvals, ask, draft, gaps, library, log, oversight, review, systems
from assistant.ui.markup import notice, style
from assistant.ui.session import embedder, home, keeper, who_field, why_not
from knowledge.errors import KnowledgeError

_ICON = Path(__file__).parent / "icon.png"
"""Our own picture: Streamlit would fetch a named icon from the network.

It goes within the page, not at an address: the address would refuse whoever has just been signed out.
"""


def main() -> None:
    """Draw the app."""
    st.set_page_config(page_title="Clausewise", page_icon=_within(_ICON), layout="wide")
    style()
    home()
    refusal = why_not()
    if refusal:
        _gate(refusal)
        return
    pages = [
        st.Page(ask.page, title="Ask", icon=":material/forum:", url_path="ask", default=True),
        st.Page(review.page, title="Review", icon=":material/rule:", url_path="review"),
        st.Page(draft.page, title="Draft", icon=":material/edit_document:", url_path="draft"),
        st.Page(approvals.page, title="Approvals", icon=":material/approval:", url_path="approvals"),
        st.Page(systems.page, title="Systems", icon=":material/inventory_2:", url_path="systems"),
        st.Page(gaps.page, title="Gaps", icon=":material/grid_view:", url_path="gaps"),
        st.Page(library.page, title="Library", icon=":material/library_books:", url_path="library"),
        st.Page(oversight.page, title="Oversight", icon=":material/monitoring:", url_path="oversight"),
        st.Page(log.page, title="Log", icon=":material/history:", url_path="log"),
    ]
    chosen = st.navigation(pages)
    try:
        with st.sidebar:
            who_field()
            _preparation()
        chosen.run()
    except NotSignedIn:  # ended while the page was drawn: it begins anew, and shows the way in
        st.rerun()
    except (AssistantError, KnowledgeError) as error:  # the border of one page
        notice(str(error), "alert")


@lru_cache
def _within(picture: Path) -> str:
    """A picture as an address that holds it."""
    return f"data:image/png;base64,{b64encode(picture.read_bytes()).decode()}"


def _gate(refusal: NotSignedIn) -> None:
    """All that somebody sees who is not signed in."""
    st.navigation([st.Page(lambda: None, title="Sign in", url_path="ask")], position="hidden")
    st.title("You are signed out", anchor=False)
    notice(str(refusal), "alert")
    path = urlsplit(st.context.url or "/").path
    query = urlencode(st.query_params.to_dict())
    link = urlencode({"next": f"{path}?{query}" if query else path})
    st.html(f'<a class="cw-button" href="/sign-in?{link}">Sign in</a>')


@st.fragment(run_every=2)
def _preparation() -> None:
    """How far the background work is; asks again every two seconds, also whether the visitor may stay."""
    if why_not():
        st.rerun()
    control = switches.now(home())
    if control.mode is Mode.OFF:
        notice(f"The assistant is switched off. {control.message}", "alert")
    elif control.mode is Mode.QUOTES:
        st.caption("The assistant answers in quotes only.")
    if problem := keeper().problem:
        notice(f"The log is not looked after: {problem}", "alert")
    worker = embedder()
    if worker.problem:
        st.warning(f"Search by meaning is not available: {worker.problem}. Keyword search works.")
    elif worker.total:
        st.progress(worker.done / worker.total, f"Preparing search: {worker.done} of {worker.total}")
        st.caption("Questions are answered meanwhile; new passages are found by keyword.")
    elif not worker.ready.is_set():
        st.caption("Loading the language model for search …")
    else:
        st.caption("Search is ready.")
