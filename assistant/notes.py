"""Checkpoints as text: C2SP signed notes (tlog-checkpoint), one after another in a file.

The lines of a note are its origin, the number of records, the Merkle root in base64, then lines of
our own, a blank line, and signatures. Sums and signatures are over the text up to the blank line.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

HEAD, AT, TRAIL = "clausewise-head", "clausewise-at", "clausewise-trail"
SHORT = 3
"""How many bytes of each record's hash a trail keeps: enough to name the first that differs."""
_NOTE = re.compile(r"((?:[^\n]+\n)+)\n((?:— [^\n]+\n)+)")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log was at a moment.

    `trail` holds the first bytes of the hash of each record from number `first` to `size`.
    """

    origin: str
    size: int
    root: bytes
    head: str
    at: str
    first: int
    trail: bytes

    def text(self) -> str:
        """The lines that are signed."""
        lines = [self.origin, str(self.size), encoded(self.root), f"{HEAD} {self.head}", f"{AT} {self.at}"]
        if self.trail:
            lines.append(f"{TRAIL} {self.first} {encoded(self.trail)}")
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint as it stands in a file, with its lines and those of its signatures."""

    checkpoint: Checkpoint
    text: str
    signatures: tuple[str, ...]


def encoded(data: bytes) -> str:
    """Bytes in base64, as notes have them."""
    return base64.b64encode(data).decode()


def decoded(text: str) -> bytes:
    """The bytes of base64; ValueError for anything else."""
    return base64.b64decode(text, validate=True)


def notes_of(text: str) -> list[Note]:
    """The notes of a file in their order; ValueError where it is no series of checkpoints of ours."""
    found, place = [], 0
    while place < len(text):
        match = _NOTE.match(text, place)
        if not match:
            raise ValueError("not a series of signed notes")
        found.append(Note(_checkpoint(match[1]), match[1], tuple(match[2].splitlines())))
        place = match.end()
    return found


def _checkpoint(text: str) -> Checkpoint:
    origin, size, root, *more = text.splitlines()
    said = {name: rest for name, _, rest in (line.partition(" ") for line in more)}
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", size) or not {HEAD, AT} <= said.keys():
        raise ValueError("not a checkpoint")
    first, trail = _trail(said.get(TRAIL), int(size))
    return Checkpoint(origin, int(size), decoded(root), said[HEAD], said[AT], first, trail)


def _trail(said: str | None, size: int) -> tuple[int, bytes]:
    if said is None:
        return size + 1, b""
    first, _, packed = said.partition(" ")
    trail = decoded(packed)
    if len(trail) != SHORT * (size + 1 - int(first)):
        raise ValueError("a trail that does not end with its checkpoint")
    return int(first), trail


def first_difference(series: Sequence[Checkpoint], trail: bytes) -> int | None:
    """The first record whose hash is not the one that the checkpoints kept.

    `trail` holds the short hashes of all records as they are now.
    """
    for kept in series:
        now = trail[SHORT * (kept.first - 1) : SHORT * kept.size]
        if now != kept.trail:
            places = range(0, len(kept.trail), SHORT)
            return kept.first + next(
                i // SHORT for i in places if now[i : i + SHORT] != kept.trail[i : i + SHORT]
            )
    return None
