"""Small changes that turn a sentence false: its duty, figure, unit, name, scope, negation or condition."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Change = Callable[[str, Random], str]
"""Turns a sentence into a false one; gives the same one back where there is nothing to turn."""


def _swap(pattern: str, instead: dict[str, str]) -> Change:
    compiled = re.compile(pattern, re.IGNORECASE)

    def change(sentence: str, random: Random) -> str:
        found = list(compiled.finditer(sentence))
        if not found:
            return sentence
        match = random.choice(found)
        new = instead[match.group().lower()]
        new = new.capitalize() if match.group()[:1].isupper() else new
        return f"{sentence[: match.start()]}{new}{sentence[match.end() :]}"

    return change


_DUTY = {
    "must not": "may",
    "may not": "may",
    "must never": "may",
    "must": "may",
    "shall": "may",
    "should": "must",
    "may": "must",
    "need not": "must",
}
_UNITS = {"hours": "days", "hour": "day", "days": "weeks", "day": "week", "weeks": "months"}
_NUMBERS = {"one": "four", "two": "five", "three": "nine", "five": "two", "six": "twenty", "ten": "thirty"}
_SCOPE = {"some": "all", "each": "no", "every": "no", "all": "no", "only": "also", "no": "every"}
_ROLES = ("Head of Astronomy", "Chief Weather Officer", "Night Porter")

duty = _swap(r"\b(must not|may not|must never|need not|must|shall|should|may)\b", _DUTY)
unit = _swap(r"\b(hours?|days?|weeks)\b", _UNITS)
number_word = _swap(r"\b(one|two|three|five|six|ten)\b(?= \w)", _NUMBERS)
scope = _swap(r"\b(some|each|every|all|only|no)\b", _SCOPE)


def figure(sentence: str, random: Random) -> str:
    """Another number."""
    found = list(re.finditer(r"(?<![\w.])\d+(?![\w.]*\d)", sentence))
    if not found:
        return sentence
    match = random.choice(found)
    return f"{sentence[: match.start()]}{int(match.group()) * 2 + 6}{sentence[match.end() :]}"


def negation_dropped(sentence: str, random: Random) -> str:
    """A "not" taken out."""
    for pattern, new in ((r" (not|never)\b", ""), (r"\bwithout\b", "with"), (r"\bcannot\b", "can")):
        changed = re.sub(pattern, new, sentence, count=1)
        if changed != sentence:
            return changed
    return re.sub(r"^No (\w)", lambda match: match[1].upper(), sentence)


def negation_added(sentence: str, random: Random) -> str:
    """A "not" put in."""
    return re.sub(r"\b(is|are|must|may|can|was|were)\b(?! (?:not|never)\b)", r"\1 not", sentence, count=1)


def name(sentence: str, random: Random) -> str:
    """Somebody else."""
    other = random.choice(_ROLES)
    return re.sub(r"\b(?:[A-Z][\w-]+(?: (?:of|for|and) | )){1,3}[A-Z][\w-]+", other, sentence, count=1)


def condition_dropped(sentence: str, random: Random) -> str:
    """An exception or condition of a whole rule left out, so that the rule holds always."""
    begins = r"unless|except|only (?:if|when|after)|if|when(?= \w)"
    rule = re.match(rf"([A-Z][^,;:()]*\b(?:must|may|shall|can|is|are) [^,;:()]+?),? (?:{begins})\b", sentence)
    told = rule and not re.search(r"\b(how|which|who|what|where|whether|decides?|says?)\b", rule[1])
    return f"{rule[1]}." if rule and told else sentence


_PLAIN = r"(?! (?:not|never|only)\b)"
"""Behind "may" these say the same as behind "must"."""


def look_alike(sentence: str, random: Random) -> str:
    """Another duty, spelt with a letter that only looks like one of ours."""
    return re.sub(rf"\b(must|shall)\b{_PLAIN}", "m\u0430y", sentence, count=1)


def unseen_mark(sentence: str, random: Random) -> str:
    """Another duty, with a mark of no width in it."""
    return re.sub(rf"\b(must|shall)\b{_PLAIN}", "m\u200bay", sentence, count=1)


def wide_digits(sentence: str, random: Random) -> str:
    """Another number in full-width digits."""
    return re.sub(r"\b\d+\b", "\uff19\uff10", sentence, count=1)


def clause_added(sentence: str, random: Random) -> str:
    """A clause that the sentence does not come from."""
    clause = random.choice(("8.7", "11.2", "A.12.1", "9.2.2"))
    return f"Under clause {clause}, {sentence[:1].lower()}{sentence[1:]}"


CHANGES: dict[str, Change] = {
    "duty": duty,
    "unit": unit,
    "number word": number_word,
    "scope": scope,
    "figure": figure,
    "negation dropped": negation_dropped,
    "negation added": negation_added,
    "name": name,
    "condition dropped": condition_dropped,
    "look-alike letter": look_alike,
    "unseen mark": unseen_mark,
    "wide digits": wide_digits,
    "clause added": clause_added,
}
