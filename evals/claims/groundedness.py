"""Support as a judge of attribution: macro-F1, the threshold chosen on one half, reported on the other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.agreement.support import support

Score = Callable[[str, Sequence[str]], float]


@dataclass(frozen=True, slots=True)
class Attributed:
    """A claim with the references given for it, and whether people found that they support it."""

    claim: str
    references: tuple[str, ...]
    supported: bool


def containment(wording: str, quotes: Sequence[str]) -> float:
    """The share of a wording's different words that its sources have: the plain measure to compare with."""
    said = set(re.findall(r"[a-z0-9]+", wording.lower()))
    known = set(re.findall(r"[a-z0-9]+", " ".join(quotes).lower()))
    return len(said & known) / len(said) if said else 0.0


SCORES: dict[str, Score] = {"support": support, "containment": containment}


def attributed(path: Path) -> list[Attributed]:
    """The rows of a set: `claim`, `references`, `supported` on each line."""
    given = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [Attributed(row["claim"], tuple(row["references"]), bool(row["supported"])) for row in given]


def macro_f1(said: Sequence[bool], true: Sequence[bool]) -> float:
    """The mean of the F1 of both answers."""
    found = []
    for kind in (True, False):
        both = sum(s == kind == t for s, t in zip(said, true, strict=True))
        total = sum(s == kind for s in said) + sum(t == kind for t in true)
        found.append(2 * both / total if total else 0.0)
    return sum(found) / 2


def best_threshold(scores: Sequence[float], true: Sequence[bool]) -> float:
    """The score from which "supported" gives the highest macro-F1; the lowest of several."""
    return max(sorted(set(scores)), key=lambda t: macro_f1([s >= t for s in scores], true))


def halves(rows: Sequence[Attributed], score: Score) -> list[dict[str, float | int | str]]:
    """Each half of the rows, even and odd lines, judged with the threshold of the other."""
    scores = [score(row.claim, row.references) for row in rows]
    true = [row.supported for row in rows]
    found: list[dict[str, float | int | str]] = []
    for name, kept in (("odd lines", 1), ("even lines", 0)):
        chosen = [at for at in range(len(rows)) if at % 2 != kept]
        reported = [at for at in range(len(rows)) if at % 2 == kept]
        threshold = best_threshold([scores[at] for at in chosen], [true[at] for at in chosen])
        f1 = macro_f1([scores[at] >= threshold for at in reported], [true[at] for at in reported])
        found.append({"reported_on": name, "n": len(reported), "threshold": threshold, "macro_f1": f1})
    return found
