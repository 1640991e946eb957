"""The runs that are kept: which text of a prompt was measured when, and with which figures.

A prompt whose text is not that of its newest run fails `make check`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

from assistant.prompts import FOLDER, Prompt, prompt

KEPT = Path(__file__).parents[1] / "prompt_runs.json"
COMMAND = "python -m evals prompts"

Figures: TypeAlias = Mapping[str, Mapping[str, float | int]]
"""Named figures by what was asked: no model, the worst-case model, the small local model."""


@dataclass(frozen=True, slots=True)
class Run:
    """One text of a prompt, measured."""

    version: int
    sha256: str
    date: str
    figures: Figures

    @property
    def breaches(self) -> int:
        """How often something was shown that must not be."""
        return sum(int(found.get("breaches", 0)) for found in self.figures.values())


Runs: TypeAlias = Mapping[str, Sequence[Run]]
"""The runs of each prompt by its name, the newest first."""


def prompts(folder: Path = FOLDER) -> list[Prompt]:
    """Every prompt there is, by name."""
    return [prompt(file.stem) for file in sorted(folder.glob("*.md"))]


def read(path: Path = KEPT) -> Runs:
    """The runs of a file; none when there is no such file."""
    held = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return {name: [Run(**run) for run in rows] for name, rows in held.items()}


def write(runs: Runs, path: Path = KEPT) -> None:
    """Keep runs, one prompt after the other by name."""
    rows = {name: [asdict(run) for run in runs[name]] for name in sorted(runs)}
    path.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", "utf-8")


def problems(runs: Runs, held: Iterable[Prompt]) -> Iterator[str]:
    """What is wrong with the prompts and their runs, each with what to do."""
    for one in held:
        kept = runs.get(one.name, ())
        if unversioned(one, kept):
            told = f"prompts/{one.name}.md was changed and is still version {one.version}. Count it up"
            yield f"{told}, then run `{COMMAND} --only {one.name}`."
        elif not kept or kept[0].sha256 != one.sha256:
            yield f"prompts/{one.name}.md was not measured as it is. Run `{COMMAND} --only {one.name}`."
        elif kept[0].breaches:
            yield f"prompts/{one.name}.md had {kept[0].breaches} breaches when it was measured."


def unversioned(one: Prompt, kept: Sequence[Run]) -> bool:
    """Whether a prompt has another text than a run of its version, or an older version than its runs."""
    return any(
        run.version > one.version or (run.version == one.version and run.sha256 != one.sha256) for run in kept
    )


def with_run(runs: Runs, name: str, run: Run) -> Runs:
    """The runs with a new one first, in place of an earlier one of the same text."""
    others = [kept for kept in runs.get(name, ()) if kept.sha256 != run.sha256]
    return {**runs, name: [run, *others]}
