"""People on the gap assessment: an author or reviewer sets another status, with a reason, beside its own.

Each act is a record; who may not see a document that it was made on does not see the act.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field
from sqlalchemy import Connection, insert, select

from assistant import log
from assistant.errors import NotPossible
from assistant.gaps.assessment import Assessment, Finding, Progress, assess
from assistant.gaps.evidence import Status, clause_status
from assistant.gaps.tables import overrulings
from assistant.home import Home
from assistant.log import Record
from assistant.models import Frozen
from assistant.people import Person
from assistant.permissions import Operation, require
from assistant.visibility import hidden_versions, versions_in
from knowledge.formats.builder import clean
from knowledge.models import Role
from knowledge.requirements import Objective, requirements

KIND = "gap"
"""The kind of a record by which a person overrules the assessment or takes that back."""
_MOST = 2_000


class Act(StrEnum):
    """What a person does to a finding."""

    OVERRULE = "overrule"
    TAKE_BACK = "take back"


class Overruled(Frozen):
    """A person's status of a requirement, beside what the program had found then."""

    status: Status
    machine: Status = Field(description="What the program had found when the person overruled it.")
    reason: str | None = Field(description="None when the person's words were erased.")
    role: Role
    own: bool = Field(description="Whether it is the reader's own.")
    at: str
    record: str
    before_change: bool = Field(description="Whether the documents that are quoted changed since.")


class Item(Frozen):
    """A finding, and what a person says instead. `standing` is the person's word where there is one.

    A clause or control that nobody overruled itself stands as its obligations do.
    """

    finding: Finding
    overruled: Overruled | None = None
    standing: Status


class View(Frozen):
    """The assessment as a person sees it: 244 items, each clause and control before its obligations."""

    items: tuple[Item, ...]

    @property
    def by_id(self) -> Mapping[str, Item]:
        """Items by id."""
        return {item.finding.id: item for item in self.items}


def view(home: Home, person: Person, progress: Progress | None = None) -> View:
    """The assessment with what people overruled, as this person may see both."""
    require(home.database, person, Operation.GAPS)
    found = assess(home, person, progress)
    with home.database.read() as connection:
        overruled = _standing(connection, person, found)
    return View(items=tuple(_items(found, overruled)))


def _items(found: Assessment, overruled: Mapping[str, Overruled]) -> list[Item]:
    made: dict[str, Item] = {}
    for finding in found.findings:
        said = overruled.get(finding.id)
        standing = said.status if said else finding.status
        made[finding.id] = Item(finding=finding, overruled=said, standing=standing)
    for item in requirements().items:
        if item.id not in overruled:
            below = clause_status([made[o.id].standing for o in item.obligations])
            made[item.id] = made[item.id].model_copy(update={"standing": below})
    return list(made.values())


def overrule(home: Home, person: Person, requirement: str, status: Status, reason: str) -> Record:
    """Set another status than the program's, with a reason. UnknownRequirement for what does not exist."""
    require(home.database, person, Operation.OVERRULE, requirement[:40])
    name, why = _known(requirement), clean(reason).strip()
    if not why:
        raise NotPossible("Say why: the reason stands beside the status for whoever reads it.")
    if len(why) > _MOST:
        raise NotPossible(f"The reason is too long. Say it in {_MOST} characters.")
    finding = assess(home, person).by_id[name]
    body = {
        "act": Act.OVERRULE.value,
        "requirement": name,
        "status": status.value,
        "machine": finding.status.value,
        "versions": sorted(finding.versions),
    }
    return _recorded(home, person, body, {"reason": why})


def take_back(home: Home, person: Person, requirement: str) -> Record:
    """Let the program's status stand again. NotPossible when nobody overruled it, as far as one sees."""
    require(home.database, person, Operation.OVERRULE, requirement[:40])
    name = _known(requirement)
    found = assess(home, person)
    with home.database.read() as connection:
        if name not in _standing(connection, person, found):
            raise NotPossible(f"Nobody has overruled {name}; the program's status stands.")
    versions = sorted(found.by_id[name].versions)
    body = {"act": Act.TAKE_BACK.value, "requirement": name, "versions": versions}
    return _recorded(home, person, body, {})


def _known(name: str) -> str:
    found = requirements().get(name)
    if isinstance(found, Objective):
        raise NotPossible(f"{found.id} is an objective. Overrule the controls or obligations below it.")
    return found.id


def _recorded(home: Home, person: Person, body: Mapping[str, object], words: Mapping[str, str]) -> Record:
    with log.recording(home.database) as connection:
        entry = log.append(connection, KIND, {**person.acted(), **body}, words)
        row = {"seq": entry.seq, "requirement": body["requirement"]}
        connection.execute(insert(overrulings).values(row))
    return entry


def _standing(connection: Connection, person: Person, found: Assessment) -> dict[str, Overruled]:
    """What stands overruled, by requirement, of the acts that a person may see."""
    hidden = hidden_versions(connection, person.role)
    last: dict[str, Record] = {}
    for entry in log.by_number(connection, select(overrulings.c.seq)):
        if hidden.isdisjoint(versions_in(entry.body)):
            last[entry.body["requirement"]] = entry
    return {
        name: _overruled(entry, person, found.by_id[name])
        for name, entry in last.items()
        if entry.body["act"] == Act.OVERRULE and name in found.by_id
    }


def _overruled(entry: Record, person: Person, now: Finding) -> Overruled:
    body = entry.body
    return Overruled(
        status=Status(body["status"]),
        machine=Status(body["machine"]),
        reason=entry.personal.get("reason"),
        role=Role(body["role"]),
        own=body["actor"] == person.id,
        at=entry.at,
        record=entry.id,
        before_change=frozenset(body["versions"]) != now.versions,
    )
