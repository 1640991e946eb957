"""The log searched: by words, by clause, by kind of record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from assistant import answer_record, log
from assistant.answer_record import cites
from assistant.claim_record import CLAIM, GENERATION, read_unheld
from assistant.log import Record
from knowledge.requirements import requirements

_ALL = 1_000_000
KINDS = (
    "answer",
    "generation",
    "claim",
    "review",
    "draft",
    "system",
    "assessment",
    "tier decision",
    "gap assessment",
    "gap",
    "soa",
    "manuscript",
    "exported",
    "profile",
    "ingest",
    "declare",
    "withdraw",
    "reinstate",
    "remove",
    "hosting",
    "switch",
    "refused",
    "account",
    "sign-in",
    "checkpoint",
    "export",
    "erase",
)
"""The kinds of record that a reader can ask for."""


def find(
    connection: Connection,
    words: str = "",
    clause: str | None = None,
    kind: str | None = None,
    seen: Callable[[Iterable[Record]], Iterable[Record]] = iter,
) -> list[Record]:
    """Records, newest first, that hold every word and, where named, cite the clause or control.

    `seen` leaves of them what the reader sees: nothing else is compared. Raises UnknownRequirement for a
    clause that ISO/IEC 42001 does not have.
    """
    name = requirements().get(clause).id if clause and clause.strip() else None
    entries = log.latest(connection, answer_record.KIND if name else kind, _ALL, containing=name)
    wanted = words.lower().split()
    return [
        entry
        for entry in seen(entries)
        if (name is None or cites(entry, name)) and all(word in _words(entry) for word in wanted)
    ]


def _words(entry: Record) -> str:
    said = entry.body.get("answer", {}).get("text", "")
    return " ".join([summary(entry), str(said), *entry.personal.values(), entry.id]).lower()


_ACTS = {
    "stale": "a source changed",
    "fresh": "its sources hold again",
    "flag": "flagged as wrong",
    "claim": "claimed",
    "release": "released",
    "assign": "assigned",
    "approve": "approved",
    "correct": "corrected",
    "reject": "rejected",
    "escalate": "escalated",
    "reopen": "reopened",
    "publish": "published",
}


_OF_SYSTEMS: Mapping[str, Mapping[str, str]] = {
    "system": {"add": "entered in the register", "import": "imported into the register", "change": "changed"},
    "assessment": {"assess": "assessed"},
    "tier decision": {"approve": "tier approved", "other": "another tier decided"},
}


def _tier(body: Mapping[str, Any]) -> str:
    return f": {body['tier']}" if "proposed" in body else ""


_SHORT: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "gap assessment": lambda body: ", ".join(f"{count} {status}" for status, count in body["counts"].items()),
    "gap": lambda body: f"{body['requirement']}: {body.get('status', 'the assessment stands again')}",
    "soa": lambda body: f"{body['control']}: {body['act']}",
    "manuscript": lambda body: f"{body['title']}: {body['act']}{_revision(body)}",
    "exported": lambda body: f"{body['title']}: exported as {body['act']}{_revision(body)}",
    "generation": lambda body: f"{_written(body)}{_section(body)}",
    "claim": lambda body: f"{_written(body)}{_section(body)}: {body['outcome']}",
    "profile": lambda body: f"{body['entry']}{' cleared' if body['cleared'] else ''}",
    "hosting": lambda body: (
        f"{body['document']}: {'never' if body['never_hosted'] else 'allowed'} to a hosted model"
    ),
}
"""How the records of what is written, of the gap assessment, of marks and of what left as a file are told."""


def _written(body: Mapping[str, Any]) -> str:
    """What a language model was asked for: an answer, or other words for a section of a document."""
    return f"{body['title']}: {body['act']}" if "manuscript" in body else f"answer {body['answer']}"


def _section(body: Mapping[str, Any]) -> str:
    return f", section {body['section']}" if "section" in body else ""


def _revision(body: Mapping[str, Any]) -> str:
    return f", revision {body['number']}" if "number" in body else ""


def summary(entry: Record) -> str:
    """A record in one line."""
    if entry.kind == answer_record.KIND:
        status = entry.body["answer"]["status"]
        return f"{entry.personal.get('question', '[erased]')} ({status})"
    body = entry.body
    if "act" in body and "item" in body:
        return f"{_ACTS.get(body['act'], body['act'])} ({body['item']})"
    if entry.kind == CLAIM:
        unheld, _ = read_unheld(entry.personal, "unheld")
        return f"{body['outcome']}: {body['claim']['text'] if body['claim'] else unheld}"
    if entry.kind == GENERATION:
        return f"{body['model']} at {body['destination']}: {entry.personal.get('question', '[erased]')}"
    if entry.kind in _SHORT:
        return _SHORT[entry.kind](body)
    if entry.kind == "switch":
        held = f", held: {', '.join(body['held'])}" if body["held"] else ""
        return f"The assistant is {body['mode']}{held}"
    if entry.kind in _OF_SYSTEMS:
        return f"{body['title']} ({_OF_SYSTEMS[entry.kind].get(body['act'], body['act'])}{_tier(body)})"
    if entry.kind == "refused":
        return str(body["reason"])
    return str(next(filter(None, map(body.get, ("title", "document", "mode", "where", "of"))), ""))
