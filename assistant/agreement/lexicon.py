"""What the checks know of words: which may stand for one another, which carry no content, which are verbs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from knowledge.data_files import data
from knowledge.terms import stem

_DATA = Path(__file__).parent / "data"
_ISE = re.compile(r"(?<=[a-z]{3})(i|y)z(?=e|i|a)")
_SPELT = {
    "behavior": "behaviour",
    "favor": "favour",
    "color": "colour",
    "labor": "labour",
    "honor": "honour",
    "program": "programme",
    "license": "licence",
    "center": "centre",
    "catalog": "catalogue",
    "judgment": "judgement",
    "fulfill": "fulfil",
    "artefact": "artifact",
    "enquiry": "inquiry",
}
"""Spellings that are taken for one; "-ize" is taken for "-ise" everywhere."""


@cache
def classes() -> Mapping[str, frozenset[str]]:
    """The closed classes of words by name."""
    return {name: frozenset(words.split()) for name, words in data(_DATA / "words.yaml").items()}


@cache
def phrases_of(name: str) -> Mapping[str, tuple[str, ...]]:
    """The phrases of a kind, "markers", "bounds", "bounds_after" or "scopes", by what they stand for."""
    groups = data(_DATA / "phrases.yaml")[name]
    return {what: tuple(said.strip() for said in line.split(",")) for what, line in groups.items()}


@lru_cache(maxsize=50_000)
def spelt(word: str) -> str:
    """A word in small letters in the one spelling in which words are compared."""
    plain = _ISE.sub(r"\1s", word)
    return _SPELT.get(plain) or _SPELT.get(plain.removesuffix("s"), plain)


@cache
def _irregular() -> Mapping[str, str]:
    return dict(pair.split("/") for pair in sorted(classes()["irregular_forms"]))


@cache
def participles() -> frozenset[str]:
    """Irregular forms that follow "is" or "has"."""
    return frozenset(_irregular()) - {
        "gave",
        "took",
        "wrote",
        "knew",
        "chose",
        "saw",
        "began",
        "withdrew",
        "went",
        "arose",
        "fell",
    }


@cache
def roots(name: str) -> frozenset[str]:
    """The roots of the words of a closed class."""
    return frozenset(map(root, classes()[name]))


@lru_cache(maxsize=50_000)
def root(word: str) -> str:
    """The stem of a word in small letters; who does a thing stays apart from the doing (user, use)."""
    plain = _irregular().get(word) or spelt(word)
    single = plain.removesuffix("s")
    if single in classes()["roles"]:
        return f"@{single}"
    return stem(plain)


@cache
def _phrases() -> tuple[Mapping[str, frozenset[str]], Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]]:
    """The groups of a single word by its root; the phrases of several words by the root of the first."""
    single: defaultdict[str, set[str]] = defaultdict(set)
    several: defaultdict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for number, line in enumerate(data(_DATA / "same.yaml")):
        for said in line.split(","):
            roots = tuple(root(word) for word in re.findall(r"[a-z]+", said.lower()))
            if len(roots) == 1:
                single[roots[0]].add(f"={number}")
            elif roots:
                several[roots[0]].append((roots, f"={number}"))
    return (
        {word: frozenset(groups) for word, groups in single.items()},
        {word: tuple(sorted(found, key=lambda f: -len(f[0]))) for word, found in several.items()},
    )


@lru_cache(maxsize=50_000)
def groups(word_root: str) -> frozenset[str]:
    """The groups of words that may stand for the word of this root."""
    return _phrases()[0].get(word_root, frozenset())


def phrases(roots: list[str]) -> Iterable[tuple[int, int, str]]:
    """The stretches of a text, as roots, that are phrases of the list: begin, end and group."""
    known = _phrases()[1]
    for at, first in enumerate(roots):
        for phrase, group in known.get(first, ()):
            end = _ends(roots, at, phrase)
            if end:
                yield at, end, group


def _ends(roots: list[str], at: int, phrase: tuple[str, ...]) -> int:
    """Where a phrase that begins at a place ends; two words may stand after its first: "take it out"."""
    rest = phrase[1:]
    for gap in range(3 if len(phrase) > 2 else 1):
        begin = at + 1 + gap
        if tuple(roots[begin : begin + len(rest)]) == rest:
            return begin + len(rest)
    return 0


@cache
def opposites() -> Mapping[str, frozenset[str]]:
    """The roots of the words that say the opposite of a word's root."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    ours = (tuple(map(root, pair.split("/"))) for pair in classes()["opposites"])
    theirs = (tuple(line.split()) for line in (_DATA / "opposites.txt").read_text("utf-8").splitlines())
    for one, other in (*ours, *theirs):
        found[one].add(other)
        found[other].add(one)
    return {word: frozenset(others) for word, others in found.items()}


@lru_cache(maxsize=20_000)
def opposite_groups(word_root: str) -> frozenset[str]:
    """The groups of what is opposite to a word, without those that it is in itself."""
    found = {group for other in opposites().get(word_root, ()) for group in groups(other)}
    return frozenset(found) - groups(word_root)


@cache
def verbs() -> Mapping[str, bool]:
    """The verbs that are known, and for each whether it can be a noun as well."""
    lines = (_DATA / "verbs.txt").read_text("utf-8").split()
    found = {line.removesuffix("/n"): line.endswith("/n") for line in lines}
    found |= dict.fromkeys(classes()["verbs"], False) | dict.fromkeys(classes()["also_nouns"], True)
    return found


@cache
def _near() -> Mapping[str, frozenset[str]]:
    """Pairs of roots that WordNet holds for near in meaning, under the one that sorts first."""
    lines = (_DATA / "near.txt").read_text("utf-8").splitlines()
    return {words[0]: frozenset(words[1:]) for words in map(str.split, lines)}


@cache
def _members() -> Mapping[str, frozenset[str]]:
    """The roots of the single words of each group."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for word, groups_ in _phrases()[0].items():
        for group in groups_:
            found[group].add(word)
    return {group: frozenset(words) for group, words in found.items()}


@cache
def _near_both_ways() -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for word, others in _near().items():
        found[word] |= others
        for other in others:
            found[other].add(word)
    return {word: frozenset(others) for word, others in found.items()}


@lru_cache(maxsize=20_000)
def neighbours(word_root: str) -> frozenset[str]:
    """The roots that may stand for a root by our own groups or by WordNet, itself included."""
    return listed(word_root) | _near_both_ways().get(word_root, frozenset())


@lru_cache(maxsize=20_000)
def listed(word_root: str) -> frozenset[str]:
    """The roots that may stand for a root by our own groups, itself included."""
    return frozenset({word_root}).union(*(_members()[group] for group in groups(word_root)))


def ready() -> None:
    """Read every list of this module now, so that the first claim need not wait for it."""
    classes(), verbs(), opposites(), participles(), _phrases(), _near(), _near_both_ways(), _members()
    for name in ("markers", "bounds", "bounds_after", "scopes"):
        phrases_of(name)


def near(one: str, other: str) -> bool:
    """Whether WordNet holds two roots for near in meaning."""
    first, second = (one, other) if one < other else (other, one)
    return second in _near().get(first, ())
