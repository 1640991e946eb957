"""Whether a wording says no more and no less than its quotes, in what can be compared for certain.

Words that carry a duty, a negation, an amount, a date or a name are compared; the rest is free. What
cannot be held this way is shown as its quote, so a doubt costs a wording and never a fact.
"""

from __future__ import annotations

import re

from knowledge.amounts import NUMBER_WORDS
from knowledge.library import folded
from knowledge.mentions import mentions

_NEGATION = frozenset("not no never none nor neither without cannot unless except nobody nothing".split())
_DUTY = frozenset(
    "shall must should may can will cannot need required mandatory obligatory optional allowed permitted "
    "forbidden prohibited banned".split()
)
_UNITS = frozenset("second minute hour day week month quarter year percent".split())
_MONTHS = frozenset(
    "january february march april june july august september october november december".split()
)
"""Without "may", which is a duty word first."""
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NAME = re.compile(r"(?<![\w'’-])(?:[A-Z][\w'’-]+|[A-Z]{2,})")
_CONTRACTED = re.compile(r"(?:n['’]t|cannot)$")
_BEGINS = frozenset(
    "the a an this that these those each every all any no some it they we you he she who whoever what when "
    "where if in on at by for from to of with within after before as and or but only both either once "
    "during under until there here".split()
)
"""Words that begin a sentence with a capital and name nobody."""


def disagreement(wording: str, quotes: str) -> str:
    """Why a wording cannot be held to its quotes, in words; empty when it can.

    A wording that is a whole stretch of the quotes, from the beginning of a sentence or with no negation
    cut off before it, agrees by definition.
    """
    said, quoted = folded(wording), folded(quotes)
    if _stands_in(said, quoted):
        return ""
    for mention in mentions(said):
        if not mention.known:
            return f"ISO/IEC 42001 has no {mention.id}"
    for what, missing in (
        ("figure", _new(_FIGURE.findall(said), _FIGURE.findall(quoted))),
        ("word", _new(_marked(said), _marked(quoted))),
        ("name", _new(_names(said), _words(quoted))),
    ):
        if missing:
            return f"the {what} {missing!r} of the wording is not in the quote"
    dropped = _new(_negations(quoted), _negations(said))
    return f"the quote's {dropped!r} is missing from the wording" if dropped else ""


def _stands_in(said: str, quoted: str) -> bool:
    at = quoted.find(said)
    if at < 0:
        return False
    before = re.split(r"[.!?;]\s", quoted[:at])[-1]
    return not _negations(before)


def _new(said: list[str], quoted: list[str]) -> str:
    known = set(quoted)
    return next((item for item in said if item not in known), "")


def _words(text: str) -> list[str]:
    """Words in lower case; a contracted "not" becomes a word of its own."""
    found: list[str] = []
    for word in _WORD.findall(text.lower()):
        plain = word.replace("’", "'")
        if _CONTRACTED.search(plain):
            stem = _CONTRACTED.sub("", plain)
            found += [{"ca": "can", "wo": "will", "sha": "shall", "": "can"}.get(stem, stem), "not"]
        else:
            found.append(plain)
    return found


def _negations(text: str) -> list[str]:
    return [word for word in _words(text) if word in _NEGATION]


def _marked(text: str) -> list[str]:
    """Words of duty, negation, number, unit and month; a unit in its singular."""
    marks = _DUTY | _NEGATION | _UNITS | _MONTHS | NUMBER_WORDS.keys()
    singular = (word.removesuffix("s") if word.removesuffix("s") in _UNITS else word for word in _words(text))
    return [word for word in singular if word in marks]


def _names(text: str) -> list[str]:
    """Capitalised words and abbreviations, but for plain words that begin a sentence."""
    found = []
    for match in _NAME.finditer(text):
        word = match.group().lower().replace("’", "'")
        begins = not text[: match.start()].rstrip("\"“'( ") or text[: match.start()].rstrip()[-1:] in ".!?"
        if not (begins and word in _BEGINS):
            found.append(word)
    return found
