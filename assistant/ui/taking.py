"""A button that makes its file when it is pressed, and keeps it until the visitor's page is drawn anew.

Streamlit keeps such a file for nobody: the second run of any page after it was made, be it another
visitor's, takes it away (`MediaFileManager.remove_orphaned_files`, 1.67). Every open page runs a part of
itself every two seconds, so that with many of them a file would often be gone before it is fetched.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from typing import Literal

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

_BYTES = "application/octet-stream"
_numbers = count()


def offer(
    label: str,
    make: Callable[[], bytes],
    name: str,
    *,
    key: str | None = None,
    type: Literal["secondary", "tertiary"] = "secondary",
) -> None:
    """Draw the button; `make` runs when it is pressed, apart from the page."""
    kind = f"{_BYTES}; n={next(_numbers)}"
    st.download_button(
        label,
        kept(make, name, kind),
        name,
        kind,
        key=key,
        on_click="ignore",
        icon=":material/download:",
        type=type,
    )


def kept(make: Callable[[], bytes], name: str, kind: str) -> Callable[[], bytes]:
    """As `make`; what it made last stays the visitor's until their page is drawn anew.

    `kind` is the media type, and no other button's: of large files Streamlit compares only parts, and takes
    two of one length, name and type for the same.
    """
    visitor = get_script_run_ctx()

    def made() -> bytes:
        data = make()
        if visitor is not None:
            keeper = threading.Thread(target=_keep, args=(visitor.session_id, data, name, kind))
            add_script_run_ctx(keeper, visitor)
            keeper.start()
            keeper.join()
        return data

    return made


def _keep(session: str, data: bytes, name: str, kind: str) -> None:
    """Hold a file for the visitor for whom the thread runs; for one who has left, nothing is held."""
    files = runtime.get_instance().media_file_mgr
    files.add(data, kind, f"taken {kind}", name, is_for_static_download=True)
    if not runtime.get_instance().is_active_session(session):
        files.clear_session_refs(session)
