"""Logs for tests: grown by the program, and changed as somebody with all rights could."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import rfc8785

from assistant import log
from assistant.chain import canonical
from assistant.home import Home

QUOTE = {
    "document": "p",
    "title": "AI policy",
    "file": "p.md",
    "version": "v",
    "number": 2,
    "section": "Logs > Keeping",
    "page": 3,
    "start": 10,
    "end": 20,
    "quote": "zwölf Monate 🙂",
    "kind": "policy",
    "owner": None,
}
CONTROL = {
    **QUOTE,
    "title": "Controls",
    "section": "A.6 > A.6.2.8 > A.6.2.8-a",
    "kind": "control",
    "page": None,
}


def body(text: str = "1. zwölf Monate", status: str = "answered", **more: object) -> dict[str, Any]:
    """What an answer's record holds, as far as it matters here."""
    claims = [{"text": text, "citations": [QUOTE, CONTROL]}] if status == "answered" else []
    said = {"status": status, "text": text, "claims": claims}
    return {"role": "employee", "conversation": "c", "answer": said, "timing_ms": {"total": 5}, **more}


def grow(home: Home, count: int, **words: str) -> list[str]:
    """Append answers with their questions; their ids."""
    ids = []
    for number in range(count):
        with log.recording(home.database) as connection:
            said = {"question": f"why {number}?", "person": "mia", **words}
            ids.append(log.append(connection, "answer", body(), said).id)
    return ids


@contextmanager
def opened(home: Home) -> Iterator[sqlite3.Connection]:
    """The database without its guards."""
    with closing(sqlite3.connect(home.settings.home / "clausewise.db")) as connection, connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection


def rewrite(home: Home, first: int) -> None:
    """Change a record and make the chain anew from it on."""
    with opened(home) as connection:
        (previous,) = connection.execute("SELECT hash FROM records WHERE seq = ?", [first - 1]).fetchone()
        query = "SELECT seq, id, at, kind, body FROM records WHERE seq >= ? ORDER BY seq"
        for seq, id_, at, kind, text in connection.execute(query, [first]).fetchall():
            held = {**json.loads(text), **({"forged": True} if seq == first else {})}
            digest = hashlib.sha256(canonical(seq, id_, at, kind, held, previous)).hexdigest()
            values = [rfc8785.dumps(held).decode(), previous, digest, seq]
            connection.execute("UPDATE records SET body = ?, previous = ?, hash = ? WHERE seq = ?", values)
            previous = digest


def cut(home: Home, last: int) -> None:
    """Remove the newest records with all that belongs to them."""
    with opened(home) as connection:
        connection.execute("DELETE FROM personal WHERE seq > ?", [last])
        connection.execute("DELETE FROM records WHERE seq > ?", [last])
