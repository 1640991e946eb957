"""`clausewise log …`: commands and their options; what they do stands in `cli/log.py`, read when one runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from assistant.cli.options import AsJson, day, opened

log_app = typer.Typer(help="Read the log, or check that nobody changed it.", invoke_without_command=True)


@log_app.callback()
def log(
    context: typer.Context,
    clause: Annotated[str | None, typer.Option(help="Only answers that cite this clause or control.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 50,
    json_: AsJson = False,
) -> None:
    """List the newest records."""
    if context.invoked_subcommand is None:
        from assistant.cli.log import show

        show(opened(), clause, limit, json_)


@log_app.command("show")
def log_show(record: Annotated[str, typer.Argument(help="Id of a record.")]) -> None:
    """Print one record in full, as JSON."""
    from assistant.cli.log import show_one

    show_one(opened(), record)


@log_app.command("verify")
def log_verify(json_: AsJson = False) -> None:
    """Check the whole chain; the status is 1 when a record was altered, moved or deleted."""
    from assistant.cli.log import check

    check(opened(), json_)


@log_app.command("export")
def log_export(
    out_: Annotated[Path, typer.Option("-o", "--out", help="The file to write.")],
    format_: Annotated[
        Literal["jsonl", "csv"] | None,
        typer.Option("--format", help="Without it, what the file's name ends with; else jsonl."),
    ] = None,
    clause: Annotated[str | None, typer.Option(help="Only answers that cite this clause or control.")] = None,
    who: Annotated[str | None, typer.Option("--person", help="Only what this person did or asked.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="First day, in UTC (ISO date).")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last day, in UTC (ISO date).")] = None,
    status: Annotated[
        str | None, typer.Option(help="Only answers of this status, or items in this state of review.")
    ] = None,
) -> None:
    """Write the log to a file that clausewise-verify checks, or to a table."""
    from assistant.cli.log import export_to, status_of
    from assistant.export import Wanted

    wanted = Wanted(clause, who, day(since), day(until), status_of(status))
    export_to(opened(), out_, format_ or ("csv" if out_.suffix.lower() == ".csv" else "jsonl"), wanted)


@log_app.command("checkpoint")
def log_checkpoint(
    out_: Annotated[Path, typer.Option("-o", "--out", help="A new file, or one of earlier checkpoints.")],
) -> None:
    """Append a signed checkpoint of the log to a file, to be kept elsewhere."""
    from assistant.cli.log import checkpoint

    checkpoint(opened(), out_)


@log_app.command("receipt")
def log_receipt(
    answer: Annotated[str, typer.Argument(help="Id of an answer.")],
    out_: Annotated[Path, typer.Option("-o", "--out", help="The file to write.")],
) -> None:
    """Write an answer with the proof that it is on the log."""
    from assistant.cli.log import give_receipt

    give_receipt(opened(), answer, out_)


@log_app.command("erase")
def log_erase(
    reason: Annotated[str, typer.Option(help="Why; it goes on the log.")],
    records: Annotated[list[str] | None, typer.Argument(help="Ids of records.")] = None,
    who: Annotated[str | None, typer.Option("--person", help="All records of this person.")] = None,
) -> None:
    """Erase for good what people typed; the answers and the chain stay."""
    from assistant.cli.log import erase

    if not records and who is None:
        raise typer.BadParameter("Name records, or a person with --person.")
    erase(opened(), records or [], who, reason)
