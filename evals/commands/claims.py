"""`python -m evals claims …` and `python -m evals groundedness …`: the gate on wording, measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON lines instead of a table.")]


def claims(
    claims: Annotated[Path, typer.Option(exists=True, help="A claim set, JSON lines.")] = Path(
        "evals/claims/dev.jsonl"
    ),
    shared: Annotated[Path, typer.Option(exists=True, help="The folder that holds corpus/.")] = Path(
        "../shared"
    ),
    detail: Annotated[
        bool, typer.Option("--detail", help="List what was decided wrongly, with the reason.")
    ] = False,
    json_: AsJson = False,
) -> None:
    """By kind of change: how many false claims are shown in their wording, how many true ones keep theirs."""
    from evals.claims import score
    from evals.claims.read import rows

    found = score.gated(rows(claims, shared))
    for row in score.by_change(found):
        if json_:
            print(json.dumps(row), flush=True)
        else:
            print(
                f"{row['claims']:10} {row['shown']:>4} of {row['n']:<4} shown in their wording "
                f"({row['share']:.1%})  median {row['median_ms']:.2f} ms, at most {row['max_ms']:.1f} ms"
            )
    for wrong in score.wrongly(found) if detail else ():
        case = wrong.case
        kind = "true, not shown" if case.true else f"false ({case.change}), shown"
        line = {"id": case.id, "kind": kind, "text": case.text, "quotes": case.quotes, "reason": wrong.reason}
        print(json.dumps(line, ensure_ascii=False))


def groundedness(
    set_: Annotated[Path, typer.Option("--set", exists=True, help="Claims with references, JSON lines.")],
    json_: AsJson = False,
) -> None:
    """Macro-F1 of support and of plain word containment: each half with the threshold of the other."""
    from evals.claims.groundedness import SCORES, attributed, halves

    rows = attributed(set_)
    for name, measure in SCORES.items():
        for row in halves(rows, measure):
            if json_:
                print(json.dumps({"score": name, **row}), flush=True)
            else:
                print(
                    f"{name:12} {row['reported_on']:10} n {row['n']}  threshold {row['threshold']:.3f}  "
                    f"macro-F1 {row['macro_f1']:.3f}"
                )
