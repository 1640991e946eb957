"""`python -m evals conversations`: follow-ups, each asked alone, joined, and in its conversation."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from evals.printing import print_line

Detail = Annotated[bool, typer.Option(help="Also print a line for each follow-up of the development half.")]
Cases = Annotated[Path | None, typer.Option(exists=True, help="Other conversations than ours, YAML.")]
HomeAt = Annotated[Path | None, typer.Option(help="Keep the home here, to spare the next run the embedding.")]


def conversations(cases: Cases = None, home: HomeAt = None, detail: Detail = False) -> None:
    """Ask follow-ups and unclear questions over the sample organisation: JSON lines."""
    from assistant.home import home_at
    from assistant.ingest import add
    from evals import conversations as measure
    from evals import unclear
    from knowledge.data.sample import sample_files

    with ExitStack() as stack:
        folder = home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clausewise-evals-")))
        opened = home_at(folder)
        stack.callback(opened.close)
        for file in sample_files():
            add(opened, file)
        opened.embed()
        path = cases or measure.CASES
        reached = measure.run(opened, measure.conversations(path))
        asked_back = unclear.run(opened, unclear.cases(path))
    for one in reached if detail else ():
        if one.conversation.half == "development":
            print_line({"asked": one.turn.asked, "way": one.way, "understood": one.understood})
    for row in [*measure.summary(reached), *unclear.summary(asked_back)]:
        print_line(row)
