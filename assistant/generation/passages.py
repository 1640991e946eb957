"""The passages that a language model is given: what was found, numbered, as far as it may leave and fits."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection

from assistant import norms
from assistant.compose import Found
from assistant.models import Claim
from assistant.wording import LABELS
from knowledge import library
from knowledge.hits import Hit
from knowledge.library import Version

if TYPE_CHECKING:
    from assistant.asking import Asking

T = TypeVar("T")

_HOUSE, _NORM, _OTHER = 8, 6, 3
"""Passages of each group at most."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a version's text, `text[start:end]`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """A numbered passage as the model reads it: the line that it depends on, if any, and its own words."""

    number: int
    version: Version
    section: tuple[str, ...]
    stretches: tuple[Stretch, ...]

    @property
    def words(self) -> str:
        """What the model reads, a line for each stretch."""
        return "\n".join(stretch.text for stretch in self.stretches)

    @property
    def spans(self) -> Sequence[tuple[str, int, int]]:
        """Where it stands in the library: version, start, end."""
        return [(self.version.id, stretch.start, stretch.end) for stretch in self.stretches]

    @property
    def about(self) -> Mapping[str, str]:
        """What its mark tells of it."""
        version = self.version
        return {
            "kind": LABELS[version.kind],
            "title": version.title,
            "section": " > ".join(self.section),
        }


def given(connection: Connection, asking: Asking, found: Found, away: Container[str]) -> list[Given]:
    """What was found, the best of each group in turn, without the documents (by id) that stay `away`.

    Of the standard it is what the clauses and controls ask that speak to the question.
    """
    groups = (
        [_of_hit(connection, hit) for hit in found.house[:_HOUSE]],
        [_of_claim(connection, claim) for claim in _asked_by_norm(asking, found)[:_NORM]],
        [_of_hit(connection, hit) for hit in found.other[:_OTHER]],
    )
    ranked = [one for row in zip_longest(*groups) for one in row if one is not None]
    kept = [one for one in ranked if one.version.document not in away]
    return [replace(one, number=number) for number, one in enumerate(kept, start=1)]


def _asked_by_norm(asking: Asking, found: Found) -> list[Claim]:
    speaking = norms.speaking(found.norm, found.house)
    return norms.claims(asking.home, asking.scope, asking.asked, speaking)


def _of_hit(connection: Connection, hit: Hit) -> Given:
    return Given(0, hit.version, hit.section, _stretches(connection, hit))


def _of_claim(connection: Connection, claim: Claim) -> Given:
    cited = claim.citations[0]
    stretch = Stretch(cited.start, cited.end, cited.quote)
    version = library.version(connection, cited.version)
    return Given(0, version, tuple(cited.section.split(" > ")), (stretch,))


def _stretches(connection: Connection, hit: Hit) -> tuple[Stretch, ...]:
    own = Stretch(hit.start, hit.end, hit.text)
    if hit.head is None:
        return (own,)
    head = library.stretches(connection, hit.version.id, [hit.head])
    return (Stretch(*hit.head, head[hit.head]), own) if hit.head in head else (own,)


def fitting(passages: Sequence[T], sizes: Sequence[int], room: int) -> list[T]:
    """The first passages whose sizes together stay within `room`; both in tokens."""
    kept, used = [], 0
    for passage, size in zip(passages, sizes, strict=True):
        if used + size > room:
            break
        kept.append(passage)
        used += size
    return kept
