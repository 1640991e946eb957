"""The gap report and the statement of applicability on their way out: the record first, then the file."""

from __future__ import annotations

import json
from typing import Literal

from assistant import log
from assistant.drafting.profile import named
from assistant.errors import NotPossible
from assistant.exporting.formats import EXPORTED
from assistant.exporting.formats import export as as_file
from assistant.gaps.assessment import Progress
from assistant.gaps.overrule import view
from assistant.gaps.reports import as_json, gap_document, gap_sheets, soa_document, soa_sheets
from assistant.gaps.statement import statement
from assistant.home import Home
from assistant.people import Person
from assistant.permissions import Operation, require
from knowledge.clock import today
from knowledge.library import sha256

Paper = Literal["gaps", "soa"]
FORMATS = {"gaps": ("xlsx", "docx", "pdf", "md", "json"), "soa": ("xlsx", "docx", "pdf", "md")}
"""The formats of either paper."""
_TITLES = {"gaps": "Gap assessment", "soa": "Statement of applicability"}


def export(
    home: Home,
    person: Person,
    paper: Paper,
    format: str,
    progress: Progress | None = None,
) -> bytes:
    """The file, once its record is on the log. NotPossible for a format that the paper does not have."""
    require(home.database, person, Operation.GAPS, paper)
    if format not in FORMATS[paper]:
        raise NotPossible(f"{_TITLES[paper]} is written as {', '.join(FORMATS[paper])}, not as {format!r}.")
    if paper == "gaps":
        data, versions = _gaps(home, person, format, progress)
    else:
        data, versions = _soa(home, person, format, progress)
    with log.recording(home.database) as connection:
        told = {"title": _TITLES[paper], "act": format, "sha256": sha256(data), "versions": versions}
        log.append(connection, EXPORTED, {**person.acted(), **told})
    return data


def _gaps(home: Home, person: Person, format: str, progress: Progress | None) -> tuple[bytes, list[str]]:
    seen = view(home, person, progress)
    versions = sorted({v for item in seen.items for v in item.finding.versions})
    if format == "json":
        return json.dumps(as_json(seen), ensure_ascii=False, indent=2).encode(), versions
    if format == "xlsx":
        from assistant.exporting import xlsx

        return xlsx.write(gap_sheets(seen)), versions
    return as_file(gap_document(seen, named(home), today().isoformat()), format), versions


def _soa(home: Home, person: Person, format: str, progress: Progress | None) -> tuple[bytes, list[str]]:
    held = statement(home, person, progress)
    versions = sorted({quote.version for line in held.lines for quote in line.evidence})
    if format == "xlsx":
        from assistant.exporting import xlsx

        return xlsx.write(soa_sheets(held)), versions
    return as_file(soa_document(held, named(home), today().isoformat()), format), versions
