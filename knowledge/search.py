"""Search: keyword and vector scores added up, over the passages that the person may see.

The recipe and its figures are in docs/retrieval.md. Weights are fixed: on five collections, weights that
were learned on one lost on the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    late: float = 1.0


WEIGHTS = Weights()
CANDIDATES = 50
"""Best passages by all else that are compared word by word."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    `score` orders hits; `cosine` is the similarity to the question (None without a vector); `coverage`
    is the share, by rarity, of the question's words that the passage holds (0 to 1); `late` is how close
    the passage comes to each of them, by rarity (-1 to 1, None where it was not compared; of a candidate
    without token vectors yet, the mean of the others).
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
    late: float | None = None

    @property
    def base(self) -> float:
        """The score without the comparison word by word, whose level differs from question to question."""
        return self.score - WEIGHTS.late * (self.late or 0.0)


@dataclass(frozen=True, slots=True)
class _Scored:
    """Scores of every row of a state, segment after segment; NaN where there is none."""

    total: NDArray[np.float64]
    cosine: NDArray[np.float32]
    late: dict[int, float]


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
        encoded = index.encoded(question)
    lexical = Lexical.of(state, scope)
    terms = [query_terms(text) for text in (question, *index.glossary.variants(question))]
    scored = _first(state, lexical, terms, encoded, weights)
    if encoded is not None and weights.late:
        _compare(state, lexical, encoded, scored, _best(state, lexical, scored, max(k, CANDIDATES)), weights)
    best = _best(state, lexical, scored, k)
    coverage = np.max([lexical.coverage(variant["u"], best) for variant in terms], axis=0)
    return _hits(index, state, lexical, scored, best, coverage)


def _first(
    state: State,
    lexical: Lexical,
    terms: Sequence[Mapping[str, list[int]]],
    encoded: EncodedQuestion | None,
    weights: Weights,
) -> _Scored:
    """Scores from the words and the vectors of all passages; of several wordings the best counts."""
    total = _worded(lexical, terms[0], weights)
    for variant in terms[1:]:
        np.maximum(total, _worded(lexical, variant, weights), out=total)
    total[lexical.holding(terms[0]["n"])] += weights.named
    total[lexical.holding(terms[0]["r"])] += weights.reference
    cosine = _cosines(state, lexical, encoded)
    total += weights.cosine * np.nan_to_num(cosine)
    return _Scored(total, cosine, {})


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


def _cosines(state: State, lexical: Lexical, encoded: EncodedQuestion | None) -> NDArray[np.float32]:
    if encoded is None:
        return np.full(len(lexical.places), np.nan, dtype=np.float32)
    known = state.vectors @ encoded.vector
    similar: NDArray[np.float32] = np.append(known, np.float32(np.nan))[lexical.places]
    return similar  # the appended one served rows without a vector, whose place is -1


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


def _best(state: State, lexical: Lexical, scored: _Scored, k: int) -> list[int]:
    """The k best visible rows, best first."""
    rows = lexical.rows
    if len(rows) > k:
        totals = scored.total if len(rows) == len(scored.total) else scored.total[rows]
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


def _hits(
    index: Index,
    state: State,
    lexical: Lexical,
    scored: _Scored,
    best: Sequence[int],
    coverage: NDArray[np.float64],
) -> list[Hit]:
    names = [_name(state, row) for row in best]
    owners = lexical.owners[best]
    with index.database.read() as connection:
        stored = library.passages_by_id(connection, names)
        hits = []
        for row, name, owner, covered in zip(best, names, owners, coverage, strict=True):
            passage = stored.get(name)
            if passage is None:  # removed between ranking and reading
                continue
            hits.append(
                Hit(
                    name,
                    state.versions[owner],
                    passage.start,
                    passage.end,
                    passage.section,
                    passage.page,
                    passage.head,
                    "",
                    float(scored.total[row]),
                    _number(scored.cosine[row]),
                    float(covered),
                    scored.late.get(row),
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
