"""Library: the documents with their versions and status; upload, withdraw, reinstate."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import streamlit as st

from assistant import ingest, local_only
from assistant.errors import AssistantError
from assistant.ingest import Declared, Result
from assistant.listing import Listed, listing
from assistant.people import ROLES
from assistant.permissions import Operation, allowed
from assistant.ui.markup import block, lines, notice, plain
from assistant.ui.session import embedder, home, person, role
from assistant.wording import LABELS
from knowledge.errors import KnowledgeError
from knowledge.formats.read import SUFFIXES
from knowledge.models import Kind, Role

_PAGE = 25


def page() -> None:
    """Draw the page."""
    embedder()
    st.title("Library")
    if allowed(person(), Operation.ADD):
        _upload()
    rows = listing(home(), role())
    own = [row for row in rows if not row.built_in]
    if not own:
        st.info("No document of your organisation is here yet. Add the first one above.")
    wanted = st.text_input("Find a document", key="find", placeholder="title, file, owner or status")
    documents = [list(versions) for _, versions in groupby(rows, key=lambda row: row.document)]
    found = [versions for versions in documents if _matches(versions, wanted)]
    st.caption(f"{len(found)} of {len(documents)} documents")
    shown = st.session_state.get("shown", _PAGE)
    for versions in found[:shown]:
        _document(versions)
    if len(found) > shown and st.button("Show more"):
        st.session_state["shown"] = shown + _PAGE
        st.rerun()


def _matches(versions: Sequence[Listed], wanted: str) -> bool:
    words = wanted.lower().split()
    text = " ".join(f"{v.title} {v.file} {v.owner} {v.status} {v.document}" for v in versions).lower()
    return all(word in text for word in words)


def _document(versions: Sequence[Listed]) -> None:
    """One document: its version in force first, older ones below, and what can be done with it."""
    current = next((v for v in versions if v.status == "in force"), versions[0])
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="top"):
            with st.container():
                lines(current.title, _described(current))
            if not current.built_in and allowed(person(), Operation.HOSTING):
                _hosting(current)
            if not current.built_in and allowed(person(), Operation.WITHDRAW):
                _action(current, versions)
        older = [v for v in versions if v is not current]
        if older:
            with st.expander(f"{len(older)} other version{'s' if len(older) > 1 else ''}"):
                for version in older:
                    block(_described(version), "place")


def _described(version: Listed) -> str:
    label = f" ({version.label})" if version.label else ""
    parts = [
        version.status,
        LABELS[version.kind] if not version.built_in else "comes with Clausewise",
        f"version {version.number}{label}",
        f"from {version.since}" if version.since else "",
        f"until {version.until}" if version.until else "",
        f"owner: {version.owner}" if version.owner else "" if version.built_in else "no owner named",
        f"{version.pages} page{'s' if version.pages > 1 else ''}" if version.pages else "",
        "" if set(version.audience) == set(Role) else "restricted",
        "never to a hosted model" if version.never_hosted else "",
        f"{version.file}, {version.document}",
    ]
    return " · ".join(part for part in parts if part)


def _hosting(current: Listed) -> None:
    """The mark that keeps a document from models that run elsewhere, to be set or lifted."""
    label = "Allow hosted models" if current.never_hosted else "Keep from hosted models"
    if not st.button(label, key=f"hosting-{current.document}", help=_WHY_HOSTING):
        return
    try:
        local_only.mark(home(), current.document, not current.never_hosted, person())
    except (AssistantError, KnowledgeError) as error:
        notice(str(error), "alert")
        return
    done = "may be sent to a hosted model" if current.never_hosted else "is never sent to a hosted model"
    st.toast(f"{plain(current.title)} {done}.")
    st.rerun()


_WHY_HOSTING = "Whether a language model that runs elsewhere may get words of this document, in any version."


def _action(current: Listed, versions: Sequence[Listed]) -> None:
    if all(v.status == "withdrawn" for v in versions):
        if st.button("Reinstate", key=f"reinstate-{current.document}"):
            _change(ingest.reinstate, current, "is in use again")
    elif st.button("Withdraw", key=f"withdraw-{current.document}"):
        _confirm(current)


@st.dialog("Withdraw this document?")
def _confirm(current: Listed) -> None:
    block(current.title, "group")
    st.write(
        "From now on no answer cites it. Answers on the log stay as they are. You can undo this with "
        "Reinstate."
    )
    if st.button("Withdraw it", type="primary"):
        _change(ingest.withdraw, current, "is withdrawn")


def _change(act: Any, current: Listed, done: str) -> None:
    try:
        changed = act(home(), current.document, person())
    except (AssistantError, KnowledgeError) as error:
        notice(str(error), "alert")
        return
    if not changed:
        st.warning("The file itself says that it is withdrawn. Add a version that says otherwise.")
        return
    st.toast(f"{plain(current.title)} {done}.")
    st.rerun()


def _upload() -> None:
    with st.expander("Add documents", icon=":material/upload_file:"):
        with st.form("upload", clear_on_submit=True, border=False):
            files = st.file_uploader(
                "PDF, DOCX, Markdown, HTML, XML, CSV or plain text",
                accept_multiple_files=True,
                type=[suffix[1:] for suffix in SUFFIXES],
            )
            declared = _declared()
            if st.form_submit_button("Add to the library", type="primary"):
                st.session_state["results"] = _add(files or [], declared)
        for result in st.session_state.get("results", []):
            _say(result)


def _declared() -> Declared:
    """What the person says of the files; empty fields leave it to the files."""
    left, middle, right = st.columns(3)
    kind = left.selectbox("Kind", [None, *Kind], format_func=lambda k: "as the file says" if k is None else k)
    owner = middle.text_input("Owner (a role)", placeholder="as the file says")
    audience = right.multiselect("Only for", list(Role), format_func=ROLES.__getitem__)
    return Declared(
        kind=kind,
        owner=owner.strip() or None,
        audience=frozenset([*audience, Role.ADMINISTRATOR]) if audience else None,
        never_hosted=st.checkbox("Never to a hosted model"),
    )


def _add(files: Sequence[Any], declared: Declared) -> list[Result]:
    results = []
    bar = st.progress(0.0, "Reading") if files else None
    for place, file in enumerate(files):
        if bar:
            bar.progress(place / len(files), f"Reading {plain(file.name)}")
        try:
            source = f"upload:{file.name}"
            results.append(ingest.add_bytes(home(), file.getvalue(), file.name, source, declared, person()))
        except (AssistantError, KnowledgeError) as error:
            results.append(Result(file.name, "failed", problem=str(error)))
    if bar:
        bar.empty()
    embedder().wake.set()
    return results


def _say(result: Result) -> None:
    if result.outcome == "failed":
        notice(f"{result.file}: {result.problem}", "alert")
        return
    assert result.version is not None
    what = {
        "stored": f"stored, {result.passages} passages",
        "new version": f"stored as version {result.version.number}, {result.passages} passages",
        "declared anew": "text unchanged, what you say of it is stored",
        "unchanged": "unchanged, nothing to do",
    }[result.outcome]
    notice(f"{result.file}: {what} ({LABELS[result.version.kind]}, {result.version.title})", "status")
