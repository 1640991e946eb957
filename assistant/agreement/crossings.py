"""Two statements whose halves have changed places: A with D and C with B, where the quotes have A with B."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence

from assistant.agreement.parts import Part, Unit, must_be_carried
from assistant.agreement.words import Token, low_at
from knowledge.amounts import NUMBER_WORDS

_CUTS = frozenset("; : . whereas while but | •".split())
"""What parts two statements of a quote."""
_JOINS = _CUTS | frozenset(", and or".split())
"""What may part two statements of a wording."""
_PLACES = frozenset("to in on for from by with at".split())
"""What begins another statement after an "and" without a comma."""
_MOST = 12
"""Pieces of a wording or a quote that are compared."""
_Piece = tuple[Token, ...]
_STATEMENTS = frozenset("; . whereas • |".split())
"""What surely parts two statements of a quote."""
_TOLD = frozenset("; . whereas while but".split())
_AFTER_COMMA = frozenset("and but while whereas or which who with".split())
"""What begins another statement of a wording, alone or after a comma."""
_RELATIVE = frozenset({"which", "who", "with"})
"""What begins one that a comma ends."""


def mixed(wording: Sequence[Token], quotes: Sequence[Sequence[Token]]) -> str:
    """Why a statement of a wording is put together from two of the quotes; empty when none is.

    Only where the wording makes several statements: one alone may tell what two sentences say of a thing.
    """
    ours = _statements(wording, _TOLD, _AFTER_COMMA)
    theirs = [piece for quote in quotes for piece in _statements(quote, _STATEMENTS, frozenset())]
    for piece in ours if len(ours) > 1 and len(theirs) > 1 else ():
        found: defaultdict[int, list[Token]] = defaultdict(list)
        for token in piece:
            homes = _homes(token, theirs)
            if len(homes) == 1:
                found[min(homes)].append(token)
        most = sorted(found.values(), key=len, reverse=True)[:2]
        if len(most) == 2 and len(most[0]) > 1:
            return f"“{most[0][0].said}” and “{most[1][0].said}” stand in two statements of the quotes"
    return ""


def _statements(row: Sequence[Token], cuts: frozenset[str], after_comma: frozenset[str]) -> list[_Piece]:
    found: list[list[Token]] = [[]]
    into, out_of = 0, 0
    for at, token in enumerate(row):
        if token.low in cuts or (token.low == "," and low_at(row, at + 1) in after_comma):
            found.append([])
            into, out_of = len(found) - 1, into if low_at(row, at + 1) in _RELATIVE else len(found) - 1
        elif token.low == ",":
            into = out_of
        elif must_be_carried(token) or token.kind in ("number", "id", "date"):
            found[into].append(token)
    return [tuple(piece) for piece in found if piece]


def changed_places(parts: Sequence[Part], units: Sequence[Unit]) -> str:
    """Why words of two statements have changed places; empty when none have."""
    ours = [p for part in parts for clause in part.clauses for p in _pieces(clause.row, _JOINS)][:_MOST]
    theirs = [
        p
        for unit in units
        if len(unit.sentences) == 1
        for clause in unit.clauses
        for p in _pieces((*clause.inherited, *clause.row), _CUTS)
    ][:_MOST]
    if len(ours) < 2 or len(theirs) < 2:
        return ""
    for one, other in itertools.combinations(ours, 2):
        found = _crossing(one, other, theirs)
        if found:
            return f"“{found[0].said}” and “{found[1].said}” stand apart in the quotes, each with other words"
    return ""


def _pieces(row: Sequence[Token], cuts: frozenset[str]) -> list[_Piece]:
    found: list[list[Token]] = [[]]
    for at, token in enumerate(row):
        joins = (
            token.low in ("and", "or") and low_at(row, at - 1) != "," and low_at(row, at + 1) not in _PLACES
        )
        if (token.low in cuts and not joins) or (token.low == "as" and low_at(row, at + 1) == "well"):
            found.append([])
        elif must_be_carried(token) or token.low in NUMBER_WORDS or token.kind in ("number", "id", "date"):
            found[-1].append(token)
    return [tuple(piece) for piece in found if piece]


def _crossing(one: _Piece, other: _Piece, theirs: Sequence[_Piece]) -> tuple[Token, Token] | None:
    """Two words of a piece that the quotes have in two pieces, with those of another piece crosswise."""
    first = [(t, _homes(t, theirs)) for t in one if not _among(t, other)]
    second = [(t, _homes(t, theirs)) for t in other if not _among(t, one)]
    for (a, with_a), (b, with_b) in itertools.combinations(first, 2):
        if not with_a or not with_b or with_a & with_b:
            continue
        for (_, with_c), (_, with_d) in itertools.permutations(second, 2):
            if with_c and with_d and not with_c & with_d and with_a & with_d and with_c & with_b:
                return a, b
    return None


def _among(token: Token, piece: _Piece) -> bool:
    return any(token.stands_for(t) for t in piece)


def _homes(token: Token, pieces: Sequence[_Piece]) -> frozenset[int]:
    return frozenset(at for at, piece in enumerate(pieces) if _among(token, piece))
