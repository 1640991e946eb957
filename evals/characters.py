"""How much of what a reader gets is the answer, and how much of the answer the reader gets, in characters.

A question's gold is spans of documents. A way of answering gives stretches of documents, best first; what
lies beyond the budget is cut off. Precision and recall over characters as in LegalBench-RAG (Pipitone and
Houir Alami 2024), with the stretches that overlap counted once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import bm25s
import numpy as np

from assistant.excerpt import excerpts
from evals.corpora import document_name
from evals.metrics import mean
from evals.retrieval import Asked
from knowledge import library, stored_passages
from knowledge.terms import stems

BUDGETS = (500, 2_000, 8_000)
_DEEP = 100
"""Hits that are read for the largest budget."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """`text[start:end]` of a stored document."""

    document: str
    start: int
    end: int


Way = Callable[[int], Sequence[Stretch]]
"""From the number of a question to what is shown for it, best first."""


def precision_and_recall(
    shown: Iterable[Stretch], gold: Iterable[Stretch], budget: int
) -> tuple[float, float]:
    """Of the first `budget` characters shown, the share that is gold; and the share of gold among them."""
    wanted = {(span.document, at) for span in gold for at in range(span.start, span.end)}
    given: dict[tuple[str, int], None] = {}
    for stretch in shown:
        if len(given) >= budget:
            break
        given.update(dict.fromkeys((stretch.document, at) for at in range(stretch.start, stretch.end)))
    kept = set(list(given)[:budget])
    right = len(kept & wanted)
    return right / max(len(kept), 1), right / len(wanted)


def measure(asked: Asked) -> dict[str, dict[str, float]]:
    """Precision and recall at each budget, of each way: the product's two and two plain ones."""
    ways = {
        "passages": _passages(asked),
        "excerpts": _excerpts(asked),
        "BM25": _ranked(asked, _bm25),
        "MiniLM": _ranked(asked, _minilm),
    }
    return {name: _of(way, asked) for name, way in ways.items()}


def _of(way: Way, asked: Asked) -> dict[str, float]:
    shown = [way(number) for number in range(len(asked.questions))]
    found = {}
    for budget in BUDGETS:
        pairs = [
            precision_and_recall(stretches, _gold(question["gold"]), budget)
            for stretches, question in zip(shown, asked.questions, strict=True)
        ]
        found[f"P@{budget}"] = mean([precision for precision, _ in pairs])
        found[f"R@{budget}"] = mean([recall for _, recall in pairs])
    return found


def _gold(spans: Iterable[dict[str, int | str]]) -> list[Stretch]:
    return [Stretch(document_name(str(s["document"])), int(s["start"]), int(s["end"])) for s in spans]


def _passages(asked: Asked) -> Way:
    def way(number: int) -> list[Stretch]:
        return [Stretch(h.version.document, h.start, h.end) for h in asked.hits(number, k=_DEEP)]

    return way


def _excerpts(asked: Asked) -> Way:
    """The sentences that the composer would quote of each hit."""

    def way(number: int) -> list[Stretch]:
        hits = asked.hits(number, k=_DEEP)
        picked = excerpts(hits, asked.questions[number]["question"])
        return [Stretch(part.hit.version.document, part.start, part.end) for part in picked]

    return way


def _ranked(asked: Asked, score: Callable[[Asked, list[str]], Callable[[int], np.ndarray]]) -> Way:
    """All passages by a score of their reading."""
    where, texts = [], []
    with asked.home.database.read() as connection:
        for version in library.all_versions(connection):
            if version.built_in:
                continue
            text = library.text_of(connection, version.id)
            for p in stored_passages.of_version(connection, version.id):
                where.append(Stretch(version.document, p.start, p.end))
                texts.append(library.reading(version.title, p.section, "", text[p.start : p.end]).text)
    scores = score(asked, texts)

    def way(number: int) -> list[Stretch]:
        return [where[i] for i in np.argsort(-scores(number), kind="stable")[:_DEEP]]

    return way


def _bm25(asked: Asked, texts: list[str]) -> Callable[[int], np.ndarray]:
    index = bm25s.BM25(k1=1.5, b=0.75)
    index.index([stems(text) for text in texts], show_progress=False)
    return lambda number: index.get_scores(stems(asked.questions[number]["question"]))


def _minilm(asked: Asked, texts: list[str]) -> Callable[[int], np.ndarray]:
    rows = asked.home.encoder.by_default(texts)
    return lambda number: rows @ asked.encoded[number].vector
