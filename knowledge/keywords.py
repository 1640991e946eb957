"""Keyword index: BM25 over several fields, in segments of plain arrays.

A segment covers some versions. Adding a document writes one more small segment; of the others, only
those of about its size are merged with it. Arrays are memory-mapped, so that opening a
large index reads nothing. Document frequencies and mean lengths are counted over the passages that
the person may see, so that what is hidden leaves no trace in the scores.

BM25 as in Lucene: idf = ln(1 + (N - df + .5) / (df + .5)), Robertson and Zaragoza (2009) for the rest.
"""

from __future__ import annotations

import json
import shutil
import uuid
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.terms import passage_terms, place_terms, stems, term

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = "3"
"""Grows when terms or arrays change; an index of another format is built anew."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Term to rows: `rows[indptr[i]:indptr[i+1]]` hold `terms[i]`, `counts` times each."""

    terms: NDArray[np.uint64]
    indptr: NDArray[np.int64]
    rows: NDArray[np.int32]
    counts: NDArray[np.uint16]

    def of(self, wanted: int) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
        """Rows and counts of one term; empty when no row has it."""
        place = int(np.searchsorted(self.terms, np.uint64(wanted)))
        if place == len(self.terms) or int(self.terms[place]) != wanted:
            return self.rows[:0], self.counts[:0]
        span = slice(int(self.indptr[place]), int(self.indptr[place + 1]))
        return self.rows[span], self.counts[span]

    def entries(self) -> tuple[NDArray[np.uint64], NDArray[np.int32], NDArray[np.uint16]]:
        """All (term, row, count) as three arrays."""
        return np.repeat(self.terms, np.diff(self.indptr)), self.rows, self.counts


def _postings(terms: NDArray[np.uint64], rows: NDArray[np.int32], counts: NDArray[np.uint16]) -> Postings:
    order = np.argsort(terms, kind="stable")  # rows come in order, and stay so within a term
    terms, rows, counts = terms[order], rows[order], counts[order]
    unique, first = np.unique(terms, return_index=True)
    indptr = np.append(first, len(terms)).astype(np.int64)
    return Postings(unique, indptr, rows, counts)


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """What the index reads of a passage."""

    id: str
    embed_key: str
    text: str
    section: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """Keyword index of some versions.

    Row i is a passage: `ids[i]` (16 bytes), `embed_keys[i]` (the first 8 bytes of its embedding key),
    its version `versions[owner[i]]`, its lengths in stems. `passages` are postings over rows,
    `documents` over versions.
    """

    versions: tuple[str, ...]
    ids: NDArray[np.void]
    embed_keys: NDArray[np.uint64]
    owner: NDArray[np.int32]
    lengths: NDArray[np.int32]
    place_lengths: NDArray[np.int32]
    document_lengths: NDArray[np.int32]
    passages: Postings
    documents: Postings
    folder: Path | None = None
    """Where it is saved; None while it is in memory only."""

    @classmethod
    def build(cls, contents: Iterable[tuple[str, str, Sequence[IndexedPassage]]]) -> Segment:
        """Index (version id, title, passages) triples."""
        build = _Build()
        for version, title, passages in contents:
            build.add(version, title, passages)
        return build.segment()

    @classmethod
    def merge(cls, parts: Sequence[Segment], keep: set[str]) -> Segment:
        """One segment with the rows of several, of the versions that are still wanted."""
        return _merge(parts, keep)

    def save(self, folder: Path) -> Segment:
        """Write to a new folder in `folder`, which appears whole or not at all; return it opened there."""
        name = uuid.uuid4().hex
        partial = folder / f"partial-{name}"
        partial.mkdir(parents=True)
        for key, values in _arrays(self).items():
            np.save(partial / f"{key}.npy", values)
        about = {"format": FORMAT, "versions": self.versions}
        (partial / "about.json").write_text(json.dumps(about))
        final = folder / f"segment-{name}"
        partial.rename(final)
        return Segment._opened(final, self.versions)

    @classmethod
    def load(cls, folder: Path) -> Segment | None:
        """Open a saved segment without reading it; None when it is of another format."""
        about = json.loads((folder / "about.json").read_text())
        return cls._opened(folder, tuple(about["versions"])) if about["format"] == FORMAT else None

    @classmethod
    def _opened(cls, folder: Path, versions: tuple[str, ...]) -> Segment:
        def column(key: str) -> NDArray[np.generic]:
            opened: NDArray[np.generic] = np.load(folder / f"{key}.npy", mmap_mode="r").view(np.ndarray)
            return opened  # the same memory, without memmap's work at each slice

        def postings(prefix: str) -> Postings:
            return Postings(*(column(f"{prefix}_{k}") for k in _POSTINGS))  # type: ignore[arg-type]

        rows = (column(key) for key in _ROWS)
        return cls(versions, *rows, postings("passages"), postings("documents"), folder)  # type: ignore[arg-type, call-arg]


_ROWS = ("ids", "embed_keys", "owner", "lengths", "place_lengths", "document_lengths")
_POSTINGS = ("terms", "indptr", "rows", "counts")


def _arrays(segment: Segment) -> dict[str, NDArray[np.generic]]:
    arrays = {key: getattr(segment, key) for key in _ROWS}
    for prefix in ("passages", "documents"):
        for key in _POSTINGS:
            arrays[f"{prefix}_{key}"] = getattr(getattr(segment, prefix), key)
    return arrays


