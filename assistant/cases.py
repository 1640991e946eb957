"""Reviewed answers as evaluation cases, in the shape that `python -m evals answers` reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from assistant import log, queue
from assistant.home import Home
from assistant.people import Person
from assistant.permissions import Operation, require
from assistant.replacing import SHARED, replacing
from assistant.rules import Item, item
from assistant.standing import State
from assistant.tables import items, marks
from assistant.visibility import hidden_items, hidden_versions

_EXPECTED = {"unclear": "ask back"}
_GOOD = (State.APPROVED.value, State.CORRECTED.value)


def export(home: Home, person: Person, path: Path) -> int:
    """Write one JSON line for each approved or corrected answer that the person may see; return how many.

    Each has `question`, `role`, `expect`, `must_cite` (clauses and controls), and what was approved. An
    answer whose question was erased is left out. The export is on the log.
    """
    require(home.database, person, Operation.CASES)
    with home.database.read() as connection:
        lines = [json.dumps(case, ensure_ascii=False) for case in _cases(connection, person)]
    with log.recording(home.database) as connection:
        log.append(connection, "export", {**person.acted(), "what": "cases", "count": len(lines)})
    with replacing(path, SHARED) as file:
        file.write("".join(f"{line}\n" for line in lines).encode())
    return len(lines)


def _cases(connection: Connection, person: Person) -> Iterator[dict[str, Any]]:
    hidden = hidden_items(connection, person.role, hidden_versions(connection, person.role))
    query = select(items.c.id).where(items.c.kind == "answer", items.c.state.in_(_GOOD)).order_by(items.c.seq)
    for name in connection.execute(query).scalars().all():
        found = item(connection, person, name) if name not in hidden else None
        if found and found.first.personal.get("question"):
            yield _case(connection, found)


def _case(connection: Connection, found: Item) -> dict[str, Any]:
    first, stands = found.first, found.stands
    held = queue.said(found.entries, stands)
    where = (marks.c.item == found.id) & (marks.c.kind == "clause")
    clauses = connection.execute(select(marks.c.value).where(where).order_by(marks.c.value)).scalars()
    return {
        "id": found.id,
        "question": first.personal.get("understood_as") or first.personal["question"],
        "role": first.body["role"],
        "expect": "answer" if held["claims"] else _EXPECTED.get(held["status"], "abstain"),
        "must_cite": list(clauses),
        "quotes": [
            {"document": c["document"], "version": c["version"], "section": c["section"], "quote": c["quote"]}
            for claim in held["claims"]
            for c in claim["citations"]
        ],
        "corrected": stands.correction is not None,
        "confirmed": stands.state is State.APPROVED,
        "decided_at": stands.decided_at,
    }
