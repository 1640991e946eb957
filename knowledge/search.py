"""Search: keyword and vector scores added up, over the passages that the person may see.

The recipe and its figures are in docs/retrieval.md. Weights are fixed: on five collections, weights that
were learned on one lost on the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from knowledge import late, stored_passages
from knowledge.cosines import Cosines
from knowledge.hits import Hit, Likeness
from knowledge.index import Index, Scope, State
from knowledge.late import EncodedQuestion
from knowledge.lexical import DOCUMENT, PLACE, TEXT, TITLE, Lexical
from knowledge.terms import query_terms

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Weights:
    """What each field counts in the score of a passage.

    `named` lifts a clause or control of ISO/IEC 42001 that the question names above all else; `support` is
    that of the other passages of the same document.
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
    support: float = 0.3
    late: float = 1.0


WEIGHTS = Weights()
POOL = 150
"""Best passages by words and vectors, which support each other when they are of one document."""
_SUPPORTERS = 5
"""Best of a document's passages that count."""
CANDIDATES = 50
"""Best passages of the pool that are compared word by word."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """Scores of every row of a state, segment after segment; NaN where there is none.

    `names` (ids of passages) and `base` have the rows of the pool only, `late` the candidates.
    """

    total: NDArray[np.float64]
    cosine: NDArray[np.float32]
    names: dict[int, str] = field(default_factory=dict)
    base: dict[int, float] = field(default_factory=dict)
    late: dict[int, float] = field(default_factory=dict)


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
    if not len(state.vectors):
        encoded = None
    elif encoded is None and (weights.cosine or weights.late):
        encoded = index.encoded(question)
    lexical, wanted = Lexical.of(state, scope), max(k, POOL)
    terms = [query_terms(text) for text in (question, *index.glossary.variants(question))]
    scored = _first(state, lexical, terms, encoded, weights, wanted)
    pool = _pool(state, lexical, scored, wanted)
    _support(lexical, scored, pool, weights.support)
    if encoded is not None and weights.late:
        candidates = _ordered(scored, pool)[: max(k, CANDIDATES)]
        _compare(state, lexical, encoded, scored, candidates, weights)
    best = _ordered(scored, pool)[:k]
    coverage = np.max([lexical.coverage(variant["u"], best) for variant in terms], axis=0)
    return _hits(index, state, lexical, scored, best, coverage, _bodies(state, lexical, encoded, best))


def _first(
    state: State,
    lexical: Lexical,
    terms: Sequence[Mapping[str, list[int]]],
    encoded: EncodedQuestion | None,
    weights: Weights,
    wanted: int,
) -> _Scored:
    """Scores from the words and the vectors; of several wordings the best counts.

    A row that its words leave too far behind to be among the `wanted` best keeps its score without cosine.
    """
    total = _worded(lexical, terms[0], weights)
    for variant in terms[1:]:
        np.maximum(total, _worded(lexical, variant, weights), out=total)
    total[lexical.holding(terms[0]["n"])] += weights.named
    total[lexical.holding(terms[0]["r"])] += weights.reference
    scored = _Scored(total, np.full(len(total), np.nan, dtype=np.float32))
    if encoded is not None and weights.cosine:
        found = Cosines(state.vectors, state.outlines, lexical.places, encoded.vector)
        rows, scored.cosine[rows] = found.of_the_best(lexical.rows, total, weights.cosine, wanted)
        total[rows] += weights.cosine * np.nan_to_num(scored.cosine[rows])
    return scored


def _worded(lexical: Lexical, terms: Mapping[str, list[int]], weights: Weights) -> NDArray[np.float64]:
    """LEX / qmax of every row."""
    total = lexical.zeros()
    ceiling = lexical.add(total, 1.0, terms["u"], TEXT)
    lexical.add(total, weights.bigram, terms["b"], TEXT)
    lexical.add(total, weights.clause, terms["c"], TEXT)
    lexical.add(total, weights.figure, terms["d"], TEXT)
    lexical.add(total, weights.place, terms["p"], PLACE)
    lexical.add_documents(total, weights.title, terms["t"], TITLE)
    lexical.add_documents(total, weights.document, terms["w"], DOCUMENT)
    total /= ceiling or float(total.max(initial=0.0)) or 1.0
    return total


def _support(lexical: Lexical, scored: _Scored, pool: Sequence[int], weight: float) -> None:
    """Add to each score of the pool what the best of its document have in the mean."""
    documents: dict[int, list[int]] = {}
    for row, owner in zip(pool, lexical.owners[pool].tolist(), strict=True):
        documents.setdefault(owner, []).append(row)
    for rows in documents.values():  # best first, as the pool is
        best = [scored.base[row] for row in rows[:_SUPPORTERS]]
        scored.total[rows] += weight * sum(best) / len(best)


def _compare(
    state: State,
    lexical: Lexical,
    encoded: EncodedQuestion,
    scored: _Scored,
    rows: Sequence[int],
    weights: Weights,
) -> None:
    """Add to the candidates' scores how close they come to each word of the question."""
    if not rows:
        return
    tokens = [state.tokens.of(place) for place in lexical.places[rows]]
    close = late.closeness(encoded.tokens, tokens, lexical.rarity(encoded.words))
    if np.isnan(close).all():
        return
    close = np.nan_to_num(close, nan=float(np.nanmean(close)))
    scored.late.update(zip(rows, close.tolist(), strict=True))
    scored.total[rows] += weights.late * close


