"""Measures of answers: what they cite, when they are withheld."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evals.commands.options import AsJson, Detail, Files, HomeAt, Limit, Questions, Sample
from evals.homes import add_files, add_sample, embed, home_in
from evals.printing import print_figures


def answers(
    questions: Questions,
    home: HomeAt = None,
    add: Files = None,
    passages: Annotated[
        Path | None, typer.Option(exists=True, help="Passages to store first, as for retrieval.")
    ] = None,
    sample: Sample = False,
    limit: Limit = None,
    detail: Detail = False,
    json_: AsJson = False,
) -> None:
    """Ask every question; judge citations, abstention and quotes."""
    from evals.answers import cases, cited_ids, run, summary
    from evals.corpora import rows, store

    with home_in(home) as opened:
        if sample:
            add_sample(opened)
        add_files(opened, add or [])
        if passages:
            store(opened, rows(passages), spans=False)
        embed(opened)
        results = run(opened, cases(questions)[:limit])
    for result in results if detail else ():
        print(
            f"{result.case.id:6} {result.answer.status:10} wanted {sorted(result.case.must)} "
            f"cited {sorted(cited_ids(result.answer))}  {result.case.question[:70]}"
        )
    print_figures(summary(results), json_)


def abstention(
    questions: Questions,
    home: HomeAt = None,
    sample: Sample = False,
    plot: Annotated[Path | None, typer.Option(help="Also draw the reliability into this SVG file.")] = None,
    json_: AsJson = False,
) -> None:
    """Show what each threshold of confidence would answer and withhold, wrongly.

    JSON lines with `passage` are judged against that passage; others are asked.
    """
    from evals.abstention import of_cases, of_passages, summary
    from evals.answers import cases

    with home_in(home) as opened:
        if questions.suffix == ".jsonl" and '"passage"' in questions.read_text("utf-8")[:10_000]:
            judged = of_passages(opened, questions)
        else:
            if sample:
                add_sample(opened)
            embed(opened)
            judged = of_cases(opened, cases(questions))
    print_figures(summary(judged), json_)
    if plot:
        from evals.plots import reliability

        reliability([(j.confidence, j.answerable) for j in judged], plot)
