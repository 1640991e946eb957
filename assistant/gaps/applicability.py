"""The statement of applicability: one row for each of the 38 controls, and for the organisation's own.

What nobody filled is open, never included. Every change is a record, and can be undone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from pydantic import Field
from sqlalchemy import Connection, delete, insert, select

from assistant import log
from assistant.errors import DamagedRecord, NotPossible
from assistant.gaps.tables import soa_rows
from assistant.home import Home
from assistant.log import Record
from assistant.models import Frozen
from assistant.people import Person
from assistant.permissions import Operation, require
from knowledge.formats.builder import clean
from knowledge.models import Role
from knowledge.requirements import requirements

KIND = "soa"
"""The kind of a record of a change of the statement."""
_MOST = 2_000
_OWN = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,39}")
_STANDARD = re.compile(r"(?i)^(annex\s*)?[a-d]\.?\d")
_WORDS = ("reason", "owner")
"""What may name people: kept beside the chain, where it can be erased."""
_TEXTS = ("title", "source", "reason", "link", "systems", "owner")


class Practice(StrEnum):
    """How far a control is put into practice: good practice to say, the standard does not ask for it."""

    NOT_BEGUN = "not begun"
    BEGUN = "begun"
    IN_PLACE = "in place"


class Row(Frozen):
    """What the organisation says of one control. `seq` is the record that it stands on, 0 for none."""

    id: str
    title: str
    source: str | None = Field(default=None, description="Where an own control comes from; None for Annex A.")
    included: bool | None = Field(default=None, description="None: nobody has decided yet.")
    reason: str = Field(default="", description="Why it is included, or why it is excluded.")
    link: str = Field(default="", description="The risk or requirement for which it is needed.")
    systems: str = Field(default="", description="The AI systems to which it applies.")
    status: Practice | None = None
    owner: str = Field(default="", description="The role that answers for it.")
    on: date | None = Field(default=None, description="When it was decided, or is due.")
    seq: int = 0

    @property
    def own(self) -> bool:
        """Whether it is the organisation's own control."""
        return self.source is not None


class Change(Frozen):
    """A record of a row's history: who by their role, when, and the row as it was left; None when gone."""

    act: str
    role: Role
    at: str
    record: str
    row: Row | None


def rows(home: Home, person: Person) -> tuple[Row, ...]:
    """The 38 controls in their order, and own controls below them."""
    require(home.database, person, Operation.GAPS)
    with home.database.read() as connection:
        return _rows(connection)


def _rows(connection: Connection) -> tuple[Row, ...]:
    held = {row.id: row for row in _held(connection)}
    standard = [held.pop(c.id, Row(id=c.id, title=c.title)) for c in requirements().controls]
    return (*standard, *held.values())


def _held(connection: Connection) -> list[Row]:
    entries = {entry.seq: entry for entry in log.by_number(connection, select(soa_rows.c.seq))}
    found = connection.execute(select(soa_rows).order_by(soa_rows.c.place)).all()
    return [_sound(row.control, row.value, entries.get(row.seq)) for row in found]


def _sound(control: str, value: str, entry: Record | None) -> Row:
    """The row, when it says what its record does; DamagedRecord otherwise."""
    if entry is not None and entry.kind == KIND and entry.body["control"] == control:
        row = Row.model_validate_json(value).model_copy(update={"seq": entry.seq})
        gone = set(entry.body.get("personal", {})) - set(entry.personal)  # kept here beyond their period
        if row.model_copy(update=dict.fromkeys(gone, "")) == _as_row(entry):
            return row
    raise DamagedRecord(f"Row {control} of the statement is not what its record says: it was altered since.")


def fill(home: Home, person: Person, row: Row) -> Row:
    """Put a row as the person wants it. NotPossible when somebody else changed it since it was read."""
    require(home.database, person, Operation.OVERRULE, row.id[:40])
    row = _checked(row)
    with log.recording(home.database) as connection:
        before = _row(connection, row.id)
        if before.seq != row.seq:
            raise NotPossible(f"{row.id} was changed by somebody meanwhile. Look at it, then save again.")
        if before.model_dump() == row.model_dump():
            raise NotPossible(f"Nothing of {row.id} was changed, so there is nothing to save.")
        return _put(connection, person, "fill", row.model_copy(update=_fixed(before)))


def _fixed(before: Row) -> Mapping[str, object]:
    """What of a row of Annex A is the standard's and stays."""
    return {} if before.own else {"title": before.title, "source": None}


