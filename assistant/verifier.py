"""Check an export of the log, or a receipt, without Clausewise: this one file and Python 3.11 suffice.

    python verifier.py EXPORT [--checkpoint FILE] [--key FILE] [--json]

Status 0: sound. Status 1: not sound; the first bad record is named. Status 2: called wrongly, or a file
cannot be read. What each check can prove and what it cannot: docs/log.md.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

GENESIS = "0" * 64
SEALED = ("seq", "id", "at", "kind", "body", "previous")
LONGEST_LINE = 1 << 26


class Unsound(Exception):
    """The first fault: the number of its record, where it has one, and what is wrong with it."""

    def __init__(self, record: int | None, why: str) -> None:
        """Say of a record what is wrong."""
        super().__init__(why)
        self.record = record


class Unreadable(Exception):
    """A file that is not what it was given as."""


# Canonical JSON (RFC 8785) of values without fractions


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _no_fraction(digits: str) -> NoReturn:
    raise ValueError(f"{digits} is no whole number")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_no_fraction, parse_constant=_no_fraction)
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)
_AS_ORDERED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def canonical(value: object) -> bytes:
    """The one way to write a value; names are ordered by UTF-16, which Python's order is below U+D800."""
    text = _ENCODER.encode(value)
    if not text.isascii() and max(text) > "\ud7ff":
        text = _AS_ORDERED.encode(_ordered(value))
    return text.encode()


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return {name: _ordered(value[name]) for name in names}
    return [_ordered(part) for part in value] if isinstance(value, list) else value


# The Merkle tree (RFC 6962)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The roots of the complete subtrees so far, largest first: all that later roots depend on."""

    def __init__(self) -> None:
        """A tree without leaves."""
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, data: bytes) -> None:
        """Append a leaf."""
        reached, size = hashlib.sha256(b"\x00" + data).digest(), self.size
        while size & 1:
            reached, size = _node(self._peaks.pop(), reached), size >> 1
        self._peaks.append(reached)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._peaks:
            return hashlib.sha256().digest()
        reached = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            reached = _node(peak, reached)
        return reached


def included(data: bytes, index: int, size: int, path: Iterable[bytes], root: bytes) -> bool:
    """Whether a path leads from a leaf, at an index from 0, to the root (RFC 9162, 2.1.3.2)."""
    reached, place, last = hashlib.sha256(b"\x00" + data).digest(), index, size - 1
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = _node(sibling, reached)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            reached = _node(reached, sibling)
        place, last = place >> 1, last >> 1
    return 0 <= index < size and last == 0 and reached == root


# Ed25519 (RFC 8032), verification only. A point is (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.

