"""The index follows SQL: keyword segments and vectors of every stored passage.

Any process can search. One process at a time owns the files and writes them; the others keep what
they are missing in memory. Everything here can be deleted and comes back the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Connection, select

from knowledge import keywords, library, stored_passages
from knowledge.database import Database, passages
from knowledge.embed import Encoder
from knowledge.errors import IndexBusy
from knowledge.glossary import Glossary
from knowledge.keywords import IndexedPassage, Segment
from knowledge.models import Kind, Reading, Role
from knowledge.stored_passages import StoredPassage
from knowledge.texts import Texts
from knowledge.vectors import TokenRows, VectorFile, VectorStore, folder_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.late import EncodedQuestion

_BATCH = 512

Progress = Callable[[int, int], None]
"""Told (done, total) passages."""


@dataclass(frozen=True)
class Scope:
    """Who asks, about which day, and of which texts. Decided before anything is ranked."""

    role: Role = Role.EMPLOYEE
    day: date = field(default_factory=date.today)
    kinds: frozenset[Kind] | None = None
    documents: frozenset[str] | None = None

    def admits(self, version: library.Version) -> bool:
        """Whether the person may see this version and asked for its kind."""
        return (
            self.role in version.audience
            and (self.kinds is None or version.kind in self.kinds)
            and (self.documents is None or version.document in self.documents)
        )


@dataclass(frozen=True, slots=True)
class State:
    """What the index holds at one revision of the library.

    `owners[s][i]` is the place in `versions` of row i of segment s, or -1 when it is gone;
    `vector_rows[s][i]` its row in `vectors`, or -1 when it has none yet. `outlines` bounds the cosine of
    such a row, `bodies` has its vector without the document's title, `tokens` its token vectors. `places`
    finds a version's place by its id.
    """

    revision: int
    versions: tuple[library.Version, ...]
    segments: tuple[Segment, ...]
    owners: tuple[NDArray[np.int32], ...]
    vector_rows: tuple[NDArray[np.int64], ...]
    vectors: NDArray[np.float32]
    outlines: NDArray[np.float32]
    bodies: NDArray[np.float16]
    tokens: TokenRows
    places: dict[str, int]
    scratch: dict[Scope, Any] = field(default_factory=dict, compare=False)
    """What a search has worked out for a scope and the next one can use."""

    def visible(self, scope: Scope) -> NDArray[np.bool_]:
        """For each version, whether a search in this scope may find it."""
        held = library.in_force(self.versions, scope.day).values()
        chosen = {v.id for v in held if scope.admits(v)}
        return np.array([v.id in chosen for v in self.versions] + [False], dtype=bool)

    @property
    def passages(self) -> int:
        """How many passages can be searched by keyword."""
        return sum(int((owner >= 0).sum()) for owner in self.owners)

    @property
    def embedded(self) -> int:
        """How many of them have a vector."""
        return sum(
            int(((rows >= 0) & (owner >= 0)).sum())
            for rows, owner in zip(self.vector_rows, self.owners, strict=True)
        )


class Index:
    """The index of one home folder."""

    def __init__(
        self, database: Database, folder: Path, encoder: Encoder, glossary: Glossary | None = None
    ) -> None:
        """Open nothing yet."""
        self.database, self.folder, self.encoder = database, folder, encoder
        self.glossary = glossary or Glossary()
        self.texts = Texts()
        self._lock = threading.RLock()
        self._state: State | None = None
        self._segments: list[Segment] = []
        self._store: VectorStore | None = None
        self._file = VectorFile(folder_of(folder, encoder.name))

    @property
    def owned(self) -> bool:
        """Whether this process writes the index's files."""
        return self._store is not None

    def own(self) -> bool:
        """Try to become the process that writes the index; say whether we are."""
        with self._lock:
            if self._store is None:
                try:
                    self._store = VectorStore(self.folder, self.encoder.name)
                except IndexBusy:
                    return False
                self._file = self._store.file
                self._state = None
            return True

    def close(self) -> None:
        """Give up ownership, if we have it."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None

    def state(self) -> State:
        """The index at the library's present revision, brought up to date if it must be."""
        with self.database.read() as connection:
            revision = library.revision(connection)
            with self._lock:
                if self._state is None or self._state.revision != revision:
                    self._catch_up(connection, revision)
                elif len(self._state.vectors) != self._on_disk():
                    self._file.refresh()
                    self._state = self._describe(revision, self._state.versions)
                assert self._state is not None
                return self._state

    def encoded(self, question: str) -> EncodedQuestion:
        """A question as the model sees it, its abbreviations written out."""
        return self.encoder.question(self.glossary.spelt_out(question))

    def _on_disk(self) -> int:
        keys = self._file.folder / "keys.u64"
        return keys.stat().st_size // 8 if keys.exists() else 0

    def _catch_up(self, connection: Connection, revision: int) -> None:
        versions = tuple(library.all_versions(connection))
        alive = {v.id for v in versions}
        if self._state is None:
            held = keywords.saved(self.folder / "keywords")
            self._segments = keywords.compacted(held, {v for segment in held for v in segment.versions})
        covered = {v for segment in self._segments for v in segment.versions}
        new = [v for v in versions if v.id not in covered]
        if new:
            self._segments.append(Segment.build(_contents(connection, new)))
        if self.owned and (new or not covered <= alive):
            tidy = keywords.compacted(self._segments, alive)
            self._segments = keywords.save_only(self.folder / "keywords", tidy)
        self._file.refresh()
        self._state = self._describe(revision, versions)

    def _describe(self, revision: int, versions: tuple[library.Version, ...]) -> State:
        place = {v.id: i for i, v in enumerate(versions)}
        owners, rows = [], []
        for segment in self._segments:
            names = [place.get(v, -1) for v in segment.versions]
            owners.append(np.array([*names, -1], dtype=np.int32)[segment.owner])
            rows.append(self._file.places(segment.embed_keys))
        return State(
            revision,
            versions,
            tuple(self._segments),
            tuple(owners),
            tuple(rows),
            self._file.rows,
            self._file.outlines,
            self._file.bodies,
            self._file.tokens,
            place,
        )

    def embed_missing(self, progress: Progress | None = None) -> int:
        """Embed every passage that has no vector yet and drop vectors of none; return how many new.

        Only for the owner. Each batch is kept, so that a killed run goes on where it stopped.
        """
        store = self._store
        if store is None:
            raise IndexBusy("Another Clausewise process owns the vector store and embeds for all.")
        store.check()
        with self.database.read() as connection:
            wanted = set(connection.execute(select(passages.c.embed_key)).scalars())
            store.keep_only(wanted)
            missing = wanted - store.keys()
            texts = self._missing_texts(connection, missing)
        for start in range(0, len(texts), _BATCH):
            batch = texts[start : start + _BATCH]
            encoded = self.encoder.passages([read for _, read in batch])
            with self._lock:
                store.add([key for key, _ in batch], encoded)
            if progress:
                progress(start + len(batch), len(texts))
        return len(texts)

    def _missing_texts(self, connection: Connection, missing: set[str]) -> list[tuple[str, Reading]]:
        if not missing:
            return []
        ids = (v.id for v in library.all_versions(connection))
        found = dict(library.readings(connection, ids, missing.__contains__))
        # alike lengths beside each other: less padding in the model
        return sorted(found.items(), key=lambda pair: len(pair[1].text))

    def strays(self) -> tuple[set[str], set[str]]:
        """(keys in SQL without a vector, vectors without a passage): both empty when in step."""
        store = self._store
        if store is None:
            raise IndexBusy("Another Clausewise process owns the vector store.")
        with self.database.read() as connection:
            wanted = set(connection.execute(select(passages.c.embed_key)).scalars())
        return wanted - store.keys(), store.keys() - wanted


def _contents(
    connection: Connection, versions: Iterable[library.Version]
) -> Iterable[tuple[str, str, list[IndexedPassage]]]:
    for version in versions:
        text = library.text_of(connection, version.id)
        yield (
            version.id,
            version.title,
            [
                IndexedPassage(p.id, p.embed_key, _text(text, p), p.section)
                for p in stored_passages.of_version(connection, version.id)
            ],
        )


def _text(text: str, passage: StoredPassage) -> str:
    head = f"{text[passage.head[0] : passage.head[1]]} " if passage.head else ""
    return head + text[passage.start : passage.end]
