"""Assessments of the systems in the register: made, kept unchanged, and decided on by somebody else."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import rfc8785
from sqlalchemy import Connection, Row, func, insert, select, update

from assistant import log
from assistant.assessing import held, recorded, said, systems
from assistant.assessing.assess import assess
from assistant.assessing.interview import Interview, interview
from assistant.assessing.results import Assessment, SchemeResult
from assistant.assessing.systems import System
from assistant.assessing.tables import assessments
from assistant.assessing.tables import systems as register
from assistant.errors import DamagedRecord, NotPossible, UnknownRecord
from assistant.home import Home
from assistant.log import Record
from assistant.people import Person
from assistant.permissions import Operation, refuse, require
from assistant.rules import Refusal
from knowledge.clock import now, today
from knowledge.library import sha256
from knowledge.tiers import internal

KIND, DECISION = "assessment", recorded.DECISION
Act = Literal["approve", "other"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer decided on a proposed tier."""

    act: Act
    tier: str
    reason: str
    role: str
    actor: str
    at: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An assessment as it was made; `wrote` are those who gave its answers or made it.

    `erased` says that words which somebody wrote for it were erased since; the results stand.
    """

    id: str
    system: str
    number: int
    at: str
    role: str
    sha256: str
    interview: Interview
    results: Assessment
    wrote: frozenset[str]
    erased: bool = False
    decision: Decision | None = None

    @property
    def proposed(self) -> SchemeResult:
        """The tier that is decided on: the organisation's own."""
        return self.results.scheme("internal")


def make(home: Home, person: Person, system: str, given: Interview | None = None) -> Kept:
    """Assess a system from the interview that is held on it, or from one that is given; it stays as it is.

    Raises NotPossible when the answers contradict each other or there is none.
    """
    require(home.database, person, Operation.ASSESS, system[:40])
    with log.recording(home.database) as connection:
        found = systems.get(connection, system)
        whose: Mapping[str, str] = {}
        if given is None:
            whose = held.whose(connection, system)
            given = interview(held.stored(connection, system))
        if not given.answers and not given.narrative:
            raise NotPossible("No question of the interview is answered yet. Answer some first.")
        return get(connection, _written(connection, person, found, given, whose))


def _written(
    connection: Connection, person: Person, system: System, given: Interview, whose: Mapping[str, str]
) -> str:
    """Keep an assessment; its hash is salted by the content, and the words are kept beside it."""
    results, name = assess(given), log.new_id()
    chosen, written = said.parted(given)
    words = said.shared(written, whose, person.id)
    content = rfc8785.dumps(
        {
            "salt": secrets.token_hex(16),
            "interview": chosen.model_dump(mode="json"),
            "results": results.model_dump(mode="json"),
            "wrote": sorted({person.id, *whose.values()}),
        }
    ).decode()
    where = assessments.c.system == system.id
    last = connection.execute(select(func.max(assessments.c.number)).where(where)).scalar() or 0
    digest = sha256(content.encode())
    body: dict[str, Any] = {
        **person.acted(),
        "act": "assess",
        "system": system.id,
        "assessment": name,
        "title": system.facts.name,
        "number": last + 1,
        "sha256": digest,
        said.BOUND: said.bound(words),
        **outcome(results),
    }
    entry = log.append(connection, KIND, body)
    values = {"id": name, "system": system.id, "number": last + 1, "content": content, "sha256": digest}
    connection.execute(insert(assessments).values(**values, record=entry.id))
    said.keep(connection, name, words)
    return name


def outcome(results: Assessment) -> dict[str, Any]:
    """What the record says of the results: the tier by scheme, and the scheme's version."""
    return {
        "tiers": {one.scheme: one.tier for one in results.schemes},
        "schemes": {one.scheme: one.version for one in results.schemes},
    }


def decide(
    home: Home,
    person: Person,
    assessment: str,
    tier: str | None = None,
    reason: str = "",
    again: date | None = None,
) -> Kept:
    """Decide on the tier that the newest assessment of a system proposes: as proposed, or another one.

    `tier` None approves the proposal; another tier needs a reason. `again` is the day by which the system
    is to be assessed again. Raises NotAllowed, on the record, for whoever had a hand in the assessment, and
    NotPossible for a tier that there is not or a day that is past.
    """
    require(home.database, person, Operation.DECIDE_TIER, assessment[:40])
    known = [one.id for one in internal().tiers]
    if tier is not None and tier not in known:
        raise NotPossible(f"{tier[:40]!r} is none of the tiers {', '.join(known)}.")
    if again is not None and again < today():
        raise NotPossible(f"{again} is past. Give a day from today on for the next assessment.")
    try:
        with log.recording(home.database) as connection:
            kept = get(connection, assessment)
            _decidable(connection, kept, person)
            other = tier is not None and tier != kept.proposed.tier
            if other and not reason.strip():
                raise NotPossible("Another tier than the proposed one needs a reason.")
            _decided(connection, kept, person, tier or kept.proposed.tier, reason.strip(), again)
            return get(connection, assessment)
    except Refusal as error:
        refuse(home.database, person, Operation.DECIDE_TIER, assessment[:40], str(error))


