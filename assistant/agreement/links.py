"""A word of a claim that no list puts beside one of the quote, linked to the word in whose place it stands.

A careful writer uses words that no list has. One of them in a part of a claim may stand for a word of the
quote that the claim does not have otherwise, when WordNet holds the two for near; never for a name, a role, a
duty, a scope or a contrary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.agreement.clauses import Clause
from assistant.agreement.forms import form
from assistant.agreement.lexicon import classes, roots
from assistant.agreement.meanings import akin, directly_akin, listed_akin
from assistant.agreement.parts import Part, Unit, must_be_carried, stands_in
from assistant.agreement.words import Token, low_at

MOST = 1
"""Words of a part that may be linked: more of them bring hardly more true claims, and false ones."""


def linked(part: Part, unit: Unit, missing: Sequence[Token]) -> tuple[Part, list[Token]]:
    """The part with its missing words linked to words of the unit, and those for which none was found."""
    free = [
        t
        for t in unit.row
        if must_be_carried(t) and not _named(t, unit.row) and not any(stands_in(t, part.row))
    ]
    found: dict[str, str] = {}
    left: list[Token] = []
    for token in missing:
        verb = _is_verb(token, part.clauses)
        near = directly_akin if _is_item(token, part.row) else akin if verb else listed_akin
        alike = [t for t in free if _is_verb(t, unit.clauses)] if verb else free
        other = _nearest(token, alike, near)
        if other is None or len(found) >= MOST or _named(token, part.row):
            left.append(token)
            continue
        found[token.root] = other.root
        free = [t for t in free if t.root != other.root]
    return (_with(part, found) if found else part), left


def _nearest(token: Token, known: Sequence[Token], near: Callable[[str, str], bool]) -> Token | None:
    """The word that a token can mean, or that it is wider than; an item of a list must mean it directly."""
    return next((t for t in known if near(token.root, t.root)), None)


def _is_item(token: Token, row: Sequence[Token]) -> bool:
    """Whether a word is one more of a list: "kept for five years and then deleted"."""
    at = next((n for n, t in enumerate(row) if t is token), 0)
    return any(low in ("and", "or", ",") for low in (low_at(row, at - 1), low_at(row, at - 2)))


def _is_verb(token: Token, clauses: Sequence[Clause]) -> bool:
    """Whether a word is the verb of a clause, or made of one ("kept", "keeping")."""
    verbs = (c.row[c.verb.main] for c in clauses if c.verb is not None and 0 <= c.verb.main < len(c.row))
    return any(v.root == token.root for v in verbs) or form(token.low) in ("ed", "ing")


def _named(token: Token, row: Sequence[Token]) -> bool:
    """Whether a word names somebody, or something by a name of its own."""
    at = next((n for n, t in enumerate(row) if t is token), 0)
    own = token.said[:1].isupper() and at > 0
    return (
        own or token.root.startswith("@") or token.root in roots("labels") or token.low in classes()["people"]
    )


def _with(part: Part, found: dict[str, str]) -> Part:
    rows: dict[int, tuple[Token, ...]] = {}

    def relinked(row: tuple[Token, ...]) -> tuple[Token, ...]:
        if id(row) not in rows:
            rows[id(row)] = tuple(
                replace(t, linked=t.linked | {found[t.root]}) if t.root in found else t for t in row
            )
        return rows[id(row)]

    return Part(
        tuple(
            Clause(c.kind, relinked(c.row), c.verb, relinked(c.inherited), c.after_comma)
            for c in part.clauses
        )
    )
