"""Scope: "all", "only", "any", "at least", "both" and their like stay where they are."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cache

from assistant.agreement.lexicon import phrases_of, root
from assistant.agreement.parts import Part, Unit, must_be_carried
from assistant.agreement.words import Token, low_at
from knowledge.amounts import NUMBER_WORDS

_KEPT = {name: (name,) for name in ("all", "only", "most", "some", "rarely", "in part", "further")} | {
    "fully": ("fully", "all")
}
"""Scopes that a claim may have only where the quote has them, or one of these."""
_EACH = frozenset("all every each any whatever".split())
_GENERAL = frozenset(
    "per whoever anyone everyone anybody everybody always whenever everything anything".split()
)
_WHOLES = frozenset("always all every each necessarily everyone everybody entirely".split())
_LOST = ("only", "most", "some", "fully", "rarely", "in part")
"""Scopes that a claim may not leave out of what it takes from the quote."""


def scopes(row: Sequence[Token]) -> dict[str, Token]:
    """The words of scope of a row, by what they say."""
    found: dict[str, Token] = _in_part(row)
    lows = [t.low for t in row]
    present = set(lows)
    for name, said in phrases_of("scopes").items():
        for words in said:
            parts = words.split()
            if parts[0] not in present:
                continue
            for at in range(len(lows) - len(parts) + 1):
                if lows[at : at + len(parts)] == parts and not _other(lows, at, words):
                    found.setdefault(name, row[at])
    return found


def _in_part(row: Sequence[Token]) -> dict[str, Token]:
    """Whether a row denies something of the whole only: "not … always", "not … in every case"."""
    for at, token in enumerate(row):
        if token.low == "not" and any(t.low in _WHOLES for t in row[at + 1 : at + 5]):
            return {"in part": token}
    return {}


def _other(lows: list[str], at: int, words: str) -> bool:
    """Whether a word says no scope here: "at most six", "each year", "not only"."""
    before = lows[at - 1] if at else ""
    after = lows[at + 1] if at + 1 < len(lows) else ""
    if words == "most" and before in ("at", "the"):
        return True
    if words == "some" and after in ("form", "kind", "sort", "way"):
        return True
    if words == "often" and before in ("more", "less", "how"):
        return True
    if words in ("each", "every") and (after.isdigit() or after in NUMBER_WORDS):
        return True
    if words in ("each", "every") and after.rstrip("s") in (
        "year",
        "month",
        "week",
        "day",
        "quarter",
        "hour",
        "two",
        "three",
        "six",
        "twelve",
    ):
        return True
    return (
        (words == "only" and (before == "not" or "not only" in " ".join(lows[max(at - 2, 0) : at + 1])))
        or (words == "any" and ("without" in lows[max(at - 2, 0) : at] or "not" in lows[max(at - 5, 0) : at]))
        or (words == "alone" and before in ("stand", "let"))
    )


def other_scope(part: Part, unit: Unit, whole: Sequence[Token]) -> str:
    """Why the scope of a part is not that of its quote; empty when it is."""
    said, quoted = scopes(part.row), scopes(unit.row)
    for name, token in said.items():
        if (
            name == "only"
            and _barred(unit.row)
            and token.low in ("unless", "except", "with", "nobody", "nothing")
        ):
            continue
        if name == "only" and _barred(unit.row) and not any(c.verb and c.verb.negated for c in part.clauses):
            continue
        if name == "all" and name in quoted and _of_another(part.row, unit.row):
            return f"“{token.said}” of the wording is said of something else in the quote"
        if name == "all" and token.low == "any" and _pointed_at(part.row, unit.row):
            return f"“{token.said}” of the wording is said of certain ones in the quote"
        if (
            name == "all"
            and token.low in ("anyone", "anybody")
            and name not in quoted
            and _to_all(part.row, token)
        ):
            return f"“{token.said}” of the wording is not in the quote"
        if name == "all" and (token.low.startswith("any") or any(t.low == "whoever" for t in unit.row)):
            continue
        if name in _KEPT and not any(n in quoted for n in _KEPT[name]) and not _implied(name, unit.row):
            return f"“{token.said}” of the wording is not in the quote"
    for name in _LOST:
        if name == "only" and _barred(part.row):
            continue
        if name not in quoted or name in scopes(whole):
            continue
        if _taken_over(name, quoted[name], part, unit, whole):
            return f"“{quoted[name].said}” of the quote is missing from the wording"
    if "both" in said and "either" in quoted and "both" not in quoted:
        return f"“{said['both'].said}” of the wording is “{quoted['either'].said}” in the quote"
    if "both" in quoted and "either" in said and "both" not in scopes(whole):
        return f"“{quoted['both'].said}” of the quote is “{said['either'].said}” in the wording"
    if (
        "further" in quoted
        and "further" not in scopes(whole)
        and any(t.low in ("any", "every", "all", "each") for t in part.row)
    ):
        return f"“{quoted['further'].said}” of the quote is missing from the wording"
    return _compared(part.row, unit.row) or _direction(part.row, unit.row)


_SAYS_TOO = {
    "only": frozenset(
        "limited confined restricted reserved until before unless without just exempt save apart".split()
    ),
    "most": frozenset("unless except common tends rule".split()),
    "some": frozenset("part parts portion example number occasions more multiple".split()),
    "further": frozenset("again beyond second more besides other addition also plus later follow".split()),
    "fully": frozenset("100 all every whole throughout".split()),
    "all": frozenset("regardless irrespective whatever whichever no".split()),
}
"""Words by which a text says what the words of a scope say."""
_ASKS_FOR = frozenset("requires require needs need required needed depends takes reserved".split())
"""What says "only with": "requires the consent of"."""


def _implied(name: str, row: Sequence[Token]) -> bool:
    """Whether a row says a scope in other words."""
    return any(t.low in _SAYS_TOO.get(name, ()) for t in row)


def _taken_over(name: str, token: Token, part: Part, unit: Unit, whole: Sequence[Token]) -> bool:
    """Whether a wording speaks of what the quote limits, and does not say the limit in other words."""
    if _implied(name, whole) or (name == "only" and any(t.low in _ASKS_FOR for t in whole)):
        return False
    at = next((n for n, t in enumerate(unit.row) if t is token), 0)
    end = next((n for n in range(at + 1, len(unit.row)) if unit.row[n].kind == "mark"), len(unit.row))
    next_words = [t for t in unit.row[at + 1 : min(at + 7, end)] if must_be_carried(t)][:2]
    return not next_words or any(n.stands_for(t) for n in next_words for t in part.row)


def _of_another(said: Sequence[Token], quoted: Sequence[Token]) -> bool:
    """Whether "all" stands before a noun that the quote has without any such word."""
    if any(t.low in _GENERAL for t in quoted):
        return False
    for at, token in enumerate(said):
        floats = low_at(said, at - 1) in ("should", "must", "may", "can", "are", "shall", "will", "have")
        if token.low not in _EACH or token.low == "any" or floats:
            continue
        noun = None
        for after in said[at + 1 : at + 6]:
            if after.speaks and (after.root in {t.root for t in quoted} or must_be_carried(after)):
                noun = after
            else:
                break
        if noun is None:
            continue
        places = [n for n, t in enumerate(quoted) if noun.stands_for(t)]
        if places and not any(t.low in _EACH for n in places for t in quoted[max(n - 5, 0) : n]):
            return True
    return False


def _to_all(row: Sequence[Token], token: Token) -> bool:
    """Whether it is done to or with "anyone", not by anyone."""
    at = next((n for n, t in enumerate(row) if t is token), 0)
    return low_at(row, at - 1) in ("with", "to", "from", "for")


def _pointed_at(said: Sequence[Token], quoted: Sequence[Token]) -> bool:
    """Whether a noun after "any" is one that the quote points at: "such purposes"."""
    nouns = [b for a, b in itertools.pairwise(said) if a.low == "any" and b.speaks]
    return any(
        a.low in ("such", "these", "those", "this") and n.root == b.root
        for n in nouns
        for a, b in itertools.pairwise(quoted)
    )


def _barred(row: Sequence[Token]) -> bool:
    """Whether "not … without" says "only with"."""
    lows = {t.low for t in row}
    return bool(lows & {"not", "no", "never", "nobody", "none"}) and bool(
        lows & {"without", "unless", "except", "exception", "until", "before", "but"}
    )


def _direction(said: Sequence[Token], quoted: Sequence[Token]) -> str:
    """More where the quote has less, or less where it has more."""
    ours, theirs = _ways(said), _ways(quoted)
    for way, token in ours.items():
        other = {"up": "down", "down": "up"}[way]
        if other in theirs and way not in theirs and other not in ours:
            return f"“{token.said}” of the wording is the contrary of “{theirs[other].said}” in the quote"
    return ""


def _ways(row: Sequence[Token]) -> dict[str, Token]:
    found: dict[str, Token] = {}
    for at, token in enumerate(row):
        after = row[at + 1].low if at + 1 < len(row) else ""
        before = row[at - 1].low if at else ""
        if after == "than" or before in ("no", "or", "not", "the"):
            continue
        for way, roots_ in (("up", _up()), ("down", _down())):
            if token.root in roots_:
                found.setdefault(way, token)
    return found


@cache
def _up() -> frozenset[str]:
    return frozenset(
        map(root, "increase raise more higher greater grow rise enlarge expand maximise strengthen".split())
    )


@cache
def _down() -> frozenset[str]:
    words = "reduce lower decrease less fewer diminish mitigate minimise lessen shrink decline weaken"
    return frozenset(map(root, words.split()))


def _compared(said: Sequence[Token], quoted: Sequence[Token]) -> str:
    """A comparison that the quote does not make: "more than others"."""
    lows = [t.low for t in said]
    if "than" not in lows or any(t.low == "than" for t in quoted):
        return ""
    after = lows[lows.index("than") + 1 :]
    if after and (after[0][0].isdigit() or after[0] in NUMBER_WORDS or after[0] in ("that", "the", "once")):
        return ""
    before = lows[: lows.index("than")]
    return "the comparison with “than” is not in the quote" if before and before[-1] != "other" else ""