class _Entries:
    """Grows (term, row, count) lists and makes postings of them."""

    def __init__(self) -> None:
        self.terms, self.rows, self.counts = array("Q"), array("i"), array("H")

    def add(self, row: int, counts: Counter[int]) -> None:
        self.terms.extend(counts.keys())
        self.rows.extend([row] * len(counts))
        self.counts.extend(min(count, 65535) for count in counts.values())

    def postings(self) -> Postings:
        return _postings(
            np.frombuffer(self.terms, dtype=np.uint64),
            np.frombuffer(self.rows, dtype=np.int32),
            np.frombuffer(self.counts, dtype=np.uint16),
        )


class _Build:
    """Collects what a segment is made of."""

    def __init__(self) -> None:
        self.versions: list[str] = []
        self.rows: list[tuple[str, str, int, int, int]] = []
        self.document_lengths: list[int] = []
        self.passages, self.documents = _Entries(), _Entries()

    def add(self, version: str, title: str, passages: Sequence[IndexedPassage]) -> None:
        owner = len(self.versions)
        self.versions.append(version)
        titled = stems(title)
        whole: Counter[int] = Counter()
        words = 3 * len(titled)
        for passage in passages:
            counts, length = passage_terms(passage.text)
            place, place_length = place_terms(title, passage.section)
            row = len(self.rows)
            self.passages.add(row, counts + place)
            self.rows.append((passage.id, passage.embed_key, owner, length, place_length))
            whole.update(term("w", s) for s in stems(passage.text))
            words += length
        for stem in titled:
            whole[term("w", stem)] += 3
        whole.update({term("t", stem): count for stem, count in Counter(titled).items()})
        self.documents.add(owner, whole)
        self.document_lengths.append(words)

    def segment(self) -> Segment:
        ids, keys, owner, lengths, places = zip(*self.rows, strict=True) if self.rows else ((),) * 5
        return Segment(
            tuple(self.versions),
            np.frombuffer(b"".join(map(bytes.fromhex, ids)), dtype="V16"),
            vector_keys(keys),
            np.array(owner, dtype=np.int32),
            np.array(lengths, dtype=np.int32),
            np.array(places, dtype=np.int32),
            np.array(self.document_lengths, dtype=np.int32),
            self.passages.postings(),
            self.documents.postings(),
        )


def vector_keys(embed_keys: Iterable[str]) -> NDArray[np.uint64]:
    """The first 8 bytes of each embedding key (32 hex digits), by which vectors are looked up."""
    return np.array([int(key[:16], 16) for key in embed_keys], dtype=np.uint64)


def _merge(parts: Sequence[Segment], keep: set[str]) -> Segment:
    versions: list[str] = []
    columns: dict[str, list[NDArray[np.generic]]] = {key: [] for key in _ROWS}
    entries: dict[str, list[tuple[NDArray[np.generic], ...]]] = {"passages": [], "documents": []}
    rows = 0
    for part in parts:
        kept = np.array([v in keep for v in part.versions], dtype=bool)
        new_owner = np.cumsum(kept, dtype=np.int32) - 1 + len(versions)
        kept_rows = kept[part.owner]
        new_row = np.cumsum(kept_rows, dtype=np.int32) - 1 + rows
        for key in ("ids", "embed_keys", "lengths", "place_lengths"):
            columns[key].append(getattr(part, key)[kept_rows])
        columns["owner"].append(new_owner[part.owner[kept_rows]])
        columns["document_lengths"].append(part.document_lengths[kept])
        for name, alive, renumbered in (
            ("passages", kept_rows, new_row),
            ("documents", kept, new_owner),
        ):
            terms, at, counts = getattr(part, name).entries()
            living = alive[at]
            entries[name].append((terms[living], renumbered[at[living]], counts[living]))
        versions += [v for v, alive in zip(part.versions, kept, strict=True) if alive]
        rows += int(kept_rows.sum())
    merged = {key: np.concatenate(arrays) for key, arrays in columns.items()}
    postings = [
        _postings(*(np.concatenate(column) for column in zip(*entries[name], strict=True)))
        for name in ("passages", "documents")
    ]
    return Segment(tuple(versions), *(merged[key] for key in _ROWS), *postings)  # type: ignore[arg-type]


def saved(folder: Path) -> list[Segment]:
    """The segments of a folder; one that is of another format or just going away is passed over."""
    found = []
    for path in sorted(folder.glob("segment-*")):
        try:
            segment = Segment.load(path)
        except FileNotFoundError:  # merged into another by the owner while we looked
            continue
        if segment is not None:
            found.append(segment)
    return sorted(found, key=lambda segment: -len(segment.owner))


def compacted(segments: Sequence[Segment], wanted: set[str]) -> list[Segment]:
    """The segments without what is not wanted, each at least twice as large as the next.

    So a small addition rewrites small segments only, and a passage is written anew a number of times that
    grows with the logarithm of the library (the tiers of a log-structured merge).
    """
    kept: list[Segment] = []
    left = set(wanted)
    for segment in segments:
        if not left.issuperset(segment.versions):  # also what a kill amid a merge left twice
            segment = Segment.merge([segment], left)
        left.difference_update(segment.versions)
        if segment.versions:
            kept.append(segment)
        while len(kept) > 1 and len(kept[-2].owner) < 2 * len(kept[-1].owner):
            kept[-2:] = [Segment.merge(kept[-2:], wanted)]
    return kept


def save_only(folder: Path, segments: Sequence[Segment]) -> list[Segment]:
    """Save those that are new, delete all others of the folder, and what a killed process left behind."""
    saved_ones = [segment if segment.folder else segment.save(folder) for segment in segments]
    named = {segment.folder for segment in saved_ones}
    for path in list(folder.glob("*-*")):
        if path not in named:
            shutil.rmtree(path, ignore_errors=True)
    return saved_ones
