"""What a claim consists of, and which sentence of its quotes carries each part."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant.agreement.clauses import Clause, Sentence, plain, sentences
from assistant.agreement.forms import forms
from assistant.agreement.lexicon import classes, roots, verbs
from assistant.agreement.verbs import Verb
from assistant.agreement.words import Token, tokens
from knowledge.amounts import NUMBER_WORDS

_PRONOUNS = frozenset("he she they his her him".split())
_FURTHER = 0.3
"""What a unit of several sentences must have more, in words, to be taken instead of one."""
_MOST_SENTENCES = 40
"""Sentences of a quote that are compared one by one; a longer one is no quote of a statement."""


@dataclass(frozen=True)
class Part:
    """A main clause of a claim with what hangs on it."""

    clauses: tuple[Clause, ...]

    @cached_property
    def row(self) -> tuple[Token, ...]:
        """Its tokens, the subject that it takes over included."""
        first = next((c for c in self.clauses if c.inherited), None)
        return (*(first.inherited if first else ()), *(t for c in self.clauses for t in c.row))

    @cached_property
    def words(self) -> tuple[Token, ...]:
        """The words that a quote must carry, each root once."""
        after = (*self.row[1:], None)
        found = {
            t.root: t
            for t, n in zip(self.row, after, strict=True)
            if must_be_carried(t) and not _numbers(t, n)
        }
        return tuple(found.values())


def _numbers(token: Token, after: Token | None) -> bool:
    """Whether a word only says what a number numbers: "Section 4"."""
    return after is not None and after.kind in ("number", "id") and token.root in roots("labels")


@dataclass(frozen=True)
class Unit:
    """Sentences of one quote that stand together."""

    quote: int
    sentences: tuple[Sentence, ...]

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses of its sentences."""
        return tuple(c for s in self.sentences for c in s.clauses)

    @cached_property
    def row(self) -> tuple[Token, ...]:
        """Its tokens."""
        return tuple(t for c in self.clauses for t in c.row)

    @cached_property
    def is_record(self) -> bool:
        """Whether it is the row of a table: "Tool: …; Purpose: …; Status: …"."""
        return sum(t.low in (":", "|") for t in self.row) > 2

    def has(self, token: Token) -> bool:
        """Whether it has a word that the token can stand for."""
        return any(stands_in(token, self.row))


SCOPE_WORDS = frozenset(
    "always solely exclusively sole purely merely mostly mainly majority primarily chiefly generally "
    "usually normally typically largely"
    "often frequently predominantly particularly sometimes occasionally partly partially fully "
    "completely entirely wholly totally"
    "altogether rarely seldom hardly scarcely barely little certain typical usual whole entire every "
    "all".split()
)
"""Words that the check of scope compares."""


def must_be_carried(token: Token) -> bool:
    """Whether a token is a word with content of its own; figures, dates and ids have their own checks."""
    return (
        token.kind == "word"
        and token.carries
        and token.low.removesuffix("s") not in classes()["units"]
        and token.low not in NUMBER_WORDS
        and token.low not in SCOPE_WORDS
    )


def stands_in(token: Token, row: Iterable[Token]) -> Iterable[bool]:
    """For each token of a row, whether the token can stand for it."""
    return (token.stands_for(other) for other in row)


@lru_cache(maxsize=500)
def parts_of(wording: str) -> tuple[Part, ...]:
    """The parts of a claim in order."""
    found: list[list[Clause]] = []
    for sentence in sentences(wording):
        waiting: list[Clause] = []
        begun = False
        for at, clause in enumerate(sentence.clauses):
            if clause.kind == "main" and clause.verb is not None:
                own = [w for w in waiting if w.kind == "main" and clause.inherited is not w.row and _says(w)]
                if own and not any(c.inherited is o.row for o in own for c in sentence.clauses):
                    found.append(waiting)
                    waiting = []
                found.append([*waiting, clause])
                waiting, begun = [], True
            elif begun and not _is_subject(clause, sentence.clauses[at + 1 :]) and not waiting:
                found[-1].append(clause)
            else:
                waiting.append(clause)
        if waiting:
            found.append(waiting)
    return tuple(Part(tuple(clauses)) for clauses in found)


def _says(clause: Clause) -> bool:
    """Whether a stretch without a verb that was recognised says something by itself."""
    carried = sum(map(must_be_carried, clause.row))
    return len(clause.row) > 3 and (
        carried > 1
        or (carried == 1 and any(t.low in classes()["units"] or t.kind == "date" for t in clause.row))
    )


def pieces_of(part: Part) -> list[Part]:
    """A part cut at its commas and semicolons, where each piece says something by itself."""
    found: list[list[Clause]] = [[]]
    for clause in part.clauses:
        if (
            found[-1]
            and (found[-1][-1].row[-1:] or clause.row)[0].low in (",", ";")
            and clause.kind in ("main", "which", "if")
        ):
            found.append([])
        for at, stretch in enumerate(_cut(clause)):
            if at:
                found.append([])
            found[-1].append(stretch)
    pieces = [Part(tuple(clauses)) for clauses in found if clauses]
    return pieces if all(len(p.words) > 1 for p in pieces) else [part]


