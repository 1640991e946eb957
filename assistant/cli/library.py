"""Commands that change or list the library."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from assistant.cli.tables import print_table
from assistant.home import Home
from assistant.ingest import Declared, Result, add
from assistant.listing import Listed, listing
from knowledge import library
from knowledge.library import Version
from knowledge.models import Role

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def _bar(quiet: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeRemainingColumn(), console=err, transient=True, disable=quiet)


def add_files(
    home: Home, files: Sequence[Path], declared: Declared = Declared(), quiet: bool = False
) -> list[Result]:
    """Add files one after another, with progress, and say what became of each."""
    results = []
    with _bar(quiet or not err.is_terminal) as bar:
        task = bar.add_task("Reading", total=len(files))
        for file in files:
            bar.update(task, description=f"Reading {file.name}")
            result = add(home, file, declared)
            results.append(result)
            if not quiet or result.outcome == "failed":
                say(result)
            bar.advance(task)
    return results


def say(result: Result) -> None:
    """Print one line for a file: errors to the error stream."""
    if result.outcome == "failed":
        err.print(f"{result.file}: {result.problem}", markup=False)
        return
    assert result.version is not None
    what = {
        "stored": f"stored, {result.passages} passages",
        "new version": f"stored as version {result.version.number}, {result.passages} passages",
        "declared anew": "text unchanged, what you say of it is stored",
        "unchanged": "unchanged",
    }[result.outcome]
    out.print(f"{result.file}: {what} ({result.version.document})", markup=False)
    if result.version.withdrawn_at:
        out.print(f"  It is withdrawn: clausewise reinstate {result.version.document}", markup=False)


def embed_with_progress(home: Home, quiet: bool = False) -> None:
    """Give new passages their vectors, or say who does."""
    with _bar(quiet or not err.is_terminal) as bar:
        task = bar.add_task("Preparing search", total=None)
        done = home.embed(lambda done, total: bar.update(task, completed=done, total=total))
    if not done and not quiet:
        out.print("Stored and found by keyword. The running app prepares the rest in the background.")


def gone_from(home: Home, paths: Iterable[Path]) -> list[Version]:
    """Documents in use that were added from inside these folders and whose files are gone."""
    folders = [f"file:{path.resolve()}{os.sep}" for path in paths if path.is_dir()]
    if not folders:
        return []
    with home.database.read() as connection:
        latest = {v.document: v for v in library.all_versions(connection) if not v.withdrawn_at}
    return [
        v for v in latest.values() if v.source.startswith(tuple(folders)) and not Path(v.source[5:]).exists()
    ]


def show_library(home: Home, as_json: bool) -> None:
    """Print every version with its status, newest first within a document."""
    rows = listing(home, Role.ADMINISTRATOR)
    if as_json:
        print(json.dumps([row.model_dump(mode="json") for row in rows], indent=2))
        return
    headings = ("Document", "Title", "Version", "Kind", "Status", "Owner", "In force", "Hosted models")
    print_table(headings, [_cells(row) for row in rows], whole="Document")


def _cells(row: Listed) -> tuple[str, ...]:
    since = row.since.isoformat() if row.since else "always"
    period = f"{since} to {row.until}" if row.until else f"from {since}"
    number = f"{row.number} ({row.label})" if row.label else str(row.number)
    hosted = "never" if row.never_hosted else "allowed"
    return row.document, row.title, number, row.kind.value, row.status, row.owner or "-", period, hosted
