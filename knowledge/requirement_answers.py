"""Where in the requirement documents the answer to a structured question stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from knowledge.models import Block, LoadedDocument
from knowledge.requirement_documents import CLAUSES, CONTROLS, CROSSWALK, OVERVIEW, documents
from knowledge.requirements import Objective, Obligation, normal_id, requirements

Topic = Literal["counts", "documented-mandatory", "documented-controls", "edition"]
Aspect = Literal["evidence", "documented", "nonconformity", "crosswalk"]

_BEGINS = {
    "evidence": "Evidence to ask for",
    "documented": "Documented information",
    "nonconformity": "Typical nonconformities",
}


@dataclass(frozen=True, slots=True)
class Location:
    """Units of one requirement document that hold an answer."""

    document: str
    units: tuple[Block, ...]


def locate(name: str, aspects: frozenset[Aspect] = frozenset()) -> list[Location]:
    """Where an id is answered: its obligations, or only the aspects that were asked for.

    A number of a group ("9.2", "A.6") gives the obligations of all its members.
    """
    wanted = normal_id(name)
    held = requirements()
    if any(item.id == wanted for item in held.items):
        return _item(wanted, aspects)
    members = held.group(wanted)
    if members:
        return [place for item in members for place in _item(item.id, aspects)]
    found = held.get(wanted)
    document = CONTROLS if wanted.startswith("A.") else CLAUSES
    if isinstance(found, Obligation):
        return [Location(document, _labelled(document, found.id))]
    assert isinstance(found, Objective)
    return [Location(CONTROLS, _labelled(CONTROLS, found.statement_id))]


def _item(name: str, aspects: frozenset[Aspect]) -> list[Location]:
    item = requirements().by_id[name]
    document = CONTROLS if item.kind == "control" else CLAUSES
    about = _labelled(document, name)
    places = []
    duties = tuple(b for o in item.obligations for b in _labelled(document, o.id))
    asked = tuple(
        unit
        for aspect, begins in _BEGINS.items()
        if aspect in aspects
        for unit in about
        if _loaded(document).text.startswith(begins, unit.start)
    )
    if "crosswalk" in aspects:
        places.append(Location(CROSSWALK, _below(CROSSWALK, name)))
    if asked:
        places.append(Location(document, asked))
    if not places or "evidence" not in aspects:
        places.append(Location(document, duties))
    return places


def locate_topic(topic: Topic) -> Location:
    """Where a question about the standard as a whole is answered."""
    return Location(OVERVIEW, _labelled(OVERVIEW, topic))


def locate_article(reference: str) -> list[Location]:
    """The crosswalk units that name an article or annex of the EU AI Act ("article 14")."""
    number = reference.split()[-1]
    short = "Art." if reference.startswith("article") else "Annex"
    pattern = re.compile(rf"EU AI Act[^.]*?: .*?{short} {re.escape(number)}(?![\dIVX])", re.I)
    text = _loaded(CROSSWALK).text
    units = tuple(
        block
        for block in _loaded(CROSSWALK).blocks
        if block.role == "unit"
        and pattern.search(text[block.start : block.end])
        and "is related to" in text[block.start : block.end]
    )
    return [Location(CROSSWALK, units)] if units else []


@cache
def _loaded(document: str) -> LoadedDocument:
    return next(loaded for name, _, loaded in documents() if name == document)


@cache
def _labelled(document: str, label: str) -> tuple[Block, ...]:
    return tuple(b for b in _loaded(document).blocks if b.label == label)


def _below(document: str, name: str) -> tuple[Block, ...]:
    """The units under the heading of a clause or control."""
    found: list[Block] = []
    inside = False
    loaded = _loaded(document)
    for block in loaded.blocks:
        if block.role == "heading":
            inside = loaded.text[block.start : block.end].startswith(f"{name} ")
        elif inside:
            found.append(block)
    return tuple(found)
