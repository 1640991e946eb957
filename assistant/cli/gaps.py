"""`clausewise gaps …` and `clausewise soa …`: what the organisation's documents say to each requirement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.options import AsJson, AsPerson, acting, as_json, day, err, opened, out, to_file
from assistant.gaps.applicability import Practice
from assistant.gaps.evidence import Status
from knowledge.models import Role

if TYPE_CHECKING:
    from assistant.gaps.applicability import Row
    from assistant.gaps.assessment import Progress
    from assistant.gaps.exporting import Paper
    from assistant.home import Home
    from assistant.people import Person

gaps_app = typer.Typer(
    help="What your documents say to each clause, control and obligation; overrule it with a reason.",
    invoke_without_command=True,
)
soa_app = typer.Typer(help="The statement of applicability.", invoke_without_command=True)

Into = Annotated[Path | None, typer.Option("--output", "-o", help="File to write, by its ending.")]


@contextmanager
def _told() -> Iterator[Progress]:
    """How far it is, on standard error: a bar, or now and then a line where it is no terminal."""
    from rich.progress import Progress as Bar

    if not err.is_terminal:
        yield _line
        return
    with Bar(console=err, transient=True) as bar:
        task = bar.add_task("Reading the documents", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _line(done: int, total: int) -> None:
    if done % 50 == 0 or done == total:
        err.print(f"Reading the documents: {done} of {total} obligations", markup=False)


def _prepared(home: Home, name: str, prefer: Role) -> Person:
    """Who acts, once search by meaning is prepared."""
    from assistant.cli.library import embed_with_progress

    who = acting(home, name, prefer)
    embed_with_progress(home, quiet=True)
    return who


@gaps_app.callback()
def gaps(
    context: typer.Context,
    output: Into = None,
    as_: AsPerson = "administrator",
    json_: AsJson = False,
) -> None:
    """Assess the gaps: print them, or write .xlsx, .docx, .pdf, .md or .json."""
    if context.invoked_subcommand is not None:
        return
    from assistant.gaps.overrule import view
    from assistant.gaps.reports import as_json as items

    home = opened()
    who = _prepared(home, as_, Role.AUDITOR)
    if output is not None:
        _write(home, who, "gaps", output)
        return
    with _told() as progress:
        seen = view(home, who, progress)
    if json_:
        as_json(items(seen))
        return
    from assistant.gaps.reports import NOTE

    for one in seen.items:
        said = f" (a person says: {one.overruled.status})" if one.overruled else ""
        indent = "  " if one.finding.kind == "obligation" else ""
        out.print(f"{indent}{one.finding.id}  {one.finding.status}{said}  {one.finding.reason}", markup=False)
    out.print(NOTE, markup=False)


@gaps_app.command("overrule")
def overrule(
    requirement: Annotated[str, typer.Argument(help="Id of a clause, control or obligation.")],
    status: Annotated[Status, typer.Argument(help="The status that you set beside the program's.")],
    reason: Annotated[str, typer.Option(help="Why; it stands beside the status.")],
    as_: AsPerson = "author",
) -> None:
    """Set another status than the program's, with a reason; both are shown."""
    from assistant.gaps.overrule import overrule as set_status

    home = opened()
    entry = set_status(home, _prepared(home, as_, Role.AUTHOR), requirement, status, reason)
    body = entry.body
    out.print(f"{body['requirement']}: {status}, beside the program's {body['machine']}.", markup=False)


@gaps_app.command("take-back")
def take_back(
    requirement: Annotated[str, typer.Argument(help="Id of a clause, control or obligation.")],
    as_: AsPerson = "author",
) -> None:
    """Let the program's status stand again."""
    from assistant.gaps.overrule import take_back as undo

    home = opened()
    entry = undo(home, _prepared(home, as_, Role.AUTHOR), requirement)
    out.print(f"{entry.body['requirement']}: the program's status stands again.", markup=False)


