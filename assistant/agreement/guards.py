"""Guards over whole sentences, whatever the clauses look like: a doubt here costs a wording.

They compare what turns a sentence round when it is added or lost: denials, "or" for "and", "only", "whether",
reported speech, words in quotation marks, and words that vouch for conformity.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from knowledge.sentences import sentences
from knowledge.terms import stems

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+")
_DENIES = frozenset("not no never none nobody nothing nor neither without cannot".split())
_BOUND = re.compile(
    r"\b(?:no|not) (?:later|more|less|fewer|longer|earlier|sooner) than\b|\bno longer\b|"
    r"\bor (?:more|less|earlier|later|sooner|before|after)\b|"
    r"\b(?:nothing|none|nobody|no one) (?:but|other than|except)\b"
)
"""Bounds and ends in which "no" and "not" deny nothing."""
_CONTRARY = re.compile(
    r"\b(forbid\w*|forbade|prohibit\w*|bann?\w*|refus\w*|reject\w*|prevent\w*|avoid\w*|exclud\w*|"
    r"lack\w*|"
    r"unless|except|excepting|fails?|failed|free of|other than|barred|exempt\w*|absen\w*|"
    r"miss(?:es|ing)|illegal\w*|"
    r"un(?!der|til|less|it|ion|iver|iqu)\w{4,}|in(?:valid|complete|correct|accurate|adequate|appropriate)\w*|"
    r"im(?:possible|proper)\w*|non-?\w{4,}|dis(?:allow|contin|regard|agree)\w*|deni\w*|deny)\b",
    re.IGNORECASE,
)
"""Words that may stand for a denial, or be the reason why a sentence needs none."""
_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]{3,}?)[\"“”»]")
_SAYS = re.compile(
    r"\b(claim|claims|claimed|alleg\w*|say|says|said|stat(?:e|es|ed) that|suggest\w*|believ\w*|think|thinks|"
    r"plan that|plans that|consider(?:s|ed)? whether|complain\w*|argu\w*|hop(?:e|es|ed) that|"
    r"decides? whether)\b",
    re.IGNORECASE,
)
_VOUCHES = re.compile(
    r"\b(compl(?:y|ies|ied|iant|iance)|conform\w*|certif\w*|guarant\w*|assur(?:e|es|ed)|"
    r"meets? (?:all )?the requirements)\b",
    re.IGNORECASE,
)
_DUTY = re.compile(
    r"\b(must|shall|should|may|can|could|would|has to|have to|need\w*|required|responsib\w*|whether|if|to)\b",
    re.IGNORECASE,
)
"""Words with which nobody vouches for anything."""
_WHOLE = 0.7
"""Share of a sentence's words with a meaning from which a wording tells all of it."""
_HALF = 0.5
"""Share from which a denial of the sentence is one of what the wording tells."""
_PART = 0.34
"""Share from which it tells of it at all."""


def unguarded(wording: str, quotes: Sequence[str]) -> str:
    """Why a wording may turn round what a sentence of its quotes says, in words; empty when it does not."""
    told = set(stems(wording))
    found = [quote[a:b] for quote in quotes for a, b in sentences(quote)]
    near = [one for one in found if _covered(one, told) >= _PART] or found
    checks = (_denied, _joined, _reported, _vouched)
    return _spliced(wording, found) or next(
        (why for check in checks if (why := check(wording, near, told))), ""
    )


def _spliced(wording: str, found: Sequence[str]) -> str:
    """Whether the beginning of one sentence was put before the end of another."""
    words = wording.lower().split()
    parts = [sentence.lower().split() for sentence in found]
    begun = max((n for one in parts if (n := _common(words, one)) < len(one)), default=0)
    ended = max((n for one in parts if (n := _common(words[::-1], one[::-1])) < len(one)), default=0)
    whole = any(words == one for one in parts)
    if begun >= 2 and ended >= 3 and begun + ended >= len(words) and not whole:
        return "it puts the beginning of one sentence before the end of another"
    return ""


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    """How many words both begin with."""
    return next(
        (n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
        min(len(first), len(second)),
    )


def _covered(sentence: str, told: set[str]) -> float:
    held = set(stems(sentence))
    return len(held & told) / len(held) if held else 0.0


def _words(text: str) -> Counter[str]:
    plain = re.sub(r"n['’]t\b", " not", text.lower())
    plain = _BOUND.sub(" ", plain)
    return Counter(_WORD.findall(plain))


def _denied(wording: str, near: Sequence[str], told: set[str]) -> str:
    said = sum(_words(wording)[word] for word in _DENIES)
    quoted = [sum(_words(one)[word] for word in _DENIES) for one in near]
    if said and not any(quoted) and not _contraries(" ".join(near)) - _contraries(wording):
        return "the wording denies something, and no sentence of the quotes does"
    best = max(range(len(near)), key=lambda place: _covered(near[place], told))
    ours, theirs = _contraries(wording), _contraries(near[best])
    covered = _covered(near[best], told)
    if covered >= _HALF and quoted[best] and not said and not ours - theirs:
        return "the quote denies something, and the wording does not"
    if covered >= _WHOLE and quoted[best] != said and ours == theirs:
        return "the wording denies more or less than the quote"
    return ""


def _contraries(text: str) -> set[str]:
    return {match.group().lower() for match in _CONTRARY.finditer(text)}


_OR = ("or", "any", "either", "unless", "whichever", "no", "not", "neither", "nor", "without")
"""Words that may leave a choice, or deny two things at once."""


def _joined(wording: str, near: Sequence[str], told: set[str]) -> str:
    said, quoted = _words(wording), _words(" ".join(near))
    if said["or"] and not any(quoted[word] for word in _OR):
        return "the wording has an “or” that the quotes do not have"
    if said["and"] and quoted["or"] and not said["or"] and not quoted["and"]:
        return "the quotes leave a choice that the wording does not leave"
    for word in ("also", "even"):
        if said[word] and not quoted[word] and quoted["only"] > said["only"]:
            return f"the wording has {word!r} where the quotes have 'only'"
    return ""


def _reported(wording: str, near: Sequence[str], told: set[str]) -> str:
    for one in near:
        for spoken in _QUOTED.finditer(one):
            inside = set(stems(spoken.group(1)))
            if len(told) > 1 and len(told & inside) >= 0.7 * len(told) and len(inside) > 1:
                return "the quote only tells what is to be said, or was"
        if _SAYS.search(one) and not _SAYS.search(wording) and not set(stems(one)) <= told | _SAYING:
            return "the quote tells what somebody says, plans or asks, and the wording tells it as a fact"
    return ""


_SAYING = frozenset(stems("say said claim claims whether state suggest"))


def _vouched(wording: str, near: Sequence[str], told: set[str]) -> str:
    word = _VOUCHES.search(wording)
    if _DUTY.search(wording) or sum(_words(wording)[denial] for denial in _DENIES):
        return ""
    return f"{word.group()!r} is told in the source's own words only" if word else ""
