"""Guards over whole sentences: what limits a sentence of a quote is told with it, wherever it stands.

`conditions` asks which condition hangs on which clause. This asks less, of every shape: whether the words of
a condition, of an exception beside a sentence, of "only" are told at all, and whether before stays before.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from assistant.agreement.clauses import Clause, Sentence, sentences
from assistant.agreement.conditions import LOOSE
from assistant.agreement.forms import is_participle
from assistant.agreement.lexicon import verbs
from assistant.agreement.meanings import akin
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
    r"\b(?:exempt|exception|exemption|not apply|unless|except|save (?:where|that|when)|notwithstanding|"
    r"however|otherwise|not required to|need not)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(r"\b(?:only|solely|on its own|by itself|alone|exclusively|sole)\b", re.IGNORECASE)
_AS_ONLY = re.compile(
    r"\b(?:unless|until|except|other than|no other|limited|restricted|confined|without|no one|nobody|none|"
    r"no|not|never|reserved|merely|single|cannot|but|just)\b",
    re.IGNORECASE,
)
"""What may say "only" in another way."""
_LATER = re.compile(r"\b(?:no|not) later\b|\blater than\b", re.IGNORECASE)
_BEFORE = re.compile(
    r"\b(?:before|beforehand|prior|previous|previously|earlier|advance|ahead|preceding|until|till|pre)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\b(?:after|afterwards|afterward|subsequent|subsequently|post|thereafter)\b", re.IGNORECASE
)
_AS_AFTER = re.compile(
    rf"{_AFTER.pattern}|\b(?:later|following|once|upon|then|since|when|from)\b", re.IGNORECASE
)
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
_MOST = re.compile(r"\bat (?:the )?most\b|\bmaximum\b|\b(?:no|not) more than\b", re.IGNORECASE)
_LEAST = re.compile(
    r"\bat least\b|\bminimum\b|\b(?:no|not) less than\b|\bor more\b|\bno fewer\b", re.IGNORECASE
)
_CHOICE = re.compile(r"\b(?:or|either|any|neither|nor|one of|whichever)\b", re.IGNORECASE)
_OTHER = re.compile(r"\b(?:later|earlier|other|another|different|next|previous|separate)\b", re.IGNORECASE)
_BEFORE_NOUNS = frozenset("the a an any each every of for in its their all this no by with".split())
_LETTER = re.compile(r"\(([a-z]{1,4})\)")
_NUMBERED = re.compile(
    r"\b(?:Annex|Appendix|Schedule|Exhibit|Part|Level|Tier|Class|Category|Table|Figure|Group|Stage|Phase|Type|Grade)"
    r" ([A-Z]|[IVX]+|\d+)\b"
)


def left_out(wording: str, quotes: Sequence[str], place: str = "") -> str:
    """What limits a sentence that a wording tells and is missing from it, in words; empty if nothing is."""
    said = [t for t in row_of(wording) if t.carries]
    every = [part for quote in quotes for s in sentences(quote) for part in _statements(s)]
    told = [s for s in every if _share(s.row, said, 0.0) >= _TOLD]
    whole = [s for s in told if _share(s.row, said) >= _ALL_OF_IT]
    for sentence in told:
        for lost in _limits(sentence):
            if _share(lost.row, said) < _KEPT:
                return f"the wording leaves out “{lost.said}”"
    known = [*said, *(t for t in row_of(place) if t.carries)]
    return (
        _narrower(whole, said, known)
        or _excepted(every, said)
        or _only(wording, told)
        or _allowed(wording, whole)
        or _other_way(wording, " ".join(quotes))
        or _other_bound(wording, " ".join(quotes))
        or _other_letter(wording, " ".join((*quotes, place)))
    )


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
    return " ".join(t.said for t in sentence.row)


def _share(row: Sequence[Token], said: Sequence[Token], without: float = 1.0) -> float:
    """How many of a row's words a wording has, or one near to it in meaning; `without` for a row of none."""
    words = [t for t in row if must_be_carried(t)]
    return sum(_has(t, said) for t in words) / len(words) if words else without


