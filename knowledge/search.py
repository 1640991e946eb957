"""Search: keyword and vector scores added up, over the passages that the person may see.

The recipe and its figures are in docs/retrieval.md. Weights are fixed: on five collections, weights that
were learned on one lost on the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection

from knowledge import library
from knowledge.index import Index, Scope, State
from knowledge.library import Version
from knowledge.terms import query_terms

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Weights:
    """What each field counts in the score of a passage.

    `named` lifts a clause or control of ISO/IEC 42001 that the question names above all else.
    """

    bigram: float = 0.5
    clause: float = 1.0
    figure: float = 0.6
    place: float = 0.15
    title: float = 0.7
    document: float = 0.3
    reference: float = 0.3
    named: float = 2.0
    cosine: float = 0.5


@dataclass(frozen=True, slots=True)
class Bm25:
    """Saturation and length normalisation of one field."""

    k1: float
    b: float


WEIGHTS = Weights()
TEXT, PLACE, TITLE, DOCUMENT = Bm25(0.9, 0.75), Bm25(0.9, 0.3), Bm25(0.9, 0.0), Bm25(0.9, 0.4)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    `score` orders hits; `cosine` is the similarity to the question (None without a vector); `coverage`
    is the share, by rarity, of the question's words that the passage holds (0 to 1).
    """

    passage: str
    version: Version
    start: int
    end: int
    section: tuple[str, ...]
    page: int | None
    head: tuple[int, int] | None
    text: str
    score: float
    cosine: float | None
    coverage: float


@dataclass(frozen=True, slots=True)
class _Scored:
    """Scores of every row of a state, segment after segment."""

    total: NDArray[np.float64]
    cosine: NDArray[np.float32] | None
    coverage: NDArray[np.float64]


def search(
    index: Index,
    question: str,
    scope: Scope,
    k: int = 10,
    *,
    vector: NDArray[np.float32] | None = None,
    weights: Weights = WEIGHTS,
) -> list[Hit]:
    """The k best passages for a question, best first; equal scores by passage id.

    `vector` is the encoded question; without it, it is encoded here. With no weight on similarity, or
    while no passage has a vector, the search is by keyword alone.
    """
    state = index.state()
    if vector is None and weights.cosine and len(state.vectors):
        vector = index.encoder.encode([question])[0]
    visible = state.visible(scope)
    scored = _score(state, question, vector, visible, weights)
    return _hits(index, state, scored, visible, k)


def _score(
    state: State,
    question: str,
    vector: NDArray[np.float32] | None,
    visible: NDArray[np.bool_],
    weights: Weights,
) -> _Scored:
    lexical = _Lexical(state, visible)
    terms = query_terms(question)
    unigrams, ceiling = lexical.passages(terms["u"], TEXT)
    total = unigrams.copy()
    total += weights.bigram * lexical.passages(terms["b"], TEXT)[0]
    total += weights.clause * lexical.passages(terms["c"], TEXT)[0]
    total += weights.figure * lexical.passages(terms["d"], TEXT)[0]
    total += weights.place * lexical.passages(terms["p"], PLACE)[0]
    total += weights.title * lexical.documents(terms["t"], TITLE)
    total += weights.document * lexical.documents(terms["w"], DOCUMENT)
    total /= ceiling or float(total.max(initial=0.0)) or 1.0
    if terms["n"]:
        total += weights.named * (lexical.passages(terms["n"], TEXT)[0] > 0)
    if terms["r"]:
        total += weights.reference * (lexical.passages(terms["r"], TEXT)[0] > 0)
    cosine = _cosines(state, vector) if vector is not None else None
    if cosine is not None:
        total += weights.cosine * np.nan_to_num(cosine)
    return _Scored(total, cosine, lexical.coverage(terms["u"]))


def _cosines(state: State, vector: NDArray[np.float32]) -> NDArray[np.float32]:
    similar = np.append(state.vectors @ vector, np.float32(np.nan))  # the last one serves row -1
    return np.concatenate([similar[rows] for rows in state.vector_rows])


