"""Where the verbs of a sentence are, and with what duty, negation and voice they are said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.agreement.forms import form, forms, is_adverb, is_participle
from assistant.agreement.lexicon import verbs as verbs_known
from assistant.agreement.words import Token, low_at

Level = Literal["stated", "told", "will", "may", "should", "must", "need not"]
"""How binding a sentence is: said as a fact, told to the reader ("Use …"), and the words of duty."""

_MODALS: dict[str, Level] = {
    "must": "must",
    "shall": "must",
    "should": "should",
    "ought": "should",
    "may": "may",
    "can": "may",
    "could": "may",
    "might": "may",
    "will": "will",
    "would": "will",
}
_BE = frozenset("is are was were be been being am".split())
_HAVE = frozenset("has have had having".split())
_DO = frozenset("do does did".split())
_ADJECTIVES: dict[str, tuple[Level, bool]] = {
    "required": ("must", False),
    "obliged": ("must", False),
    "mandatory": ("must", False),
    "supposed": ("should", False),
    "obligatory": ("must", False),
    "compulsory": ("must", False),
    "necessary": ("must", False),
    "bound": ("must", False),
    "needed": ("must", False),
    "recommended": ("should", False),
    "expected": ("should", False),
    "advisable": ("should", False),
    "encouraged": ("should", False),
    "advised": ("should", False),
    "allowed": ("may", False),
    "permitted": ("may", False),
    "entitled": ("may", False),
    "able": ("may", False),
    "free": ("may", False),
    "optional": ("may", False),
    "possible": ("may", False),
    "welcome": ("may", False),
    "permissible": ("may", False),
    "acceptable": ("may", False),
    "authorised": ("may", False),
    "prohibited": ("must", True),
    "forbidden": ("must", True),
    "banned": ("must", True),
    "barred": ("must", True),
    "unable": ("may", True),
    "impermissible": ("must", True),
    "inadmissible": ("must", True),
    "unnecessary": ("need not", False),
    "disallowed": ("must", True),
}
"""What "is …" says of a duty, and whether it forbids."""
_TO_ONLY = frozenset(
    "free able bound supposed expected welcome advised encouraged authorised entitled".split()
)
"""Words of duty only before "to" ("free to use", but "free of charge")."""
_NOT = frozenset("not never".split())
_BOUNDED = frozenset("more less later fewer longer older below above exceeding under".split())
"""What makes a bound of a "not" before it: "is not more than a year old"."""
_NEGATIVE_SUBJECTS = frozenset("no none nobody nothing neither".split())
_NOT_BEFORE_A_VERB = frozenset(
    "the a an this these those its their our his her your my of for with by from in on at into per "
    "each every"
    "any all no some such other same under about as between during through than more less new own and "
    "or".split()
)
_PRONOUNS = frozenset(
    "it they we he she you i who which that whoever anyone everyone nobody someone everybody anybody "
    "one this these".split()
)


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb with its auxiliaries: tokens `begin` to `end` of the sentence, the verb itself at `main`."""

    begin: int
    end: int
    main: int
    """-1 when what is said is no verb ("is responsible")."""
    level: Level = "stated"
    negated: bool = False
    passive: bool = False


def verbs(row: Sequence[Token]) -> list[Verb]:
    """The verbs of a sentence of which there is no doubt, in order."""
    found: list[Verb] = []
    at = 0
    while at < len(row):
        verb = _with_auxiliary(row, at) or _finite(row, at, doubtful=False)
        if verb:
            found.append(verb)
            at = max(verb.end, at + 1)
        else:
            at += 1
    return found


def doubtful(row: Sequence[Token], begin: int, end: int) -> Verb | None:
    """The first word of a stretch without a verb that can be one: "report" after a plural, "decided"."""
    told = told_to(row, begin, end) or _gerund(row, begin, end)
    if told:
        return told
    if (
        begin > 0
        and row[begin - 1].low in ("and", "or", "but")
        and form(row[begin].low) == "s"
        and begin + 1 < end
    ):
        return Verb(begin, begin + 1, begin)
    for at in range(begin, end):
        verb = _finite(row, at, doubtful=True)
        if verb:
            return verb
    return None


def _gerund(row: Sequence[Token], begin: int, end: int) -> Verb | None:
    """The verb of an item in a list of duties: "Ensuring that …", "4.6.3 Developing …"."""
    first = next((at for at in range(begin, end) if row[at].kind == "word"), -1)
    if (
        first < 0
        or not (row[begin].kind == "id" or (begin and row[begin - 1].low == ":"))
        or first + 1 >= end
        or row[first + 1].kind != "word"
        or form(row[first].low) != "ing"
    ):
        return None
    return Verb(first, first + 1, first, "must")


