"""How near two words are in meaning, by WordNet: wider than what may stand for one another anywhere."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from assistant.agreement import lexicon

_FILE = Path(__file__).parent / "data" / "senses.txt.gz"


@cache
def _senses() -> Mapping[str, str]:
    """The line of each root: its meanings, and after "/" the wider ones."""
    lines = gzip.decompress(_FILE.read_bytes()).decode().splitlines()
    return dict(line.split(" ", 1) for line in lines)


def ready() -> None:
    """Read the list now."""
    _senses()


@lru_cache(maxsize=20_000)
def senses(root: str) -> tuple[frozenset[str], frozenset[str]]:
    """The meanings that a word of this root can have, and the wider ones over the first of them."""
    own, _, wider = _senses().get(root, "").partition("/")
    return frozenset(own.split()), frozenset(wider.split())


@lru_cache(maxsize=20_000)
def akin(said: str, quoted: str) -> bool:
    """Whether the root `said` can mean what the root `quoted` means, or what is wider."""
    if contrary(said, quoted):
        return False
    return directly_akin(said, quoted) or _by_one_between(said, quoted)


@lru_cache(maxsize=20_000)
def directly_akin(said: str, quoted: str) -> bool:
    """The same without a third word that stands for both."""
    if contrary(said, quoted):
        return False
    ours, _ = senses(said)
    theirs, theirs_wider = senses(quoted)
    return bool(ours & theirs or ours & theirs_wider)


@lru_cache(maxsize=20_000)
def listed_akin(said: str, quoted: str) -> bool:
    """The same, with a third word between only where our own list has one of the two beside it."""
    if contrary(said, quoted):
        return False
    if directly_akin(said, quoted):
        return True
    return not _kinds_of_one(said, quoted) and bool(
        lexicon.neighbours(said) & lexicon.listed(quoted) or lexicon.listed(said) & lexicon.neighbours(quoted)
    )


def _kinds_of_one(one: str, other: str) -> bool:
    """Whether two words name two kinds of one thing: mail and telephone."""
    return bool(senses(one)[1] & senses(other)[1])


def contrary(one: str, other: str) -> bool:
    """Whether two roots are opposites, or one is the opposite of what is near to the other."""
    opposites = lexicon.opposites()
    return other in opposites.get(one, ()) or bool(
        lexicon.groups(other) & lexicon.opposite_groups(one)
        or lexicon.groups(one) & lexicon.opposite_groups(other)
    )


def _by_one_between(one: str, other: str) -> bool:
    """Whether a third word stands for both."""
    if _kinds_of_one(one, other):
        return False
    return bool(lexicon.neighbours(one) & lexicon.neighbours(other))
