"""The figures of several systems beside each other, as a Markdown table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evals.peers.measure import Measured

_ROWS: dict[str, Callable[[Measured], str]] = {
    "ingest, wall / CPU s": lambda m: f"{m.cost.ingest_wall_s:.0f} / {m.cost.ingest_cpu_s:.0f}",
    "nothing changed, again ÷ first (CPU)": lambda m: f"{m.cost.again_over_first:.3f}",
    "chunks stored, then after that": lambda m: f"{m.cost.chunks}, {m.cost.chunks_again}",
    "start to first answer, wall s": lambda m: f"{m.cost.first_answer_s:.1f}",
    "query p50 / p95 ms, one thread": lambda m: f"{m.cost.p50_ms:.0f} / {m.cost.p95_ms:.0f}",
    "hit@1 / @5 / @10": lambda m: f"{m.quality.hit_1:.2f} / {m.quality.hit_5:.2f} / {m.quality.hit_10:.2f}",
    "hit within the first 4,000 characters": lambda m: f"{m.quality.read_4000:.2f}",
    "page right when hit (PDF)": lambda m: str(m.quality.pages),
    "article right when hit (Markdown)": lambda m: str(m.quality.articles),
    "peak memory of ingest / of queries, MB": lambda m: (
        f"{m.cost.ingest_peak_mb:.0f} / {m.cost.query_peak_mb:.0f}"
    ),
    "store on disk, MB": lambda m: f"{m.cost.disk_mb:.1f}",
    "broken files in the folder": lambda m: "everything is lost" if m.broken.lost else "the rest is kept",
    "good notes found beside them": lambda m: f"{m.broken.notes}/2",
    "broken files named / in silence": lambda m: _named(m),
}


def _named(found: Measured) -> str:
    silent = found.broken.silent
    named = len(found.broken.said) - len(silent)
    return f"{named} / {', '.join(silent) or 'none'}"


def table(found: Sequence[Measured]) -> str:
    """One column a system, one row a measure."""
    lines = [
        ["measure", *(f"{m.name} {m.version}" for m in found)],
        ["---"] * (len(found) + 1),
        *([label, *(cell(m) for m in found)] for label, cell in _ROWS.items()),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
