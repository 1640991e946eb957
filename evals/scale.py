"""How the cost of the index and of a search grows with the number of passages.

Passages are put together from real sentences: the words are those of real text, a passage's vector is the
mean of its sentences' vectors and its token vectors are theirs, so that no model has to read a million
passages. All else is the product's own way: SQL, keyword segments, vector files, and a search in a fresh
process.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.home import Home
from evals.corpora import rows
from evals.metrics import percentile
from evals.peers.process import disk_mb, one_thread
from knowledge import late, library
from knowledge.embed import Encoder
from knowledge.index import Scope
from knowledge.keywords import vector_keys
from knowledge.late import EncodedPassages
from knowledge.models import Block, Kind, LoadedDocument, Passage, Reading
from knowledge.search import search
from knowledge.sentences import sentences
from knowledge.vectors import VectorFile, folder_of

_SENTENCES = 10_000
_DOCUMENT = 500
"""Passages of a document."""
_TOGETHER = 40
"""Documents that are added at a time."""
_LENGTHS = (3, 4, 5)
"""Sentences of a passage."""
_ASKED = 200


class Composer:
    """Puts passages together from sentences, and knows what the model would make of them."""

    def __init__(self, encoder: Encoder, sentences: Sequence[str], seed: int = 7) -> None:
        """Encode the sentences, which takes a few minutes."""
        self._sentences = list(sentences)
        self._encoded = encoder.passages([Reading("", "", text) for text in sentences])
        self._random = random.Random(seed)
        self._parts: dict[str, list[int]] = {}

    def compose(self) -> str:
        """The words of one more passage."""
        parts = self._random.sample(range(len(self._sentences)), self._random.choice(_LENGTHS))
        words = " ".join(self._sentences[i] for i in parts)
        self._parts[words] = parts
        return words

    def encoded(self, composed: Sequence[str]) -> EncodedPassages:
        """What passages have that were put together since the last call."""
        parts = [self._parts[words] for words in composed]
        self._parts.clear()
        vectors = late.unit(np.stack([self._encoded.vectors[p].mean(axis=0) for p in parts]))
        tokens = tuple(np.concatenate([self._encoded.tokens[i] for i in p]) for p in parts)
        return EncodedPassages(vectors, vectors.astype(np.float16), tokens, np.zeros(len(parts), np.uint16))


def pool(path: Path, seed: int = 7) -> list[str]:
    """Real sentences of six words or more from a passages file, each once."""
    found = {
        library.folded(row["text"][start:end])
        for row in rows(path)
        for start, end in sentences(row["text"])
        if len(row["text"][start:end].split()) >= 6
    }
    return random.Random(seed).sample(sorted(found), min(_SENTENCES, len(found)))


def grow(home: Home, composer: Composer, questions: Path, sizes: Sequence[int]) -> Iterator[dict[str, Any]]:
    """One row for each size: what adding the passages cost since the last, and what a search costs now.

    `home` is empty and was opened for this. Seconds are of wall time, memory in MB of 10^6 bytes. Vectors
    go straight into the product's own files, without the copy in Chroma that is written beside them.
    """
    held = 0
    for size in sizes:
        numbers = range(held // _DOCUMENT, size // _DOCUMENT)
        began = time.perf_counter()
        for start in range(0, len(numbers), _TOGETHER):
            _add(home, composer, numbers[start : start + _TOGETHER])
        ended = time.perf_counter()
        _add(home, composer, [-size])
        yield {
            "passages": size + _DOCUMENT,
            "added_per_s": _DOCUMENT * len(numbers) / (ended - began),
            "one_document_s": time.perf_counter() - ended,
            "disk_MB": disk_mb(home.settings.home),
            **_searched(home.settings.home, questions),
        }
        held = size


def _add(home: Home, composer: Composer, numbers: Iterable[int]) -> None:
    """Store documents, bring the keyword segments up to date, and write the vectors."""
    home.index.own()
    versions = [_store(home, composer, number) for number in numbers]
    with home.database.read() as connection:
        read = dict(library.readings(connection, versions, lambda _: True))
    encoded = composer.encoded([reading.words for reading in read.values()])
    VectorFile(folder_of(home.index.folder, home.encoder.name)).append(vector_keys(read), encoded)
    home.index.state()


def _store(home: Home, composer: Composer, number: int) -> str:
    text, blocks = "", []
    for _ in range(_DOCUMENT):
        start = len(text)
        text += composer.compose()
        blocks.append(Block("paragraph", start, len(text)))
        text += "\n\n"
    arrival = library.Arrival(
        source=f"scale:{number}",
        file=f"rulebook-{number}.txt",
        data=text.encode(),
        loaded=LoadedDocument(text, tuple(blocks), f"Rulebook {number}", "text/plain"),
        passages=tuple(Passage(b.start, b.end, (f"{i // 20 + 1} Part",)) for i, b in enumerate(blocks)),
        kind=Kind.LAW,
        document=f"rulebook-{number}",
    )
    with home.database.write() as connection:
        return library.store(connection, arrival).id


def _searched(home: Path, questions: Path) -> dict[str, Any]:
    """What a fresh process measures, on one thread."""
    command = [
        sys.executable,
        "-m",
        "evals",
        "scale-search",
        "--home",
        str(home),
        "--questions",
        str(questions),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, **one_thread()}
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def searched(home: Home, questions: Path) -> dict[str, float]:
    """Time to open the index, of the first search and of the others, and memory beyond that of the model."""
    home.encoder.warm()
    asked = [row["question"] for row in rows(questions)[:_ASKED]]
    encoded = [home.index.encoder.question(text) for text in asked]
    before = _resident()
    began = time.perf_counter()
    home.index.state()
    opened = time.perf_counter() - began
    times = []
    for text, seen in zip(asked, encoded, strict=True):
        began = time.perf_counter()
        hits = search(home.index, text, Scope(kinds=frozenset({Kind.LAW})), 10, encoded=seen)
        times.append((time.perf_counter() - began) * 1000)
        assert len(hits) == 10 and hits[0].late is not None
    after = _resident()
    return {
        "open_s": opened,
        "first_ms": times[0],
        "p50_ms": percentile(times[1:], 0.50),
        "p95_ms": percentile(times[1:], 0.95),
        "resident_MB": after["VmRSS"] - before["VmRSS"],
        "own_MB": after["RssAnon"] - before["RssAnon"],
        "mapped_MB": after["RssFile"] - before["RssFile"],
    }


def _resident() -> dict[str, float]:
    """Memory of this process in MB, as Linux counts it: what it holds itself, and what it has mapped."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    values = dict(line.split(":", 1) for line in lines)
    return {name: int(values[name].split()[0]) * 1.024e-3 for name in ("VmRSS", "RssAnon", "RssFile")}
