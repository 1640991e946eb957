"""The product and its peers behind one face; each step runs in a fresh process."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import assistant
from evals.peers import environments, harness, process
from evals.peers.environments import PEERS, Tell
from evals.peers.harness import Report, Request
from evals.peers.process import Run
from knowledge.embed import Encoder

_HERE = Path(__file__).parent
PRODUCT = "clausewise"
K = 10


class SystemFailed(Exception):
    """A step of a system ended with an error."""


@dataclass(frozen=True, slots=True)
class System:
    """A system that is installed: which Python runs its adapter, on which model."""

    name: str
    version: str
    python: Path
    model: str

    def ingest(self, files: Sequence[Path], store: Path) -> Run:
        """Fill a store; the status is for the caller to judge."""
        store.mkdir(parents=True, exist_ok=True)
        request = Request("ingest", str(store), self.model, [str(file) for file in files])
        return self._step(request, {})[0]

    def first(self, question: str, store: Path) -> Run:
        """The first answer of a fresh process."""
        request = Request("first", str(store), self.model, questions=[question], k=K)
        return sound(self.name, self._step(request, {})[0])

    def find(self, questions: Sequence[str], store: Path) -> tuple[Report, Run]:
        """The chunks for every question and how many there are in all, by one thread."""
        request = Request("find", str(store), self.model, questions=list(questions), k=K)
        run, report = self._step(request, process.one_thread())
        sound(self.name, run)
        assert report is not None
        return report, run

    def _step(self, request: Request, variables: dict[str, str]) -> tuple[Run, Report | None]:
        with tempfile.TemporaryDirectory(prefix="clausewise-peers-") as folder:
            asked, told = Path(folder, "request.json"), Path(folder, "report.json")
            asked.write_text(json.dumps(asdict(request)), "utf-8")
            adapter = _HERE / "adapters" / f"{self.name}.py"
            command = [str(self.python), str(Path(harness.__file__)), str(adapter), str(asked), str(told)]
            run = process.run(command, self._environment(variables))
            return run, Report(**json.loads(told.read_text("utf-8"))) if told.exists() else None

    def _environment(self, variables: dict[str, str]) -> dict[str, str]:
        return process.environment(**variables)


class Product(System):
    """The product by its own command line; only finding goes through the harness."""

    __slots__ = ()

    def ingest(self, files: Sequence[Path], store: Path) -> Run:
        """`clausewise add`; its status is 1 when a file could not be read."""
        return self._command("add", *map(str, files), store=store)

    def first(self, question: str, store: Path) -> Run:
        """`clausewise ask` in a fresh process."""
        return sound(self.name, self._command("ask", question, store=store))

    def _command(self, *words: str, store: Path) -> Run:
        command = [str(self.python), "-m", "assistant.cli.main", "--home", str(store), *words]
        return process.run(command, self._environment({}))

    def _environment(self, variables: dict[str, str]) -> dict[str, str]:
        assert assistant.__file__ is not None
        return process.environment(PYTHONPATH=str(Path(assistant.__file__).parents[1]), **variables)


def sound(name: str, run: Run) -> Run:
    """The run, or SystemFailed when it ended with an error."""
    if run.status:
        raise SystemFailed(f"{name}: {run.last_words}")
    return run


def product() -> Product:
    """The product as it is installed here."""
    return Product(PRODUCT, version(PRODUCT), Path(sys.executable), Encoder().folder)


def peer(name: str, folder: Path, tell: Tell) -> System:
    """A peer, installed into its own environment if it is not yet."""
    recipe = PEERS[name]
    python = environments.prepared(recipe, folder, tell)
    return System(name, environments.version(python, recipe.distribution), python, Encoder().folder)
