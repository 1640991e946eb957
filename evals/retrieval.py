"""How well search finds the gold passages of a set."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from assistant.home import Home
from evals.corpora import Corpus, Row, rows, store
from evals.metrics import average_precision, mean, ndcg, percentile, recall
from knowledge.hits import Hit
from knowledge.index import Progress
from knowledge.late import EncodedQuestion
from knowledge.models import Kind, Role
from knowledge.search import WEIGHTS, Weights, search

_DEEP = 40
"""Hits read for the first ten units: several hits may stand in one unit."""


@dataclass(frozen=True)
class Asked:
    """A set that is stored and embedded in a home, with the questions that are asked of it."""

    home: Home
    corpus: Corpus
    questions: Sequence[Row]

    @cached_property
    def encoded(self) -> list[EncodedQuestion]:
        """Each question as the model sees it."""
        return [self.home.index.encoded(q["question"]) for q in self.questions]

    @cached_property
    def gold(self) -> list[set[str]]:
        """The gold units of each question."""
        return [self.corpus.gold(q) for q in self.questions]

    def hits(self, number: int, weights: Weights = WEIGHTS, k: int = _DEEP) -> list[Hit]:
        """What search finds for a question."""
        scope = replace(self.home.scope(Role.ADMINISTRATOR), kinds=frozenset({Kind.LAW}))
        text = self.questions[number]["question"]
        return search(self.home.index, text, scope, k, encoded=self.encoded[number], weights=weights)


def prepare(
    home: Home, passages: Path, questions: Path, limit: int | None, progress: Progress | None
) -> Asked:
    """Store and embed a set; only the first `limit` questions are asked."""
    asked = rows(questions)[:limit]
    spans = any(isinstance(gold, dict) for question in asked for gold in question["gold"])
    corpus = store(home, rows(passages), spans)
    home.embed(progress)
    home.encoder.warm()
    return Asked(home, corpus, asked)


def scores(asked: Asked, weights: Weights = WEIGHTS) -> tuple[dict[str, list[float]], list[float]]:
    """(each measure of each question that has gold, milliseconds of each search without its encoding)."""
    rankings, times = [], []
    for number in range(len(asked.encoded)):
        began = time.perf_counter()
        hits = asked.hits(number, weights)
        times.append((time.perf_counter() - began) * 1000)
        rankings.append(asked.corpus.ranked(hits))
    scored = [(ranking, gold) for ranking, gold in zip(rankings, asked.gold, strict=True) if gold]
    found = {f"R@{k}": [recall(r, g, k) for r, g in scored] for k in (1, 5, 10)}
    found["MAP@10"] = [average_precision(r, g, 10) for r, g in scored]
    found["nDCG@10"] = [ndcg(r, g, 10) for r, g in scored]
    return found, times


def measure(asked: Asked) -> dict[str, float | int]:
    """R@1, R@5, R@10, MAP@10 and nDCG@10, with the time of a search, encoding apart."""
    found, times = scores(asked)
    return {
        **{name: mean(values) for name, values in found.items()},
        "n": len(found["MAP@10"]),
        "p50_ms": percentile(times, 0.50),
        "p95_ms": percentile(times, 0.95),
    }
