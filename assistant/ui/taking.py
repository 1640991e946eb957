"""A button that makes its file when it is pressed, and keeps it until the browser has fetched it.

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
    st.download_button(
        label,
        kept(make, name),
        name,
        _BYTES,
        key=key,
        on_click="ignore",
        icon=":material/download:",
        type=type,
    )


def kept(make: Callable[[], bytes], name: str) -> Callable[[], bytes]:
    """As `make`; what it makes stays the visitor's until their page is drawn anew."""
    visitor = get_script_run_ctx()

    def made() -> bytes:
        data = make()
        keeper = threading.Thread(target=_keep, args=(data, name))
        add_script_run_ctx(keeper, visitor)
        keeper.start()
        keeper.join()
        return data

    return made


def _keep(data: bytes, name: str) -> None:
    """Hold a file for the visitor for whom the thread runs."""
    files = runtime.get_instance().media_file_mgr
    files.add(data, _BYTES, f"taken-{next(_numbers)}", name, is_for_static_download=True)
