"""What a text has to state so that it speaks to an obligation: from data that is checked when it is read.

The words are general ones of policies and procedures, never sentences of an organisation
(`knowledge/data/gap_elements.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import yaml
from pydantic import BaseModel, ConfigDict, Field

from knowledge.requirements import DATA, requirements

_NAMED = re.compile(r"\$([a-z]+)")
_BETWEEN = re.compile(r"[-\s]")


class Whole(StrEnum):
    """What an obligation has to hold for: less than that is not the whole."""

    SYSTEMS = "systems"
    """Every AI system, not some of them."""
    CASES = "cases"
    """A rule for every case, not a record of one."""


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str | None = None
    whole: frozenset[Whole] = frozenset()
    elements: Mapping[str, str] = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    words: Mapping[str, str]
    obligations: Mapping[str, _Written]


@dataclass(frozen=True, slots=True)
class Words:
    """Groups of words, each of which has to occur."""

    groups: tuple[re.Pattern[str], ...]

    def __call__(self, text: str) -> bool:
        """Whether a text, made `even`, holds a word of every group."""
        return all(group.search(text) for group in self.groups)

    def share(self, text: str) -> float:
        """The share of the groups of which the text holds a word."""
        return sum(bool(group.search(text)) for group in self.groups) / len(self.groups)


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that an obligation asks for: what it is called in a reason, and how it is seen."""

    name: str
    words: Words


@dataclass(frozen=True, slots=True)
class Asked:
    """What an obligation asks for; the first element is the act itself."""

    id: str
    ai: Words
    topic: Words | None
    elements: tuple[Element, ...]
    whole: frozenset[Whole] = frozenset()


def even(text: str) -> str:
    """A text in small letters with hyphens and line ends as spaces; every character keeps its place."""
    low = text.lower()
    return _BETWEEN.sub(" ", low if len(low) == len(text) else text)


@cache
def asked() -> Mapping[str, Asked]:
    """What each obligation asks for, by id. ValueError when the data is not whole."""
    written = yaml.safe_load((DATA / "gap_elements.yaml").read_text("utf-8"))
    held = _File.model_validate(written)
    strays = held.obligations.keys() ^ requirements().obligations.keys()
    if strays:
        raise ValueError(f"elements and obligations differ in {', '.join(sorted(strays))}")
    return {name: _asked(name, one, held.words) for name, one in held.obligations.items()}


def _asked(name: str, one: _Written, named: Mapping[str, str]) -> Asked:
    elements = tuple(Element(what, _words(how, named)) for what, how in one.elements.items())
    topic = _words(one.subject, named) if one.subject else None
    return Asked(name, _words("$ai", named), topic, elements, one.whole)


def _words(written: str, named: Mapping[str, str]) -> Words:
    spelt = _NAMED.sub(lambda found: named[found[1]], written)
    return Words(tuple(_group(group) for group in spelt.split("&")))


def _group(written: str) -> re.Pattern[str]:
    """ "a|b c|d*": any of them, as whole words; an asterisk lets any ending follow."""
    parts = []
    for phrase in written.split("|"):
        stem = phrase.strip()
        body = " +".join(re.escape(word) for word in stem.removesuffix("*").split())
        parts.append(body + (r"\w*" if stem.endswith("*") else ""))
    return re.compile(rf"(?<![\w.])(?:{'|'.join(parts)})(?!\w)")
