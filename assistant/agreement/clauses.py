"""A text as sentences of clauses: what is said, of whom, how bindingly, and on what condition."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.agreement import verbs as reading
from assistant.agreement.cuts import Kind, cuts_of, ensured
from assistant.agreement.forms import form, is_order
from assistant.agreement.verbs import Level, Verb
from assistant.agreement.words import Token, low_at, tokens

_STOPS = frozenset(". ! ?".split())
_BULLET = re.compile(r"\n\s*(?:[-•*▪–]|\(?[a-z0-9]{1,3}[.)])\s+", re.IGNORECASE)
_EITHER = re.compile(r"(?<=[a-z]{3})/(?:or )?(?=[a-z]{2})")
"""A stroke between two words: "bypass/deactivate", "and/or"."""
_MISREAD = re.compile(r"Â(?=\s)")
"""What is left of a no-break space that was read in the wrong code."""
_DENYING = frozenset("lack lacks lacked avoid avoids avoided refrain refrains refrained".split())
"""Verbs that deny what follows them."""
_NEGATIVE = frozenset("no none nobody nothing neither nor".split())
_BOUNDS = frozenset("but later more less fewer longer earlier sooner other one matter".split())
"""What makes no negation of a "no" before it ("no later than"); "no one" is read as one."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence with at most one verb."""

    kind: Kind
    row: tuple[Token, ...]
    verb: Verb | None
    """Counted in the clause's own row."""
    inherited: tuple[Token, ...] = ()
    """The subject, where it is that of the clause before."""
    after_comma: bool = False

    @property
    def level(self) -> Level:
        """How binding it is."""
        return self.verb.level if self.verb else "stated"

    @property
    def words(self) -> tuple[Token, ...]:
        """What it says, without words that only join."""
        return tuple(t for t in self.row if t.kind != "mark" and (t.speaks or t.kind != "word"))

    @property
    def said(self) -> str:
        """Its words, to be told to a reader."""
        return " ".join(t.said for t in self.row if t.kind != "mark").strip()


@dataclass(frozen=True, slots=True)
class Sentence:
    """The clauses of a sentence in order."""

    clauses: tuple[Clause, ...]

    @property
    def row(self) -> tuple[Token, ...]:
        """All its tokens."""
        return tuple(t for clause in self.clauses for t in clause.row)


def plain(text: str) -> str:
    """A text in one form of its letters; a line that begins a list item keeps a mark."""
    marked = _BULLET.sub(" • ", unicodedata.normalize("NFKC", text))
    return " ".join(_EITHER.sub(" or ", _MISREAD.sub("", marked)).split())


@lru_cache(maxsize=2_000)
def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, read."""
    found, begin = [], 0
    row = tokens(plain(text))
    for at, token in enumerate(row):
        if token.kind == "mark" and token.low in _STOPS:
            found.append(row[begin:at])
            begin = at + 1
    found.append(row[begin:])
    return tuple(Sentence(_clauses(part)) for part in found if part)


def _clauses(row: Sequence[Token]) -> tuple[Clause, ...]:
    verbs = reading.verbs(row)
    cuts = cuts_of(row, verbs)
    edges = [*cuts, (len(row), "main", False)]
    found: list[Clause] = []
    for (begin, kind, comma), (end, _, _) in itertools.pairwise(edges):
        if begin < end:
            found.append(_clause(row, begin, end, kind, comma, verbs, found))
    return tuple(found)


def _clause(
    row: Sequence[Token],
    begin: int,
    end: int,
    kind: Kind,
    comma: bool,
    verbs: list[Verb],
    before: list[Clause],
) -> Clause:
    verb = (
        _ordered(row, begin, end)
        or _chief([v for v in verbs if begin <= v.begin < end])
        or reading.doubtful(row, begin, end)
    )
    part = tuple(row[begin:end])
    if verb is None:
        return Clause(kind, part, None, after_comma=comma)
    subject: tuple[Token, ...] = ()
    if kind == "main" and verb.level != "told" and not any(t.kind == "word" for t in row[begin : verb.begin]):
        subject = _subject_before(before)
    own_words = (*row[begin : verb.begin], *row[verb.end : min(verb.end + 3, end)])
    if verb.level == "must" and form(row[verb.begin].low) == "ing":
        subject = _responsible(before)
    if verb.level == "told" and before:
        verb, subject = _after_insertion(verb, before)
    lacks = 0 <= verb.main < end and row[verb.main].low in _DENYING
    negated = lacks or verb.negated or _negative_row(subject) or _negative_row(own_words)
    level: Level = "must" if negated and verb.level == "may" else verb.level
    if level == "stated" and before and ensured(row, begin - 1) and before[-1].verb is not None:
        level = before[-1].verb.level
    main = verb.main - begin if 0 <= verb.main < end else -1
    own = Verb(verb.begin - begin, min(verb.end, end) - begin, main, level, negated, verb.passive)
    return Clause(kind, part, own, subject, comma)


def _responsible(before: list[Clause]) -> tuple[Token, ...]:
    """Who has the duties of a list: "Managers are responsible for: … Informing employees"."""
    for clause in reversed(before):
        if clause.verb is not None and any(t.low in ("responsible", "accountable") for t in clause.row):
            return clause.row[: clause.verb.begin]
    return ()


def _after_insertion(verb: Verb, before: list[Clause]) -> tuple[Verb, tuple[Token, ...]]:
    """A verb cut off from its auxiliary: "shall, without delay, | notify"."""
    for clause in reversed(before):
        if clause.kind == "main" and clause.verb is not None:
            open_ = clause.verb.main < 0 and clause.verb.level in ("must", "should", "may")
            if open_ and clause.verb.end - clause.verb.begin <= 2:
                made = Verb(
                    verb.begin, verb.end, verb.main, clause.verb.level, verb.negated or clause.verb.negated
                )
                return made, clause.row[: clause.verb.begin] or clause.inherited
            break
    return verb, ()


def _subject_before(before: list[Clause]) -> tuple[Token, ...]:
    """The subject that a clause without one takes over."""
    for clause in reversed(before):
        if clause.kind == "main":
            if clause.verb is None:
                return clause.row
            return clause.row[: clause.verb.begin] or clause.inherited
    if not before:
        return ()
    row = before[0].row
    return row[:1] if row[0].low == "whoever" else row


def _negative_row(row: Sequence[Token]) -> bool:
    """Whether "no", "nobody" or the like turns what a clause says into its contrary."""
    for at, token in enumerate(row):
        if (
            token.low in _NEGATIVE
            and low_at(row, at + 1) != "but"
            and not (token.low == "no" and low_at(row, at + 1) in _BOUNDS - {"one"})
        ):
            return True
        if token.kind == "mark" and at > 0:
            break
    return False


def _ordered(row: Sequence[Token], begin: int, end: int) -> Verb | None:
    """An imperative that cannot be a noun, whatever verbs follow: "Verify that policies are …"."""
    sure = row[begin].kind == "word" and is_order(row[begin].low)
    return reading.told_to(row, begin, end) if sure else None


def _chief(verbs: list[Verb]) -> Verb | None:
    """The verb that a clause is about: one with an auxiliary before one without."""
    return max(verbs, key=lambda v: (v.level != "stated", v.end - v.begin > 1, -v.begin), default=None)
