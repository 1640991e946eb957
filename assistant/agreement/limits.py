"""Guards over whole sentences: what limits a sentence of a quote is told with it, wherever it stands.

`conditions` asks which condition hangs on which clause. This asks less, of every shape: whether the words of
a condition, of an exception beside a sentence, of "only" and of what narrows a noun are told at all.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from assistant.agreement.clauses import Clause, Sentence, sentences
from assistant.agreement.conditions import LOOSE, said_of
from assistant.agreement.forms import is_adverb, is_participle
from assistant.agreement.lexicon import verbs
from assistant.agreement.parts import must_be_carried, row_of
from assistant.agreement.words import Token, low_at

_LIMITS = frozenset({"if", "unless", "before", "after", "until", "once", "which"})
_TOLD = 0.5
"""Share of a sentence's words from which a wording tells it."""
_KEPT = 0.51
"""Share of a condition's words that a wording must tell."""
_TOUCHED = 0.34
"""Share of an exception's own words from which a wording minds it."""
_EXCEPTION = re.compile(
    r"\b(?:exempt\w*|excepted|(?:this|these|an|one) exceptions?|not appl(?:y|icable)|however|"
    r"not required to|need not)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\b(?:only|solely|on its own|by itself|alone|exclusively|sole)\b", re.IGNORECASE)
