"""Vectors of passages: kept in Chroma by the one process that owns it, read by all from flat files.

A vector is stored under the hash of the text that was embedded, so that unchanged passages of a new
version cost nothing. Status, dates and audience are not stored here: SQL decides about those, and a
scan of the flat file is exact, filtered and the same after every rebuild (docs/decisions/0002). The
token vectors of a passage, which Chroma cannot hold, are in the flat files alone (docs/decisions/0003).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock, Timeout

from knowledge import bounds, late
from knowledge.errors import IndexBusy
from knowledge.keywords import vector_keys
from knowledge.late import EncodedPassages

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = "3"
"""Grows when the files change."""
_PAGE = 2_000


def folder_of(root: Path, model: str) -> Path:
    """Where the vectors of a model lie. Files of another FORMAT are left alone and made anew."""
    return root / "vectors" / hashlib.sha256(f"{FORMAT}:{model}".encode()).hexdigest()[:12]


class TokenRows:
    """Token vectors of every row: those of row i are numbers `ends[i]` to `ends[i + 1]`, its title's first.

    They are read, not mapped: a search wants a few kilobytes here and there, and a map would take the
    pages around each of them into the memory of the process.
    """

    def __init__(self, path: Path, ends: NDArray[np.int64], leads: NDArray[np.uint16]) -> None:
        """Open the file, which stays readable when it is replaced; with no rows it need not be there."""
        self.ends, self.leads = ends, leads
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()
        if len(leads):
            self._file = path.open("rb", buffering=0)
            weakref.finalize(self, self._file.close)

    def of(self, row: int) -> NDArray[np.int8]:
        """The token vectors of a row, shape (tokens, late.DIMENSION); none for row -1."""
        return self._read(row, 0)

    def body(self, row: int) -> NDArray[np.int8]:
        """Those of what follows its document's title."""
        return self._read(row, 0 if row < 0 else int(self.leads[row]))

    def _read(self, row: int, skipped: int) -> NDArray[np.int8]:
        if row < 0 or self._file is None:
            return np.zeros((0, late.DIMENSION), np.int8)
        start, end = int(self.ends[row]) + skipped, int(self.ends[row + 1])
        with self._lock:
            self._file.seek(start * late.DIMENSION)
            read = self._file.read((end - start) * late.DIMENSION)
        return np.frombuffer(read, dtype=np.int8).reshape(-1, late.DIMENSION)