Point = tuple[int, int, int, int]
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ZERO: Point = (0, 1, 1, 0)


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _point(packed: bytes) -> Point | None:
    """The point that 32 bytes stand for; None when they stand for none."""
    y = int.from_bytes(packed, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if y >= _P or (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


def _packed(p: Point) -> bytes:
    inverse = pow(p[2], -1, _P)
    x, y = p[0] * inverse % _P, p[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little")) or _ZERO


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature of 64 bytes over a message is that of a public key of 32 bytes."""
    point = _point(public) if len(public) == 32 and len(signature) == 64 else None
    s = int.from_bytes(signature[32:], "little")
    if point is None or s >= _L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    minus: Point = (-point[0] % _P, point[1], 1, -point[3] % _P)
    steps = (_ZERO, _BASE, minus, _add(_BASE, minus))
    reached = _ZERO
    for bit in range(252, -1, -1):  # s times the base minus k times the key, both at once
        reached = _add(_add(reached, reached), steps[(s >> bit & 1) | (k >> bit & 1) << 1])
    return _packed(reached) == signature[:32]


# Checkpoints: signed notes, one after another in a file

_NOTE = re.compile(r"((?:[^\n]+\n)+)\n+((?:— [^\n]+\n)+)\n*")


@dataclass(frozen=True)
class Key:
    """A public key with its name, as a line `name+id+key` gives them."""

    name: str
    id: bytes
    public: bytes


@dataclass(frozen=True)
class Note:
    """A checkpoint: the root over the first `size` records, and short hashes from record `first` on."""

    text: str
    signatures: tuple[str, ...]
    size: int
    root: bytes
    at: str
    first: int
    trail: bytes


def key_of(line: str) -> Key:
    """The key that a line names; ValueError for anything else."""
    name, key_id, packed = line.strip().split("+", 2)
    data = base64.b64decode(packed, validate=True)
    if len(data) != 33 or hashlib.sha256(f"{name}\n".encode() + data).hexdigest()[:8] != key_id.lower():
        raise ValueError("not an Ed25519 verifier key")
    return Key(name, bytes.fromhex(key_id), data[1:])


def notes_of(text: str) -> list[Note]:
    """The checkpoints in a text, by size; ValueError when it holds anything else."""
    text, found, place = text.replace("\r\n", "\n").rstrip("\n") + "\n", [], 0
    while place < len(text):
        match = _NOTE.match(text, place)
        if not match:
            raise ValueError("not a series of signed notes")
        found.append(_note(match[1], tuple(match[2].splitlines())))
        place = match.end()
    return sorted(found, key=lambda note: note.size)


def _note(text: str, signatures: tuple[str, ...]) -> Note:
    _, size, root, *more = text.splitlines()
    said = {name: rest for name, _, rest in (line.partition(" ") for line in more)}
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", size):
        raise ValueError("not a checkpoint")
    first, _, packed = said.get("clausewise-trail", f"{int(size) + 1} ").partition(" ")
    trail = base64.b64decode(packed, validate=True)
    if len(trail) != 3 * (int(size) + 1 - int(first)):
        raise ValueError("a trail that does not end with its checkpoint")
    at = re.sub(r"[^0-9TZ:.-]", "?", said.get("clausewise-at", "an unknown time"))
    return Note(text, signatures, int(size), base64.b64decode(root, validate=True), at, int(first), trail)


def check_signature(note: Note, key: Key) -> None:
    """Raise Unsound unless the key signed the note."""
    for line in note.signatures:
        try:
            _, name, packed = line.split(" ", 2)
            data = base64.b64decode(packed, validate=True)
        except ValueError:
            continue
        if (name, data[:4]) == (key.name, key.id) and signed(key.public, note.text.encode(), data[4:]):
            return
    raise Unsound(None, f"the checkpoint of {note.at} over {note.size} records is not signed by {key.name}")


# Records


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """The lines that hold something; one that no record could fill is cut, and then is no JSON."""
    start = True
    while line := file.readline(LONGEST_LINE):
        line = line.removeprefix(b"\xef\xbb\xbf") if start else line
        start = False
        if line.strip():
            yield line


def parsed(line: bytes) -> dict[str, Any]:
    """The object in a line; ValueError or RecursionError when there is none, or no unambiguous one."""
    entry = _DECODER.decode(line.decode())
    if not isinstance(entry, dict):
        raise ValueError("not an object")
    return entry


def erasures(file: BinaryIO) -> dict[int, frozenset[str]]:
    """The fields that `erase` records name, by the number of the record whose words they were."""
    named: dict[int, frozenset[str]] = {}
    for line in lines_of(file):
        if b'"erase"' not in line:
            continue
        try:
            entry = parsed(line)
            for part in entry["body"]["records"] if entry["kind"] == "erase" else ():
                if part["seq"] < entry["seq"]:
                    named[part["seq"]] = named.get(part["seq"], frozenset()) | {*part["fields"]}
        except (ValueError, RecursionError, KeyError, TypeError):
            continue  # the check of the record itself says so
    return named


def read_record(line: bytes, number: int | None, more: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The record in a line, which has the fields of one and `more`, and no others."""
    try:
        return shaped(parsed(line), number, more)
    except (ValueError, RecursionError):
        raise Unsound(number, "it is not a record in JSON") from None


def shaped(entry: Any, number: int | None, more: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The same value as a record; Unsound for anything else."""
    fields = {*SEALED, "hash", "personal", *more}
    if not isinstance(entry, dict) or entry.keys() != fields or type(entry["seq"]) is not int:
        raise Unsound(
            number, "it does not have the fields of a record, or has others that nothing vouches for"
        )
    if not isinstance(entry["body"], dict) or not isinstance(entry["personal"], dict):
        raise Unsound(number, "its body is not the body of a record")
    return entry


def sealed(entry: dict[str, Any], number: int) -> bytes:
    """The bytes that a record's hash is over; Unsound when the hash is another."""
    try:
        data = canonical({name: entry[name] for name in SEALED})
    except (ValueError, RecursionError):
        raise Unsound(number, "its content is nothing that a record can hold") from None
    if hashlib.sha256(data).hexdigest() != entry["hash"]:
        raise Unsound(number, "its content was altered after it was written")
    return data


def check_words(entry: dict[str, Any], words: dict[str, Any], erased: frozenset[str]) -> None:
    """Hold what a person typed to the record; `erased` are the fields that later records name as erased."""
    bound = entry["body"].get("personal")
    bound = bound if isinstance(bound, dict) else {}
    for name in {**bound, **words}:
        word = words.get(name)
        if word == {"erased": True} and name in bound:
            if name not in erased:
                raise Unsound(entry["seq"], f"its {name!a} was erased, and no record names who did so")
        elif name not in bound or not _binds(bound[name], word):
            raise Unsound(entry["seq"], f"its {name!a} was altered or removed after it was written")


_SALT = re.compile("[0-9a-f]{32}")
"""So that no part of what was typed can be taken for the salt."""


def _binds(commitment: object, word: object) -> bool:
    if not isinstance(word, dict) or word.keys() != {"salt", "value"}:
        return False
    salt, value = word["salt"], word["value"]
    if not isinstance(salt, str) or not isinstance(value, str) or not _SALT.fullmatch(salt):
        return False
    return hashlib.sha256(f"{salt}\n{value}".encode("utf-8", "surrogatepass")).hexdigest() == commitment


# What is checked: a whole log, a part of one, a receipt


@dataclass
class Found:
    """What a check found; `records` were sound before it ended."""

    kind: str = "log"
    sound: bool = False
    records: int = 0
    head: str | None = None
    broken_at: int | None = None
    reason: str = ""
    checkpoints: int = 0
    signatures: str = "no checkpoint"


def check_log(file: BinaryIO, notes: list[Note], found: Found) -> None:
    """Check a whole log: every record, every word, and each checkpoint where the log had its size."""
    erased = erasures(file)
    file.seek(0)
    tree, head, kept = Tree(), GENESIS, Kept(notes)
    kept.compare(tree)
    for line in lines_of(file):
        number = tree.size + 1
        entry = read_record(line, number)
        if entry["seq"] != number:
            raise _misplaced(entry["seq"], number)
        data = sealed(entry, number)
        kept.compare_hash(number, entry["hash"])
        if entry["previous"] != head:
            raise Unsound(number, "it does not follow the record before it; one of the two was changed")
        check_words(entry, entry["personal"], erased.get(number, frozenset()))
        tree.add(data)
        head = entry["hash"]
        kept.compare(tree)
        found.records, found.head = number, head
    kept.finish(tree.size)


def _misplaced(seq: int, expected: int) -> Unsound:
    if seq == expected - 1:
        return Unsound(seq, "two records bear this number, and one of them was put in")
    return Unsound(expected, f"it is missing, and record {seq} stands in its place")


class Kept:
    """The checkpoints, held against the log while it grows before them."""

    def __init__(self, notes: list[Note]) -> None:
        """The checkpoints by size."""
        self._notes, self._trails = list(notes), [note for note in notes if note.trail]
        self._agreed = 0

    def compare_hash(self, number: int, digest: str) -> None:
        """Hold a record's hash to the trail that tells of it."""
        while self._trails and self._trails[0].size < number:
            del self._trails[0]
        if self._trails and number >= self._trails[0].first:
            note, place = self._trails[0], 3 * (number - self._trails[0].first)
            if note.trail[place : place + 3].hex() != digest[:6]:
                raise Unsound(number, f"it was rewritten after the checkpoint of {note.at}")

    def compare(self, tree: Tree) -> None:
        """Hold the root to the checkpoints of this size."""
        while self._notes and self._notes[0].size <= tree.size:
            note = self._notes.pop(0)
            if note.root != tree.root():
                which = f"it, or one of those up to record {note.size},"
                raise Unsound(self._agreed + 1, f"{which} was rewritten after the checkpoint of {note.at}")
            self._agreed = note.size

    def finish(self, size: int) -> None:
        """Hold the end of the log to the newest checkpoint."""
        if self._notes:
            note = self._notes[-1]
            raise Unsound(
                size + 1, f"it is missing: the checkpoint of {note.at} tells of {note.size} records"
            )
        if not size:
            raise Unsound(1, "it is missing: the file holds no record")


def check_part(file: BinaryIO, notes: list[Note], found: Found) -> None:
    """Check records that were picked from a log, each by the proof in its line."""
    if not notes:
        raise Unreadable("these are records picked from a log: name their checkpoint with --checkpoint")
    erased = erasures(file)
    file.seek(0)
    roots, last = {note.size: note.root for note in notes}, 0
    for count, line in enumerate(lines_of(file), 1):
        try:
            entry = read_record(line, None, frozenset({"proof"}))
        except Unsound as fault:
            raise Unsound(None, f"line {count} is bad: {fault}") from None
        if entry["seq"] <= last:
            raise Unsound(entry["seq"], "it stands after a later record, or twice")
        last = entry["seq"]
        _expect_checkpoint(entry["proof"], roots)
        check_proof(sealed(entry, last), last, entry["proof"], roots)
        check_words(entry, entry["personal"], erased.get(last, frozenset()))
        found.records = count


def _expect_checkpoint(proof: Any, roots: dict[int, bytes]) -> None:
    size = proof.get("size") if isinstance(proof, dict) else None
    if type(size) is int and size not in roots:
        raise Unreadable(
            f"the proofs are for a log of {size} records, and no checkpoint of that size was given: "
            "name the one that was written beside the export"
        )


def check_proof(data: bytes, number: int, proof: Any, roots: dict[int, bytes]) -> None:
    """Hold a record to the root of the log in which it is said to stand."""
    try:
        size, path = proof["size"], [bytes.fromhex(step) for step in proof["path"]]
        root = roots[size]
    except (KeyError, TypeError, ValueError):
        raise Unsound(number, "its proof is none for a checkpoint that was given") from None
    if not included(data, number - 1, size, path, root):
        raise Unsound(number, "its proof does not hold: it is not the record that the log had there")


def check_receipt(receipt: dict[str, Any], notes: list[Note], key: Key | None, found: Found) -> None:
    """Check one record with its words, and the proof that it is in the log of the receipt's checkpoint.

    A receipt may leave words out: `erased` needs no reason here.
    """
    if receipt.keys() != {"record", "personal", "proof", "checkpoint", "key"}:
        raise Unsound(None, "the receipt lacks something, or holds what nothing vouches for")
    try:
        (note,), own = notes_of(receipt["checkpoint"]), key_of(receipt["key"])
    except (ValueError, AttributeError, TypeError):
        raise Unsound(None, "the checkpoint or the key in the receipt cannot be read") from None
    check_signature(note, key or own)
    roots = {note.size: note.root}
    if any(roots.get(other.size, other.root) != other.root for other in notes):
        raise Unsound(None, "the checkpoint in the receipt is not the one that was given")
    record = receipt["record"]
    entry = shaped({**record, "personal": receipt["personal"]} if isinstance(record, dict) else None, None)
    check_proof(sealed(entry, entry["seq"]), entry["seq"], receipt["proof"], roots)
    check_words(entry, entry["personal"], frozenset(entry["personal"]))
    found.records, found.head = 1, entry["hash"]
    found.checkpoints += 1


# The command


def check(path: Path, notes: list[Note], key: Key | None, found: Found) -> None:
    """Check a file, whichever it is; raise Unsound at the first fault."""
    if notes:
        found.checkpoints, found.signatures = len(notes), "checked" if key else "not checked"
    for note in notes:
        if key:
            check_signature(note, key)
    with path.open("rb") as file:
        receipt, picked = _nature(file)
        file.seek(0)
        if receipt is not None:
            found.kind, found.signatures = "receipt", "checked" if key else "not checked"
            check_receipt(receipt, notes, key, found)
        elif picked:
            found.kind = "part"
            check_part(file, notes, found)
        else:
            check_log(file, notes, found)
    found.sound = True


def _nature(file: BinaryIO) -> tuple[dict[str, Any] | None, bool]:
    """The receipt in a file, if it is one; and whether its first line bears a proof."""
    first = next(lines_of(file), b"")
    if first.startswith(b"seq,"):
        raise Unreadable("this is a table, which proves nothing: give the export in JSON lines")
    for text in (first, first + file.read(LONGEST_LINE)):
        try:
            entry = parsed(text)
        except (ValueError, RecursionError):
            continue
        return (entry if "checkpoint" in entry and "seq" not in entry else None), "proof" in entry
    return None, False


def _given(path: Path | None, read: Any, what: str) -> Any:
    try:
        return read(path.read_bytes().decode("utf-8-sig")) if path else None
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise Unreadable(f"{path} holds no {what}") from None


def told(found: Found, key: Key | None) -> str:
    """What was found, in plain sentences."""
    if not found.sound:
        return (
            f"Record {found.broken_at}: {found.reason}." if found.broken_at else f"Not sound: {found.reason}."
        )
    what = {
        "log": f"The log is sound: {found.records} records, last hash {found.head}.",
        "part": f"{found.records} records stood on the log as they are here; none tells what was left out.",
        "receipt": f"The receipt is sound: its record stood on the log, hash {found.head}.",
    }[found.kind]
    if not found.checkpoints:
        return f"{what}\nNo checkpoint was given: a log that was cut off or made anew would look the same."
    if key is None:
        return f"{what}\nSignatures were not checked: name the log's public key with --key."
    return f"{what}\nCheckpoints that agree: {found.checkpoints}, signed by {key.name}."


def main(arguments: list[str] | None = None) -> None:
    """Run the command; ends the process with its status."""
    parser = argparse.ArgumentParser(prog="clausewise-verify", description="Check an export of the log.")
    parser.add_argument("export", type=Path, help="an export in JSON lines, or a receipt")
    parser.add_argument("--checkpoint", type=Path, help="file of signed checkpoints, kept elsewhere")
    parser.add_argument("--key", type=Path, help="file with the log's public key (log-key.pub)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    found = Found()
    try:
        key: Key | None = _given(options.key, key_of, "public key")
        notes: list[Note] = _given(options.checkpoint, notes_of, "checkpoints") or []
        check(options.export, notes, key, found)
    except Unsound as fault:
        found.broken_at, found.reason, found.head = fault.record, str(fault), None
        if found.kind == "log" and fault.record:
            found.records = fault.record - 1
    except (Unreadable, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(2)
    print(json.dumps(asdict(found)) if options.json else told(found, key))
    sys.exit(0 if found.sound else 1)


if __name__ == "__main__":
    main()
