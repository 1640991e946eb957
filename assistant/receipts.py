"""A receipt: one answer with the proof that it was on the log, to be kept and checked without us."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import answer_record, chain, log, reading
from assistant.checkpoints import standing
from assistant.errors import NotPossible
from assistant.export import proof
from assistant.flat import flat
from assistant.log_key import log_key
from assistant.people import Person
from assistant.permissions import Operation, allowed, require
from assistant.replacing import replacing

if TYPE_CHECKING:
    from assistant.home import Home

KIND = "receipt"


def receipt(home: Home, person: Person, answer: str) -> dict[str, Any]:
    """The receipt for an answer that a person may read, as the log stands now.

    Raises UnknownRecord for what is no answer for this person, NotPossible while the answer is held,
    DamagedRecord when the log is not sound.
    """
    require(home.database, person, Operation.READ_OWN)
    if reading.answer(home, person, answer).answer.status == "held":
        raise NotPossible("The answer waits for a reviewer. Its receipt can be had when it is shown.")
    key = log_key(home.settings.home)
    with home.database.read() as connection:
        seq = answer_record.get(connection, answer).seq
        present = standing(connection)
        record = flat(chain.one(connection, seq))
    return {
        "record": {name: value for name, value in record.items() if name != "personal"},
        "personal": _words(record["personal"], person),
        "proof": proof(present, seq),
        "checkpoint": key.note(present.checkpoint(key.name).text()),
        "key": key.verifier,
    }


def _words(words: Mapping[str, Any], person: Person) -> dict[str, Any]:
    """What was typed, for who reviews also what was not shown; to others that is as if it were erased."""
    kept = allowed(person, Operation.QUEUE)
    return {
        name: word if kept or not answer_record.is_unheld(name) else {"erased": True}
        for name, word in words.items()
    }


def write(home: Home, person: Person, answer: str, out: Path) -> None:
    """Write the receipt for an answer to a file; that it was given stands on the log."""
    made = receipt(home, person, answer)
    body = {**person.acted(), "of": answer, "size": made["proof"]["size"]}
    with replacing(out) as file:
        file.write(f"{json.dumps(made, ensure_ascii=False, indent=2)}\n".encode())
        with log.recording(home.database) as connection:
            log.append(connection, KIND, body)
