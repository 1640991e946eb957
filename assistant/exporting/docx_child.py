"""A child process that takes one untrusted Word file apart, with a limit on its time and memory."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import Any

from assistant.errors import NotPossible
from assistant.exporting import docx_pages as pages
from assistant.exporting.docx_pages import Line
from assistant.exporting.docx_template import checked, open_word
from knowledge import sandbox

SECONDS = 60
"""Time that one file may take."""
_WHAT = "The file"


@dataclass(frozen=True)
class TakenApart:
    """What a Word file holds: its lines, its tracked changes, and what stands beside the text, in words."""

    lines: tuple[Line, ...]
    tracked: int
    beside: tuple[str, ...]


def taken_apart(data: bytes) -> TakenApart:
    """A Word file's lines. NotPossible for one that is broken, holds macros, or takes too long."""
    checked(data, _WHAT)
    found = sandbox.run(__name__, [], data, SECONDS)
    try:
        answer = json.loads(found or b"")
    except ValueError as error:
        raise NotPossible(
            f"{_WHAT} takes too long or too much memory to read. Split it, or copy its text into an export."
        ) from error
    if "problem" in answer:
        raise NotPossible(answer["problem"])
    return TakenApart(tuple(map(_line, answer["lines"])), answer["tracked"], tuple(answer["beside"]))


def _line(fields: dict[str, Any]) -> Line:
    kept = {**fields, "marks": tuple(fields["marks"]), "header": tuple(fields["header"])}
    return Line(**{**kept, "rows": tuple(map(tuple, fields["rows"]))})


def _main() -> None:
    data = sys.stdin.buffer.read()
    answers = sandbox.limited(SECONDS)
    try:
        made = open_word(data, _WHAT)
        answer: dict[str, Any] = {
            "lines": [asdict(line) for line in pages.lines(made)],
            "tracked": pages.tracked(made),
            "beside": list(pages.beside(made)),
        }
    except NotPossible as error:
        answer = {"problem": str(error)}
    answers.write(json.dumps(answer).encode())
    answers.close()


if __name__ == "__main__":
    _main()
