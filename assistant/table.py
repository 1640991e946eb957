"""Records as a table for a spreadsheet: one row each, in CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from assistant import answer_record
from assistant.log import Record
from knowledge.models import Kind
from knowledge.requirements import requirements

COLUMNS = (
    "seq",
    "time_utc",
    "kind",
    "id",
    "role",
    "actor",
    "name",
    "question",
    "status",
    "review",
    "act",
    "item",
    "reason",
    "answer",
    "sources",
    "clauses",
)
_ABOUT = ("item", "manuscript", "target", "document", "account", "entry")
"""What a record is about: the first of these that its body names."""
_FORMULA = tuple("=+-@＝＋－＠")
"""How text begins that a spreadsheet would run."""


def write_table(records: Iterable[tuple[Record, str, str]], file: BinaryIO) -> int:
    """Write records, each with the name of who acted and its state in review, as rows; say how many."""
    text = io.TextIOWrapper(file, "utf-8", newline="")
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    count = 0
    for record, name, state in records:
        rows.writerow([_harmless(cell) for cell in _cells(record, name, state)])
        count += 1
    text.detach()
    return count


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) or cell[:1] in ("\t", "\r", "\n") else cell


def _cells(record: Record, name: str, state: str) -> Iterator[str]:
    body = record.body
    said = body.get("answer") or body.get("correction") or {}
    asked = record.kind == answer_record.KIND
    yield from (str(record.seq), record.at, record.kind, record.id)
    yield str(body.get("role") or "")
    yield str(body.get("actor") or record.personal.get("person") or "")
    yield name
    yield record.personal.get("question", "[erased]" if asked else "")
    yield "held" if body.get("review", {}).get("held") else said.get("status", "") if asked else ""
    yield state if asked or record.kind == "draft" else ""
    yield str(body.get("act") or body.get("operation") or body.get("mode") or "")
    yield next((str(body[name]) for name in _ABOUT if body.get(name)), "")
    yield record.personal.get("reason") or record.personal.get("comment") or str(body.get("reason") or "")
    yield said.get("text", "")
    citations = [citation for claim in said.get("claims", []) for citation in claim["citations"]]
    yield "\n".join(dict.fromkeys(map(_source, citations)))
    yield " ".join(dict.fromkeys(name for citation in citations for name in _clauses(citation)))


def _source(citation: Mapping[str, Any]) -> str:
    page = f", page {citation['page']}" if citation["page"] else ""
    return (
        f"{citation['title']}, {citation['section']}{page}, version {citation['number']}, "
        f"characters {citation['start']} to {citation['end']}"
    )


def _clauses(citation: Mapping[str, Any]) -> Iterator[str]:
    """The clauses and controls that a citation of the requirements names."""
    if citation["kind"] in (Kind.REQUIREMENT, Kind.CONTROL):
        for part in citation["section"].replace(" > ", " ").split():
            name = part.partition("-")[0]
            if name in requirements().by_id:
                yield name