def _decidable(connection: Connection, kept: Kept, person: Person) -> None:
    where = assessments.c.system == kept.system
    newest = connection.execute(select(func.max(assessments.c.number)).where(where)).scalar()
    if person.id in kept.wrote:
        raise Refusal(
            "You had a hand in this assessment, with this account or another. Somebody else decides."
        )
    if kept.number != newest:
        raise Refusal("A later assessment of this system is there. Decide on that one.")
    if kept.decision:
        raise Refusal("This assessment is decided already. Assess the system anew first.")


def barred(kept: Kept, person: Person, newest: int) -> str | None:
    """Why a person cannot decide on an assessment; None when they can, by the rules beyond the role."""
    if kept.decision or kept.number != newest:
        return "It is decided." if kept.decision else "A later assessment is there."
    return "You had a hand in this assessment. Somebody else decides." if person.id in kept.wrote else None


def _decided(
    connection: Connection, kept: Kept, person: Person, tier: str, reason: str, again: date | None
) -> None:
    system = systems.get(connection, kept.system)
    body = {
        **person.acted(),
        "act": "approve" if tier == kept.proposed.tier else "other",
        "system": kept.system,
        "assessment": kept.id,
        "title": system.facts.name,
        "sha256": kept.sha256,
        "proposed": kept.proposed.tier,
        "tier": tier,
        "next_assessment": again.isoformat() if again else None,
    }
    log.append(connection, DECISION, body, {"reason": reason} if reason else None)
    values: dict[str, Any] = {"tier": tier, "tier_decided": True, "changed_at": now()}
    values |= {"next_assessment": again} if again else {}
    connection.execute(update(register).where(register.c.id == kept.system).values(**values))


def get(connection: Connection, assessment: str) -> Kept:
    """One assessment as it was made. Raises UnknownRecord, and DamagedRecord when it was altered since."""
    row = connection.execute(select(assessments).where(assessments.c.id == assessment)).first()
    if row is None:
        raise UnknownRecord(f"No assessment {assessment[:40]!r} is there.")
    return _read(connection, row)


def of_system(connection: Connection, system: str) -> list[Kept]:
    """The assessments of a system, the newest first."""
    query = select(assessments).where(assessments.c.system == system)
    rows = connection.execute(query.order_by(assessments.c.number.desc())).all()
    return [_read(connection, row) for row in rows]


def _read(connection: Connection, row: Row[Any]) -> Kept:
    entry = log.get(connection, row.record)
    content = _content(connection, row, entry)
    chosen = Interview.model_validate(content["interview"])
    given, erased = said.whole(connection, row.id, entry, chosen)
    return Kept(
        id=row.id,
        system=row.system,
        number=row.number,
        at=entry.at,
        role=entry.body["role"],
        sha256=entry.body["sha256"],
        interview=given,
        results=Assessment.model_validate(content["results"]),
        wrote=frozenset(content["wrote"]),
        erased=erased or not _same(row, entry),
        decision=_decision(log.latest(connection, DECISION, 10, containing=row.id)),
    )


def _content(connection: Connection, row: Row[Any], entry: Record) -> dict[str, Any]:
    """What is kept, when it is what was recorded; DamagedRecord otherwise."""
    told = tuple(map(entry.body.get, ("assessment", "system", "number", "sha256")))
    if entry.kind == KIND and told == (row.id, row.system, row.number, row.sha256):
        content: dict[str, Any] = json.loads(row.content)
        if _same(row, entry) or _emptied(connection, row, entry, content):
            return content
    raise DamagedRecord(f"Assessment {row.id} is not what was recorded: it was altered since.")


def _same(row: Row[Any], entry: Record) -> bool:
    digest: str = entry.body["sha256"]
    return sha256(row.content.encode()) == digest


def _emptied(connection: Connection, row: Row[Any], entry: Record, content: dict[str, Any]) -> bool:
    """Whether it is from before words were kept beside it, and they were erased on the record."""
    results = Assessment.model_validate(content["results"])
    same = outcome(results)["tiers"] == entry.body["tiers"]
    return said.BOUND not in entry.body and same and said.erased_on_record(connection, row.id)


def _decision(entries: list[Record]) -> Decision | None:
    for entry in entries:
        body = entry.body
        reason = entry.personal.get("reason", "")
        return Decision(body["act"], body["tier"], reason, body["role"], body["actor"], entry.at)
    return None
