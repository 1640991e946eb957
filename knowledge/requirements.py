"""ISO/IEC 42001: clauses, controls, obligations and crosswalk, from data that is checked when it is read.

The wording of every obligation is our own; numbers and short titles are the standard's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from knowledge.data_files import data
from knowledge.errors import UnknownRequirement

DATA = Path(__file__).parent / "data"

CLAUSES, CONTROLS, OBLIGATIONS = 32, 38, 174
AREAS = {"A.2": 3, "A.3": 2, "A.4": 5, "A.5": 4, "A.6": 9, "A.7": 5, "A.8": 4, "A.9": 3, "A.10": 3}
"""How many controls each area of Annex A has."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Obligation(_Data):
    """One thing that a clause or control asks for, in our words."""

    id: str
    text: str


class DocumentedInformation(_Data):
    """Something that has to be, or usually is, written down."""

    what: str
    status: Literal["mandatory", "if_control_applies", "implied", "as_needed"]


class Requirement(_Data):
    """A clause (binding) or an Annex A control (binding when it is necessary per 6.1.3)."""

    id: str
    title: str
    kind: Literal["clause", "control"]
    objective_id: str | None = None
    pdca: Literal["plan", "do", "check", "act"]
    shall_count: int
    obligations: tuple[Obligation, ...] = Field(min_length=1)
    documented_information: tuple[DocumentedInformation, ...]
    evidence_examples: tuple[str, ...]
    typical_nonconformities: tuple[str, ...]
    note: str | None = None
    crosswalk_ids: tuple[str, ...]


class Objective(_Data):
    """An objective statement of Annex A with the controls below it."""

    id: str
    statement_id: str
    title: str
    kind: Literal["objective"]
    text: str
    controls: tuple[str, ...]


class Annex(_Data):
    """An annex and whether it binds."""

    id: str
    title: str
    status: str
    gist: str


class Related(_Data):
    """What of another framework a clause or control is related to, and how sure that is."""

    refs: tuple[str, ...]
    doubtful_refs: tuple[str, ...] = ()
    confidence: Literal["high", "medium", "low", "none"]
    source: tuple[str, ...]
    note: str | None = None


class CrosswalkRow(_Data):
    """A clause or control beside law and other standards: related to, never equal."""

    id: str
    iso42001: str
    title: str
    targets: Mapping[str, Related]


class Requirements(_Data):
    """All of it. Building one raises ValueError, with what is wrong, unless it is whole and sound."""

    items: tuple[Requirement, ...]
    objectives: tuple[Objective, ...]
    annexes: tuple[Annex, ...]
    glossary: Mapping[str, str]
    crosswalk: tuple[CrosswalkRow, ...]
    crosswalk_sources: Mapping[str, str]
    disclaimers: tuple[str, ...]
    not_covered: tuple[str, ...]
    nist_to_iso: Mapping[str, tuple[str, ...]]
    plain_words: Mapping[str, str]

    @cached_property
    def by_id(self) -> Mapping[str, Requirement]:
        """Clauses and controls by id."""
        return {item.id: item for item in self.items}

    @cached_property
    def obligations(self) -> Mapping[str, Obligation]:
        """Obligations by id."""
        return {o.id: o for item in self.items for o in item.obligations}

    @property
    def clauses(self) -> tuple[Requirement, ...]:
        """Clauses 4.1 to 10.2."""
        return tuple(item for item in self.items if item.kind == "clause")

    @property
    def controls(self) -> tuple[Requirement, ...]:
        """Controls A.2.2 to A.10.4."""
        return tuple(item for item in self.items if item.kind == "control")

    def group(self, name: str) -> tuple[Requirement, ...]:
        """The clauses or controls below a number such as "6", "9.2", "A.6" or "A.6.2"."""
        return tuple(item for item in self.items if item.id.startswith(f"{name}."))

    def get(self, name: str) -> Requirement | Obligation | Objective:
        """A clause, control, obligation or objective by id; UnknownRequirement says what exists."""
        wanted = normal_id(name)
        found = (
            self.by_id.get(wanted)
            or self.obligations.get(wanted)
            or next((o for o in self.objectives if wanted in (o.id, o.statement_id)), None)
        )
        if found is None:
            raise UnknownRequirement(self.refusal(wanted))
        return found

    def knows(self, name: str) -> bool:
        """Whether this id, or a group of this number, exists."""
        wanted = normal_id(name)
        known = wanted in self.by_id or wanted in self.obligations or bool(self.group(wanted))
        return known or any(wanted in (o.id, o.statement_id) for o in self.objectives)

    def refusal(self, name: str) -> str:
        """Say that an id does not exist, and what does in its place."""
        wanted = normal_id(name)
        what = "control" if wanted.startswith("A") else "clause"
        said = f"ISO/IEC 42001 has no {what} {wanted}"
        parent = re.split(r"[-(]", wanted)[0]
        if parent in self.by_id:
            last = self.by_id[parent].obligations[-1].id
            return f"{said}: what {parent} asks for is listed here as {parent}-a to {last}."
        while "." in parent:
            parent = parent.rpartition(".")[0]
            members = self.group(parent)
            if len(members) > 1:
                return f"{said}: {parent} goes from {members[0].id} to {members[-1].id}."
            if members:
                return f"{said}: {parent} has only {members[0].id}."
        return f"{said}: its requirements are clauses 4 to 10 and controls A.2.2 to A.10.4."

    @model_validator(mode="after")
    def _whole(self) -> Requirements:
        for fault in _faults(self):
            raise ValueError(fault)
        return self


