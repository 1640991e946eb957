"""Whether a question leans on the one before it, and what such a follow-up looks like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from assistant.phrases import AUXILIARIES, PREPOSITIONS, QUESTION_WORDS, is_verb, phrases, words
from knowledge.mentions import mentions
from knowledge.terms import references, stems

Shape = Literal["clause", "question word", "placed", "condition", "fragment"]
"""As in "who keeps it", "since when", "for contractors", "if it fails", "images"."""
LEAD = re.compile(r"^\s*(?:(?:and|or|but|also|then|so|ok|okay|well|now)\b[\s,]*)+", re.IGNORECASE)
"""Words that only tie a question to the one before."""
ABOUT = re.compile(r"^(?:(?:what|how) about\b|same(?= for\b))\s*", re.IGNORECASE)
PRONOUN = re.compile(r"\b(it|its|they|them|their)\b", re.IGNORECASE)
_DEGREE = re.compile(r"^(?:also|even|only|just)\s+", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"\b(it|its|they|them|their|this|these|those|that|there|he|she|one|ones|same|instead)\b",
    re.IGNORECASE,
)
_THERE_IS = re.compile(r"\b(is|are|was|were)\s+there\b|\bthere\s+(is|are|was|were)\b", re.IGNORECASE)
_PLURAL = frozenset("they them their these those ones".split())
_ASKED_FOR = re.compile(r"\b(?:which|what|many|much)\s+$", re.IGNORECASE)
"""Before what is asked for: in "Which criteria do they check" they are others."""
_CONDITIONS = frozenset("if unless when once while".split())
_AROUND = frozenset("before after until since".split())
_AUX = "|".join(sorted(AUXILIARIES))
_PREP = "|".join(sorted(PREPOSITIONS))
_ASKS = re.compile(
    rf"^(?:(?:{_PREP})\s+)?(?:who|whom|whose|what|which|how|when|where|why)\b|^(?:{_AUX})\b", re.IGNORECASE
)
_BY_ITSELF = re.compile(
    rf"^(?:(?:{_PREP})\s+)?(?:why(?: not)?|when|where|whom?|what|which|how(?: often| long| soon| quickly)?"
    r"|(?:which|what|how many|how much)(?: [\w-]+){1,5})$",
    re.IGNORECASE,
)
_FILLING = frozenset(stems("happen else really exactly also"))
ASKING = _FILLING | frozenset(stems("long often many much soon quickly"))
"""Words of asking that say nothing of a subject."""
_SMALL, _FEW, _SOME = 1, 2, 4
"""Words with a meaning up to which a question names no subject; with a tying word; with a pronoun."""


def bare(text: str) -> str:
    """A question without the marks at its end."""
    return text.strip().rstrip("?!. ")


def untied(asked: str) -> str:
    """A follow-up without the words that only tie it to the question before, and the marks at its end."""
    return bare(LEAD.sub("", asked)) or bare(asked)


def leans(asked: str) -> bool:
    """Whether a question cannot be understood without the one before it.

    It is a piece of a question, points back to what it does not name itself, or names hardly anything.
    "And who approves the impact assessment?" is tied to what was before, but names its own subject.
    """
    rest = untied(asked)
    tied = rest != bare(asked)
    content = len(set(stems(rest)) - _FILLING)
    if shape(rest) != "clause":
        named = bool(mentions(rest) or references(rest))
        return tied or bool(ABOUT.search(rest)) or (not named and _is_piece(rest, content))
    if points_back(rest) and content <= _SOME:
        return True
    if mentions(rest) or references(rest):
        return False
    return content <= _SMALL or (tied and len(set(stems(rest)) - ASKING) <= _FEW)


def is_piece(asked: str) -> bool:
    """Whether it is no question by itself, such as "event logs" or "for contractors"."""
    return shape(untied(asked)) != "clause"


def _is_piece(rest: str, content: int) -> bool:
    if shape(rest) == "fragment":
        return content <= _SMALL or (content <= _SOME and bool(_POINTS_BACK.search(rest)))
    return content <= _SOME


def points_back(rest: str) -> bool:
    """Whether something is meant that the question does not name before it points to it."""
    named = [phrase for phrase in phrases(rest) if not _ASKED_FOR.search(rest[: phrase.start])]
    return any(
        not any(p.plural == (found.group().lower() in _PLURAL) and p.end <= found.start() for p in named)
        for found in _POINTS_BACK.finditer(rest)
        if not _THERE_IS.search(rest)
    )


def shape(rest: str) -> Shape:
    """What a follow-up without its first tying words looks like."""
    low = [word.low for word in words(_DEGREE.sub("", rest))]
    if _conditional(low):
        return "condition"
    has_auxiliary = not AUXILIARIES.isdisjoint(low)
    if ABOUT.search(rest):
        return "fragment"
    if _BY_ITSELF.search(rest) and not has_auxiliary and not _has_verb(low):
        return "question word"
    if has_auxiliary or _ASKS.search(rest):
        return "clause"
    return "placed" if low[:1] and low[0] in PREPOSITIONS else "fragment"


def _conditional(low: Sequence[str]) -> bool:
    """Whether it is only a condition: "if it fails", "when it is", not "when is it" or "if so, who …"."""
    if low[:1] == ["what"]:
        low = low[1:] if low[1:2] == ["if"] else []
    if len(low) < 2 or low[1] in AUXILIARIES | QUESTION_WORDS or "," in low:
        return False
    return low[0] in _CONDITIONS or (low[0] in _AROUND and not AUXILIARIES.isdisjoint(low))


def _has_verb(low: Sequence[str]) -> bool:
    """Whether "who keeps …" and "what happens …" have their verb."""
    return len(low) > 1 and low[0] in ("who", "what") and is_verb(low[1]) and low[1].endswith("s")
