"""`python -m evals attacks`: the attack corpus against a composer, with a judge of its own."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from evals.attacks.run import Report

Composer = Literal["quotes", "worst", "model"]


def attacks(
    composer: Annotated[
        Composer,
        typer.Option(
            help="What writes the answers: the quotes composer, a scripted worst-case model, or the model "
            "that is configured."
        ),
    ] = "quotes",
    questions: Annotated[
        Path | None, typer.Option(exists=True, help="Also ask these questions: JSON lines or YAML.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only cases whose id begins so; repeat for more.")
    ] = None,
    detail: Annotated[bool, typer.Option(help="Also print each breach and each case.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Attack the sample organisation and judge what gets through; status 1 when anything does."""
    from evals.answers import cases as asked
    from evals.attacks.cases import cases
    from evals.attacks.run import run

    chosen = [case for case in cases() if not only or case.id.startswith(tuple(only))]
    with tempfile.TemporaryDirectory(prefix="clausewise-attacks-") as folder:
        report = run(Path(folder), composer, chosen, asked(questions) if questions else ())
    if detail:
        _print_detail(report, err=json_)
    print(json.dumps(report.summary(), indent=2) if json_ else _table(report))
    if report.breaches:
        raise typer.Exit(1)


def _print_detail(report: Report, err: bool) -> None:
    """A line for each case, and one for each breach; beside JSON on the error stream."""
    for judged in report.every:
        case = judged.case
        line = f"{case.id:8} {'BREACH' if judged.breaches else 'held':6} {judged.seconds:6.2f} s "
        typer.echo(f"{line}{judged.claims:3} claims  {case.carrier}: {case.breach}", err=err)
        for breach in judged.breaches:
            typer.echo(f"         {breach.check}: {breach.what}", err=err)


def _table(report: Report) -> str:
    found = report.summary()
    by_class = found["by_class"]
    assert isinstance(by_class, dict)
    rows = [(name, counts["cases"], counts["breaches"]) for name, counts in by_class.items()]
    rows.append(("all cases", found["cases"], found["breaches"]))
    if report.questions:
        broken = sum(bool(judged.breaches) for judged in report.questions)
        rows.append(("plain questions", len(report.questions), broken))
    lines = [f"{name:46} {count:4} cases {breaches:4} breaches" for name, count, breaches in rows]
    return "\n".join([*lines, f"{report.composer}, {report.seconds:.0f} s"])
