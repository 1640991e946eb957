"""What adding documents costs, against encoding the same texts with the bare model, and again unchanged."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from assistant.home import Home
from assistant.ingest import add, files_below
from knowledge import library
from knowledge.index import Progress


def measure(home: Home, paths: Iterable[Path], progress: Progress | None) -> dict[str, float | int]:
    """Seconds of wall time for each step, and their ratios.

    `home` must hold none of the files yet. Its own requirements are embedded before the clock starts.
    """
    files = list(files_below(paths))
    home.embed()
    with home.database.read() as connection:
        before = {v.id for v in library.all_versions(connection)}
    began = time.perf_counter()
    failed = sum(add(home, file).outcome == "failed" for file in files)
    stored = time.perf_counter()
    home.embed(progress)
    ended = time.perf_counter()
    outcomes = [add(home, file).outcome for file in files]
    home.embed()
    again = time.perf_counter() - ended
    with home.database.read() as connection:
        new = [v.id for v in library.all_versions(connection) if v.id not in before]
        texts = {key: read.text for key, read in library.readings(connection, new, lambda _: True)}
    bare = _encoding(home, list(texts.values()))
    return {
        "files": len(files),
        "failed": failed,
        "unchanged_again": outcomes.count("unchanged"),
        "texts": len(texts),
        "read_and_store_s": stored - began,
        "embed_s": ended - stored,
        "ingest_s": ended - began,
        "bare_encoding_s": bare,
        "ingest_over_bare": (ended - began) / bare,
        "again_s": again,
        "first_over_again": (ended - began) / again,
    }


def _encoding(home: Home, texts: list[str]) -> float:
    """Seconds that sentence-transformers with its own settings takes for the texts, in one call."""
    home.encoder.warm()
    began = time.perf_counter()
    home.encoder.by_default(texts)
    return time.perf_counter() - began