def add(home: Home, person: Person, name: str, title: str, source: str) -> Row:
    """Add a control of the organisation's own; NotPossible for an id that is taken or looks like Annex A."""
    require(home.database, person, Operation.OVERRULE, name[:40])
    row = _checked(Row(id=name.strip(), title=title, source=source))
    if not row.title:
        raise NotPossible("Name the control: a title by which people know it.")
    if _STANDARD.match(row.id) or not _OWN.fullmatch(row.id):
        raise NotPossible(
            f"{name!r} cannot be the id of an own control. Use letters and figures such as OWN-1; ids like "
            "A.6.2.8 are the standard's."
        )
    with log.recording(home.database) as connection:
        if any(held.id.lower() == row.id.lower() for held in _rows(connection)):
            raise NotPossible(f"There is a control {row.id} already. Choose another id, or change that one.")
        return _put(connection, person, "add", row)


def remove(home: Home, person: Person, name: str) -> None:
    """Take an own control out; undoing brings it back. A control of Annex A stays, included or excluded."""
    require(home.database, person, Operation.OVERRULE, name[:40])
    with log.recording(home.database) as connection:
        if not _row(connection, name).own:
            raise NotPossible(f"{name} is a control of Annex A: exclude it with a reason, it stays a row.")
        _put(connection, person, "remove", None, name)


def undo(home: Home, person: Person, name: str) -> Row | None:
    """Put a row back to what it was before its last change that stands; None when it was not there."""
    require(home.database, person, Operation.OVERRULE, name[:40])
    with log.recording(home.database) as connection:
        states = _states(_entries(connection, name))
        if not states:
            raise NotPossible(f"{name} was never changed, so there is nothing to undo.")
        return _restored(connection, person, name, states[-2] if len(states) > 1 else None)


def _restored(connection: Connection, person: Person, name: str, before: Row | None) -> Row | None:
    standard = requirements().by_id.get(name)
    row = before or (Row(id=name, title=standard.title) if standard else None)
    if row is None:
        _put(connection, person, "undo", None, name)
        return None
    return _put(connection, person, "undo", row)


def history(home: Home, person: Person, name: str) -> tuple[Change, ...]:
    """Every change of a row, oldest first."""
    require(home.database, person, Operation.GAPS, name[:40])
    with home.database.read() as connection:
        return tuple(_change(entry) for entry in _entries(connection, name))


def _change(entry: Record) -> Change:
    body = entry.body
    return Change(act=body["act"], role=Role(body["role"]), at=entry.at, record=entry.id, row=_as_row(entry))


def _entries(connection: Connection, name: str) -> Sequence[Record]:
    marked = f'"control":{json.dumps(name)}'
    return log.latest(connection, KIND, limit=1_000_000, containing=marked)[::-1]


def _states(entries: Sequence[Record]) -> list[Row | None]:
    """The states of a row that stand, oldest first: an undo takes the last one away."""
    found: list[Row | None] = []
    for entry in entries:
        if entry.body["act"] == "undo":
            found.pop()
        else:
            found.append(_as_row(entry))
    return found


def _as_row(entry: Record) -> Row | None:
    """The row as a record left it; what may name people is empty when it was erased."""
    held = entry.body["row"]
    if held is None:
        return None
    words = {name: entry.personal[name] or "" for name in _WORDS if name in entry.personal}
    return Row.model_validate({**held, **words, "seq": entry.seq})


def _row(connection: Connection, name: str) -> Row:
    found = next((row for row in _rows(connection) if row.id == name), None)
    if found is None:
        raise NotPossible(_unknown(name))
    return found


def _unknown(name: str) -> str:
    if name.upper().startswith("B."):
        return f"{name} is guidance of Annex B, never a row. The control is A{name[1:]}."
    if _STANDARD.match(name):
        return requirements().refusal(name)
    return f"There is no control {name!r}. Add it first, as a control of your own."


def _checked(row: Row) -> Row:
    texts = {field: clean(getattr(row, field) or "").strip() for field in _TEXTS}
    for field, text in texts.items():
        if len(text) > _MOST:
            raise NotPossible(f"The {field} is too long. Say it in {_MOST} characters.")
    if row.source is None:
        texts.pop("source")
    return row.model_copy(update=texts)


def _put(connection: Connection, person: Person, act: str, row: Row | None, name: str = "") -> Row:
    """Record a state of a row and let it stand; without a row, the row goes."""
    name = row.id if row else name
    held = row.model_dump(mode="json", exclude={*_WORDS, "seq"}) if row else None
    words = {name: said for name in _WORDS if row and (said := getattr(row, name))}
    body = {**person.acted(), "act": act, "control": name, "row": held}
    entry = log.append(connection, KIND, body, words)
    place = connection.execute(select(soa_rows.c.place).where(soa_rows.c.control == name)).scalar()
    connection.execute(delete(soa_rows).where(soa_rows.c.control == name))
    if row is None:
        return Row(id=name, title=name, seq=entry.seq)
    saved = row.model_copy(update={"seq": entry.seq})
    values = {"control": name, "place": place or entry.seq, "seq": entry.seq}
    connection.execute(insert(soa_rows).values(**values, value=saved.model_dump_json()))
    return saved
