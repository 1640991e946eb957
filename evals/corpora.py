"""Evaluation sets into a home, through the product's own library: three shapes, told by their fields.

- passages with `document` and `section`: one stored document for each `document`, a unit a passage;
- passages with `title`: one stored document each;
- documents with `title` whose questions name character spans: stored as plain text, split as any.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.home import Home
from knowledge import library
from knowledge.formats import plain
from knowledge.hits import Hit
from knowledge.models import Block, Kind, LoadedDocument
from knowledge.split import split

Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    """The JSON lines of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


@dataclass(frozen=True, slots=True)
class Unit:
    """One gold item: `text[start:end]` of a stored document."""

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """A stored set: the units of each document, in order, by the document's id."""

    units: dict[str, list[Unit]]

    def ranked(self, hits: Iterable[Hit]) -> list[str]:
        """Ids of the units that the hits stand in, each once, best first."""
        found: dict[str, None] = {}
        for hit in hits:
            for unit in self.units.get(hit.version.document, ()):
                if unit.start <= hit.start < unit.end:
                    found.setdefault(unit.id)
        return list(found)

    def gold(self, question: Row) -> set[str]:
        """The gold units of a question; spans become the units that they touch."""
        wanted: set[str] = set()
        for gold in question["gold"]:
            if isinstance(gold, str):
                wanted.add(gold)
                continue
            units = self.units[document_name(gold["document"])]
            touched = {u.id for u in units if u.start < gold["end"] and gold["start"] < u.end}
            wanted |= touched or {f"{gold['document']}:nowhere:{gold['start']}"}
        return wanted


def store(home: Home, given: Sequence[Row], spans: bool) -> Corpus:
    """Store the rows of a set in a home; `spans` says that its questions name character spans."""
    if spans:
        return Corpus({document_name(row["id"]): _split_document(home, row) for row in given})
    groups: dict[str, list[Row]] = {}
    for row in given:
        groups.setdefault(str(row.get("document", row["id"])), []).append(row)
    return Corpus({document_name(name): _units(home, name, group) for name, group in groups.items()})


def document_name(name: str) -> str:
    """The id under which a document of a set is stored."""
    return f"eval-{name}"[:80]


def _units(home: Home, name: str, group: Sequence[Row]) -> list[Unit]:
    text, blocks, units = "", [], []
    for row in group:
        words = row["text"].strip() or "-"
        start, end = len(text), len(text) + len(words)
        blocks.append(Block("unit", start, end, label=row.get("section") or None))
        units.append(Unit(row["id"], start, end))
        text += words + "\n\n"
    title = str(group[0].get("title", ""))
    _keep(home, name, LoadedDocument(text, tuple(blocks), title, "text/plain"))
    return units


def _split_document(home: Home, row: Row) -> list[Unit]:
    parsed = plain.parse(row["text"])
    if parsed.builder.text.strip() != row["text"].strip():  # keep the offsets that gold speaks of
        blocks = _lines(row["text"])
        loaded = LoadedDocument(row["text"], tuple(blocks), row["title"], "text/plain")
    else:
        loaded = LoadedDocument(row["text"], tuple(parsed.builder.blocks), row["title"], "text/plain")
    passages = _keep(home, row["id"], loaded)
    return [Unit(f"{row['id']}:{p.start}", p.start, p.end) for p in passages]


def _lines(text: str) -> list[Block]:
    blocks, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block("paragraph", start, start + len(line)))
        start += len(line) + 1
    return blocks


def _keep(home: Home, name: str, loaded: LoadedDocument) -> list[Any]:
    passages = split(loaded, home.encoder.count)
    arrival = library.Arrival(
        source=f"eval:{name}",
        file=name,
        data=loaded.text.encode(),
        loaded=loaded,
        passages=tuple(passages),
        kind=Kind.LAW,
        document=document_name(name),
    )
    with home.database.write() as connection:
        library.store(connection, arrival)
    return passages
