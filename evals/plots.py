"""Drawings of what the measures found, as SVG files that come out the same for the same figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from evals.metrics import mean

_BINS = 10


def growth(found: Sequence[Mapping[str, float]], path: Path) -> None:
    """Time of a search and resident memory against the number of passages, both axes logarithmic."""
    sizes = [row["passages"] for row in found]
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    times, memory = figure.subplots(1, 2)
    for name, mark in (("p50_ms", "o"), ("p95_ms", "s")):
        times.loglog(sizes, [row[name] for row in found], marker=mark, label=name.removesuffix("_ms"))
    for name, label in (("resident_MB", "resident"), ("own_MB", "of it not mapped from files")):
        memory.loglog(sizes, [row[name] for row in found], marker="o", label=label)
    _dress(times, "passages", "a search, ms")
    _dress(memory, "passages", "memory, MB")
    _save(figure, path)


def reliability(judged: Sequence[tuple[float, bool]], path: Path) -> None:
    """How often the answer was there, against how sure the product was, in ten bins of confidence."""
    figure = Figure(figsize=(4.2, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, label="perfectly calibrated")
    bins = binned(judged)
    axes.plot([b[0] for b in bins], [b[1] for b in bins], marker="o", label="measured")
    for sure, share, count in bins:
        axes.annotate(str(count), (sure, share), textcoords="offset points", xytext=(4, -10), fontsize=8)
    _dress(axes, "confidence", "share answered by the passage")
    _save(figure, path)


def binned(judged: Sequence[tuple[float, bool]]) -> list[tuple[float, float, int]]:
    """(mean confidence, share that is answerable, number) of each bin that is not empty."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for sure, answerable in judged:
        bins.setdefault(min(int(sure * _BINS), _BINS - 1), []).append((sure, answerable))
    return [
        (mean([sure for sure, _ in held]), mean([float(right) for _, right in held]), len(held))
        for _, held in sorted(bins.items())
    ]


def _dress(axes: Any, across: str, up: str) -> None:
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)


def _save(figure: Figure, path: Path) -> None:
    with mpl.rc_context({"svg.hashsalt": "clausewise"}):  # names of parts do not change from run to run
        figure.savefig(path, format="svg", metadata={"Date": None})
