"""When a chunk answers, and when it says rightly where it stands. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from evals.peers.harness import Found

READ = 4_000
"""Characters that a reader, or a language model's prompt, is given."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the words that answer it, and the page or section where they stand in a file."""

    text: str
    file: str
    place: int | str
    key: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rank of the first chunk with the answer; whether it is among the first characters; its place."""

    rank: int | None
    read: bool
    placed: bool | None


def normal(text: str) -> str:
    """Letters and digits only, so that line breaks, hyphens and typography do not count."""
    return re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKC", text).lower())


def holds(text: str, key: str) -> bool:
    """Whether a text holds the words of the answer."""
    return normal(key) in normal(text)


def read_first(chunks: Sequence[str], characters: int = READ) -> str:
    """What is read of the chunks: one after another, then cut."""
    return "".join(chunks)[:characters]


def names(place: str, wanted: str) -> bool:
    """Whether what a chunk says of its place names a section as a whole: Article 190 is not Article 19."""
    told = unicodedata.normalize("NFKC", place)
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", told, re.IGNORECASE) is not None


def placed(chunk: Found, wanted: int | str) -> bool:
    """Whether a chunk tells its page (a number) or its section (words) rightly."""
    return chunk["page"] == wanted if isinstance(wanted, int) else names(chunk["place"], wanted)


def verdict(question: Question, found: Sequence[Found]) -> Verdict:
    """Judge what was returned for a question, best first."""
    texts = [chunk["text"] for chunk in found]
    rank = next((n for n, text in enumerate(texts, start=1) if holds(text, question.key)), None)
    return Verdict(
        rank,
        holds(read_first(texts), question.key),
        placed(found[rank - 1], question.place) if rank else None,
    )