def told_to(row: Sequence[Token], begin: int, end: int) -> Verb | None:
    """An imperative at the beginning of a stretch: "Use …", "Do not use …", "Only use …"."""
    words = [at for at in range(begin, end) if row[at].kind == "word"]
    if not words:
        return None
    after_commas = [
        at + 1
        for at in range(begin, end - 2)
        if row[at].low == "," and row[words[0]].low in ("to", "for", "in", "at")
    ]
    for start in [*words[:1], *after_commas]:
        at, negated = _skip(row, start)
        low, after = low_at(row, at), low_at(row, at + 1)
        if low == "do" and after == "not" and at + 2 < end:
            return Verb(at, at + 3, at + 2, "told", True)
        if low in ("direct", "clear", "present", "open", "average", "key", "lead", "well"):
            continue
        if (
            at + 1 < end
            and row[at + 1].kind == "word"
            and form(low) == "base"
            and after not in _BE | _MODALS.keys()
        ):
            return Verb(start, at + 1, at, "told", negated)
    return None


def _skip(row: Sequence[Token], at: int) -> tuple[int, bool]:
    """Past adverbs, and whether there was a negation among them."""
    negated = False
    while at < len(row) and row[at].kind == "word":
        low = row[at].low
        if low in _NOT:
            if low_at(row, at + 1) in _BOUNDED:
                break
            negated = True
        elif not is_adverb(low):
            break
        at += 1
    return at, negated


def _with_auxiliary(row: Sequence[Token], at: int) -> Verb | None:
    low = row[at].low
    if row[at].kind != "word":
        return None
    if low in _MODALS:
        return _after_modal(row, at, at + 1, _MODALS[low])
    if low in _BE and not (low == "be" and low_at(row, at - 1) == "to"):
        return _after_be(row, at, at + 1, "stated", False)
    if low in _HAVE:
        return _after_have(row, at)
    if low in ("need", "needs"):
        return _after_need(row, at)
    if low in _DO and _skip(row, at + 1)[1]:
        after, _ = _skip(row, at + 1)
        if low_at(row, after) in ("need", "have") and low_at(row, after + 1) == "to":
            return Verb(at, after + 3, min(after + 2, len(row) - 1), "need not")
        return Verb(at, after + 1, after if after < len(row) else -1, "stated", True)
    return None


def _after_modal(row: Sequence[Token], begin: int, at: int, level: Level) -> Verb:
    at, negated = _skip(row, at)
    if low_at(row, at) == "to" and at and row[at - 1].low == "not":
        at += 1
    if level == "may" and negated:
        level = "must"
    low = low_at(row, at)
    if low in _BE:
        return _after_be(row, begin, at + 1, level, negated)
    if low == "have":
        at, more = _skip(row, at + 1)
        if low_at(row, at) == "been":
            return _after_be(row, begin, at + 1, level, negated or more)
        if low_at(row, at) == "to":
            return _after_modal(row, begin, at + 1, "must")
        if (
            low_at(row, at) == "the"
            and low_at(row, at + 1) == "right"
            and low_at(row, at + 2) in ("to", "not")
        ):
            return _after_modal(row, begin, at + 3 if low_at(row, at + 2) == "to" else at + 2, "may")
        participle = is_participle(low_at(row, at))
        return Verb(begin, at + participle, at if participle else -1, level, negated or more)
    if at < len(row) and row[at].kind == "word" and low not in _NOT_BEFORE_A_VERB:
        return Verb(begin, at + 1, at, level, negated)
    return Verb(begin, at, -1, level, negated)


def _after_be(row: Sequence[Token], begin: int, at: int, level: Level, negated: bool) -> Verb:
    at, more = _skip(row, at)
    negated = negated or more
    low = low_at(row, at)
    if low == "being" or low == "been":
        at, more = _skip(row, at + 1)
        low, negated = low_at(row, at), negated or more
    if low in _ADJECTIVES and (low not in _TO_ONLY or low_at(row, at + 1) == "to"):
        return _of_duty(row, begin, at, level, negated)
    if low == "to" and form(low_at(row, at + 1)) == "base":
        return Verb(begin, at + 2, at + 1, "must", negated)
    if low == "to" and low_at(row, at + 1) == "be":
        return _after_be(row, begin, at + 2, "must", negated)
    if is_participle(low):
        return Verb(begin, at + 1, at, level, negated, passive=True)
    if low.endswith("ing") and form(low):
        return Verb(begin, at + 1, at, level, negated)
    return Verb(begin, at, -1, level, negated)