def _has(token: Token, said: Sequence[Token]) -> bool:
    return any(token.stands_for(t) or akin(t.root, token.root) for t in said)


def _narrower(whole: Sequence[Sentence], said: Sequence[Token], known: Sequence[Token]) -> str:
    """A word before a noun without which the noun means more: "any logo" for "an AI-generated logo"."""
    for clause in (c for sentence in whole for c in sentence.clauses):
        for at, (word, noun) in enumerate(itertools.pairwise(clause.row)):
            if not (must_be_carried(word) and must_be_carried(noun)) or _has(word, known):
                continue
            named = word.said[:1].isupper() and noun.said[:1].isupper()
            loose = word.low in LOOSE or word.low.endswith("ly")
            after = is_participle(noun.low)  # "principles specified by …": nothing narrows a noun there
            if _has(noun, said) and not (named or loose or after or _acts(clause, at)):
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


def _excepted(every: Sequence[Sentence], said: Sequence[Token]) -> str:
    """An exception in a sentence of its own, of which a wording has nothing."""
    for sentence in every:
        text = _text(sentence)
        if len(every) < 2 or not _EXCEPTION.search(text):
            continue
        rest = [t for other in every if other is not sentence for t in other.row if t.carries]
        own = [t for t in sentence.row if must_be_carried(t) and not any(t.stands_for(o) for o in rest)]
        if own and _share(own, said) < _TOUCHED:
            return f"the wording leaves out “{text}”"
    return ""


def _only(wording: str, told: Sequence[Sentence]) -> str:
    if _ONLY.search(wording) or _AS_ONLY.search(wording):
        return ""
    found = (_ONLY.search(_text(sentence)) for sentence in told)
    lost = next(filter(None, found), None)
    return f"“{lost.group()}” of the quote is missing from the wording" if lost else ""


def _allowed(wording: str, told: Sequence[Sentence]) -> str:
    """What a sentence forbids and a wording tells without any denial."""
    if _DENIES.search(_NO_DENIAL.sub(" ", wording)):
        return ""
    found = (_FORBIDS.search(_NO_DENIAL.sub(" ", _text(sentence))) for sentence in told)
    lost = next(filter(None, found), None)
    return f"the quote says “{lost.group()}”, the wording denies nothing" if lost else ""


def _other_bound(wording: str, quoted: str) -> str:
    """A bound, a choice or a likeness that is turned round."""
    for one, contrary in ((_MOST, _LEAST), (_LEAST, _MOST)):
        found = one.search(wording)
        if found and not contrary.search(wording) and not one.search(quoted) and contrary.search(quoted):
            return f"“{found.group()}” of the wording is the contrary of what is in the quote"
    if re.search(r"\beither\b", wording, re.IGNORECASE) and not _CHOICE.search(quoted):
        return "“either” of the wording is a choice that the quote does not leave"
    other, same = _OTHER.search(wording), re.compile(r"\bsame\b", re.IGNORECASE)
    if other and same.search(quoted) and not same.search(wording) and not _OTHER.search(quoted):
        return f"“{other.group()}” of the wording is “same” in the quote"
    return ""


def _other_way(wording: str, quoted: str) -> str:
    """Why something comes after in a wording that comes before in its quotes, or the reverse."""
    wording, quoted = _LATER.sub(" ", wording), _LATER.sub(" ", quoted)
    after, before = _AFTER.search(wording), _BEFORE.search(wording)
    if after and not _AS_AFTER.search(quoted) and _BEFORE.search(quoted):
        return f"“{after.group()}” of the wording is before in the quote"
    if before and not _BEFORE.search(quoted) and _AFTER.search(quoted):
        return f"“{before.group()}” of the wording is after in the quote"
    return ""


def _other_letter(wording: str, known: str) -> str:
    lost = set(_LETTER.findall(wording)) - set(_LETTER.findall(known))
    if lost:
        return f"the wording names “({min(lost)})”, the quote does not"
    for found in _NUMBERED.finditer(wording):
        if not re.search(rf"(?<!\w){found.group(1)}(?!\w)", known):
            return f"the wording names {found.group()!r}, the quote does not"
    return ""
