"""What the confidence by which answers are given or withheld is worth: AUROC and trade-off by threshold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.ask import ask
from assistant.confidence import confidence
from assistant.home import Home
from evals.answers import Case, fresh
from evals.corpora import Row, document_name, rows, store
from evals.metrics import auroc, mean
from knowledge.hits import Hit
from knowledge.models import Kind, Role
from knowledge.search import search

THRESHOLDS = tuple(step / 20 for step in range(1, 20))


@dataclass(frozen=True, slots=True)
class Judged:
    """How sure the product was of a question, and whether the sources do answer it."""

    confidence: float
    answerable: bool


def of_passages(home: Home, path: Path) -> list[Judged]:
    """Each question against its own passage, as it is found in a library of all passages of the set.

    A row has `id`, `question`, `title`, `passage` and `answerable`.
    """
    given = rows(path)
    store(home, [_passage(row) for row in given], spans=False)
    home.embed()
    return [Judged(confidence(own_hits(home, row)), bool(row["answerable"])) for row in given]


def _passage(row: Row) -> Row:
    return {"id": row["id"], "title": row["title"], "text": row["passage"]}


def own_hits(home: Home, row: Row) -> list[Hit]:
    """What a search for a row's question finds in the row's own passage."""
    scope = replace(home.scope(Role.ADMINISTRATOR), kinds=frozenset({Kind.LAW}))
    hits = search(home.index, row["question"], scope, home.index.state().passages)
    return [hit for hit in hits if hit.version.document == document_name(row["id"])]


def of_cases(home: Home, cases: Iterable[Case]) -> list[Judged]:
    """Each case asked; its confidence as it stands on the log. Cases that need none are left out."""
    judged = []
    for case in cases:
        if case.abstain is None:
            continue
        answer = ask(home, fresh(case))
        sure = _logged(home, answer.id)
        if sure is not None:
            judged.append(Judged(sure, not case.abstain))
    return judged


def _logged(home: Home, record: str) -> float | None:
    from assistant import log

    with home.database.read() as connection:
        permille = log.get(connection, record).body["confidence_permille"]
    return None if permille is None else permille / 1000


def summary(judged: Sequence[Judged]) -> dict[str, float | int]:
    """AUROC, and for each threshold the share of either kind abstained on or answered wrongly."""
    yes = [j.confidence for j in judged if j.answerable]
    no = [j.confidence for j in judged if not j.answerable]
    found: dict[str, float | int] = {"answerable": len(yes), "unanswerable": len(no), "AUROC": auroc(yes, no)}
    for threshold in THRESHOLDS:
        found[f"wrongly_abstained@{threshold:.2f}"] = mean([float(c < threshold) for c in yes])
        found[f"wrongly_answered@{threshold:.2f}"] = mean([float(c >= threshold) for c in no])
    return found