def _of_duty(row: Sequence[Token], begin: int, at: int, said: Level, negated: bool) -> Verb:
    """ "is required to keep", "is not allowed"."""
    low = row[at].low
    level, forbids = _ADJECTIVES[low]
    if said != "stated" and low in ("able", "free", "possible", "expected"):
        level = said
    if low == "optional" and negated:
        level, negated = "must", False
    elif negated and level == "must":
        level, negated, forbids = ("may" if forbids else "need not"), False, False
    elif negated and level == "may":
        level = "must"
    negated = negated or forbids
    if level == "may" and forbids:
        level = "must"
    if low_at(row, at + 1) != "to":
        return Verb(begin, at + 1, -1, level, negated)
    after, more = _skip(row, at + 2)
    if low_at(row, after) == "be":
        return _after_be(row, begin, after + 1, level, negated or more)
    return Verb(begin, after + 1, after if after < len(row) else -1, level, negated or more)


def _after_have(row: Sequence[Token], begin: int) -> Verb:
    at, negated = _skip(row, begin + 1)
    low = low_at(row, at)
    if low == "to":
        return _after_modal(row, begin, at + 1, "must")
    if (
        low in ("the", "a", "an")
        and low_at(row, at + 1) in ("duty", "obligation", "right", "option")
        and low_at(row, at + 2) in ("to", "not")
    ):
        level: Level = "must" if low_at(row, at + 1) in ("duty", "obligation") else "may"
        verb = _after_modal(row, begin, at + 3 - (low_at(row, at + 2) == "not"), level)
        return Verb(verb.begin, verb.end, verb.main, verb.level, verb.negated or negated, verb.passive)
    if low == "been":
        return _after_be(row, begin, at + 1, "stated", negated)
    if is_participle(low):
        return Verb(begin, at + 1, at, "stated", negated)
    return Verb(begin, at, -1, "stated", negated or low == "no")


def _after_need(row: Sequence[Token], begin: int) -> Verb | None:
    at, negated = _skip(row, begin + 1)
    if negated:
        if low_at(row, at) == "be":
            verb = _after_be(row, begin, at + 1, "need not", False)
            return Verb(verb.begin, verb.end, verb.main, "need not", False, verb.passive)
        return Verb(begin, at + 1, at if at < len(row) else -1, "need not")
    if low_at(row, at) == "to":
        return _after_modal(row, begin, at + 1, "must")
    if low_at(row, begin - 1) in _NOT_BEFORE_A_VERB or low_at(row, begin - 1) == "":
        return None
    return Verb(begin, begin + 1, -1, "must", low_at(row, begin + 1) == "no")


def _finite(row: Sequence[Token], at: int, doubtful: bool) -> Verb | None:
    """A verb without auxiliary: "decides", and where nothing else can be the verb "report" or "decided"."""
    low = row[at].low
    kind = form(low) if row[at].kind == "word" else ""
    before = at - 1
    while before >= 0 and is_adverb(row[before].low):
        before -= 1
    previous = low_at(row, before)
    if kind not in ("s", "base") and not (doubtful and kind == "ed"):
        return None
    if (
        low in ("requires", "require", "obliges", "oblige")
        and previous
        and previous not in _NOT_BEFORE_A_VERB
    ):
        return Verb(at, at + 1, -1, "must", low_at(row, at + 1) == "no")
    if previous == "" or previous in _NOT_BEFORE_A_VERB or row[before].kind != "word":
        return None
    if previous == "to" or previous in _MODALS:
        return None
    if previous in _PRONOUNS:
        return Verb(at, at + 1, at)
    noun = verbs_known().get(forms()[low][1], False)
    if row[before].said.endswith(("'s", "’s")):
        return None
    if noun and not doubtful:
        return None
    if noun and (at + 1 >= len(row) or row[at + 1].kind == "mark"):
        return None
    nouns = [low_at(row, before), *(t.low for t in row[:before] if doubtful)]
    plural = any(n.endswith("s") and not n.endswith(("ss", "us", "is")) for n in nouns)
    if kind == "base" and not plural and not any(t.low == "and" for t in row[max(before - 4, 0) : before]):
        return None
    if not row[before].speaks:
        return None
    return Verb(at, at + 1, at)