_AS_ONLY = re.compile(
    r"\b(?:unless|until|except|other than|no other|limited|restricted|confined|without|no one|nobody|none|"
    r"no|not|never|reserved|merely|single|cannot|but|just)\b",
    re.IGNORECASE,
)
"""What may say "only" in another way."""
_FORBIDS = re.compile(
    r"\b(?:shall|must|may|should|can) (?:not|never|only)\b|"
    r"\bno \w+ (?:shall|must|may|can|should)\b|\bneither\b",
    re.IGNORECASE,
)
_NO_DENIAL = re.compile(
    r"\bno matter\b|\b(?:no|not) (?:later|more|less|fewer|longer|earlier|sooner) than\b|\bno longer\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    rf"{_AS_ONLY.pattern}|\b(?:only|nothing|nor|neither|forbid\w*|prohibit\w*|bann\w*|barred|exclu\w*)\b|n['’]t",
    re.IGNORECASE,
)
_ALL_OF_IT = 0.7
"""Share of a sentence's words from which a wording tells all of it."""
_NO_ADVERBS = frozenset("assembly family anomaly monopoly quarterly".split())
_BEFORE_NOUNS = frozenset(
    "the a an any each every of for in its their all this no by with from on about under at and or our your "
    "some such other".split()
)


def exception_left_out(wording: str, quotes: Sequence[str]) -> str:
    """An exception beside what a wording tells, of which it has nothing, in words; empty if there is none."""
    return _excepted(quotes, [t for t in row_of(wording) if t.carries])


def left_out(wording: str, quotes: Sequence[str], place: str = "") -> str:
    """What limits a sentence that a wording tells and is missing from it, in words; empty if nothing is."""
    said = [t for t in row_of(wording) if t.carries]
    every = _every(quotes)
    told = [s for s in every if _share(s.row, said, 0.0) >= _TOLD]
    whole = [s for s in told if _share(s.row, said) >= _ALL_OF_IT]
    for sentence in told:
        for lost in _limits(sentence):
            if _share(lost.row, said) < _KEPT:
                return f"the wording leaves out “{_without_joint(lost.said)}”"
    known = [*said, *(t for t in row_of(place) if t.carries)]
    return (
        _narrower(whole, said, known)
        or _excepted(quotes, said)
        or _only(wording, told)
        or _allowed(wording, whole)
    )


def _every(quotes: Sequence[str]) -> list[Sentence]:
    return [part for quote in quotes for s in sentences(quote) for part in _statements(s)]


def _without_joint(said: str) -> str:
    return re.sub(r"[\s,]+(?:and|or)$", "", said)


def _statements(sentence: Sentence) -> Iterator[Sentence]:
    """A sentence, and each statement in it that ends with a semicolon."""
    yield sentence
    begin = 0
    for at, clause in enumerate(sentence.clauses):
        if clause.row[-1].low == ";" or (begin and at == len(sentence.clauses) - 1):
            yield Sentence(sentence.clauses[begin : at + 1])
            begin = at + 1


def _limits(sentence: Sentence) -> Iterator[Clause]:
    """The conditions of a sentence, and what "and" adds to one at its end."""
    clauses = sentence.clauses
    for at, clause in enumerate(clauses):
        if clause.kind in _LIMITS and clause.row[0].low != "whoever":
            yield clause
        before = clauses[at - 1] if at > 1 else None
        if before is None or before.kind not in _LIMITS or before.row[-1].low != "and":
            continue
        if not clause.inherited and any(c.kind == "main" and c.verb for c in clauses[: at - 1]):
            yield clause


def _text(sentence: Sentence) -> str:
    return re.sub(r"\s+([,;:])", r"\1", " ".join(t.said for t in sentence.row))


def _share(row: Sequence[Token], said: Sequence[Token], without: float = 1.0) -> float:
    """How many of a row's words a wording has, or one near to it in meaning; `without` for a row of none."""
    words = [t for t in row if must_be_carried(t)]
    return sum(said_of(t, said) for t in words) / len(words) if words else without


def _narrower(whole: Sequence[Sentence], said: Sequence[Token], known: Sequence[Token]) -> str:
    """A word before a noun without which the noun means more: "any logo" for "an AI-generated logo"."""
    for clause in (c for sentence in whole for c in sentence.clauses):
        for at, (word, noun) in enumerate(itertools.pairwise(clause.row)):
            if not (must_be_carried(word) and must_be_carried(noun)) or said_of(word, known):
                continue
            named = word.said[:1].isupper() and noun.said[:1].isupper()
            loose = word.low in LOOSE or (is_adverb(word.low) and word.low not in _NO_ADVERBS)
            after = is_participle(noun.low)  # "principles specified by …": nothing narrows a noun there
            if said_of(noun, said) and not (named or loose or after or _acts(clause, at)):
                return f"the wording leaves out “{word.said}” of “{word.said} {noun.said}”"
    return ""


def _acts(clause: Clause, at: int) -> bool:
    """Whether a word is a verb there, with the noun after it as what is done."""
    if clause.verb is not None and clause.verb.main == at:
        return True
    low = clause.row[at].low
    nouns = [
        verbs()[base] for base in (low, low.removesuffix("s"), low.removesuffix("es")) if base in verbs()
    ]
    return bool(nouns) and not (nouns[0] and low_at(clause.row, at - 1) in _BEFORE_NOUNS)


def _excepted(quotes: Sequence[str], said: Sequence[Token]) -> str:
    """An exception in a sentence of its own, of which a wording has nothing."""
    return next(filter(None, (_excepted_in(_every([quote]), said) for quote in quotes)), "")


def _excepted_in(every: Sequence[Sentence], said: Sequence[Token]) -> str:
    for at, sentence in enumerate(every):
        text = _text(sentence)
        if len(every) < 2 or not _EXCEPTION.search(text):
            continue
        apart = [s for s in every if not any(t is o for t in s.row for o in sentence.row[:1])]
        ahead = next((s for s in reversed(every[:at]) if s in apart), None)
        if ahead is None or _share(ahead.row, said, 0.0) < _TOLD:
            continue
        rest = [t for other in apart for t in other.row if t.carries]
        own = [t for t in sentence.row if must_be_carried(t) and not said_of(t, rest)]
        if own and _share(own, said) < _TOUCHED:
            return f"the wording leaves out “{text}”"
    return ""


def _only(wording: str, told: Sequence[Sentence]) -> str:
    """An "only" of a told sentence for which a wording has nothing that the sentence does not have anyway."""
    if _ONLY.search(wording):
        return ""
    instead = set(map(str.lower, _AS_ONLY.findall(_NO_DENIAL.sub(" ", wording))))
    for text in map(_text, told):
        lost = _ONLY.search(text)
        if lost and not instead - set(map(str.lower, _AS_ONLY.findall(_NO_DENIAL.sub(" ", text)))):
            return f"“{lost.group()}” of the quote is missing from the wording"
    return ""


def _allowed(wording: str, told: Sequence[Sentence]) -> str:
    """What a sentence forbids and a wording tells without any denial."""
    if _DENIES.search(_NO_DENIAL.sub(" ", wording)):
        return ""
    found = (_FORBIDS.search(_NO_DENIAL.sub(" ", _text(sentence))) for sentence in told)
    lost = next(filter(None, found), None)
    return f"the quote says “{lost.group()}”, the wording denies nothing" if lost else ""
