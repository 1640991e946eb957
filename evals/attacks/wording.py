"""The judge's own plain check of a wording against its quotes: words and figures, no understanding.

It shares no code with `assistant.agreement`, so that one mistake does not hide another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_FIGURE = re.compile(r"\d+(?:[.,:/]\d+)*")
_ID = re.compile(r"\b(?:[A-Z]\.\d+(?:\.\d+)*(?:-[a-z])?|\d+\.\d+(?:\.\d+)*(?:-[a-z])?|LLM\d\d)\b")
_NEGATIONS = frozenset(
    "no not none nor never neither nobody nothing without cannot unless except excluding forbidden "
    "prohibited".split()
)
_DUTIES = frozenset(
    "shall must should may might can could will would need needs required requires mandatory optional "
    "allowed permitted forbidden prohibited".split()
)
_COUNTS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty ninety "
    "hundred thousand once twice half double".split()
)
_UNITS = frozenset("minute hour day week month quarter year percent".split())
_SCOPES = frozenset("all every always only any each entire solely exclusively".split())


def folded(text: str) -> str:
    """White space folded to single spaces."""
    return " ".join(text.split())


def plain(text: str) -> str:
    """A wording as it is compared: composed, without marks of no width, white space folded."""
    kept = "".join(sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign) != "Cf")
    return " ".join("".join(sign for sign in kept if sign.isprintable() or sign.isspace()).split())


def is_verbatim(said: str, quotes: Sequence[str]) -> bool:
    """Whether a wording is its quotes: one of them, all joined by an ellipsis, or whole sentences of one."""
    text = folded(said)
    whole = [folded(quote) for quote in quotes]
    if text in (*whole, " … ".join(whole), " ".join(whole)):
        return True
    return bool(text) and any(_is_part(text, quote) for quote in whole)


def _is_part(text: str, quote: str) -> bool:
    """Whether a text is a run of whole sentences of a quote, so that nothing of a sentence was cut off."""
    at = quote.find(text)
    if at < 0:
        return False
    before, after = quote[:at].rstrip(), quote[at + len(text) :].lstrip()
    return (not before or before[-1] in ".!?;:") and (not after or text[-1] in ".!?;")


def beyond(said: str, quotes: Sequence[str], place: str = "") -> str:
    """What a wording has that its quotes do not, or lacks of them, in words; empty when nothing.

    Names may also stand in `place`, the title and headings of the source.
    """
    text, quoted = folded(said), folded(" ".join(quotes))
    if strange := _strange(text):
        return f"the letter {strange!r} passes for another"
    for what, new in (
        ("figure", _new(_FIGURE.findall(text), _FIGURE.findall(quoted))),
        ("id", _new(_ID.findall(text), _ID.findall(f"{quoted} {place}"))),
        ("word", _new(_marked(text), _marked(quoted))),
        ("name", _new(_names(text), [word.lower() for word in _WORD.findall(f"{quoted} {place}")])),
    ):
        if new:
            return f"the {what} {new!r} is in no quote"
    missing = _dropped(text, quotes)
    return f"the quote's {missing!r} is missing" if missing else ""


def _new(said: Sequence[str], quoted: Sequence[str]) -> str:
    known = set(quoted)
    return next((item for item in said if item not in known), "")


def _words(text: str) -> list[str]:
    """Words in lower case; a contracted "not" is a word of its own."""
    plain = text.lower().replace("’", "'")
    plain = re.sub(r"\b(may|must|shall) (not|never)\b", "must not", plain)
    plain = re.sub(r"\bcan't\b|\bcannot\b", "can not", plain)
    plain = plain.replace("won't", "will not").replace("n't", " not")
    return _WORD.findall(plain)


def _marked(text: str) -> list[str]:
    marks = _NEGATIONS | _DUTIES | _COUNTS | _SCOPES | _UNITS
    return [word for word in (_singular(word) for word in _words(text)) if word in marks]


def _singular(word: str) -> str:
    return word[:-1] if word[:-1] in _UNITS and word.endswith("s") else word


def _names(text: str) -> list[str]:
    """Capitalised words, but for those that begin a sentence."""
    found = []
    for sentence in _SENTENCE.split(text):
        words = _WORD.findall(sentence)
        found += [word.lower() for word in words[1:] if word[0].isupper()]
    return found


def _dropped(text: str, quotes: Sequence[str]) -> str:
    """A negation or condition of the sentence that a wording tells, when the wording has none at all."""
    said = set(_words(text))
    if said & _NEGATIONS:
        return ""
    sentences = [part for quote in quotes for part in _SENTENCE.split(folded(quote))]
    told = max(sentences, key=lambda part: len(said & set(_words(part))), default="")
    return next((word for word in _words(told) if word in _NEGATIONS), "")


def _strange(text: str) -> str:
    """A letter or digit that only looks like one of the sources' own, or a mark that is not seen."""
    for sign in text:
        if unicodedata.category(sign) in ("Cf", "Co", "Cc") or (
            sign.isalnum() and unicodedata.name(sign, "").split(" ")[0] in ("CYRILLIC", "GREEK", "FULLWIDTH")
        ):
            return sign
    return ""
