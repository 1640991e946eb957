"""Homes for measures: temporary unless they are kept, furnished as asked."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from assistant.home import Home, home_at
from knowledge.index import Progress as Told


@contextmanager
def home_in(folder: Path | None) -> Iterator[Home]:
    """The home in a folder, or one that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="clausewise-evals-") as temporary:
        home = home_at(folder or Path(temporary))
        try:
            yield home
        finally:
            home.close()


@contextmanager
def embedding() -> Iterator[Told]:
    """A bar, and whom to tell how far the embedding is."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Embedding", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def embed(home: Home) -> None:
    """Give every passage its vector, with a bar."""
    with embedding() as progress:
        home.embed(progress)


def add_sample(home: Home) -> None:
    """Add the sample organisation's files."""
    from knowledge.data.sample import sample_files

    add_files(home, sample_files())


def add_files(home: Home, paths: Iterable[Path]) -> None:
    """Add files and folders. Raises BadParameter for the first file that cannot be read."""
    from assistant.ingest import add, files_below

    for file in files_below(paths):
        added = add(home, file)
        if added.outcome == "failed":
            raise typer.BadParameter(f"{file}: {added.problem}")
