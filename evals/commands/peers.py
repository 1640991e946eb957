"""The product beside other tools."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from evals.commands.options import AsJson, Questions


def peers(
    files: Annotated[Path, typer.Option(exists=True, file_okay=False, help="Where the documents are.")],
    questions: Questions,
    environments: Annotated[
        Path | None, typer.Option(help="Keep the peers' virtual environments here.")
    ] = None,
    peer: Annotated[list[str] | None, typer.Option(help="Only this peer; repeat for more.")] = None,
    json_: AsJson = False,
) -> None:
    """Measure the product beside LangChain, LlamaIndex, Haystack and txtai, all in one run.

    Installs each peer in an environment of its own. A peer that fails is named and the rest go on.
    """
    from evals.peers.run import UnknownPeer, run
    from evals.peers.table import table

    try:
        done = run(files, questions, environments, peer, lambda line: typer.echo(line, err=True))
    except (FileNotFoundError, UnknownPeer) as error:
        raise typer.BadParameter(str(error)) from None
    print(json.dumps([asdict(m) for m in done.measured], indent=2) if json_ else table(done.measured))
    if done.failed:
        raise typer.Exit(1)
