"""The frame around every page: title, navigation, who asks, and how far search is prepared."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from assistant.errors import AssistantError
from assistant.ui import ask, drafts, library, log, review
from assistant.ui.markup import notice, style
from assistant.ui.session import embedder, home, role_field
from knowledge.errors import KnowledgeError

_ICON = Path(__file__).parent / "icon.png"
"""Our own picture: Streamlit would fetch a named icon from the network."""


def main() -> None:
    """Draw the app."""
    st.set_page_config(page_title="Clausewise", page_icon=str(_ICON), layout="wide")
    style()
    pages = [
        st.Page(ask.page, title="Ask", icon=":material/forum:", url_path="ask", default=True),
        st.Page(review.page, title="Review", icon=":material/rule:", url_path="review"),
        st.Page(drafts.page, title="Drafts", icon=":material/edit_document:", url_path="drafts"),
        st.Page(library.page, title="Library", icon=":material/library_books:", url_path="library"),
        st.Page(log.page, title="Log", icon=":material/history:", url_path="log"),
    ]
    chosen = st.navigation(pages)
    home()
    with st.sidebar:
        role_field()
        _preparation()
    try:
        chosen.run()
    except (AssistantError, KnowledgeError) as error:  # the border of one page
        notice(str(error), "alert")


@st.fragment(run_every=2)
def _preparation() -> None:
    """How far the background work is; asks again every two seconds."""
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
