"""A child process that reads one untrusted file, with a limit on its time and memory.

The child gets the bytes on its standard input and answers with JSON; it inherits no environment but
what Python needs, cannot write files and dies with its parent's patience.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from knowledge.errors import LoadError
from knowledge.models import Block, DocumentControl, Kind, LoadedDocument, Role, Status

SECONDS = 120
"""Time that one file may take to be read."""
MEGABYTES = 2_000
"""Memory that reading one file may take."""
_KEPT = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
_ROOT = Path(__file__).parent.parent


def run(module: str, arguments: list[str], data: bytes, seconds: int) -> bytes | None:
    """What a module of ours, run in a child process, answers to `data`; None when time runs out."""
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join([str(_ROOT), *_libraries()])
    command = [sys.executable, "-P", "-s", "-B", "-m", module, *arguments]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=seconds,
            env=environment,
            cwd=_ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout


def _libraries() -> list[str]:
    """Where Python finds modules, but for the folder in which the command was given: it may hold anything."""
    here = Path.cwd().resolve()
    return [entry for entry in sys.path if entry and Path(entry).resolve() != here]


def limited(seconds: int) -> BinaryIO:
    """In the child: set the limits, and return the stream for the answer.

    What a parser prints goes to the error stream, so that it does not mix with the answer.
    """
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit(seconds)
    return answers


def read_in_child(data: bytes, name: str, seconds: int = SECONDS) -> LoadedDocument:
    """Parse a file in a child process; LoadError when it is bad, too slow or too large."""
    found = run("knowledge.sandbox", [name, str(seconds)], data, seconds)
    if found is None:
        raise _too_much(name, f"reading it takes longer than {seconds} seconds")
    try:
        answer = json.loads(found)
    except ValueError as error:
        raise _too_much(
            name, f"reading it takes more than {MEGABYTES:,} MB of memory, or crashes the reader"
        ) from error
    if "problem" in answer:
        raise LoadError(name, answer["problem"], answer["remedy"])
    return _from_json(answer)


def _too_much(name: str, problem: str) -> LoadError:
    return LoadError(name, problem, "Check where it comes from; split it, or save it again, if it is sound")


def _limit(seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's time-out holds there too
        return
    for what, most in (
        (resource.RLIMIT_AS, MEGABYTES * 1_000_000),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (least, least))
        except (ValueError, OSError):  # macOS refuses a limit on address space
            continue


def _to_json(loaded: LoadedDocument) -> dict[str, Any]:
    control = asdict(loaded.control)
    control["audience"] = sorted(control["audience"]) if control["audience"] else None
    for key in ("effective_from", "effective_until"):
        control[key] = control[key].isoformat() if control[key] else None
    return {
        "text": loaded.text,
        "blocks": [[b.role, b.start, b.end, b.level, b.label, b.head] for b in loaded.blocks],
        "title": loaded.title,
        "media_type": loaded.media_type,
        "pages": loaded.pages,
        "control": control,
    }


def _from_json(answer: dict[str, Any]) -> LoadedDocument:
    control = answer["control"]
    return LoadedDocument(
        text=answer["text"],
        blocks=tuple(
            Block(role, start, end, level, label, tuple(head) if head else None)
            for role, start, end, level, label, head in answer["blocks"]
        ),
        title=answer["title"],
        media_type=answer["media_type"],
        pages=tuple(answer["pages"]),
        control=DocumentControl(
            title=control["title"],
            owner=control["owner"],
            kind=Kind(control["kind"]) if control["kind"] else None,
            status=Status(control["status"]) if control["status"] else None,
            audience=frozenset(map(Role, control["audience"])) if control["audience"] else None,
            version_label=control["version_label"],
            effective_from=_date(control["effective_from"]),
            effective_until=_date(control["effective_until"]),
            never_hosted=control["never_hosted"],
        ),
    )


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _main() -> None:
    name, seconds = sys.argv[1], int(sys.argv[2])
    data = sys.stdin.buffer.read()
    answers = limited(seconds)
    from knowledge.formats.read import read

    try:
        answer = _to_json(read(data, name))
    except LoadError as error:
        answer = {"problem": error.problem, "remedy": error.remedy}
    except MemoryError:
        return  # no answer: the parent says so
    except Exception as error:  # the border of one file: a parser met what it cannot handle
        answer = {
            "problem": f"it cannot be read ({type(error).__name__}: {str(error)[:200]})",
            "remedy": "Open it in its own program, save it again, and add that",
        }
    answers.write(json.dumps(answer).encode())
    answers.close()


if __name__ == "__main__":
    _main()
