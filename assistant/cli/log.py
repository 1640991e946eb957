"""Commands that read the log and check it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer

from assistant import checkpoints, erasure, log, receipts
from assistant.cli.tables import print_table
from assistant.cli.terminal import Terminal
from assistant.export import Format, Status, Wanted, export
from assistant.home import Home
from assistant.log import Record
from assistant.log_key import folder_of
from assistant.log_search import find, summary
from assistant.people import LOCAL
from assistant.standing import State

_STATUSES: dict[str, Status] = {
    "answered": "answered",
    "abstained": "abstained",
    "held": "held",
    "unclear": "unclear",
    "stale": "stale",
    **{state.value: state for state in State},
}
out = Terminal()


def newest(home: Home, clause: str | None, limit: int) -> list[Record]:
    """The newest records, or the newest answers that cite a clause or control."""
    with home.database.read() as connection:
        if clause is None:
            return log.latest(connection, limit=limit)
        return find(connection, clause=clause)[:limit]


def show(home: Home, clause: str | None, limit: int, as_json: bool) -> None:
    """Print records, newest first."""
    entries = newest(home, clause, limit)
    if as_json:
        print(json.dumps([as_dict(entry) for entry in entries], ensure_ascii=False, indent=2))
        return
    if not entries:
        out.print("No record yet." if clause is None else f"No answer on the log cites {clause}.")
        return
    headings = ("No.", "Time (UTC)", "Kind", "Id", "What")
    rows = [(str(e.seq), e.at, e.kind, e.id, summary(e)) for e in entries]
    print_table(headings, rows, whole="Time (UTC)")


def as_dict(entry: Record) -> dict[str, object]:
    """A record as JSON shows it."""
    return {**asdict(entry)}


def show_one(home: Home, record_id: str) -> None:
    """Print a record in full."""
    with home.database.read() as connection:
        entry = log.get(connection, record_id)
    print(json.dumps(as_dict(entry), ensure_ascii=False, indent=2))


def check(home: Home, as_json: bool) -> None:
    """Verify the chain and say what was found; status 1 when it is broken."""
    with home.database.read() as connection:
        found = log.verify(connection)
    if as_json:
        print(json.dumps({**asdict(found), "sound": found.sound}))
    elif found.sound:
        out.print(f"The log is sound: {found.count} records, last hash {found.head}.")
    else:
        out.print(f"The log is broken at record {found.broken_at}: {found.reason}.")
    if not found.sound:
        raise typer.Exit(1)


def status_of(name: str | None) -> Status | None:
    """A status of answers or a state of review by its name."""
    if name is None or name in _STATUSES:
        return _STATUSES[name] if name else None
    raise typer.BadParameter(f"{name!r} is neither a status nor a state. Choose from {', '.join(_STATUSES)}.")


def export_to(home: Home, path: Path, format: Format, wanted: Wanted) -> None:
    """Write the wanted records to a file and say how many."""
    done = export(
        home,
        LOCAL,
        path,
        format=format,
        clause=wanted.clause,
        who=wanted.who,
        since=wanted.since,
        until=wanted.until,
        status=wanted.status,
    )
    beside = f" Their proofs lead to {done.checkpoint}." if done.checkpoint else ""
    if not done.records:
        out.print(f"{path}: no record meets these conditions.")
        return
    out.print(f"{path}: {done.records} record{'' if done.records == 1 else 's'}.{beside}")


def checkpoint(home: Home, path: Path) -> None:
    """Append a checkpoint to a file and say what it covers."""
    made = checkpoints.write(home, LOCAL, path)
    out.print(f"{path}: checkpoint of {made.size} records. Keep it where nobody here can write.")
    out.print(f"Its signature is checked with {folder_of(home.settings.home) / 'log-key.pub'}.")


def give_receipt(home: Home, answer: str, path: Path) -> None:
    """Write the receipt for an answer."""
    receipts.write(home, LOCAL, answer, path)
    out.print(f"{path}: receipt for answer {answer}.")


def erase(home: Home, ids: Sequence[str], who: str | None, reason: str) -> None:
    """Erase what people typed for these records, or for all of a person's, and say for how many."""
    with home.database.read() as connection:
        seqs = [log.get(connection, record_id).seq for record_id in ids]
    done = erasure.erase(home, LOCAL, seqs, actor=who, reason=reason)
    of = f"{done} record{'' if done == 1 else 's'}"
    out.print(f"What people typed was erased from {of}." if done else "Nothing was left to erase.")
