"""The claim sets, read back: a file holds spans, the words come from the documents themselves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from knowledge.data.sample import sample_files
from knowledge.embed import Encoder
from knowledge.load import load
from knowledge.models import LoadedDocument, Passage
from knowledge.split import split

Change = Literal[
    "antonym",
    "clause",
    "condition",
    "date",
    "duty",
    "invented",
    "joined",
    "name",
    "negation",
    "number",
    "scope",
    "subject",
]
"""What was altered in a true claim to make a false one."""


class UnreadableClaims(Exception):
    """A claim set does not fit the documents that it points into."""


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """A claim, its verbatim quotes, and whether they carry it.

    `place` holds the title and the headings above each quote, a line for each passage. `pair` is the id of
    the true claim from which a false one was made, by the one `change`.
    """

    id: str
    true: bool
    change: Change | None
    text: str
    quotes: tuple[str, ...]
    place: str
    pair: str | None


def rows(path: Path, shared: Path) -> list[ClaimCase]:
    """The claims of a set; `shared` is the folder that holds `corpus`, which a written set does without.

    Raises UnreadableClaims when a document is missing, or its text is not the one that was quoted.
    """
    given = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    encoder = Encoder()
    sources = {
        name: _Source(name, load(_file(name, shared)), encoder)
        for name in sorted({quote["file"] for row in given for quote in row["quotes"] if "place" not in row})
    }
    return [_case(row, sources) for row in given]


def _file(name: str, shared: Path) -> Path:
    """Where a document lies: `sample/…` is the end of a sample file's path, the rest is below `shared`."""
    if name.startswith("sample/"):
        wanted = name.removeprefix("sample")
        found = [file for file in sample_files() if file.as_posix().endswith(wanted)]
    else:
        found = [file for file in [shared / name] if file.is_file()]
    if len(found) != 1:
        where = "the sample organisation" if name.startswith("sample/") else str(shared)
        raise UnreadableClaims(f"{name}: {len(found)} files of this name in {where}, one is needed")
    return found[0]


@dataclass(frozen=True)
class _Source:
    """A document that claims quote from."""

    name: str
    document: LoadedDocument
    encoder: Encoder

    @cached_property
    def passages(self) -> list[Passage]:
        return split(self.document, self.encoder.count)

    def quote(self, claim: str, span: Mapping[str, Any]) -> str:
        words = self.document.text[span["start"] : span["end"]]
        if hashlib.sha256(words.encode()).hexdigest() != span["sha256"]:
            raise UnreadableClaims(
                f"claim {claim}: {self.name} has other words at {span['start']} to {span['end']} than were "
                "quoted; it is another version, or is read differently now"
            )
        return words

    def places(self, span: Mapping[str, Any]) -> Iterable[str]:
        title = self.document.control.title or self.document.title
        for passage in self.passages:
            if passage.start < span["end"] and span["start"] < passage.end:
                yield " - ".join(dict.fromkeys([title, *passage.section]))


def _case(row: Mapping[str, Any], sources: Mapping[str, _Source]) -> ClaimCase:
    if "place" in row:
        quotes, place = tuple(row["quotes"]), row["place"]
        return ClaimCase(row["id"], row["true"], row["change"], row["text"], quotes, place, row["pair"])
    spans = row["quotes"]
    places = dict.fromkeys(place for span in spans for place in sources[span["file"]].places(span))
    return ClaimCase(
        id=row["id"],
        true=row["true"],
        change=row["change"],
        text=row["text"],
        quotes=tuple(sources[span["file"]].quote(row["id"], span) for span in spans),
        place="\n".join(places),
        pair=row["pair"],
    )
