"""Measures of documents: gap assessments and drafts."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from evals.commands.options import AsJson, Files, HomeAt, Sample
from evals.homes import add_files, add_sample, embed, home_in
from evals.printing import print_figures


def gaps(
    gold: Annotated[Path, typer.Option(exists=True, help="A reader's assessment, JSON.")],
    home: HomeAt = None,
    add: Files = None,
    sample: Sample = False,
    detail: Annotated[bool, typer.Option(help="Also print a line for each difference.")] = False,
    json_: AsJson = False,
) -> None:
    """Compare the gap assessment with a reader's: what is spoken to, and whether the quotes are the same."""
    from assistant.gaps.assessment import assess
    from assistant.people import LOCAL
    from evals.gaps.score import differences, read, score

    wanted = read(gold)
    with home_in(home) as opened:
        if sample:
            add_sample(opened)
        add_files(opened, add or [])
        embed(opened)
        found = assess(opened, LOCAL)
    for row in differences(found, wanted) if detail else ():
        print(json.dumps(row, ensure_ascii=False))
    print_figures(score(found, wanted), json_)


def drafts(
    intakes: Annotated[Path, typer.Option(exists=True, help="Folder with an intake for each type.")],
    home: HomeAt = None,
    json_: AsJson = False,
) -> None:
    """Draft every type from its intake, beside the sample organisation's documents."""
    from evals.drafts import drafts as measured

    with home_in(home) as held:
        add_sample(held)
        embed(held)
        for one in measured(held, intakes):
            row = asdict(one)
            if json_:
                print(json.dumps(row), flush=True)
                continue
            findings = ", ".join(f"{count} {kind}" for kind, count in one.findings.items())
            print(
                f"{one.type:20} {one.seconds:5.2f} s  {one.filled}/{one.sections} sections  "
                f"{one.docx_headings} in DOCX  {one.carried}/{one.rules} rules with ids  "
                f"{one.covered}/{one.partly}/{one.open} covered/partly/open  "
                f"{one.placeholders} open places  {findings}"
            )
