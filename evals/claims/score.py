"""What the gate on wording does with claims of which it is known whether they are true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from assistant.agreement import disagreement, lexicon, meanings
from evals.claims.read import ClaimCase


@dataclass(frozen=True, slots=True)
class Gated:
    """A claim and what the gate said of it: an empty reason when its wording was held."""

    case: ClaimCase
    reason: str
    ms: float

    @property
    def shown(self) -> bool:
        """Whether a reader would get its wording."""
        return not self.reason


def gated(cases: Iterable[ClaimCase]) -> list[Gated]:
    """Every claim put through the gate, once its word lists have been read."""
    lexicon.ready()
    meanings.ready()
    disagreement("Clause 5.2 asks for a policy.", ["A policy is asked for."])
    return [_gated(case) for case in cases]


def _gated(case: ClaimCase) -> Gated:
    begun = perf_counter()
    reason = disagreement(case.text, case.quotes, case.place)
    return Gated(case, reason, 1_000 * (perf_counter() - begun))


def by_change(found: Sequence[Gated]) -> list[dict[str, float | int | str]]:
    """A row for each kind of change, then one for all false claims and one for all true ones."""
    false = [g for g in found if not g.case.true]
    true = [g for g in found if g.case.true]
    kinds = sorted({g.case.change for g in false if g.case.change})
    rows = [_row(kind, [g for g in false if g.case.change == kind]) for kind in kinds]
    return [*rows, _row("all false", false), _row("true", true)]


def _row(name: str, group: Sequence[Gated]) -> dict[str, float | int | str]:
    times = [g.ms for g in group] or [0.0]
    shown = sum(g.shown for g in group)
    return {
        "claims": name,
        "n": len(group),
        "shown": shown,
        "share": shown / len(group) if group else 0.0,
        "median_ms": median(times),
        "max_ms": max(times),
    }


def wrongly(found: Iterable[Gated]) -> list[Gated]:
    """False claims that were shown in their wording, and true ones that were not."""
    return [g for g in found if g.shown != g.case.true]
