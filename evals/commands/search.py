"""Measures of search: what is found, how fast, and how that grows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals.commands.options import AsJson, HomeAt, Limit, Passages, Questions
from evals.homes import embedding, home_in
from evals.printing import print_figures, print_line

if TYPE_CHECKING:
    from evals.retrieval import Asked


@contextmanager
def asked_of(folder: Path | None, passages: Path, questions: Path, limit: int | None) -> Iterator[Asked]:
    """Questions over a home that holds the passages."""
    from evals.retrieval import prepare

    with home_in(folder) as home:
        with embedding() as progress:
            asked = prepare(home, passages, questions, limit, progress)
        yield asked


def retrieval(
    passages: Passages,
    questions: Questions,
    home: HomeAt = None,
    limit: Limit = None,
    json_: AsJson = False,
) -> None:
    """Search for the gold passages of every question."""
    from evals.retrieval import measure

    with asked_of(home, passages, questions, limit) as asked:
        found = measure(asked)
    print_figures(found, json_)


def characters(
    passages: Passages,
    questions: Questions,
    home: HomeAt = None,
    limit: Limit = None,
) -> None:
    """Precision and recall in characters, at three budgets, beside plain BM25 and MiniLM: JSON lines."""
    from evals.characters import measure

    with asked_of(home, passages, questions, limit) as asked:
        for way, found in measure(asked).items():
            print_line({"way": way, **found})


def compare(
    passages: Passages,
    questions: Questions,
    change: Annotated[
        list[str], typer.Option(help='Weights to try instead: "late=0" or "late=2,cosine=0.7".')
    ],
    home: HomeAt = None,
    limit: Limit = None,
) -> None:
    """Search with other weights too, and say by paired bootstrap whether they differ: JSON lines."""
    from evals.compare import changed
    from evals.compare import compare as compared

    try:
        changes = {wanted: changed(wanted) for wanted in change}
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    with asked_of(home, passages, questions, limit) as asked:
        for row in compared(asked, changes):
            print_line(row)


def scale(
    passages: Passages,
    questions: Questions,
    home: HomeAt = None,
    sizes: Annotated[str, typer.Option(help="Passages at which to measure.")] = "10000,100000,1000000",
    plot: Annotated[Path | None, typer.Option(help="Also draw the growth into this SVG file.")] = None,
) -> None:
    """Grow a library of passages made of real sentences, and time adding and searching: JSON lines."""
    from evals.scale import Composer, grow, pool

    found = []
    with home_in(home) as opened:
        composer = Composer(opened.encoder, pool(passages))
        for row in grow(opened, composer, questions, [int(size) for size in sizes.split(",")]):
            print_line(row, digits=3)
            found.append(row)
    if plot:
        from evals.plots import growth

        growth(found, plot)


def scale_search(home: Annotated[Path, typer.Option(exists=True)], questions: Questions) -> None:
    """Of a home that `scale` grew: what a fresh process measures."""
    from evals.scale import searched

    with home_in(home) as opened:
        print(json.dumps(searched(opened, questions)))


def ingest(
    paths: Annotated[
        list[Path], typer.Argument(exists=True, help="Files and folders to add to an empty home.")
    ],
    json_: AsJson = False,
) -> None:
    """Time adding files, adding them again, and the bare model on the same texts."""
    from evals.ingest import measure

    with home_in(None) as opened, embedding() as progress:
        found = measure(opened, paths, progress)
    print_figures(found, json_)
