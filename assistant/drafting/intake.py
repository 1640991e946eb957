"""Answers to a document's intake: read, checked, and put into the words that a text can use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import isfinite
from typing import Any

from pydantic import Field

from assistant.errors import NotPossible
from assistant.models import Citation, Frozen
from knowledge.formats.builder import clean
from knowledge.specifications import Question, Specification

MOST = 20_000
"""Characters that one answer may have."""
MOST_ROWS, MOST_IN_TABLE = 1_000, 100_000
"""Rows and characters that one table may have."""
YES, NO, UNKNOWN = "yes", "no", "unknown"


class Given(Frozen):
    """An answer: its lines, or the rows of a table; with the source it was taken from, if any."""

    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    citations: tuple[Citation, ...] = Field(
        default=(), description="Where it was found; empty when the author wrote it."
    )
    taken_from: tuple[str, ...] = Field(
        default=(), description="Ids of documents that it was taken from and may not cite any more."
    )

    @property
    def documents(self) -> frozenset[str]:
        """Ids of the documents whose words it may hold, cited or not."""
        return frozenset((*(cited.document for cited in self.citations), *self.taken_from))

    @property
    def known(self) -> bool:
        """Whether it says anything; an answer "unknown" does not."""
        return bool(self.rows) or any(line.casefold() != UNKNOWN for line in self.lines)


Intake = Mapping[str, Given]
"""Answers by the whole id of their question; what is not answered is not in it."""


def intake(spec: Specification, raw: Mapping[str, Any]) -> dict[str, Given]:
    """Answers as a file or a form gives them, by id of question or its last part.

    None and empty text are no answer. Raises NotPossible for what is no question of the type, or no answer
    to it.
    """
    found = {}
    for name, value in raw.items():
        whole = str(name) if "." in str(name) else f"{spec.id}.{name}"
        if whole not in spec.questions:
            some = ", ".join(list(spec.questions)[:3])
            raise NotPossible(f"{spec.title} does not ask {name!r}. It asks {some} …")
        given = answered(spec.questions[whole], value)
        if given is not None:
            found[whole] = given
    return found


def answered(question: Question, value: Any) -> Given | None:
    """One answer; None when nothing was said. Raises NotPossible for what does not answer the question."""
    if isinstance(value, Given):
        return value
    if value is None or value == "" or value == []:
        return None
    if question.type == "table":
        rows = _rows(question, value)
        return Given(rows=rows) if rows else None
    lines = _lines(question, value)
    if not lines:
        return None
    if len(lines) > 1 and question.type in ("choice", "yes_no_unknown", "date", "number"):
        raise NotPossible(f"{question.id}: one answer is wanted, not {len(lines)}.")
    if sum(map(len, lines)) > MOST:
        raise NotPossible(f"{question.id}: an answer has at most {MOST} characters.")
    return Given(lines=tuple(_checked(question, line) for line in lines))


def _lines(question: Question, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [YES if value else NO]
    parts = [value] if isinstance(value, (str, Mapping)) or not isinstance(value, Iterable) else value
    parts = [part for part in parts if part is not None]
    if any(isinstance(part, (Mapping, list, tuple)) for part in parts):
        raise NotPossible(f"{question.id}: text is wanted; put a line with a colon into quotes.")
    if question.type == "multi":
        parts = [line for part in parts for line in str(part).splitlines()]
    texts = (clean(str(part)).strip() for part in parts)
    return [text for text in texts if text]


def _checked(question: Question, line: str) -> str:
    folded = line.casefold()
    if question.type == "yes_no_unknown":
        if folded not in (YES, NO, UNKNOWN):
            raise NotPossible(f"{question.id}: yes, no or unknown is wanted, not {line[:60]!r}.")
        return folded
    if question.type == "choice" and folded != UNKNOWN:
        known = {option.casefold(): option for option in question.options}
        if folded not in known:
            options = ", ".join(question.options)
            raise NotPossible(f"{question.id}: one of {options} is wanted, not {line[:60]!r}.")
        return known[folded]
    if question.type == "date" and folded != UNKNOWN:
        try:
            date.fromisoformat(line)
        except ValueError:
            raise NotPossible(
                f"{question.id}: a date like 2026-01-31 is wanted, not {line[:60]!r}."
            ) from None
    if question.type == "number" and folded != UNKNOWN and not _number(line):
        raise NotPossible(f"{question.id}: a number is wanted, not {line[:60]!r}.")
    return line


def _number(line: str) -> bool:
    try:
        return isfinite(float(line.replace(",", "")))
    except ValueError:
        return False


def _rows(question: Question, value: Any) -> tuple[tuple[str, ...], ...]:
    """Rows of a table: mappings by column, lists of cells, or lines of cells between bars."""
    given = value.splitlines() if isinstance(value, str) else value
    if not isinstance(given, (list, tuple)):
        raise NotPossible(f"{question.id}: a list of rows is wanted, with {', '.join(question.columns)}.")
    if len(given) > MOST_ROWS:
        raise NotPossible(f"{question.id}: a table has at most {MOST_ROWS} rows; this has {len(given)}.")
    rows = [_row(question, row) for row in given]
    if sum(len(cell) for row in rows for cell in row) > MOST_IN_TABLE:
        raise NotPossible(f"{question.id}: a table has at most {MOST_IN_TABLE} characters.")
    return tuple(row for row in rows if any(row))


def _row(question: Question, row: Any) -> tuple[str, ...]:
    columns = question.columns
    if isinstance(row, Mapping):
        strays = [str(name) for name in row if name not in columns]
        if strays:
            raise NotPossible(f"{question.id} has no column {strays[0]!r}, but {', '.join(columns)}.")
        cells: list[Any] = [row.get(column) for column in columns]
    elif isinstance(row, str):
        cells = list(row.strip().strip("|").split("|"))
    elif isinstance(row, (list, tuple)):
        cells = list(row)
    else:
        raise NotPossible(f"{question.id}: a row is a list of cells or a mapping, not {repr(row)[:60]}.")
    if len(cells) > len(columns):
        raise NotPossible(
            f"{question.id}: a row has {len(cells)} cells, and the table {len(columns)} columns."
        )
    if any(isinstance(cell, (Mapping, list, tuple, set)) for cell in cells):
        raise NotPossible(f"{question.id}: a cell holds text, not a list or a mapping.")
    texts = [" ".join(clean(str("" if cell is None else cell)).split()) for cell in cells]
    return tuple(texts + [""] * (len(columns) - len(texts)))