class _Lexical:
    """BM25 over the visible rows of a state."""

    def __init__(self, state: State, visible: NDArray[np.bool_]) -> None:
        self.state = state
        self.masks = [visible[owner] for owner in state.owners]
        self.offsets = np.cumsum([0, *(len(owner) for owner in state.owners)])
        self.rows = int(self.offsets[-1])
        self.count = sum(int(mask.sum()) for mask in self.masks)
        self.visible = visible

    def passages(self, terms: Sequence[int], bm25: Bm25) -> tuple[NDArray[np.float64], float]:
        """(score of every row, the most that the known terms can give)."""
        scores = np.zeros(self.rows)
        ceiling = 0.0
        norms = self._norms("place_lengths" if bm25 is PLACE else "lengths", bm25)
        for wanted in terms:
            found = [segment.passages.of(wanted) for segment in self.state.segments]
            seen = [
                (rows[mask[rows]], counts[mask[rows]])
                for (rows, counts), mask in zip(found, self.masks, strict=True)
            ]
            frequency = sum(len(rows) for rows, _ in seen)
            if not frequency:
                continue
            idf = _idf(self.count, frequency)
            ceiling += (bm25.k1 + 1) * idf
            for (rows, counts), offset, norm in zip(seen, self.offsets, norms, strict=False):
                scores[rows + offset] += idf * (bm25.k1 + 1) * counts / (counts + norm[rows])
        return scores, ceiling

    def _norms(self, lengths: str, bm25: Bm25) -> list[NDArray[np.float64]]:
        every = [getattr(segment, lengths) for segment in self.state.segments]
        total = sum(int(part[mask].sum()) for part, mask in zip(every, self.masks, strict=True))
        mean = max(total / max(self.count, 1), 1e-9)
        return [bm25.k1 * (1 - bm25.b + bm25.b * part / mean) for part in every]

    def coverage(self, terms: Sequence[int]) -> NDArray[np.float64]:
        """The share of the question's words, weighed by rarity, that each row holds."""
        held = np.zeros(self.rows)
        total = 0.0
        for wanted in terms:
            found = [segment.passages.of(wanted)[0] for segment in self.state.segments]
            seen = [rows[mask[rows]] for rows, mask in zip(found, self.masks, strict=True)]
            idf = _idf(self.count, sum(len(rows) for rows in seen))
            total += idf
            for rows, offset in zip(seen, self.offsets, strict=False):
                held[rows + offset] += idf
        return held / total if total else held

    def documents(self, terms: Sequence[int], bm25: Bm25) -> NDArray[np.float64]:
        """Score of every row's whole document."""
        places = [
            np.array([self._place(v) for v in segment.versions], dtype=np.int64)
            for segment in self.state.segments
        ]
        seen_documents = [self.visible[place] for place in places]
        lengths = [segment.document_lengths for segment in self.state.segments]
        count = sum(int(mask.sum()) for mask in seen_documents)
        total = sum(int(n[mask].sum()) for n, mask in zip(lengths, seen_documents, strict=True))
        mean = max(total / max(count, 1), 1e-9)
        scores = [np.zeros(len(place)) for place in places]
        for wanted in terms:
            found = [segment.documents.of(wanted) for segment in self.state.segments]
            seen = [
                (rows[mask[rows]], counts[mask[rows]])
                for (rows, counts), mask in zip(found, seen_documents, strict=True)
            ]
            idf = _idf(count, sum(len(rows) for rows, _ in seen))
            for (rows, counts), score, length in zip(seen, scores, lengths, strict=True):
                norm = bm25.k1 * (1 - bm25.b + bm25.b * length[rows] / mean)
                score[rows] += idf * (bm25.k1 + 1) * counts / (counts + norm)
        parts = zip(scores, self.state.segments, strict=True)
        return np.concatenate([score[segment.owner] for score, segment in parts])

    def _place(self, version: str) -> int:
        return self.state.places.get(version, -1)


def _idf(count: int, frequency: int) -> float:
    return float(np.log1p((count - frequency + 0.5) / (frequency + 0.5)))


def _hits(index: Index, state: State, scored: _Scored, visible: NDArray[np.bool_], k: int) -> list[Hit]:
    owners = np.concatenate(state.owners) if state.owners else np.zeros(0, dtype=np.int32)
    rows = np.flatnonzero(visible[owners])
    if not len(rows):
        return []
    totals = scored.total[rows]
    if len(rows) > k:
        least = np.partition(totals, -k)[-k]
        rows = rows[totals >= least]
    ids = np.concatenate([segment.ids for segment in state.segments])
    # equal scores by id, so that an index that is built again answers the same
    best = sorted(rows, key=lambda r: (-round(float(scored.total[r]), 9), ids[r].tobytes()))[:k]
    names = [ids[row].tobytes().hex() for row in best]
    with index.database.read() as connection:
        stored = library.passages_by_id(connection, names)
        hits = []
        for row, name in zip(best, names, strict=True):
            passage = stored.get(name)
            if passage is None:  # removed between ranking and reading
                continue
            cosine = float("nan") if scored.cosine is None else float(scored.cosine[row])
            hits.append(
                Hit(
                    name,
                    state.versions[owners[row]],
                    passage.start,
                    passage.end,
                    passage.section,
                    passage.page,
                    passage.head,
                    "",
                    float(scored.total[row]),
                    None if np.isnan(cosine) else cosine,
                    float(scored.coverage[row]),
                )
            )
        return _with_texts(connection, hits)


def _with_texts(connection: Connection, hits: list[Hit]) -> list[Hit]:
    spans: dict[str, list[tuple[int, int]]] = {}
    for hit in hits:
        spans.setdefault(hit.version.id, []).append((hit.start, hit.end))
    texts = {v: library.stretches(connection, v, wanted) for v, wanted in spans.items()}
    return [replace(hit, text=texts[hit.version.id][hit.start, hit.end]) for hit in hits]
