"""The log in a file: whole, to be checked by anybody, or a part of it as records with proofs or a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from sqlalchemy import Connection, select

from assistant import answer_record, chain, log
from assistant.answer_record import cites
from assistant.checkpoints import Standing, standing
from assistant.flat import flat, line
from assistant.log import Record
from assistant.log_key import log_key
from assistant.models import AnswerStatus
from assistant.people import Person
from assistant.permissions import Operation, require
from assistant.pseudonyms import names, pseudonym
from assistant.replacing import replacing
from assistant.standing import State
from assistant.table import write_table
from assistant.tables import items
from knowledge.requirements import requirements

if TYPE_CHECKING:
    from assistant.home import Home

KIND = "export"
Format = Literal["jsonl", "csv"]
Status = AnswerStatus | State | Literal["stale"]
"""What an answer was when given, where it stands in review, or that its sources changed."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: how many records, and the checkpoint beside those that were picked."""

    records: int
    checkpoint: Path | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the log: the state of each item of review, and whose the pseudonyms are."""

    states: Mapping[str, str]
    stales: frozenset[str]
    names: Mapping[str, str]

    @classmethod
    def of(cls, connection: Connection) -> Beside:
        """What stands beside the log now."""
        found = connection.execute(select(items.c.id, items.c.state, items.c.stale)).all()
        return cls(
            states={row.id: row.state for row in found},
            stales=frozenset(row.id for row in found if row.stale),
            names=names(connection),
        )

    def state(self, record: Record) -> str:
        """The state in review of what a record is about; empty when it is about no item."""
        return self.states.get(_about(record), "")

    def stale(self, record: Record) -> str:
        """`stale` for a record about an item whose sources changed; else empty."""
        return "stale" if _about(record) in self.stales else ""

    def name(self, record: Record) -> str:
        """The name of who acted, while it is known."""
        return self.names.get(str(record.body.get("actor", "")), "")


def _about(record: Record) -> str:
    return record.id if record.kind == answer_record.KIND else str(record.body.get("item", ""))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records: those that meet every condition that is not None."""

    clause: str | None = None
    who: str | None = None
    since: date | None = None
    until: date | None = None
    status: Status | None = None

    @property
    def everything(self) -> bool:
        """Whether no condition is set."""
        return self == Wanted()

    def takes(self, record: Record, beside: Beside) -> bool:
        """Whether a record is wanted. Days are UTC, the last one included.

        A state of review takes the items in that state, with every record of their review.
        """
        day, said = record.at[:10], record.body.get("answer", {})
        held = "held" if record.body.get("review", {}).get("held") else said.get("status")
        states = (held, beside.state(record), beside.stale(record))
        return (
            (self.clause is None or (record.kind == answer_record.KIND and cites(record, self.clause)))
            and (self.status is None or self.status in states)
            and (self.who is None or self.who in (record.body.get("actor"), record.personal.get("person")))
            and (self.since is None or day >= self.since.isoformat())
            and (self.until is None or day <= self.until.isoformat())
        )


def export(
    home: Home,
    person: Person,
    out: Path,
    *,
    format: Format = "jsonl",
    clause: str | None = None,
    who: str | None = None,
    since: date | None = None,
    until: date | None = None,
    status: Status | None = None,
) -> Exported:
    """Write the log as it is at this moment; that it was taken out stands on the log itself.

    The whole log in `jsonl` ends with the record of its own export or a later one, so that a checkpoint
    written next agrees with it. With a condition each line bears its proof, and the checkpoint that the
    proofs lead to stands beside the file. Raises UnknownRequirement for a clause that ISO/IEC 42001 does
    not have, UnknownPerson, CannotWrite, and, but for the whole log in `jsonl`, DamagedRecord when the log
    is not sound.
    """
    require(home.database, person, Operation.EXPORT)
    name = requirements().get(clause).id if clause else None
    wanted = Wanted(name, pseudonym(home, who) if who else None, since, until, status)
    beside = out.with_name(f"{out.name}.checkpoint")
    if format == "jsonl" and wanted.everything:
        return Exported(_whole(home, person, out, wanted))
    with home.database.read() as connection, replacing(out) as file:
        known = Beside.of(connection)
        if format == "csv":
            taken = (r for r in map(log.read, chain.stored(connection)) if wanted.takes(r, known))
            count = write_table(((r, known.name(r), known.state(r)) for r in taken), file)
        else:
            count = _part(home, connection, wanted, known, file, beside)
        _note(home, person, out, format, wanted, count)
    return Exported(count, beside if format == "jsonl" else None)


def _whole(home: Home, person: Person, out: Path, wanted: Wanted) -> int:
    count = 0
    with replacing(out) as file:
        _note(home, person, out, "jsonl", wanted, None)
        with home.database.read() as connection:
            for record in chain.stored(connection):
                file.write(line(flat(record)))
                count += 1
    return count


def _part(
    home: Home, connection: Connection, wanted: Wanted, known: Beside, file: BinaryIO, checkpoint: Path
) -> int:
    """Write the wanted records, and those that vouch for words which were erased from them."""
    present, key = standing(connection), log_key(home.settings.home)
    with replacing(checkpoint) as note:
        note.write(key.note(present.checkpoint(key.name).text()).encode())
    count, robbed = 0, set[int]()
    for record in chain.stored(connection):
        read = log.read(record)
        if wanted.takes(read, known):
            robbed |= {record.seq} if any(word.erased for word in record.words) else set()
        elif read.kind != chain.ERASE or robbed.isdisjoint(e["seq"] for e in read.body["records"]):
            continue
        file.write(line({**flat(record), "proof": proof(present, record.seq)}))
        count += 1
    return count


def proof(present: Standing, seq: int) -> dict[str, object]:
    """That a record is in the log as it stands."""
    return {"size": len(present.tree), "path": [step.hex() for step in present.tree.proof(seq - 1)]}


def _note(home: Home, person: Person, out: Path, format: Format, wanted: Wanted, count: int | None) -> None:
    """Put the export on the log; without a count it reaches to this very record."""
    body = {
        **person.acted(),
        "where": out.name,
        "format": format,
        "records": count,
        "clause": wanted.clause,
        "since": wanted.since.isoformat() if wanted.since else None,
        "until": wanted.until.isoformat() if wanted.until else None,
        "status": wanted.status,
    }
    with log.recording(home.database) as connection:
        if count is None:
            body["records"] = log.size(connection) + 1
        log.append(connection, KIND, body, {"who": wanted.who} if wanted.who else None)
