"""Where a clause of a sentence begins: at what opens a condition, at a join that brings a verb of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

from assistant.agreement.forms import form, is_adverb, is_participle
from assistant.agreement.lexicon import phrases_of, roots
from assistant.agreement.verbs import Verb
from assistant.agreement.words import Token, low_at

Kind = Literal["main", "if", "unless", "before", "after", "until", "while", "which", "why", "once"]
Cut = tuple[int, Kind, bool]
"""Where a clause begins, of which kind it is, and whether a comma stands before it."""

_BREAKS = frozenset("; : | • ▪ - – — [ ] \n".split())
_NO_ITEM = frozenset("to in on at by for from with of and or under the a see per as".split())
_JOINS = frozenset("and or but whereas so nor yet".split())
_AFTER_A_VERB = frozenset("it them this the a an their its to through on with each all".split())
_ASKS = frozenset(
    "decide decides decided determine determines check checks checked ask asks know verify assess "
    "assesses".split()
)
_TELLS = frozenset(
    "fact evidence notice proof sure aware so such clear found shown stated risk given".split()
)
_AS_WELL = frozenset(
    "well appropriate necessary needed applicable such far long soon required is are was".split()
)
_ENSURES = frozenset("ensure ensures ensuring ensured sure verify verifies verifying".split())
_UNITS = frozenset("hour day week month quarter year".split())
_CLEFT = 8
"""Most tokens of "it is the …" before its "who"."""
_LOOK = 14
"""Tokens after a conjunction in which a new clause must have its verb."""


_GIVEN = (("provided",), ("providing",), ("assuming",))
"""Participles that may begin a condition."""
_NO_CONDITION = frozenset("by to with for in on as through".split())
"""What follows them where they begin none."""
_BEGINS_CLAUSE = frozenset("the a an any each every no all this these it they".split())


@cache
def _markers() -> Mapping[str, tuple[tuple[tuple[str, ...], Kind], ...]]:
    """The phrases that open a clause, by their first word, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], Kind]]] = {}
    for kind, said in phrases_of("markers").items():
        for words in said:
            found.setdefault(words.split()[0], []).append((tuple(words.split()), kind))  # type: ignore[arg-type]
    return {first: tuple(sorted(pairs, key=lambda pair: -len(pair[0]))) for first, pairs in found.items()}


def cuts_of(row: Sequence[Token], verbs: list[Verb]) -> list[Cut]:
    """Where a clause begins, of which kind it is, and whether a comma stands before it."""
    cuts: list[Cut] = [(0, "main", False)]
    starts = {v.begin for v in verbs}
    at = 0
    while at < len(row):
        token, kind = row[at], cuts[-1][1]
        marker = None if ensured(row, at) else _marker(row, at, starts)
        comma = at > 0 and row[at - 1].low == ","
        if marker and comma and token.low in ("while", "whilst"):
            marker = (1, "main")
        if marker:
            cleft = marker[1] == "which" and _is_cleft(row, cuts[-1][0], at)
            _cut(cuts, at, "main" if cleft else marker[1], comma)
            at += marker[0]
            continue
        if ensured(row, at):
            _cut(cuts, at + 1, "main", False)
            at += 1
            continue
        if token.kind == "mark" and token.low in _BREAKS:
            _cut(cuts, at + 1, "main", False)
        elif token.kind == "mark" and token.low == ",":
            if kind != "main" and not _listed(row, at):
                _cut(cuts, at + 1, "main", True)
        elif token.kind == "id" and at > 0 and _begins_item(row, at):
            _cut(cuts, at, "main", False)
        elif token.low in _JOINS and token.kind == "word" and _new_clause(row, at, starts):
            _cut_after_join(cuts, row, at, starts)
        elif kind != "main" and _main_goes_on(
            row, at, starts, cuts[-1][0], kind, _has_main_verb(cuts, starts)
        ):
            _cut(cuts, at, "main", False)
        at += 1
    return cuts


def _is_cleft(row: Sequence[Token], begin: int, at: int) -> bool:
    """Whether "who" follows "it is the …", and begins what is said, no clause that hangs on it."""
    opens = [t.low for t in row[begin : begin + 2]] in (["it", "is"], ["it", "was"])
    return opens and at - begin < _CLEFT


def _cut_after_join(cuts: list[Cut], row: Sequence[Token], at: int, starts: set[int]) -> None:
    """Begin a clause behind "and" or its like, unless the subject of the main clause still goes on."""
    begin, kind, _ = cuts[-1]
    comma = at > 0 and row[at - 1].low == ","
    verbal = any(begin <= s < at for s in starts)
    finite = form(low_at(row, at + 1)) == "s" and kind != "main"
    begins = at + 1 in starts
    waits = kind == "which" and not begins and not finite and not _has_main_verb(cuts, starts)
    if (comma or verbal or finite or begins) and not waits:
        _cut(cuts, at + 1, kind if verbal and not comma and not finite else "main", comma)


def ensured(row: Sequence[Token], at: int) -> bool:
    """Whether what must be ensured follows: "ensures that …"."""
    return at > 0 and row[at].low == "that" and row[at - 1].low in _ENSURES


def _begins_item(row: Sequence[Token], at: int) -> bool:
    """Whether an id is the number of the next item of a list: "… decisions 4.8.1 Informing employees"."""
    after = row[at + 1] if at + 1 < len(row) else None
    before = row[at - 1]
    return (
        bool(after)
        and after is not None
        and after.said[:1].isupper()
        and after.kind == "word"
        and before.kind in ("word", "date")
        and not (before.low in _NO_ITEM or before.root in roots("labels"))
    )