def _bodies(
    state: State, lexical: Lexical, encoded: EncodedQuestion | None, rows: Sequence[int]
) -> list[Likeness | None]:
    """How like the question each row is without its document's title; None without token vectors."""
    if encoded is None:
        return [None] * len(rows)
    places = lexical.places[rows]
    close = late.closeness(
        encoded.tokens, [state.tokens.body(place) for place in places], lexical.rarity(encoded.words)
    )
    cosines = state.bodies[places].astype(np.float32) @ encoded.vector if len(state.bodies) else close
    return [
        None if np.isnan(near) else Likeness(float(cosine), float(near))
        for cosine, near in zip(cosines, close, strict=True)
    ]


def _pool(state: State, lexical: Lexical, scored: _Scored, k: int) -> list[int]:
    """The k best visible rows, best first; their scores so far and their names are kept."""
    rows = lexical.rows
    if len(rows) > k:
        totals = scored.total if len(rows) == len(scored.total) else scored.total[rows]
        rows = rows[totals >= np.partition(totals, -k)[-k] - 1e-9]
    scored.names.update((row, _name(state, row)) for row in rows.tolist())
    pool = _ordered(scored, list(scored.names))[:k]
    scored.base.update(zip(pool, scored.total[pool].tolist(), strict=True))
    return pool


def _ordered(scored: _Scored, rows: Sequence[int]) -> list[int]:
    """Rows by score, best first; equal ones by id, so that an index that is built again answers the same."""
    totals = dict(zip(rows, scored.total[rows].tolist(), strict=True))
    return sorted(rows, key=lambda row: (-round(totals[row], 9), scored.names[row]))


def _name(state: State, row: int) -> str:
    """The id of the passage at a row."""
    for segment in state.segments:
        if row < len(segment.ids):
            name: str = segment.ids[row].tobytes().hex()
            return name
        row -= len(segment.ids)
    raise IndexError(row)


def _hits(
    index: Index,
    state: State,
    lexical: Lexical,
    scored: _Scored,
    best: Sequence[int],
    coverage: NDArray[np.float64],
    bodies: Sequence[Likeness | None],
) -> list[Hit]:
    names = [scored.names[row] for row in best]
    hits = []
    with index.database.read() as connection:
        stored = stored_passages.by_id(connection, names)
        for row, name, covered, body in zip(best, names, coverage, bodies, strict=True):
            passage = stored.get(name)
            if passage is None:  # removed between ranking and reading
                continue
            hits.append(
                Hit(
                    passage=name,
                    version=state.versions[lexical.owners[row]],
                    start=passage.start,
                    end=passage.end,
                    section=passage.section,
                    page=passage.page,
                    head=passage.head,
                    text=index.texts.of(connection, passage.version)[passage.start : passage.end],
                    score=float(scored.total[row]),
                    base=scored.base[row],
                    cosine=_number(scored.cosine[row]),
                    coverage=float(covered),
                    late=scored.late.get(row),
                    body=body,
                )
            )
    return hits


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