class VectorFile:
    """Flat files that are appended in step and, but for the token vectors, memory-mapped.

    `rows.f32` holds the vectors, `outlines.f32` what bounds their cosines (`knowledge.bounds`), `bodies.f16`
    the vectors of what follows the title, `tokens.i8` the token vectors of all passages one after another,
    `ends.i64` where those of each passage end, `leads.u16` how many of them are the title's, `keys.u64` the
    embedding keys. Keys are written last, so that a key always has the rest. Only the owner appends.
    """

    def __init__(self, folder: Path) -> None:
        """Open what is there; a folder that does not exist holds no vectors."""
        self.folder = folder
        self.refresh()

    def refresh(self) -> None:
        """Take in what the owner has added since; where a file is lost or cut, nothing is held."""
        path, width = self.folder / "keys.u64", self._dimension()
        keys = np.fromfile(path, dtype=np.uint64) if path.exists() else _no_keys()
        outline = bounds.width(width)
        self.keys = keys if self._complete(len(keys), width, outline) else _no_keys()
        count = len(self.keys)
        self.rows = self._mapped("rows.f32", np.dtype(np.float32), count, width)
        self.outlines = self._mapped("outlines.f32", np.dtype(np.float32), count, outline)
        self.bodies = self._mapped("bodies.f16", np.dtype(np.float16), count, width)
        ends = self._mapped("ends.i64", np.dtype(np.int64), count, 1)
        leads = self._mapped("leads.u16", np.dtype(np.uint16), count, 1)
        starts = np.concatenate([np.zeros(1, np.int64), ends.ravel()])
        self.tokens = TokenRows(self.folder / "tokens.i8", starts, leads.ravel())
        self._order = np.argsort(self.keys, kind="stable")

    def _complete(self, count: int, width: int, outline: int) -> bool:
        """Whether each file has what belongs to so many keys."""
        sizes = {
            "rows.f32": count * width * 4,
            "outlines.f32": count * outline * 4,
            "bodies.f16": count * width * 2,
            "ends.i64": count * 8,
            "leads.u16": count * 2,
        }
        if not count or not width or any(_size(self.folder / name) < size for name, size in sizes.items()):
            return False
        end = int(np.fromfile(self.folder / "ends.i64", np.int64, 1, offset=(count - 1) * 8)[0])
        return _size(self.folder / "tokens.i8") >= end * late.DIMENSION

    def _mapped(self, name: str, kind: np.dtype[Any], count: int, width: int) -> NDArray[Any]:
        if not count or not width:
            return np.zeros((0, width), dtype=kind)
        mapped = np.memmap(self.folder / name, dtype=kind, mode="r", shape=(count, width))
        return mapped.view(np.ndarray)  # the same memory, without memmap's work at each slice

    def _dimension(self) -> int:
        path = self.folder / "dimension"
        return int(path.read_text()) if path.exists() else 0

    def places(self, wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The row of each key, or -1 where it has no vector yet."""
        if not len(self.keys):
            return np.full(len(wanted), -1, dtype=np.int64)
        ordered = self.keys[self._order]
        at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
        return np.where(ordered[at] == wanted, self._order[at], -1)

    def append(self, keys: NDArray[np.uint64], encoded: EncodedPassages) -> None:
        """Add passages at the end (the owner only)."""
        self.folder.mkdir(parents=True, exist_ok=True)
        width = encoded.vectors.shape[1]
        if not len(self.keys):
            (self.folder / "dimension").write_text(str(width))
        held, used = len(self.keys), int(self.tokens.ends[-1])
        ends = used + np.cumsum([len(part) for part in encoded.tokens], dtype=np.int64)
        self._add("tokens.i8", np.concatenate(encoded.tokens), used * late.DIMENSION)
        self._add("ends.i64", ends, held * 8)
        self._add("leads.u16", encoded.leads, held * 2)
        self._add("bodies.f16", encoded.bodies, held * width * 2)
        outlines = bounds.outlined(encoded.vectors)
        self._add("outlines.f32", outlines, held * outlines.shape[1] * 4)
        self._add("rows.f32", encoded.vectors, held * width * 4)
        self._add("keys.u64", keys, held * 8)
        self.refresh()

    def _add(self, name: str, array: NDArray[Any], at: int) -> None:
        """Write after the first `at` bytes; what a killed process left behind them goes."""
        with (self.folder / name).open("ab") as file:
            file.truncate(at)
            file.write(array.tobytes())
            file.flush()
            os.fsync(file.fileno())

    def keep(self, wanted: set[int]) -> None:
        """Write anew with these keys alone (the owner only). Maps that are open stay readable."""
        places = [i for i, key in enumerate(self.keys.tolist()) if key in wanted]
        keys, rows, bodies, tokens = self.keys, self.rows, self.bodies, self.tokens
        for name in _FILES:
            (self.folder / name).unlink(missing_ok=True)
        self.refresh()
        for start in range(0, len(places), _PAGE):
            page = places[start : start + _PAGE]
            parts = tuple(tokens.of(i) for i in page)
            self.append(keys[page], EncodedPassages(rows[page], bodies[page], parts, tokens.leads[page]))


_FILES = (
    "keys.u64",
    "rows.f32",
    "outlines.f32",
    "bodies.f16",
    "ends.i64",
    "leads.u16",
    "tokens.i8",
    "dimension",
)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else -1


def _no_keys() -> NDArray[np.uint64]:
    return np.zeros(0, dtype=np.uint64)


class VectorStore:
    """Chroma, opened by its one owner, with the flat file in step."""

    def __init__(self, root: Path, model: str) -> None:
        """Take the lock and open; IndexBusy when another process has it."""
        root.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(root / "owner.lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise IndexBusy("Another Clausewise process owns the vector store.") from None
        self._folder = folder_of(root, model)
        self.file = VectorFile(self._folder)
        self._client: Any = None
        self._collection: Any = None

    def _open(self) -> Any:
        if self._collection is None:
            self._client, self._collection = _opened(self._folder / "chroma")
            self._reconcile()
        return self._collection

    def _reconcile(self) -> None:
        """After a kill between the two writes, or a lost file: keep what is in both, forget the rest."""
        stored = self._stored_keys()
        short = dict(zip(vector_keys(stored).tolist(), stored, strict=True))
        held = set(self.file.keys.tolist())
        for page in _pages([key for number, key in short.items() if number not in held]):
            self._collection.delete(ids=page)
        if held - short.keys():
            self.file.keep(held & short.keys())

    def _stored_keys(self) -> list[str]:
        total = self._collection.count()
        return [
            key
            for offset in range(0, total, _PAGE)
            for key in self._collection.get(limit=_PAGE, offset=offset, include=[])["ids"]
        ]

    def keys(self) -> set[str]:
        """Every embedding key that has a vector."""
        self._open()
        return set(self._stored_keys())

    def check(self) -> None:
        """Open Chroma and bring the flat file in step with it."""
        self._open()

    def add(self, keys: Sequence[str], encoded: EncodedPassages) -> None:
        """Store encoded passages by embedding key."""
        self._open().upsert(ids=list(keys), embeddings=encoded.vectors)
        self.file.append(vector_keys(keys), encoded)

    def keep_only(self, wanted: Iterable[str]) -> int:
        """Delete the vectors of passages that are gone; return how many."""
        stray = sorted(self.keys() - set(wanted))
        if not stray:
            return 0
        for page in _pages(stray):
            self._collection.delete(ids=page)
        self._reconcile()
        return len(stray)

    def close(self) -> None:
        """Close Chroma and give the lock back."""
        if self._client is not None:
            self._client.close()
        self._client = self._collection = None
        self._lock.release()


def _pages(keys: Sequence[str]) -> Iterable[list[str]]:
    return (list(keys[i : i + _PAGE]) for i in range(0, len(keys), _PAGE))


def _opened(folder: Path) -> tuple[Any, Any]:
    """Chroma's client and our collection; a store that cannot be read is a lost cache, begun anew."""
    import chromadb
    from chromadb.config import Settings

    if not _readable(folder / "chroma.sqlite3"):
        shutil.rmtree(folder, ignore_errors=True)
    client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    return client, client.get_or_create_collection(
        "passages", embedding_function=None, configuration={"hnsw": {"space": "ip"}}
    )


def _readable(path: Path) -> bool:
    """Whether Chroma's own database can be read; asked first, since Chroma cannot be opened twice."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        return False
    return True
