"""Vectors of passages: kept in Chroma by the one process that owns it, read by all from a flat file.

A vector is stored under the hash of the text that was embedded, so that unchanged passages of a new
version cost nothing. Status, dates and audience are not stored here: SQL decides about those, and a
scan of the flat file is exact, filtered and the same after every rebuild (docs/decisions/0002).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock, Timeout

from knowledge.errors import IndexBusy
from knowledge.keywords import vector_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PAGE = 2_000


def folder_of(root: Path, model: str) -> Path:
    """Where the vectors of a model lie."""
    return root / "vectors" / hashlib.sha256(model.encode()).hexdigest()[:12]


class VectorFile:
    """The flat file: `keys.u64` and `rows.f32`, appended in step, memory-mapped.

    Rows are written before keys, so that a key always has its row. Only the owner appends.
    """

    def __init__(self, folder: Path) -> None:
        """Open what is there; a folder that does not exist holds no vectors."""
        self.folder = folder
        self.refresh()

    def refresh(self) -> None:
        """Take in what the owner has added since."""
        keys = self.folder / "keys.u64"
        self.keys = np.fromfile(keys, dtype=np.uint64) if keys.exists() else _no_keys()
        self.rows = self._rows()
        self._order = np.argsort(self.keys, kind="stable")

    def _rows(self) -> NDArray[np.float32]:
        path = self.folder / "rows.f32"
        dimension = self._dimension()
        if not len(self.keys) or not dimension:
            return np.zeros((0, dimension), dtype=np.float32)
        shape = (len(self.keys), dimension)
        mapped: NDArray[np.float32] = np.memmap(path, dtype=np.float32, mode="r", shape=shape)
        return mapped

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

    def append(self, keys: NDArray[np.uint64], rows: NDArray[np.float32]) -> None:
        """Add vectors at the end (the owner only)."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not len(self.keys):
            (self.folder / "dimension").write_text(str(rows.shape[1]))
        with (self.folder / "rows.f32").open("ab") as file:
            file.truncate(len(self.keys) * rows.shape[1] * 4)
            file.write(np.ascontiguousarray(rows, dtype=np.float32).tobytes())
            file.flush()
            os.fsync(file.fileno())
        with (self.folder / "keys.u64").open("ab") as file:
            file.truncate(len(self.keys) * 8)
            file.write(keys.tobytes())
        self.refresh()

    def clear(self) -> None:
        """Forget every vector (the owner only). Maps that are open stay readable."""
        for name in ("keys.u64", "rows.f32", "dimension"):
            (self.folder / name).unlink(missing_ok=True)
        self.refresh()


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
        """Make the flat file equal Chroma after a kill between the two writes, or a lost file."""
        stored = self._stored_keys()
        if set(vector_keys(stored).tolist()) == set(self.file.keys.tolist()):
            return
        self.file.clear()
        for page in _pages(stored):
            found = self._collection.get(ids=page, include=["embeddings"])
            self.file.append(vector_keys(found["ids"]), np.asarray(found["embeddings"]))

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

    def add(self, keys: Sequence[str], rows: NDArray[np.float32]) -> None:
        """Store vectors by embedding key."""
        self._open().upsert(ids=list(keys), embeddings=rows)
        self.file.append(vector_keys(keys), rows)

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
