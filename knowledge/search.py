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

from knowledge import late, library
from knowledge.index import Index, Scope, State
from knowledge.late import EncodedQuestion
from knowledge.lexical import DOCUMENT, PLACE, TEXT, TITLE, Lexical
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
    late: float = 1.5


WEIGHTS = Weights()
CANDIDATES = 50
"""Best passages by all else that are compared word by word."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    `score` orders hits; `cosine` is the similarity to the question (None without a vector); `coverage`
    is the share, by rarity, of the question's words that the passage holds (0 to 1); `late` is how close
    the passage comes to each of them, by rarity (-1 to 1, None where it was not compared).
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
    late: float | None


@dataclass(frozen=True, slots=True)
class _Scored:
    """Scores of every row of a state, segment after segment; NaN where there is none."""

    total: NDArray[np.float64]
    cosine: NDArray[np.float32]
    coverage: NDArray[np.float64]
    late: NDArray[np.float64]


def search(
    index: Index,
    question: str,
    scope: Scope,
    k: int = 10,
    *,
    encoded: EncodedQuestion | None = None,
    weights: Weights = WEIGHTS,
) -> list[Hit]:
    """The k best passages for a question, best first; equal scores by passage id.

    `encoded` is the encoded question; without it, it is encoded here. With no weight on similarity, or
    while no passage has a vector, the search is by keyword alone.
    """
    state = index.state()
    if encoded is None and (weights.cosine or weights.late) and len(state.vectors):
        encoded = index.encoder.question(question)
    visible = state.visible(scope)
    lexical = Lexical(state, visible)
    scored = _first(state, lexical, question, encoded, weights)
    rows = _rows(state, visible)
    if encoded is not None:
        _compare(state, lexical, encoded, scored, _best(state, scored, rows, max(k, CANDIDATES)), weights)
    return _hits(index, state, scored, _best(state, scored, rows, k))


def _first(
    state: State, lexical: Lexical, question: str, encoded: EncodedQuestion | None, weights: Weights
) -> _Scored:
    """Scores from the words and the vectors of all passages."""
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
    cosine = _cosines(state, encoded)
    total += weights.cosine * np.nan_to_num(cosine)
    return _Scored(total, cosine, lexical.coverage(terms["u"]), np.full(len(total), np.nan))


def _cosines(state: State, encoded: EncodedQuestion | None) -> NDArray[np.float32]:
    known = state.vectors @ encoded.vector if encoded is not None else np.zeros(0, np.float32)
    similar = np.append(known, np.float32(np.nan))  # the last one serves row -1
    places = [rows if encoded is not None else np.full(len(rows), -1) for rows in state.vector_rows]
    return np.concatenate([similar[at] for at in places]) if places else np.zeros(0, np.float32)


def _compare(
    state: State,
    lexical: Lexical,
    encoded: EncodedQuestion,
    scored: _Scored,
    rows: Sequence[int],
    weights: Weights,
) -> None:
    """Add to the candidates' scores how close they come to each word of the question.

    A candidate without token vectors yet counts as the mean of the others.
    """
    if not rows:
        return
    places = np.concatenate(state.vector_rows)[rows]
    tokens = [state.tokens.of(place) if place >= 0 else late.packed_none() for place in places]
    close = late.closeness(encoded.tokens, tokens, lexical.rarity(encoded.words))
    if np.isnan(close).all():
        return
    scored.late[rows] = close
    scored.total[rows] += weights.late * np.nan_to_num(close, nan=np.nanmean(close))


def _rows(state: State, visible: NDArray[np.bool_]) -> NDArray[np.int64]:
    owners = np.concatenate(state.owners) if state.owners else np.zeros(0, dtype=np.int32)
    return np.flatnonzero(visible[owners])


def _best(state: State, scored: _Scored, rows: NDArray[np.int64], k: int) -> list[int]:
    """The k best of the rows, best first."""
    if len(rows) > k:
        totals = scored.total[rows]
        rows = rows[totals >= np.partition(totals, -k)[-k] - 1e-9]
    names = {int(row): _name(state, int(row)) for row in rows}
    # equal scores by id, so that an index that is built again answers the same
    return sorted(names, key=lambda row: (-round(float(scored.total[row]), 9), names[row]))[:k]


def _name(state: State, row: int) -> str:
    """The id of the passage at a row."""
    for segment in state.segments:
        if row < len(segment.ids):
            name: str = segment.ids[row].tobytes().hex()
            return name
        row -= len(segment.ids)
    raise IndexError(row)


def _hits(index: Index, state: State, scored: _Scored, best: Sequence[int]) -> list[Hit]:
    owners = np.concatenate(state.owners) if state.owners else np.zeros(0, dtype=np.int32)
    names = [_name(state, row) for row in best]
    with index.database.read() as connection:
        stored = library.passages_by_id(connection, names)
        hits = []
        for row, name in zip(best, names, strict=True):
            passage = stored.get(name)
            if passage is None:  # removed between ranking and reading
                continue
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
                    _number(scored.cosine[row]),
                    float(scored.coverage[row]),
                    _number(scored.late[row]),
                )
            )
        return _with_texts(connection, hits)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _with_texts(connection: Connection, hits: list[Hit]) -> list[Hit]:
    spans: dict[str, list[tuple[int, int]]] = {}
    for hit in hits:
        spans.setdefault(hit.version.id, []).append((hit.start, hit.end))
    texts = {v: library.stretches(connection, v, wanted) for v, wanted in spans.items()}
    return [replace(hit, text=texts[hit.version.id][hit.start, hit.end]) for hit in hits]