@soa_app.callback()
def soa(context: typer.Context, output: Into = None, as_: AsPerson = "administrator") -> None:
    """Print the statement of applicability with what is to be mended, or write .xlsx, .docx, .pdf or .md."""
    if context.invoked_subcommand is not None:
        return
    from assistant.gaps.reports import decision
    from assistant.gaps.statement import statement

    home = opened()
    who = _prepared(home, as_, Role.AUDITOR)
    if output is not None:
        _write(home, who, "soa", output)
        return
    with _told() as progress:
        held = statement(home, who, progress)
    for line in held.lines:
        row = line.row
        out.print(f"{row.id}  {row.title}: {decision(row)}  {row.reason}".rstrip(), markup=False)
    for fault in held.faults:
        out.print(f"{fault.control}: {fault.rule}. {fault.message}", markup=False)


@soa_app.command("set")
def set_(
    control: Annotated[str, typer.Argument(help="Id of a control.")],
    included: Annotated[
        bool | None, typer.Option("--included/--excluded", help="Whether it is needed.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why it is included or excluded.")] = None,
    risk: Annotated[str | None, typer.Option(help="The risk or requirement for which it is needed.")] = None,
    systems: Annotated[str | None, typer.Option(help="The AI systems to which it applies.")] = None,
    status: Annotated[Practice | None, typer.Option(help="How far it is put into practice.")] = None,
    owner: Annotated[str | None, typer.Option(help="The role that answers for it.")] = None,
    on: Annotated[str | None, typer.Option("--date", help="When it was decided, or is due.")] = None,
    as_: AsPerson = "author",
) -> None:
    """Fill a row; what is not named stays as it is."""
    from assistant.gaps.applicability import fill, rows
    from assistant.gaps.reports import decision

    given: dict[str, Any] = {"included": included, "reason": reason, "link": risk, "systems": systems}
    given |= {"status": status, "owner": owner, "on": day(on)}
    home = opened()
    who = acting(home, as_, Role.AUTHOR)
    row = _row(rows(home, who), control)
    saved = fill(home, who, row.model_copy(update={k: v for k, v in given.items() if v is not None}))
    out.print(f"{saved.id}: {decision(saved)}.", markup=False)


@soa_app.command("add")
def add(
    control: Annotated[str, typer.Argument(help="An id of your own, such as OWN-1.")],
    title: Annotated[str, typer.Option(help="What it is called.")],
    source: Annotated[str, typer.Option(help="Where it comes from: a law, a contract, a framework.")],
    as_: AsPerson = "author",
) -> None:
    """Add a control of your own."""
    from assistant.gaps.applicability import add as add_own

    home = opened()
    row = add_own(home, acting(home, as_, Role.AUTHOR), control, title, source)
    out.print(f"{row.id}: added; `soa set {row.id}` fills it.", markup=False)


@soa_app.command("undo")
def undo(control: Annotated[str, typer.Argument(help="Id of a control.")], as_: AsPerson = "author") -> None:
    """Put a row back to what it was before its last change."""
    from assistant.gaps.applicability import undo as put_back
    from assistant.gaps.reports import decision

    home = opened()
    row = put_back(home, acting(home, as_, Role.AUTHOR), control)
    out.print(f"{control}: {decision(row) if row else 'not there, as before'}.", markup=False)


def _row(held: tuple[Row, ...], control: str) -> Row:
    """The row of a control in any spelling; one that does not exist is refused where it is saved."""
    from assistant.gaps.applicability import Row
    from knowledge.requirements import normal_id

    known = {row.id.lower(): row for row in held}
    found = known.get(control.lower()) or known.get(normal_id(control).lower())
    return found if found and not control.upper().startswith("B") else Row(id=control, title=control)


def _write(home: Home, who: Person, paper: Paper, path: Path) -> None:
    """Write the file by its ending, once the record of it is on the log."""
    from assistant.gaps.exporting import FORMATS, export

    format = path.suffix.removeprefix(".").lower()
    if format not in FORMATS[paper]:
        raise typer.BadParameter(f"{path} does not end in .{', .'.join(FORMATS[paper])}.")
    with _told() as progress:
        data = export(home, who, paper, format, progress=progress)
    to_file(path, data)
    out.print(f"{path}: written.", markup=False)
