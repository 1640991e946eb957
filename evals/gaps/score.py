"""The gap assessment against a reader's: what is spoken to, and whether the quotes are the right ones."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from assistant.gaps.assessment import Assessment
from assistant.gaps.evidence import Status
from assistant.models import Frozen

_SAME = 0.6
"""Share of the shorter quote's words in the other from which two quotes overlap."""


class GoldQuote(Frozen):
    """Where a reader found it."""

    document: str
    section: str = ""
    quote: str


class GoldObligation(Frozen):
    """What a reader says of an obligation; one that is not named has nothing."""

    id: str
    status: Literal["addressed", "partly", "nothing found"]
    evidence: tuple[GoldQuote, ...] = ()


class Gold(Frozen):
    """A reader's assessment of an organisation."""

    obligations: tuple[GoldObligation, ...]


def read(path: Path) -> Gold:
    """A gold file; what else it holds beside these names is left aside."""
    held = json.loads(path.read_text("utf-8"))
    kept = [
        {
            "id": one["id"],
            "status": one["status"],
            "evidence": [
                {name: str(quote.get(name) or "") for name in ("document", "section", "quote")}
                for quote in one.get("evidence", ())
            ],
        }
        for one in held["obligations"]
    ]
    return Gold.model_validate({"obligations": kept})


def score(found: Assessment, gold: Gold) -> dict[str, float | int]:
    """Precision and recall of addressed-or-partly and of addressed, and how often a quote is a gold one."""
    told = {f.id: f.status.value for f in found.findings if f.kind == "obligation"}
    meant = {one.id: one.status for one in gold.obligations if one.status != Status.NOTHING.value}
    named = {name for name, status in told.items() if status != Status.NOTHING.value}
    right = [one for one in gold.obligations if one.id in named & meant.keys() and one.evidence]
    quotes = {one.id: [c.quote for c in found.by_id[one.id].evidence] for one in right}
    hits = [any(overlap(q, g.quote) for q in quotes[one.id] for g in one.evidence) for one in right]
    firsts = [any(overlap(quotes[one.id][0], g.quote) for g in one.evidence) for one in right]
    whole = {name for name, status in told.items() if status == Status.ADDRESSED.value}
    gold_whole = {name for name, status in meant.items() if status == Status.ADDRESSED.value}
    same = sum(told[name] == meant.get(name, Status.NOTHING.value) for name in told)
    return {
        "obligations": len(told),
        "gold addressed or partly": len(meant),
        **_figures("addressed or partly", named, set(meant)),
        **_figures("addressed", whole, gold_whole),
        "same status": same / len(told),
        "quote overlaps gold": _share(hits),
        "first quote overlaps gold": _share(firsts),
    }


def _figures(name: str, found: set[str], meant: set[str]) -> dict[str, float]:
    both = len(found & meant)
    return {
        f"{name}: precision": both / len(found) if found else 1.0,
        f"{name}: recall": both / len(meant) if meant else 1.0,
    }


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 1.0


def overlap(quote: str, gold: str) -> bool:
    """Whether two quotes are of the same place: most of the shorter one's words stand in the other."""
    shorter, longer = sorted((_words(quote), _words(gold)), key=len)
    return bool(shorter) and sum(word in set(longer) for word in shorter) / len(shorter) >= _SAME


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def differences(found: Assessment, gold: Gold) -> list[Mapping[str, object]]:
    """Obligations on which program and reader differ, with the quotes of either."""
    meant = {one.id: one for one in gold.obligations}
    rows: list[Mapping[str, object]] = []
    for finding in found.findings:
        one = meant.get(finding.id)
        wanted = one.status if one else Status.NOTHING.value
        if finding.kind == "obligation" and finding.status.value != wanted:
            rows.append(
                {
                    "id": finding.id,
                    "program": finding.status.value,
                    "gold": wanted,
                    "reason": finding.reason,
                    "quotes": [citation.quote for citation in finding.evidence],
                    "gold quotes": [quote.quote for quote in one.evidence] if one else [],
                }
            )
    return rows
