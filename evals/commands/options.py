"""Options that several measures take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Passages = Annotated[Path, typer.Option(exists=True, help="Passages or documents, JSON lines.")]
Questions = Annotated[Path, typer.Option(exists=True, help="Questions: JSON lines or YAML.")]
Limit = Annotated[int | None, typer.Option(help="Only the first so many questions.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
HomeAt = Annotated[Path | None, typer.Option(help="Keep the home here, to spare the next run the embedding.")]
Sample = Annotated[bool, typer.Option(help="With the sample organisation.")]
Files = Annotated[list[Path] | None, typer.Option("--add", help="Files or folders to add to the home first.")]
Detail = Annotated[bool, typer.Option(help="Also print a line for each question.")]
