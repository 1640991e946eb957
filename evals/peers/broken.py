"""A folder as it happens to people: two good notes, and between them files that cannot be read."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter

from evals.peers.judge import holds
from evals.peers.process import Run
from evals.peers.systems import System, SystemFailed


@dataclass(frozen=True, slots=True)
class Note:
    """A good file, with a question that it answers."""

    file: str
    text: str
    question: str
    key: str


NOTES = (
    Note(
        "a_greenhouse.md",
        "# Greenhouse\n\nThe orchids in the greenhouse are watered every third morning by the caretaker.\n",
        "How often are the orchids watered?",
        "watered every third morning",
    ),
    Note(
        "z_boathouse.md",
        "# Boathouse\n\nRowing boats are lent from the boathouse against a deposit of twelve crowns.\n",
        "What deposit is asked for a rowing boat?",
        "a deposit of twelve crowns",
    ),
)
BAD = ("corrupt.pdf", "empty.md", "empty.pdf", "locked.pdf", "scanned.pdf")


@dataclass(frozen=True, slots=True)
class Coped:
    """What a system made of the folder; `said` holds the line that names each bad file, empty for none."""

    status: int
    notes: int
    said: dict[str, str]
    last_words: str

    @property
    def silent(self) -> list[str]:
        """The bad files of which nothing was said."""
        return [file for file, line in self.said.items() if not line]

    @property
    def lost(self) -> bool:
        """Whether one bad file cost all the others."""
        return self.status != 0 and self.notes == 0


def made(folder: Path) -> list[Path]:
    """Write the files; in the order of their names, notes first and last."""
    folder.mkdir(parents=True)
    scanned = _scanned()
    contents = {note.file: note.text.encode() for note in NOTES} | {
        "corrupt.pdf": scanned[: len(scanned) // 2] + bytes(range(256)) * 8,
        "empty.md": b"",
        "empty.pdf": b"",
        "locked.pdf": _locked(scanned),
        "scanned.pdf": scanned,
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return sorted(folder.iterdir())


def _scanned() -> bytes:
    """Two pages that are pictures of writing."""
    pages = [Image.new("L", (827, 1169), "white") for _ in range(2)]
    for page in pages:
        pen = ImageDraw.Draw(page)
        for line in range(20):
            pen.text((90, 90 + 40 * line), f"Rule {line}: the ferry does not sail in fog.", fill="black")
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:])
    return buffer.getvalue()


def _locked(document: bytes) -> bytes:
    """The document behind a password, by the cipher that needs no further library."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(document)))
    writer.encrypt("lighthouse", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def coped(system: System, folder: Path) -> Coped:
    """Let a system read the folder, then ask it what the notes say."""
    files, store = made(folder / "files"), folder / "store"
    run = system.ingest(files, store)
    lines = _lines(run, folder)
    said = {file: next((line for line in lines if file in line), "") for file in BAD}
    return Coped(run.status, _notes(system, store), said, run.last_words if run.status else "")


def _lines(run: Run, folder: Path) -> Sequence[str]:
    said = f"{run.err}\n{run.out}".replace("\r", "\n").replace(f"{folder / 'files'}/", "")
    return [line.strip()[:300] for line in said.splitlines()]


def _notes(system: System, store: Path) -> int:
    try:
        report, _ = system.find([note.question for note in NOTES], store)
    except SystemFailed:  # nothing was stored
        return 0
    pairs = zip(NOTES, report.found, strict=True)
    return sum(any(holds(chunk["text"], note.key) for chunk in found) for note, found in pairs)
