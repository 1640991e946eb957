"""How the assistant is switched: on, quotes only or off, and which subjects are held. Changes are records.

Read from the database for every question and every drawing of a page, so that a change holds at once in
every open session and every process.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select

from assistant import log
from assistant.errors import NotPossible, SwitchedOff
from assistant.home import Home
from assistant.people import Person
from assistant.permissions import Operation, require
from assistant.tables import controls

KIND = "switch"
_ROW = "assistant"
_MOST = 500


class Mode(StrEnum):
    """What the assistant may do."""

    ON = "on"
    QUOTES = "quotes only"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Switches:
    """The switches; `message` is what readers are told while the assistant is off."""

    mode: Mode = Mode.ON
    message: str = ""
    held: frozenset[str] = frozenset()


def current(connection: Connection) -> Switches:
    """How the assistant is switched now."""
    value = connection.execute(select(controls.c.value).where(controls.c.name == _ROW)).scalar()
    if value is None:
        return Switches()
    held = json.loads(value)
    return Switches(Mode(held["mode"]), held["message"], frozenset(held["held"]))


def now(home: Home) -> Switches:
    """How the assistant is switched now; everybody may know."""
    with home.database.read() as connection:
        return current(connection)


def switch(home: Home, person: Person, mode: Mode, message: str = "") -> Switches:
    """Switch the assistant; `message` is shown while it is off."""
    require(home.database, person, Operation.SWITCH, mode.value)
    if len(message) > _MOST:
        raise NotPossible(f"The message is too long. Say it in {_MOST} characters.")
    return _changed(home, person, lambda before: replace(before, mode=mode, message=message.strip()))


def hold(home: Home, person: Person, subject: str, on: bool = True) -> Switches:
    """Hold answers on a subject until a reviewer approves them, or stop holding them."""
    require(home.database, person, Operation.SWITCH, subject[:60])
    known = [s.id for s in home.subjects]
    if subject not in known:
        raise NotPossible(f"There is no subject {subject!r}. The list has {', '.join(known)}.")
    change = frozenset.union if on else frozenset.difference
    return _changed(home, person, lambda before: replace(before, held=change(before.held, {subject})))


def _changed(home: Home, person: Person, change: Callable[[Switches], Switches]) -> Switches:
    with log.recording(home.database) as connection:
        switches = change(current(connection))
        body = {**person.acted(), "mode": switches.mode.value, "held": sorted(switches.held)}
        words = {"message": switches.message} if switches.message else None
        entry = log.append(connection, KIND, body, words)
        value = {"mode": switches.mode.value, "message": switches.message, "held": sorted(switches.held)}
        connection.execute(delete(controls).where(controls.c.name == _ROW))
        connection.execute(insert(controls).values(name=_ROW, value=json.dumps(value), seq=entry.seq))
    return switches


def refuse_when_off(connection: Connection) -> Switches:
    """The switches, unless the assistant is off: then SwitchedOff with the administrator's message."""
    switches = current(connection)
    if switches.mode is Mode.OFF:
        raise SwitchedOff(
            f"The assistant is switched off. {switches.message or 'Ask your administrator when it is back.'}"
        )
    return switches
