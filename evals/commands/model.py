"""What a language model makes of questions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import typer

from assistant.home import Home
from evals.commands.options import AsJson, Detail, Files, HomeAt, Limit, Questions, Sample
from evals.homes import add_files, add_sample, embed, home_in
from evals.printing import print_figures


def model(
    questions: Questions,
    home: HomeAt = None,
    add: Files = None,
    sample: Sample = False,
    limit: Limit = None,
    detail: Detail = False,
    json_: AsJson = False,
) -> None:
    """Ask every question of a language model: when its first claim is shown, and what becomes of its claims.

    It is the configured model; without one the small local model of the tests.
    """
    from evals.answers import cases, fresh
    from evals.model import measure, summary

    with _with_model(home) as opened:
        if sample:
            add_sample(opened)
        add_files(opened, add or [])
        embed(opened)
        found = []
        for one in measure(opened, map(fresh, cases(questions)[:limit])):
            found.append(one)
            if detail:
                print(json.dumps(asdict(one), ensure_ascii=False), flush=True)
    print_figures(summary(found), json_)


@contextmanager
def _with_model(folder: Path | None) -> Iterator[Home]:
    """The home with its model; without one, the same home with the small local model."""
    from evals.local_model import NOT_OFFERED, offered
    from evals.model import locally

    with home_in(folder) as opened:
        if opened.chat is not None:
            yield opened
        elif offered():
            with locally(opened.settings.home) as local:
                yield local
        else:
            raise typer.BadParameter(f"no model is configured, and {NOT_OFFERED}")
