"""The terms of a text for keyword search: stems, pairs of stems, clause ids, figures, references.

The word list and the fields follow a recipe measured on regulatory text (docs/retrieval.md). Terms are
64-bit hashes in a name space of their own per field, so that an index needs no dictionary.
"""

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from knowledge.mentions import mentions

_LUCENE = """a an and are as at be but by for if in into is it no not of on or such that the their then
there these they this to was will with"""
_QUESTION = """what which who whom whose how when where why does do did can could would should i me my we
us our you your he him his she her its them has have had am been being were may's about any"""
STOP_WORDS = frozenset(f"{_LUCENE} {_QUESTION}".split())
"""Lucene's list and the words of asking; "shall", "must" and "may" stay: they carry the duty."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_CLAUSE = re.compile(r"(?<![\w.])(?:[a-z]\.)?\d+(?:\.\d+)+(?:\([a-z0-9]{1,4}\))*|\d+(?:\([a-z0-9]{1,4}\))+")
_FIGURE = re.compile(r"(?<![\w.])(?:\d+|[a-z])(?![\w.]*\w)")
_NUMBER = re.compile(r"((?:A\.)?\d{1,2}(?:\.\d{1,2}){1,3}(?:-[a-z]\d?)?)(?=\s|$)", re.IGNORECASE)
_REFERENCE = re.compile(
    r"\b(article|art\.?|annex|recital|chapter|govern|map|measure|manage)\s+(\d+(?:\.\d+)*|[ivxlc]+)\b"
    r"|(?<![\w.])([a-d]\.\d+(?:\.\d+){0,2})(?![\w.]*\d)"
)


_MOST_TERMS = 128
"""Different words of a question that are looked up; what has more is a text, not a question."""


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Snowball stem of a word in small letters."""
    found: str = _stemmer().stemWord(word)
    return found


@lru_cache(maxsize=2_000_000)
def term(field: str, value: str) -> int:
    """The 64-bit hash of a term in its field."""
    digest = hashlib.blake2b(f"{field}:{value}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def stems(text: str) -> list[str]:
    """The stems of a text's words in order, stop words left out."""
    return [stem(w) for w in _WORD.findall(text.lower()) if w not in STOP_WORDS]


def references(text: str) -> set[str]:
    """Places that a text names beyond doubt: "article 14", "annex iv", "a.6.2.8"."""
    found = set()
    for kind, number, control in _REFERENCE.findall(text.lower()):
        word = "article" if kind.startswith("art") else kind
        found.add(f"{word} {number}" if word else control)
    return found


def passage_terms(text: str) -> tuple[Counter[int], int]:
    """Terms of a passage's text with their counts, and its length in stems."""
    words = stems(text)
    low = text.lower()
    counts: Counter[int] = Counter(term("u", w) for w in words)
    counts.update(term("b", f"{a} {b}") for a, b in itertools.pairwise(words))
    counts.update(term("c", c) for c in _CLAUSE.findall(low))
    counts.update(term("d", d) for d in _FIGURE.findall(low))
    return counts, len(words)


def place_terms(title: str, section: Iterable[str]) -> tuple[Counter[int], int]:
    """Terms of where a passage stands: its document's title and heading path."""
    path = " ".join(section)
    words = stems(f"{title} {path}")
    counts: Counter[int] = Counter(term("p", w) for w in words)
    counts.update(term("r", r) for r in references(path))
    counts.update(term("n", n) for n in _numbers(section))
    return counts, len(words)


def _numbers(section: Iterable[str]) -> set[str]:
    """Numbers of the headings above a passage: "9.2.1", and for an obligation its clause too."""
    found = (_NUMBER.match(part) for part in section)
    names = {match[1].upper() for match in found if match}
    names |= {name.partition("-")[0] for name in names}
    return names | {above for name in names for above in _above(name)}


def _above(name: str) -> Iterable[str]:
    """The numbers that hold this one: "9.2" for "9.2.1"."""
    parts = name.split(".")
    return (".".join(parts[:n]) for n in range(2, len(parts)))


def word_term(word: str) -> int:
    """The term of one word in small letters: its stem, or a figure as such."""
    found = stems(word)
    return term("u", found[0]) if found else term("d", word)


def query_terms(question: str) -> dict[str, list[int]]:
    """The terms of a question by field."""
    words = stems(question)
    low = question.lower()
    unique = list(dict.fromkeys(words))[:_MOST_TERMS]
    pairs = list(dict.fromkeys(f"{a} {b}" for a, b in itertools.pairwise(words)))[:_MOST_TERMS]
    return {
        "u": [term("u", w) for w in unique],
        "b": [term("b", p) for p in pairs],
        "c": [term("c", c) for c in dict.fromkeys(_CLAUSE.findall(low))],
        "d": [term("d", d) for d in dict.fromkeys(_FIGURE.findall(low))],
        "p": [term("p", w) for w in unique],
        "t": [term("t", w) for w in unique],
        "w": [term("w", w) for w in unique],
        "r": [term("r", r) for r in sorted(references(question))],
        "n": [term("n", m.id.upper()) for m in mentions(question) if m.known],
    }
