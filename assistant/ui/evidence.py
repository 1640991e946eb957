"""What people take out of the log to check it without us: exports, checkpoints, receipts."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import streamlit as st

from assistant import checkpoints, receipts
from assistant.export import Format, Wanted, export
from assistant.home import Home
from assistant.log_key import log_key
from assistant.people import Person
from assistant.standing import State
from assistant.ui.session import home, person
from assistant.ui.taking import offer
from knowledge.requirements import requirements

_STATUSES: list[Any] = ["answered", "abstained", "unclear", "held", "stale", *State]


def take_out() -> None:
    """The export of the log with its conditions, a checkpoint, and the key that it is checked with."""
    with st.expander("Export and checkpoint", icon=":material/download:"):
        left, middle, right = st.columns(3)
        since = left.date_input("First day (UTC)", None, key="export-since")
        until = left.date_input("Last day (UTC)", None, key="export-until")
        clause = middle.text_input("Cites clause or control", key="export-clause", placeholder="A.6.2.8")
        who = middle.text_input("By person", key="export-who", placeholder="pseudonym, as records show it")
        status = right.selectbox("Status or state", [None, *_STATUSES], key="export-status", format_func=_any)
        named = requirements().get(clause).id if clause.strip() else None
        wanted = Wanted(named, who.strip() or None, since, until, status)
        st.caption(
            "The archive holds the records, a signed checkpoint and the key, for `clausewise-verify`. "
            "What is taken out is on the log."
        )
        with st.container(horizontal=True):
            at, by = home(), person()
            offer("Archive (JSON lines)", lambda: _archive(at, by, wanted), "clausewise-log.zip")
            offer("Table (CSV)", lambda: _written(at, by, wanted, "csv")["log.csv"], "clausewise-log.csv")
            offer("Signed checkpoint", lambda: _checkpoint(at, by), "clausewise.checkpoint")


def receipt(answer: str) -> None:
    """The receipt of an answer, for whoever may read it."""
    at, by = home(), person()
    offer("Keep a receipt", lambda: _receipt(at, by, answer), f"receipt-{answer}.json")


def _any(value: object) -> str:
    return "all" if value is None else str(value)


def _archive(at: Home, by: Person, wanted: Wanted) -> bytes:
    """The records with what they are checked against: written before them, so that they reach as far."""
    checkpoint = _checkpoint(at, by) if wanted.everything else b""
    files = _written(at, by, wanted, "jsonl")
    files.setdefault("log.jsonl.checkpoint", checkpoint)
    files["log-key.pub"] = f"{log_key(at.settings.home).verifier}\n".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _written(at: Home, by: Person, wanted: Wanted, format: Format) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        export(
            at,
            by,
            Path(folder) / f"log.{format}",
            format=format,
            clause=wanted.clause,
            who=wanted.who,
            since=wanted.since,
            until=wanted.until,
            status=wanted.status,
        )
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def _checkpoint(at: Home, by: Person) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clausewise.checkpoint"
        checkpoints.write(at, by, path)
        return path.read_bytes()


def _receipt(at: Home, by: Person, answer: str) -> bytes:
    return json.dumps(receipts.receipt(at, by, answer), ensure_ascii=False, indent=2).encode()