def _cut(clause: Clause) -> list[Clause]:
    """A main clause cut at its commas; only the stretch with the verb keeps it."""
    stretches: list[Clause] = []
    begin = 0
    for at, token in enumerate(clause.row):
        last = at == len(clause.row) - 1
        if (token.low in (",", ";") or last) and at >= begin:
            stretches.append(_stretch(clause, begin, at + 1))
            begin = at + 1
    return stretches


def _stretch(clause: Clause, begin: int, end: int) -> Clause:
    verb = clause.verb
    if verb is None or not begin <= verb.begin < end:
        return Clause(clause.kind if begin == 0 else "main", clause.row[begin:end], None)
    main = verb.main - begin if verb.main < end else -1
    own = Verb(verb.begin - begin, min(verb.end, end) - begin, main, verb.level, verb.negated, verb.passive)
    return Clause(clause.kind, clause.row[begin:end], own, clause.inherited)


def _is_subject(clause: Clause, rest: Sequence[Clause]) -> bool:
    """Whether a stretch without a verb is what a later clause speaks of: "Users | who … | are told"."""
    return clause.kind == "main" and any(c.inherited is clause.row for c in rest)


@lru_cache(maxsize=500)
def units_of(quote: str, number: int) -> tuple[Unit, ...]:
    """The sentences of a quote, its pairs of neighbours, and all of it."""
    found = sentences(quote)[:_MOST_SENTENCES]
    single = [Unit(number, (s,)) for s in found]
    pairs = [Unit(number, (a, b)) for a, b in itertools.pairwise(found)]
    whole = [Unit(number, found)] if len(found) > 2 else []
    return (*single, *pairs, *whole)


def under_their_head(units: Sequence[Unit]) -> list[Unit]:
    """Items of a list together with what stands over them, when both are quoted: "… is responsible for:"."""
    whole: dict[int, Unit] = {}
    for unit in units:
        if unit.quote not in whole or len(unit.sentences) > len(whole[unit.quote].sentences):
            whole[unit.quote] = unit
    heads = [
        u for u in whole.values() if u.row and (u.row[-1].low == ":" or u.row[-1].low in ("following", "for"))
    ]
    return [
        Unit(item.quote, (*head.sentences, *item.sentences))
        for head in heads
        for item in whole.values()
        if item is not head and _belongs(item, head)
    ]


def _belongs(item: Unit, head: Unit) -> bool:
    """Whether the number of an item, if both have one, is under that of its head: 4.6.3 under 4.6."""
    number, over = item.row[0], head.row[0]
    if number.kind == "id" and over.kind in ("id", "number"):
        return number.low.startswith(f"{over.low}.")
    return True


def carrier(
    part: Part, candidates: Sequence[Unit], places: Sequence[Sequence[Token]]
) -> tuple[Unit, list[Token], Sequence[Token]]:
    """The unit that carries most of a part, the words that it does not, and the place of the unit.

    `places` are the headings over each candidate, which may supply words too.
    """
    best: tuple[float, Unit, list[Token], Sequence[Token]] | None = None
    acts = {c.row[c.verb.main].root for c in part.clauses if c.verb is not None and c.verb.main >= 0}
    everything = {unit.quote: unit.row for unit in sorted(candidates, key=lambda u: len(u.row))}
    for unit, place in zip(candidates, places, strict=True):
        missing = [t for t in part.words if not unit.has(t)]
        others = [t for quote, row in everything.items() if quote != unit.quote for t in row]
        lost = [
            t
            for t in missing
            if t.root in acts
            or _only_verb(t)
            or _elsewhere(t, others, unit)
            or not (any(stands_in(t, place)) or _of_document(t, unit))
        ]
        score = 0.5 * len(missing) + 0.5 * len(lost) + _FURTHER * (len(unit.sentences) - 1)
        if best is None or score < best[0]:
            best = (score, unit, lost, place)
    if best is None:
        return Unit(0, ()), list(part.words), ()
    return best[1], best[2], best[3]


def _only_verb(token: Token) -> bool:
    """Whether a word is a verb and no noun: headings tell what a rule is about, not what is done."""
    kind, verb = forms().get(token.low, ("", ""))
    return kind in ("base", "s", "ed") and not verbs()[verb]


def _elsewhere(token: Token, others: Sequence[Token], unit: Unit) -> bool:
    """Whether another quote says a word of which this one says nothing: headings do not supply it then."""
    if token.low in ("ai", "system") or token.said[:1].isupper() or any(t.low in _PRONOUNS for t in unit.row):
        return False
    return any(stands_in(token, others))


def _of_document(token: Token, unit: Unit) -> bool:
    """Whether a word names the document that the quote calls "it" or "this policy"."""
    return token.root in roots("documents") and any(t.low in ("it", "this", "these") for t in unit.row)


@lru_cache(maxsize=500)
def row_of(text: str) -> tuple[Token, ...]:
    """The tokens of a text, headings or a whole quote."""
    return tokens(plain(text))
