"""How well answers cite and abstain, and whether every quote stands where it is said to stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from assistant.ask import ask
from assistant.home import Home
from assistant.models import Answer, Citation, Question
from evals.corpora import rows
from evals.metrics import mean, percentile
from knowledge.clock import today
from knowledge.database import versions
from knowledge.mentions import mentions
from knowledge.models import Role
from knowledge.pages import page_of

_ROLES = {"policy_author": Role.AUTHOR}


@dataclass(frozen=True, slots=True)
class Case:
    """A question; `must` and `may` are ids of clauses and controls, `abstain` None when not judged."""

    id: str
    question: str
    role: Role = Role.EMPLOYEE
    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    abstain: bool | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A case with its answer and the quotes that do not stand in their source."""

    case: Case
    answer: Answer
    quotes: int
    unfaithful: int


def fresh(case: Case) -> Question:
    """The question of a case, about today: so that it is composed anew even where it was approved before."""
    return Question(text=case.question, role=case.role, as_of=today())


def cases(path: Path) -> list[Case]:
    """Cases of a YAML file (questions, abstain, adversarial) or of JSON lines.

    A JSON line has `question` and may have `role`, `must_cite`, `may_cite` and `expect` ("answer",
    "abstain", or "ask back", which is not judged); a line with `gold` is one that has an answer.
    """
    if path.suffix in (".yaml", ".yml"):
        held = yaml.safe_load(path.read_text("utf-8"))
        answerable = [_case(row, False) for row in held.get("questions", [])]
        abstaining = [_case(row, True) for row in held.get("abstain", [])]
        return answerable + abstaining + [_case(row, None) for row in held.get("adversarial", [])]
    return [_case(row, _expectation(row)) for row in rows(path)]


def _expectation(row: dict[str, Any]) -> bool | None:
    if "expect" in row:
        return {"answer": False, "abstain": True}.get(row["expect"])
    if "answerable" in row:
        return not row["answerable"]
    return False if "gold" in row or "must_cite" in row else None


def _case(row: dict[str, Any], abstain: bool | None) -> Case:
    named = str(row.get("role") or row.get("persona") or "employee")
    return Case(
        id=str(row.get("id", "")),
        question=row["question"],
        role=_ROLES.get(named) or Role(named),
        must=frozenset(map(str, row.get("must_cite", ()) if abstain is False else ())),
        may=frozenset(map(str, row.get("may_cite", ()))),
        abstain=abstain,
    )


def cited_ids(answer: Answer) -> set[str]:
    """Ids of clauses and controls that the citations stand under, or that an overview names."""
    found: set[str] = set()
    for claim in answer.claims:
        for citation in claim.citations:
            if not citation.document.startswith("iso42001-"):
                continue
            sections = {m.id for m in mentions(citation.section) if m.known}
            sections |= {w for part in citation.section.split(" > ") for w in part.split()[:1]}
            found |= sections & _ids() or {m.id for m in mentions(citation.quote) if m.known}
    return found


def _ids() -> set[str]:
    from knowledge.requirements import requirements

    held = requirements()
    return set(held.by_id) | set(held.obligations)


def run(home: Home, asked: Sequence[Case]) -> list[Result]:
    """Ask every case, and hold each quote to the text in SQL without the product's own check."""
    home.encoder.warm()
    results = []
    for case in asked:
        answer = ask(home, fresh(case))
        quotes = [c for claim in answer.claims for c in claim.citations]
        results.append(Result(case, answer, len(quotes), sum(not stands(home, c) for c in quotes)))
    return results


def stands(home: Home, citation: Citation) -> bool:
    """Whether a quote is what its version holds at that span and page, to the character."""
    columns = (versions.c.text, versions.c.pages)
    with home.database.read() as connection:
        row = connection.execute(select(*columns).where(versions.c.id == citation.version)).one()
    pages = yaml.safe_load(row.pages)
    there = row.text[citation.start : citation.end] == citation.quote
    return bool(there and citation.page == page_of(pages, citation.start) and citation.quote.strip())


def _below(wanted: str, cited: Iterable[str]) -> bool:
    return any(c == wanted or c.startswith(f"{wanted}-") for c in cited)


def summary(results: Sequence[Result]) -> dict[str, float | int]:
    """Citation recall and precision by id, both kinds of abstention error, quotes, latency."""
    judged = [r for r in results if r.case.must]
    answerable = [r for r in results if r.case.abstain is False]
    unanswerable = [r for r in results if r.case.abstain is True]
    times = [float(r.answer.timing_ms["total"]) for r in results]
    quotes = sum(r.quotes for r in results)
    return {
        "n": len(results),
        "citation_recall": mean([_recall(r) for r in judged]),
        "citation_precision": mean([p for r in judged if (p := _precision(r)) is not None]),
        "answerable": len(answerable),
        "wrongly_abstained": mean([float(r.answer.status == "abstained") for r in answerable]),
        "asked_back": mean([float(r.answer.status == "unclear") for r in results]),
        "unanswerable": len(unanswerable),
        "wrongly_answered": mean([float(r.answer.status == "answered") for r in unanswerable]),
        "quotes": quotes,
        "quotes_verified": 1 - sum(r.unfaithful for r in results) / quotes if quotes else 0.0,
        "p50_ms": percentile(times, 0.50),
        "p95_ms": percentile(times, 0.95),
    }


def _recall(result: Result) -> float:
    cited = cited_ids(result.answer)
    return mean([float(_below(wanted, cited)) for wanted in result.case.must])


def _precision(result: Result) -> float | None:
    cited = cited_ids(result.answer)
    allowed = result.case.must | result.case.may
    if not cited:
        return None
    return mean(
        [float(any(c == a or c.startswith(f"{a}-") or a.startswith(f"{c}-") for a in allowed)) for c in cited]
    )
