"""Make senses.txt.gz from WordNet: `python -m assistant.agreement.data.senses DIR` (see build.py for DIR).

A line has a root, the meanings that it can have, and after "/" the wider meanings over the first of them.
"""

from __future__ import annotations

import gzip
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from assistant.agreement.data.build import WordNet, plain
from assistant.agreement.lexicon import classes, root

_FILE = Path(__file__).parent / "senses.txt.gz"
_SENSES = {"n": 2, "v": 6, "a": 4, "r": 3}
"""Meanings of a word that count, by part of speech."""
_WIDER = {"n": 2, "v": 3, "a": 3, "r": 0}
"""Those of which the wider meaning counts too."""
_BROAD = 400
"""A meaning over more narrower ones than this says nothing."""
Key = tuple[str, str]


def meanings(wordnet: WordNet) -> dict[str, tuple[set[Key], set[Key]]]:
    """The meanings of each common root, and the wider ones."""
    below = _below(wordnet)
    found: defaultdict[str, tuple[set[Key], set[Key]]] = defaultdict(lambda: (set(), set()))
    closed = {root(word) for name in ("function", "people") for word in classes()[name]}
    for (word, part, offset), rank in wordnet.rank.items():
        if not plain(word) or root(word) in closed or not wordnet.common(word) or rank > _SENSES[part]:
            continue
        own, wider = found[root(word)]
        own.add((part, offset))
        own |= set(_made_of(wordnet, word, (part, offset)))
        if rank <= _WIDER[part]:
            wider |= {k for k in _over(wordnet, (part, offset)) if below[k] <= _BROAD}
    return found


def _below(wordnet: WordNet) -> dict[Key, int]:
    """How many meanings lie directly or one step further under each."""
    count: defaultdict[Key, int] = defaultdict(int)
    for key in wordnet.synsets:
        for over in _over(wordnet, key):
            count[over] += 1
    return count


def _over(wordnet: WordNet, key: Key) -> Iterator[Key]:
    for sign, part, offset, _, _ in wordnet.synsets[key].pointers:
        if sign in ("@", "@i", "&"):
            yield part, offset


def _made_of(wordnet: WordNet, word: str, key: Key) -> Iterator[Key]:
    """The meanings of the words that are derived from a word in this meaning: assess, assessment."""
    synset = wordnet.synsets[key]
    for sign, part, offset, one, _ in synset.pointers:
        if sign == "$" or (sign in ("+", "\\", "<") and one and synset.words[one - 1] == word):
            yield part, offset


def _listed(keys: set[Key], numbers: dict[Key, str]) -> str:
    return " ".join(sorted(numbers[key] for key in keys))


def main(folder: Path) -> None:
    """Write the file beside this one."""
    found = meanings(WordNet(folder))
    keys = sorted({k for own, wider in found.values() for k in (*own, *wider)})
    numbers = {key: format(n, "x") for n, key in enumerate(keys)}
    lines = [
        f"{word} {_listed(own, numbers)} / {_listed(wider, numbers)}\n"
        for word, (own, wider) in sorted(found.items())
    ]
    with _FILE.open("wb") as file, gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed:
        packed.write("".join(lines).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
