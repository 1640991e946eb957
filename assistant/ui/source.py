"""A citation opened in its document: the quote highlighted in its text, and its page as a picture."""

from __future__ import annotations

from base64 import b64encode

import streamlit as st

from assistant import reading
from assistant.errors import AssistantError
from assistant.models import Citation
from assistant.ui.markup import lines, marked, notice
from assistant.ui.session import home, person
from assistant.wording import LABELS, where
from knowledge.errors import KnowledgeError
from knowledge.library import Version
from knowledge.page_image import page_image

_BEFORE, _AFTER = 500, 1_200
"""Characters shown before and after a quote."""


def open_source(answer: str, place: int, corrected: bool = False) -> None:
    """Name a citation in the address, so that it opens now and after a reload."""
    st.query_params["source"] = f"{answer}.{'c' if corrected else ''}{place}"


def show_open_source() -> None:
    """Open the citation that the address names, if it names one."""
    name = st.query_params.get("source", "")
    answer, _, place = name.partition(".")
    number = place.removeprefix("c")
    if number.isdecimal() and len(number) < 5:
        _dialog(answer, int(number), number != place)


def _close() -> None:
    st.query_params.pop("source", None)


@st.dialog("Source", width="large", on_dismiss=_close)
def _dialog(answer: str, place: int, corrected: bool) -> None:
    try:
        found = reading.source(home(), person(), answer, place, corrected)
        if found.quotes > 1:
            quote = _quote(found.quotes, f"quote-{answer}-{'c' if corrected else ''}{place}")
            found = reading.source(home(), person(), answer, place, corrected, quote)
    except (AssistantError, KnowledgeError) as error:
        notice(f"This source cannot be opened: {error}", "alert")
        return
    except IndexError:
        notice("This source cannot be opened: the answer has no citation of this number.", "alert")
        return
    show(found)


def _quote(count: int, key: str) -> int:
    """Which of the quotes of a claim is shown; the first until another is chosen."""
    chosen = st.segmented_control(
        "This sentence rests on more than one quote",
        range(count),
        default=0,
        key=key,
        format_func=lambda number: f"Quote {number + 1}",
    )
    return chosen or 0


def show(found: reading.Source) -> None:
    """A citation in its document: where it stands, whether the quote is there, its page."""
    citation, version, text, data = found.citation, found.version, found.text, found.data
    _place(citation, version, found.status)
    if text[citation.start : citation.end] == citation.quote:
        st.caption("The quote stands in the stored text, character for character.")
    else:
        st.error("The stored text no longer holds this quote. Report this to your administrator.")
    pictured = citation.page is not None and version.media_type == "application/pdf"
    left, *right = st.columns(2) if pictured else [st.container()]
    with left:
        before = text[max(citation.start - _BEFORE, 0) : citation.start]
        marked(before, citation.quote, text[citation.end : citation.end + _AFTER])
    for column in right:
        with column:
            _page(data, citation)


def _place(citation: Citation, version: Version, status: str) -> None:
    label = f" ({version.label})" if version.label else ""
    since = f" from {version.since}" if version.since and status == "in force" else ""
    owner = f", owner: {version.owner}" if version.owner else ""
    lines(
        where(citation),
        f"{LABELS[version.kind]}, version {version.number}{label}, {status}{since}{owner}",
        f"{version.file}, characters {citation.start} to {citation.end}",
    )


def _page(data: bytes, citation: Citation) -> None:
    assert citation.page is not None
    with st.spinner("Drawing the page …"):
        try:
            picture = _drawn(citation.version, data, citation.page, citation.quote)
        except KnowledgeError as error:
            st.info(str(error))
            return
    st.image(picture, caption=f"Page {citation.page}", alt=f"Page {citation.page} of the document")


@st.cache_data(max_entries=64, show_spinner=False)
def _drawn(version: str, _data: bytes, page: int, quote: str) -> str:
    """The picture inside its own address: at an address of the server it could be fetched by anyone, and
    would be gone for a reader whose page is drawn anew before it arrives.
    """
    return f"data:image/png;base64,{b64encode(page_image(_data, page, quote)).decode()}"
