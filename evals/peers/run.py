"""One run: the product, then each peer, on the files that the questions name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.peers import systems
from evals.peers.environments import PEERS, NotInstalled, Tell, default_folder
from evals.peers.judge import Question
from evals.peers.measure import Measured, measured, questions
from evals.peers.systems import System, SystemFailed


class UnknownPeer(ValueError):
    """No peer has this name."""


@dataclass(frozen=True, slots=True)
class Done:
    """The systems that were measured, and why others were not."""

    measured: list[Measured]
    failed: list[str]


def named_files(folder: Path, asked: Iterable[Question]) -> list[Path]:
    """The files that the questions name, sorted; FileNotFoundError when one is missing."""
    files = [folder / name for name in sorted({question.file for question in asked})]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise FileNotFoundError(f"{folder} has no {', '.join(missing)}, which the questions name.")
    return files


def run(folder: Path, set_: Path, environments: Path | None, names: Sequence[str] | None, tell: Tell) -> Done:
    """Measure the product and the named peers, all without names; one after another, so that times hold.

    Raises UnknownPeer, or FileNotFoundError for a document that is missing.
    """
    chosen = list(names or PEERS)
    unknown = [name for name in chosen if name not in PEERS]
    if unknown:
        raise UnknownPeer(f"{', '.join(unknown)}: there is {', '.join(PEERS)}.")
    asked = questions(set_)
    files = named_files(folder, asked)
    done = Done([], [])
    for system in _installed(chosen, environments or default_folder(), done, tell):
        try:
            found = measured(system, files, asked, tell)
            done.measured.append(found)
            tell(f"{found.name}: hit@5 {found.quality.hit_5:.2f}, ingest {found.cost.ingest_cpu_s:.0f} CPU s")
        except SystemFailed as error:
            _fail(done, error, tell)
    return done


def _installed(names: Sequence[str], folder: Path, done: Done, tell: Tell) -> Iterator[System]:
    """The systems; all are installed before the first is measured."""
    found: list[System] = [systems.product()]
    for name in names:
        try:
            found.append(systems.peer(name, folder, tell))
        except NotInstalled as error:
            _fail(done, error, tell)
    yield from found


def _fail(done: Done, error: Exception, tell: Tell) -> None:
    done.failed.append(str(error))
    tell(f"failed: {error}")