def _cut(cuts: list[Cut], at: int, kind: Kind, comma: bool) -> None:
    if cuts[-1][0] == at:
        cuts[-1] = (at, kind, comma)
    else:
        cuts.append((at, kind, comma))


def _marker(row: Sequence[Token], at: int, starts: set[int]) -> tuple[int, Kind] | None:
    if row[at].kind != "word":
        return None
    for words, kind in _markers().get(row[at].low, ()):
        if tuple(t.low for t in row[at : at + len(words)]) != words:
            continue
        if words == ("that",) and not _relative(row, at, starts):
            continue
        if words == ("if",) and form(low_at(row, at - 1)) and low_at(row, at - 1) in _ASKS:
            return 1, "which"
        if words == ("once",) and (
            low_at(row, at + 2).removesuffix("s") in _UNITS or low_at(row, at - 1) in ("at", "least", "only")
        ):
            continue
        if words == ("since",) and at + 1 < len(row) and row[at + 1].kind in ("date", "number"):
            continue
        if words == ("what",) and at + 1 not in starts and at + 2 not in starts and at + 3 not in starts:
            continue
        if words == ("as",) and not (
            low_at(row, at - 1) == ","
            and low_at(row, at + 1) not in _AS_WELL
            and any(at < s < at + 7 for s in starts)
        ):
            continue
        if words == ("upon",) and is_participle(low_at(row, at - 1)):
            continue
        if words in _GIVEN and not _gives(row, at):
            continue
        if words in (("following",), ("save",)) and low_at(row, at - 1) in ("the", "a", "to"):
            continue
        if words in (("after",), ("before",)) and at + 1 < len(row) and row[at + 1].kind == "mark":
            continue
        return len(words), kind
    return None


def _gives(row: Sequence[Token], at: int) -> bool:
    """Whether "provided" begins a condition, and is no participle: "provided the owner agrees"."""
    after = low_at(row, at + 1)
    first = at == 0 or row[at - 1].kind == "mark"
    opens = first or (row[at].low == "provided" and after in _BEGINS_CLAUSE)
    return opens and after not in _NO_CONDITION


def _relative(row: Sequence[Token], at: int, starts: set[int]) -> bool:
    """Whether "that" tells of the noun before it."""
    after = at + 1
    while after < len(row) and after not in starts and is_adverb(row[after].low):
        after += 1
    told = after in starts or form(low_at(row, after)) in ("base", "s")
    noun = at > 0 and form(row[at - 1].low) == "" and row[at - 1].low not in _TELLS
    if noun and low_at(row, at + 1) in (
        "the",
        "a",
        "an",
        "it",
        "they",
        "we",
        "you",
        "he",
        "she",
        "its",
        "their",
        "no",
        "each",
        "nobody",
        "anyone",
        "somebody",
    ):
        told = True
    return told and at > 0 and row[at - 1].speaks and at - 1 not in starts


def _listed(row: Sequence[Token], at: int) -> bool:
    """Whether a comma goes on with a list: "if a, b or c"."""
    for token in row[at + 1 : at + 6]:
        if token.low in ("and", "or"):
            return True
        if (token.kind == "mark" and token.low != ",") or token.low in _JOINS:
            return False
    return False


def _new_clause(row: Sequence[Token], at: int, starts: set[int]) -> bool:
    """Whether a conjunction begins a clause with a verb of its own before the next mark."""
    for ahead in range(at + 1, min(at + 1 + _LOOK, len(row))):
        token = row[ahead]
        if ahead in starts:
            return True
        if token.kind == "mark" or _marker(row, ahead, starts) or token.low in ("and", "or"):
            return False
        if ahead == at + 1 and form(token.low) == "s" and _before_has_verb(row, at, starts):
            return True
    return False


def _has_main_verb(cuts: list[Cut], starts: set[int]) -> bool:
    """Whether the main clause before the current one has its verb."""
    main = next((at for at, kind, _ in reversed(cuts[:-1]) if kind == "main"), 0)
    return any(main <= s < cuts[-1][0] for s in starts)


def _main_goes_on(
    row: Sequence[Token], at: int, starts: set[int], begin: int, kind: Kind, main_has_verb: bool
) -> bool:
    """Whether a second verb follows in a relative clause: "who notices an incident | reports it"."""
    earlier = [s for s in starts if begin <= s < at]
    if (
        at in starts
        and row[at].low not in ("having", "being")
        and begin > 0
        and not earlier
        and kind in ("before", "after", "while", "until", "once")
        and not main_has_verb
    ):
        return True
    weak = low_at(row, begin) in ("who", "which", "that", "whoever") and form(low_at(row, begin + 1)) in (
        "base",
        "s",
        "ed",
    )
    if not (earlier or (weak and at > begin + 1)) or row[at - 1].low in (
        "that",
        "it",
        "they",
        "he",
        "to",
        "and",
        "or",
        ",",
    ):
        return False
    if at in starts:
        return True
    sure = form(row[at].low) == "s" and row[at - 1].speaks and form(low_at(row, at + 1)) == ""
    return sure and low_at(row, begin) in ("whoever", "who", "whom") and low_at(row, at + 1) in _AFTER_A_VERB


def _before_has_verb(row: Sequence[Token], at: int, starts: set[int]) -> bool:
    return any(begin < at and form(row[begin].low) == "s" for begin in starts)
