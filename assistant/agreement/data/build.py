"""Make near.txt, opposites.txt and verbs.txt from WordNet: `python -m assistant.agreement.data.build DIR`.

DIR holds data.noun, index.noun and their like, and cntlist.rev, as Debian's package wordnet-base has them.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.agreement.lexicon import classes, root

_HERE = Path(__file__).parent
_PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
_NUMBERS = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
_SENSES, _LIKE = 5, 2
"""Senses of a word that count for its synonyms, and for what is only like it."""
_NO_VERBS = frozenset(
    "have will may can must does being off out found ground bound felt left saw wound like well even still "
    "down over further per but".split()
)


@dataclass(frozen=True, slots=True)
class Synset:
    """Words of one meaning, and its pointers: sign, part of speech, offset, word here, word there."""

    words: tuple[str, ...]
    pointers: tuple[tuple[str, str, str, int, int], ...]


class WordNet:
    """What the lists are made of."""

    def __init__(self, folder: Path) -> None:
        """Read the files; OSError when one is missing."""
        self.synsets = dict(_synsets(folder))
        self.rank: dict[tuple[str, str, str], int] = {}
        for name, part in _PARTS.items():
            for fields in _lines(folder / f"index.{name}"):
                offsets = [f for f in fields[4:] if len(f) == 8][-int(fields[2]) :]
                self.rank |= {(fields[0], part, offset): n for n, offset in enumerate(offsets, start=1)}
        self.count: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        for key, _, times in _lines(folder / "cntlist.rev"):
            word, _, rest = key.partition("%")
            self.count[word][_NUMBERS[rest[0]]] += int(times)

    def common(self, word: str) -> int:
        """How often a word was met in the texts that WordNet's makers tagged."""
        return sum(self.count[word].values()) if word in self.count else 0

    def lemmas(self, part: str) -> set[str]:
        """The words of a part of speech."""
        return {word for word, p, _ in self.rank if p == part}


def _lines(file: Path) -> Iterator[list[str]]:
    for line in file.read_text("latin-1").splitlines():
        if not line.startswith("  "):
            yield line.split("|")[0].split()


def _synsets(folder: Path) -> Iterator[tuple[tuple[str, str], Synset]]:
    for name, part in _PARTS.items():
        for fields in _lines(folder / f"data.{name}"):
            size = int(fields[3], 16)
            words = tuple(re.sub(r"\(.*\)", "", fields[4 + 2 * n]).lower() for n in range(size))
            at = 4 + 2 * size
            pointers = []
            for n in range(int(fields[at])):
                sign, offset, there, ends = fields[at + 1 + 4 * n : at + 5 + 4 * n]
                part_there = "a" if there == "s" else there
                pointers.append((sign, part_there, offset, int(ends[:2], 16), int(ends[2:], 16)))
            yield (part, fields[0]), Synset(words, tuple(pointers))


def pairs(wordnet: WordNet) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Pairs of words near in meaning, and pairs of opposites."""
    near: set[tuple[str, str]] = set()
    contrary: set[tuple[str, str]] = set()
    for (part, offset), synset in wordnet.synsets.items():
        senses = {w: wordnet.rank.get((w, part, offset), 99) for w in synset.words}
        same = [w for w in synset.words if plain(w) and senses[w] <= _SENSES]
        near |= {(a, b) for a in same for b in same if a != b}
        for sign, there, place, one, other in synset.pointers:
            target = wordnet.synsets[there, place]
            if sign in "!+\\<" and one and other:
                pair = (synset.words[one - 1], target.words[other - 1])
                if all(map(plain, pair)):
                    (contrary if sign == "!" else near).add(pair)
            elif sign == "&" or (sign == "@" and part == "v"):
                like = [w for w in target.words if wordnet.rank.get((w, there, place), 99) <= _LIKE]
                near |= {
                    (a, b)
                    for a in same
                    for b in like
                    if senses[a] <= _LIKE and plain(b) and min(wordnet.common(a), wordnet.common(b)) > 1
                }
    return near, contrary


def plain(word: str) -> bool:
    """Whether a word is one word in small letters."""
    return bool(re.fullmatch(r"[a-z]{3,}", word))


def rooted(found: Iterable[tuple[str, str]], wordnet: WordNet) -> set[tuple[str, str]]:
    """Pairs of the roots of common words, each pair once."""
    common = ((root(a), root(b)) for a, b in found if wordnet.common(a) and wordnet.common(b))
    return {(min(pair), max(pair)) for pair in common if pair[0] != pair[1]}


def verbs(wordnet: WordNet) -> list[str]:
    """The verbs; "/n" after those that are as often a noun."""
    nouns, adjectives, found = wordnet.lemmas("n"), wordnet.lemmas("a"), []
    for verb in sorted(wordnet.lemmas("v") - _NO_VERBS):
        times = wordnet.count.get(verb, {"v": 0})
        as_verb, as_noun = times.get("v", 0), times.get("n", 0)
        other = max(times.get("a", 0), times.get("r", 0))
        rare = as_verb < 1 and (verb in nouns or verb in adjectives)
        if not re.fullmatch(r"[a-z]{3,14}", verb) or rare or other > as_verb:
            continue
        noun = verb in nouns and as_noun * 4 >= as_verb
        if not noun or as_verb * 3 >= as_noun:
            found.append(f"{verb}/n" if noun else verb)
    return found


def main(folder: Path) -> None:
    """Write the three files beside this one."""
    wordnet = WordNet(folder)
    near, contrary = pairs(wordnet)
    opposites = rooted(contrary, wordnet)
    ours = {tuple(sorted(map(root, pair.split("/")))) for pair in classes()["opposites"]}
    closed = {root(word) for name in ("function", "people", "roles") for word in classes()[name]}
    lists: defaultdict[str, list[str]] = defaultdict(list)
    for one, other in sorted(rooted(near, wordnet) - opposites):
        if not {one, other} & closed and (one, other) not in ours and "@" not in one[0] + other[0]:
            lists[one].append(other)
    (_HERE / "near.txt").write_text("".join(f"{w} {' '.join(o)}\n" for w, o in lists.items()), "utf-8")
    (_HERE / "opposites.txt").write_text("".join(f"{a} {b}\n" for a, b in sorted(opposites)), "utf-8")
    (_HERE / "verbs.txt").write_text("".join(f"{verb}\n" for verb in verbs(wordnet)), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
