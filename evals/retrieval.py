"""How well search finds the gold passages of a set."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from assistant.home import Home
from evals.corpora import rows, store
from evals.metrics import average_precision, mean, ndcg, percentile, recall
from knowledge.index import Progress
from knowledge.models import Kind, Role
from knowledge.search import search

_DEEP = 40
"""Hits read for the first ten units: several hits may stand in one unit."""


def measure(
    home: Home, passages: Path, questions: Path, limit: int | None, progress: Progress | None
) -> dict[str, float | int]:
    """R@1, R@5, R@10, MAP@10 and nDCG@10, with the time of a search, encoding included."""
    asked = rows(questions)[:limit]
    spans = any(isinstance(gold, dict) for question in asked for gold in question["gold"])
    corpus = store(home, rows(passages), spans)
    home.embed(progress)
    home.encoder.warm()
    scope = replace(home.scope(Role.ADMINISTRATOR), kinds=frozenset({Kind.LAW}))
    results, times = [], []
    for question in asked:
        began = time.perf_counter()
        hits = search(home.index, question["question"], scope, _DEEP)
        times.append((time.perf_counter() - began) * 1000)
        results.append((corpus.ranked(hits), corpus.gold(question)))
    scored = [(ranking, gold) for ranking, gold in results if gold]
    return {
        **{f"R@{k}": mean([recall(r, g, k) for r, g in scored]) for k in (1, 5, 10)},
        "MAP@10": mean([average_precision(r, g, 10) for r, g in scored]),
        "nDCG@10": mean([ndcg(r, g, 10) for r, g in scored]),
        "n": len(scored),
        "p50_ms": percentile(times, 0.50),
        "p95_ms": percentile(times, 0.95),
    }
