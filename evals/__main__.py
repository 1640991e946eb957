"""`python -m evals COMMAND`: measures on any set, from any path. `--help` lists the commands."""

from __future__ import annotations

import typer

from evals.attacks.command import attacks
from evals.commands.answers import abstention, answers
from evals.commands.claims import claims, groundedness
from evals.commands.conversations import conversations
from evals.commands.documents import drafts, gaps
from evals.commands.model import model
from evals.commands.peers import peers
from evals.commands.prompts import prompts
from evals.commands.search import characters, compare, ingest, retrieval, scale, scale_search

COMMANDS = (
    retrieval,
    characters,
    compare,
    answers,
    model,
    abstention,
    conversations,
    claims,
    groundedness,
    attacks,
    prompts,
    gaps,
    drafts,
    scale,
    ingest,
    peers,
)
"""Every measure; a new one is added here."""

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
for command in COMMANDS:
    app.command()(command)
app.command(hidden=True)(scale_search)  # what `scale` runs in a fresh process

if __name__ == "__main__":
    app()
