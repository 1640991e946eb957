"""Signed checkpoints: what the log was, kept where those who can change the log cannot reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock
from sqlalchemy import Connection

from assistant import log
from assistant.chain import GENESIS, links
from assistant.errors import BadCheckpoint
from assistant.log_key import LogKey, folder_of, log_key
from assistant.merkle import Tree
from assistant.notes import SHORT, Checkpoint, Note, first_difference, notes_of
from assistant.people import SYSTEM, Person
from assistant.permissions import Operation, require
from assistant.replacing import SHARED, replacing
from knowledge.clock import now

if TYPE_CHECKING:
    from assistant.home import Home

KIND = "checkpoint"


@dataclass(slots=True)
class Standing:
    """All that the proofs need to know of the log at a moment: some 70 bytes a record."""

    tree: Tree = field(default_factory=Tree)
    trail: bytearray = field(default_factory=bytearray)
    head: str = GENESIS

    def checkpoint(self, origin: str, first: int | None = None) -> Checkpoint:
        """The checkpoint of this moment, with the trail from a record's number on, if one is named."""
        size = len(self.tree)
        first = size + 1 if first is None else first
        trail = bytes(self.trail[SHORT * (first - 1) :])
        return Checkpoint(origin, size, self.tree.root(), self.head, now(), first, trail)


def standing(connection: Connection) -> Standing:
    """The log as it stands; DamagedRecord when it is not sound, for nothing is signed then."""
    found = Standing()
    for link in links(connection):
        found.tree.add(link.leaf)
        found.trail += bytes.fromhex(link.hash)[:SHORT]
        found.head = link.hash
    return found


def write(home: Home, person: Person, path: Path) -> Checkpoint:
    """Append a checkpoint of the whole log to a file of checkpoints, which may be new.

    The file is replaced in one step, so that a crash leaves the earlier checkpoints. Raises
    BadCheckpoint when the file holds something else, or the log is not the one that it tells of.
    """
    require(home.database, person, Operation.CHECKPOINT)
    key = log_key(home.settings.home)
    with FileLock(folder_of(home.settings.home) / "checkpoint.lock"):
        earlier, series = _series(path, key)
        with home.database.read() as connection:
            present = standing(connection)
        checkpoints = [note.checkpoint for note in series]
        _refuse_contradiction(path, checkpoints, present)
        first = checkpoints[-1].size + 1 if checkpoints else 1
        checkpoint = present.checkpoint(key.name, first)
        with replacing(path, SHARED) as file:
            file.write((earlier + key.note(checkpoint.text())).encode())
    body = {"size": checkpoint.size, "root": checkpoint.root.hex(), "where": path.name}
    with log.recording(home.database) as connection:
        log.append(connection, KIND, {**body, **person.acted()})
    return checkpoint


def _series(path: Path, key: LogKey) -> tuple[str, list[Note]]:
    """What a file holds, as text and as notes of this key; nothing for a new file."""
    try:
        text = path.read_text("utf-8")
        series = notes_of(text)
    except FileNotFoundError:
        return "", []
    except (OSError, ValueError) as error:
        raise BadCheckpoint(
            f"{path} holds something other than checkpoints ({error}). Name another file."
        ) from error
    if not all(key.signed(note) for note in series):
        raise BadCheckpoint(
            f"{path} holds a checkpoint that the key of this log, {key.name}, did not sign. "
            "Look into who changed the file; until then name another one."
        )
    return text, series


def _refuse_contradiction(path: Path, series: Sequence[Checkpoint], present: Standing) -> None:
    sound = 0
    for number, kept in enumerate(series, 1):
        if kept.size > len(present.tree):
            bad, why = len(present.tree) + 1, "is missing"
        elif present.tree.root(kept.size) != kept.root:
            bad = first_difference(series[:number], bytes(present.trail)) or sound + 1
            why = "is not the one that was there"
        else:
            sound = max(sound, kept.size)
            continue
        raise BadCheckpoint(
            f"The log was changed since the checkpoint of {kept.at} in {path.name}: record {bad} {why}. "
            "No checkpoint was written; keep the file as evidence."
        )


def scheduled(home: Home) -> Path | None:
    """The file into which checkpoints are to be written by themselves."""
    folder = home.settings.checkpoint_to
    return folder / f"{log_key(home.settings.home).name}.checkpoints" if folder else None


def due(home: Home) -> bool:
    """Whether checkpoints are wanted and the newest is older than wanted."""
    path = scheduled(home)
    if path is None:
        return False
    _, series = _series(path, log_key(home.settings.home))
    if not series:
        return True
    age = datetime.now(UTC) - datetime.fromisoformat(series[-1].checkpoint.at)
    return age >= timedelta(hours=home.settings.checkpoint_hours)


def write_if_due(home: Home) -> Checkpoint | None:
    """Write the scheduled checkpoint if it is time."""
    path = scheduled(home)
    return write(home, SYSTEM, path) if path and due(home) else None
