"""Every measure of one system, in the order in which its user meets them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from evals.corpora import rows
from evals.metrics import mean, percentile
from evals.peers.broken import Coped, coped
from evals.peers.environments import Tell
from evals.peers.harness import Found, Report
from evals.peers.judge import Question, Verdict, verdict
from evals.peers.process import disk_mb
from evals.peers.systems import System, sound

_FIRSTS = 3
"""Fresh processes of which the median counts."""

_SHOWN = 300
"""Characters kept of each returned chunk."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    right: int
    of: int

    def __str__(self) -> str:
        """As in a table."""
        return f"{self.right}/{self.of}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its verdict, and the beginnings of what was returned, best first."""

    question: str
    verdict: Verdict
    returned: list[Found]


@dataclass(frozen=True, slots=True)
class Quality:
    """What was found, and whether its place was told rightly."""

    hit_1: float
    hit_5: float
    hit_10: float
    read_4000: float
    pages: Share
    articles: Share
    asked: list[Asked]


@dataclass(frozen=True, slots=True)
class Cost:
    """Time, memory and disk. `again` is the same files a second time, with nothing changed."""

    ingest_wall_s: float
    ingest_cpu_s: float
    again_cpu_s: float
    again_over_first: float
    chunks: int
    chunks_again: int
    first_answer_s: float
    p50_ms: float
    p95_ms: float
    ingest_peak_mb: float
    query_peak_mb: float
    disk_mb: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A system with its figures."""

    name: str
    version: str
    quality: Quality
    cost: Cost
    broken: Coped


def questions(path: Path) -> list[Question]:
    """The questions of a file of JSON lines."""
    return [Question(row["question"], row["file"], row["page_or_section"], row["key"]) for row in rows(path)]


def measured(system: System, files: Sequence[Path], asked: Sequence[Question], tell: Tell) -> Measured:
    """Measure a system from an empty store on; raises SystemFailed when a step ends with an error."""
    with tempfile.TemporaryDirectory(prefix="clausewise-peers-") as temporary:
        store, texts = Path(temporary, "store"), [question.text for question in asked]
        tell(f"{system.name}: reading {len(files)} files")
        first = sound(system.name, system.ingest(files, store))
        disk = disk_mb(store)
        tell(f"{system.name}: asking {len(asked)} questions")
        report, query = system.find(texts, store)
        answered = median(system.first(texts[0], store).answered_s for _ in range(_FIRSTS))
        tell(f"{system.name}: the same files again")
        again = sound(system.name, system.ingest(files, store))
        chunks_again = system.find([], store)[0].chunks
        tell(f"{system.name}: broken files")
        broken = coped(system, Path(temporary, "broken"))
    cost = Cost(
        ingest_wall_s=first.wall_s,
        ingest_cpu_s=first.cpu_s,
        again_cpu_s=again.cpu_s,
        again_over_first=again.cpu_s / first.cpu_s,
        chunks=report.chunks,
        chunks_again=chunks_again,
        first_answer_s=answered,
        p50_ms=percentile(report.ms, 0.50),
        p95_ms=percentile(report.ms, 0.95),
        ingest_peak_mb=first.peak_mb,
        query_peak_mb=query.peak_mb,
        disk_mb=disk,
    )
    return Measured(system.name, system.version, quality(asked, report), cost, broken)


def quality(asked: Sequence[Question], report: Report) -> Quality:
    """Judge what was found for each question."""
    verdicts = [verdict(*pair) for pair in zip(asked, report.found, strict=True)]
    on_page = [v for q, v in zip(asked, verdicts, strict=True) if isinstance(q.place, int)]
    in_article = [v for q, v in zip(asked, verdicts, strict=True) if isinstance(q.place, str)]
    return Quality(
        hit_1=_within(verdicts, 1),
        hit_5=_within(verdicts, 5),
        hit_10=_within(verdicts, 10),
        read_4000=mean([float(v.read) for v in verdicts]),
        pages=_placed(on_page),
        articles=_placed(in_article),
        asked=[
            Asked(q.text, v, [_beginning(chunk) for chunk in found])
            for q, v, found in zip(asked, verdicts, report.found, strict=True)
        ],
    )


def _beginning(chunk: Found) -> Found:
    return {**chunk, "text": chunk["text"][:_SHOWN]}


def _within(verdicts: Iterable[Verdict], k: int) -> float:
    return mean([float(v.rank is not None and v.rank <= k) for v in verdicts])


def _placed(verdicts: Iterable[Verdict]) -> Share:
    told = [v.placed for v in verdicts if v.placed is not None]
    return Share(sum(told), len(told))