def normal_id(name: str) -> str:
    """The one spelling of an id: "clause 6.1.3 f)" and "6.1.3(f)" are "6.1.3-f"."""
    text = re.sub(r"(?i)\b(clause|control|annex|section|requirement|iso/iec|iso|42001)\b", " ", name)
    match = re.search(r"(?i)([ab]\.)?(\d{1,2}(?:\.\d{1,2})*)\s*(?:-\s*([a-z]\d?)\b|\(?([a-z]\d?)\))?", text)
    if match is None:
        return name.strip()
    prefix, number, letter, bracketed = match.groups()
    end = letter or bracketed
    return ("A." if prefix else "") + number + (f"-{end.lower()}" if end else "")


def _faults(held: Requirements) -> list[str]:
    """What is wrong with the data, in words; empty when it is whole."""
    ids = Counter(i.id for i in held.items)
    ids.update(o.id for i in held.items for o in i.obligations)
    faults = [f"id {name} stands {n} times" for name, n in ids.items() if n > 1]
    for what, found, right in (
        ("clauses", len(held.clauses), CLAUSES),
        ("controls", len(held.controls), CONTROLS),
        ("obligations", sum(len(i.obligations) for i in held.items), OBLIGATIONS),
    ):
        if found != right:
            faults.append(f"{found} {what} instead of {right}")
    spread = Counter(".".join(c.id.split(".")[:2]) for c in held.controls)
    if spread != Counter(AREAS):
        faults.append(f"controls per area are {dict(spread)} instead of {AREAS}")
    for item in held.items:
        strays = [o.id for o in item.obligations if not re.fullmatch(f"{item.id}-[a-z][0-9]?", o.id)]
        faults += [f"obligation {name} stands below {item.id}" for name in strays]
    missing = set(held.by_id) ^ set(held.plain_words)
    faults += [f"plain words and requirements differ in {name}" for name in sorted(missing)]
    return faults + _crosswalk_faults(held)


def _crosswalk_faults(held: Requirements) -> list[str]:
    faults = []
    rows = {row.id: row for row in held.crosswalk}
    controlled = [c for o in held.objectives for c in o.controls]
    if sorted(controlled) != sorted(c.id for c in held.controls):
        faults.append("the objectives do not hold every control exactly once")
    for item in held.items:
        faults += [f"{item.id} names {x}, which is no row" for x in item.crosswalk_ids if x not in rows]
        if item.objective_id and not any(
            item.objective_id == o.id and item.id in o.controls for o in held.objectives
        ):
            faults.append(f"{item.id} names objective {item.objective_id}, which does not hold it")
    for row in held.crosswalk:
        owner = held.by_id.get(row.iso42001)
        if owner is None or row.id not in owner.crosswalk_ids:
            faults.append(f"row {row.id} and {row.iso42001} do not name each other")
        named = {s for target in row.targets.values() for s in target.source}
        faults += [f"row {row.id} names unknown source {s}" for s in named - set(held.crosswalk_sources)]
    for theirs, ours in held.nist_to_iso.items():
        faults += [f"{theirs} names {name}, which does not exist" for name in ours if not held.knows(name)]
    return faults


def read(folder: Path) -> Mapping[str, Any]:
    """The raw data of a folder, in the shape of `Requirements`."""
    standard, crosswalk, plain_words = (
        data(folder / name) for name in ("iso42001.yaml", "crosswalk.yaml", "plain_words.yaml")
    )
    return {
        "items": standard["items"],
        "objectives": standard["objectives"],
        "annexes": standard["annexes"],
        "glossary": standard["glossary"],
        "crosswalk": crosswalk["rows"],
        "crosswalk_sources": crosswalk["sources"],
        "disclaimers": crosswalk["meta"]["disclaimers"],
        "not_covered": crosswalk["not_covered_by_42001"],
        "nist_to_iso": crosswalk["nist_to_iso"],
        "plain_words": plain_words,
    }


@cache
def requirements() -> Requirements:
    """The requirements, read and checked once."""
    return Requirements.model_validate(read(DATA))
