"""Log: every record, searched by words or clause, opened, and the chain verified."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from assistant import answer_record, reading
from assistant.errors import UnknownRecord
from assistant.log import Record
from assistant.log_search import KINDS, summary
from assistant.permissions import Operation, allowed
from assistant.ui.answer import show
from assistant.ui.evidence import receipt, take_out
from assistant.ui.markup import block, lines, notice, plain
from assistant.ui.session import home, person
from assistant.ui.source import show_open_source
from knowledge.errors import KnowledgeError

_PAGE = 50


def page() -> None:
    """Draw the page."""
    st.title("Log")
    record = st.query_params.get("record")
    if record:
        _one(record)
    else:
        if allowed(person(), Operation.LOG):
            _verify()
        if allowed(person(), Operation.EXPORT):
            take_out()
        _list()
    show_open_source()


def _verify() -> None:
    if not st.button("Verify the chain", icon=":material/verified:"):
        return
    with st.spinner("Checking every record …"):
        found = reading.soundness(home(), person())
    if found.sound:
        st.success(f"The log is sound: {found.count} records. Last hash: {found.head}")
    else:
        st.error(f"The log is broken at record {found.broken_at}: {found.reason}.")


def _list() -> None:
    left, middle, right = st.columns([3, 2, 2])
    words = left.text_input("Search", key="words", placeholder="words of a question or an answer")
    clause = middle.text_input("Clause or control", key="clause", placeholder="A.6.2.8")
    kinds = ["all records", *KINDS]
    kind = right.selectbox("Kind", kinds, key="kind")
    limit = st.session_state.get("log-limit", _PAGE)
    try:
        readable = reading.records(home(), person(), words, clause, None if kind == kinds[0] else kind)
    except KnowledgeError as error:
        notice(str(error), "alert")
        return
    if not readable:
        st.info("No record yet." if not (words or clause) else "No record matches.")
    _table(readable[:limit])
    if len(readable) > limit and st.button("Show more"):
        st.session_state["log-limit"] = limit + _PAGE
        st.rerun()


def _table(entries: Sequence[Record]) -> None:
    for entry in entries:
        with st.container(horizontal=True, wrap=False, gap="small"):
            with st.container(width="content"):
                if st.button("Open", key=f"open-{entry.id}"):
                    st.query_params["record"] = entry.id
                    st.rerun()
            with st.container():
                told = f"{entry.seq} · {entry.at} · {entry.kind} · {entry.id}"
                lines(summary(entry) or entry.kind, told)


def _one(record: str) -> None:
    if st.button("Back to the log", icon=":material/arrow_back:"):
        st.query_params.pop("record")
        st.rerun()
    try:
        entry = reading.record(home(), person(), record)
    except UnknownRecord as error:
        notice(str(error), "alert")
        return
    st.subheader(f"Record {entry.seq}: {entry.kind}")
    st.caption(f"{plain(entry.at)} · {entry.id}")
    if entry.kind == answer_record.KIND:
        block(entry.personal.get("question", "[erased]"), "group")
        show(reading.answer(home(), person(), entry.id))
        receipt(entry.id)
    st.text(f"Hash: {entry.hash}\nRecord before it: {entry.previous}")
    with st.expander("The record as it was written"):
        st.code(json.dumps(entry.body, ensure_ascii=False, indent=2), language="json")
