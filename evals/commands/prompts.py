"""Prompts, each measured at what it is for."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals.commands.options import HomeAt

if TYPE_CHECKING:
    from assistant.prompts import Prompt
    from evals.prompts.runs import Runs


Only = Annotated[list[str] | None, typer.Option(help="Only this prompt; repeat for more.")]
Kept = Annotated[Path | None, typer.Option(help="Keep the runs in this file, not in the project's.")]


def prompts(only: Only = None, kept: Kept = None, home: HomeAt = None) -> None:
    """Measure the prompts of `prompts/` and keep what was found, with the hash of each; JSON lines.

    A prompt that is changed must be measured before `make check` passes. Nothing is kept of one that was
    changed without its version going up, or that has a breach.
    """
    from evals.prompts import runs
    from evals.prompts.bench import Bench
    from evals.prompts.uses import measured
    from knowledge.clock import today

    file = kept or runs.KEPT
    held = runs.read(file)
    chosen = _chosen(only, held)
    breaches = 0
    temporary = tempfile.TemporaryDirectory(prefix="clausewise-prompts-")
    with temporary as folder, Bench.at(Path(folder), home) as bench:
        for one in chosen:
            run = runs.Run(one.version, one.sha256, today().isoformat(), measured(bench, one.name))
            print(json.dumps({"prompt": one.name, **run.figures}), flush=True)
            breaches += run.breaches
            if not run.breaches:
                held = runs.with_run(held, one.name, run)
                runs.write(held, file)
    if breaches:
        raise typer.Exit(1)


def _chosen(only: Sequence[str] | None, held: Runs) -> list[Prompt]:
    """The prompts that are to be measured. Raises BadParameter for one that cannot be."""
    from evals.prompts import runs
    from evals.prompts.uses import USES

    there = {one.name: one for one in runs.prompts()}
    for name in only or there:
        if name not in there:
            raise typer.BadParameter(f"prompts/{name}.md is not there")
        if name not in USES:
            raise typer.BadParameter(f"evals/prompts/uses.py does not say what prompts/{name}.md is for")
        if runs.unversioned(there[name], held.get(name, ())):
            raise typer.BadParameter(
                f"prompts/{name}.md was changed and is still version {there[name].version}"
            )
    return [there[name] for name in only or there]
