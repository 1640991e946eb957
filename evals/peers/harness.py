"""One step of one system, in that system's own environment: `python harness.py ADAPTER REQUEST RESULT`.

Standard library only, since where it runs the product is not installed. REQUEST and RESULT are JSON files,
`Request` and `Report` below; what the system prints of itself stays on its own streams.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypedDict, cast

Step = Literal["ingest", "first", "find"]


class Found(TypedDict):
    """A returned chunk: its text, its page from 1 where it tells one, and all it says of where it stands."""

    text: str
    page: int | None
    place: str


class Opened(Protocol):
    """A store that is ready for questions."""

    def count(self) -> int:
        """How many chunks it holds."""

    def find(self, question: str, k: int) -> list[Found]:
        """The k best chunks, best first."""


class Adapter(Protocol):
    """What every module of `evals/peers/adapters` offers."""

    def ingest(self, files: list[str], store: str, model: str) -> None:
        """Fill the store the way the framework's tutorial does."""

    def opened(self, store: str, model: str) -> Opened:
        """Open a filled store."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to do: `ingest` the files, print the `first` answer, or `find` chunks for every question."""

    step: Step
    store: str
    model: str
    files: Sequence[str] = ()
    questions: Sequence[str] = ()
    k: int = 10


@dataclass(slots=True)
class Report:
    """What came of it: chunks in the store, and for each question the chunks and the milliseconds."""

    chunks: int = 0
    found: list[list[Found]] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)


WARMING = (
    "Who signs the register of visitors?",
    "What is the colour of the front door, and who chose it?",
    "How often is the boiler looked after?",
)
"""Questions that belong to no set, asked before the clock starts."""


def carried_out(adapter: Adapter, request: Request) -> Report:
    """Carry out a request."""
    report = Report()
    if request.step == "ingest":
        adapter.ingest(list(request.files), request.store, request.model)
        return report
    store = adapter.opened(request.store, request.model)
    if request.step == "first":
        report.found = [store.find(question, request.k) for question in request.questions]
        print("\n".join(chunk["text"] for chunk in report.found[0]), flush=True)
        return report
    report.chunks = store.count()
    for question in WARMING if request.questions else ():
        store.find(question, request.k)
    for question in request.questions:
        began = time.perf_counter()
        report.found.append(store.find(question, request.k))
        report.ms.append((time.perf_counter() - began) * 1000)
    return report


def loaded(path: Path) -> Adapter:
    """The adapter in a file, whose name may be that of the framework it imports."""
    spec = importlib.util.spec_from_file_location(f"adapter_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("Adapter", module)


def main(adapter: str, request: str, result: str) -> None:
    """Read the request, carry it out, write the report."""
    asked = Request(**json.loads(Path(request).read_text("utf-8")))
    report = carried_out(loaded(Path(adapter)), asked)
    Path(result).write_text(json.dumps(asdict(report)), "utf-8")


if __name__ == "__main__":
    here = str(Path(__file__).parent)
    sys.path[:] = [folder for folder in sys.path if folder != here]  # our modules shadow nobody's
    main(*sys.argv[1:])
