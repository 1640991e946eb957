"""A receipt: one answer with the proof that it was on the log, to be kept and checked without us."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import answer_record, chain, log
from assistant.checkpoints import standing
from assistant.export import proof
from assistant.flat import flat
from assistant.log_key import log_key
from assistant.people import Person
from assistant.replacing import replacing

if TYPE_CHECKING:
    from assistant.home import Home

KIND = "receipt"


def receipt(home: Home, answer: str) -> dict[str, Any]:
    """The receipt for an answer, as the log stands now.

    Raises UnknownRecord for what is no answer, DamagedRecord when the log is not sound.
    """
    key = log_key(home.settings.home)
    with home.database.read() as connection:
        seq = answer_record.get(connection, answer).seq
        present = standing(connection)
        record = flat(chain.one(connection, seq))
    return {
        "record": {name: value for name, value in record.items() if name != "personal"},
        "personal": record["personal"],
        "proof": proof(present, seq),
        "checkpoint": key.note(present.checkpoint(key.name).text()),
        "key": key.verifier,
    }


def write(home: Home, person: Person, answer: str, out: Path) -> None:
    """Write the receipt for an answer to a file; that it was given stands on the log."""
    made = receipt(home, answer)
    body = {"actor": person.id, "role": person.role.value, "of": answer, "size": made["proof"]["size"]}
    with replacing(out) as file:
        file.write(f"{json.dumps(made, ensure_ascii=False, indent=2)}\n".encode())
        with log.recording(home.database) as connection:
            log.append(connection, KIND, body)
