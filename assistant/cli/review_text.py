"""How items of review are printed, and statements of a correction read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from assistant.cli.options import as_json
from assistant.cli.tables import print_table
from assistant.cli.terminal import Terminal
from assistant.corrections import Statement
from assistant.detail import Draft, detail
from assistant.errors import CannotOpen, NotPossible
from assistant.history import blind
from assistant.home import Home
from assistant.log import Record
from assistant.models import Answer, Outcome
from assistant.people import Person
from assistant.permissions import Operation, require
from assistant.rules import Item, item
from assistant.staleness import Difference
from assistant.wording import where
from assistant.worklist import Listed
from knowledge.library import folded

out = Terminal()
_STATEMENTS = TypeAdapter(list[Statement])


def print_list(rows: Sequence[Listed], json: bool) -> None:
    """Print a page of the queue."""
    if json:
        as_json([asdict(row) for row in rows])
        return
    if not rows:
        out.print("Nothing waits for review here. `clausewise review list --all` shows every open item.")
        return
    headings = ("Id", "Since (UTC)", "State", "Why", "What")
    print_table(headings, [_cells(row) for row in rows], whole="Id")


def _cells(row: Listed) -> tuple[str, ...]:
    state = f"{row.state}, claimed" if row.claimed_by else row.state.value
    why = ", ".join(row.reasons) + (" (overdue)" if row.overdue else "")
    return row.id, row.opened_at[:16], state, why, row.title or "[erased]"


def found(home: Home, person: Person, name: str) -> Item:
    """An item, for those who may read the queue."""
    require(home.database, person, Operation.QUEUE, name[:40])
    with home.database.read() as connection:
        return item(connection, person, name)


def standing_line(home: Home, person: Person, name: str) -> str:
    """One line on where an item stands."""
    stands = found(home, person, name).stands
    missing = stands.needs - len(stands.votes) if stands.votes and stands.decided_at is None else 0
    waits = f", {missing} more needed" if missing > 0 else ""
    return f"{name}: {stands.state}{', claimed' if stands.claimed_by else ''}{waits}."


def print_item(home: Home, person: Person, name: str, json: bool) -> None:
    """Print an item with everything that belongs to it, as this person may see it."""
    if json:
        held = found(home, person, name)
        shown = [asdict(e) for e in held.entries if not blind(e, person, lambda: held.stands)]
        as_json({"id": name, "state": held.stands.state, "records": shown})
        return
    one = detail(home, person, name)
    out.print(f"{one.title or '[erased]'}\n")
    if one.draft:
        _print_draft(one.draft)
    elif one.told:
        _print_answer(one.told.answer)
        _print_writer(one.told.entry)
        if one.told.correction:
            out.print("\nCorrection")
            _print_answer(one.told.correction)
    for struck in one.struck:
        became = "Struck" if struck.outcome is Outcome.STRUCK else "Shown as its quote"
        out.print(f"\n{became}: {struck.text} ({struck.reason})")
    for changed in one.differences:
        _print_difference(changed)
    out.print(f"\nWhy: {', '.join(one.reasons) or 'nothing asks for it'}")
    out.print(f"State: {one.state} (--seen {one.last} binds a verdict to it)\n\nHistory (UTC)")
    for happened in one.history:
        why = f": {happened.reason}" if happened.reason else ""
        out.print(f"  {happened.at} {happened.who} {happened.what}{why}")


def _print_writer(first: Record) -> None:
    """Which language model had part in an answer, where it runs, and what went wrong with it."""
    model = first.body.get("model")
    if model:
        failed = f", {model['failure']}" if model["failure"] else ""
        out.print(f"\nLanguage model: {model['model']} at {model['destination']}{failed}")


def _print_draft(draft: Draft) -> None:
    replaces = f", replaces {draft.replaces}" if draft.replaces else ""
    out.print(f"Revision {draft.number} of {draft.file}, {draft.kind}{replaces}")
    out.print(f"In force from {draft.effective or 'the day it is published'}")
    out.print(f"SHA-256 {draft.sha256}")
    for place in draft.placeholders:
        out.print(f"  open: {place}")
    out.print(f"\n{draft.text}")


def _print_difference(changed: Difference) -> None:
    out.print(f"\nA source changed: {where(changed.citation)}, version {changed.citation.number}")
    out.print(f"  was: “{folded(changed.citation.quote)}” ({changed.status})")
    if changed.unchanged:
        out.print("  now: the same words")
    else:
        out.print(f"  now: “{folded(changed.after)}”" if changed.after else "  now: nothing in its place")


def _print_answer(answer: Answer) -> None:
    if answer.note:
        out.print(answer.note)
    for number, claim in enumerate(answer.claims, start=1):
        out.print(f"  [{number}] {claim.text}")
        for citation in claim.citations:
            out.print(f"      “{folded(citation.quote)}”")
            out.print(f"      {where(citation)} (version {citation.number})")


def contents(path: Path) -> bytes:
    """A file's bytes; CannotOpen when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotOpen(f"{path} cannot be read ({error.strerror}). Check the path.") from error


def statements(
    quotes: Sequence[str], text: str | None, document: str | None, file: Path | None
) -> list[Statement]:
    """The statements of a correction, from a file or from options; NotPossible when there are none."""
    if file:
        try:
            return _STATEMENTS.validate_python(yaml.safe_load(contents(file)))
        except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
            said = " ".join(str(error).split())[:200]
            raise NotPossible(f"{file} is no list of statements ({said}).") from error
    if not quotes:
        raise NotPossible(
            "A correction says what is right in the words of a document: give --quote, once for each "
            "statement, or --file."
        )
    if text:
        return [Statement(quotes=tuple(quotes), text=text, document=document)]
    return [Statement(quotes=(quote,), document=document) for quote in quotes]
