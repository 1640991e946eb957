"""What belongs together: a figure, date or id with the words around it, and "A of B" with its B."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from assistant.agreement.clauses import Sentence
from assistant.agreement.dates import date_of, dates
from assistant.agreement.figures import Figure, of_row, same
from assistant.agreement.forms import form
from assistant.agreement.modality import verb_of
from assistant.agreement.parts import Part, Unit, must_be_carried, stands_in
from assistant.agreement.words import Token

_JOINS = frozenset("and or but while whereas ; , :".split())
_MOST_FIGURES = 30
_STOPS = frozenset(
    "what how where between to in on at by for from with within during after before who which that is are "
    "must shall may".split()
)


def apart(part: Part, unit: Unit) -> str:
    """Why figures, dates or ids of a part go with other words than in its quote; empty when they do not."""
    for sentence in unit.sentences:
        reason = _apart(part, sentence)
        if reason:
            return reason
    return _crossed(part, unit)


def in_another(part: Part, unit: Unit, candidates: Sequence[Unit]) -> str:
    """A figure, date or id of a part that stands in another quote than the words it is put to."""
    own = [unit, *(u for u in candidates if u.quote == unit.quote)]
    others = [u for u in candidates if u.quote != unit.quote]
    for piece in _stretches(part.row) if others else ():
        words = [t for t in piece if must_be_carried(t)]
        for figure in of_row(piece):
            homes = [u for u in others if any(same(figure, f) for f in of_row(u.row))]
            at_home = any(same(figure, f) for u in own for f in of_row(u.row))
            if homes and not at_home and not any(all(u.has(t) for t in words) for u in homes):
                return f"{figure.said!r} stands in another quote than what it is said of"
        for token in (t for t in piece if t.kind in ("date", "id")):
            homes = [u for u in others if _has(u, token)]
            at_home = any(_has(u, token) for u in own)
            if homes and not at_home and not any(all(u.has(t) for t in words) for u in homes):
                return f"{token.said!r} stands in another quote than what it is said of"
    return ""


def _stretches(row: Sequence[Token]) -> list[list[Token]]:
    """A row cut at what joins, each piece with something to hold."""
    found: list[list[Token]] = [[]]
    for token in row:
        if token.low in _JOINS:
            found.append([])
        else:
            found[-1].append(token)
    return [piece for piece in found if piece]


def _apart(part: Part, sentence: Sentence) -> str:
    """Of several figures in a sentence, each must stand with the words that it stands with in the claim."""
    if not of_row(part.row):
        return ""
    row = sentence.row
    theirs = of_row(row)
    if len(theirs) > _MOST_FIGURES:
        return "the quote has too many figures to tell which goes with what"
    pieces = _stretches(part.row)
    acts = [verb for clause in part.clauses if (verb := verb_of(clause))]
    for piece in pieces:
        for figure in of_row(piece):
            rivals = [f for f in theirs if f.unit == figure.unit and not figure.label]
            if len(rivals) < 2 or not any(same(figure, r) for r in rivals):
                continue
            context = [t for t in piece if must_be_carried(t)]
            context += [t for t in context if t in acts] * 2
            scores = {r: _near(context, r, row) for r in rivals}
            best = max(scores.values())
            mine = max(score for r, score in scores.items() if same(figure, r))
            if mine < best:
                other = next(r for r, score in scores.items() if score == best)
                return f"{figure.said!r} goes with other words in the quote, these go with {other.said!r}"
    return ""


def _near(context: Iterable[Token], figure: Figure, row: Sequence[Token]) -> int:
    """How many words stand in the same stretch as a figure."""
    begin, end = figure.begin, figure.end
    while begin > 0 and row[begin - 1].low not in _JOINS:
        begin -= 1
    while end < len(row) and row[end].low not in _JOINS:
        end += 1
    stretch = row[begin:end]
    return sum(any(stands_in(t, stretch)) for t in context)


def turned_round(part: Part, unit: Unit) -> str:
    """Why what goes from A to B in a part goes from B to A in its quote; empty when it does not."""
    source, target = _after("from", part.row), _after("to", part.row)
    theirs, others = _after("from", unit.row), _after("to", unit.row)
    for words, same_side, other_side in ((source, theirs, others), (target, others, theirs)):
        for token in words:
            if same_side and any(stands_in(token, other_side)) and not any(stands_in(token, same_side)):
                return f"“{token.said}” stands on the other side of “from … to” in the quote"
    return ""


def _after(preposition: str, row: Sequence[Token]) -> list[Token]:
    found: list[Token] = []
    taking = False
    for token in row:
        if token.low == preposition:
            taking = not (
                preposition == "to"
                and (form(_after_it(row, token, 1)) == "base" or _after_it(row, token, 1) in ("be", "have"))
            )
        elif token.low in _STOPS or token.kind == "mark" or token.low in ("and", "or"):
            taking = False
        elif taking and must_be_carried(token):
            found.append(token)
    return found


def crossed(pieces_of: Sequence[Part], candidates: Sequence[Unit]) -> str:
    """Why an id or date stands beside another than in the quotes; empty when it does not."""
    single = [u for u in candidates if len(u.sentences) == 1]
    if len(single) < 2:
        return ""
    for part in pieces_of:
        for piece in _stretches(part.row):
            reason = _strange(piece, single)
            if reason:
                return reason
    return ""


def _after_it(row: Sequence[Token], token: Token, by: int) -> str:
    at = row.index(token) + by
    return row[at].low if at < len(row) else ""


def _strange(piece: Sequence[Token], single: Sequence[Unit]) -> str:
    held = [t for t in piece if t.kind in ("id", "date")]
    times = [f for f in of_row(piece) if f.measured] if held else []
    for token in held:
        homes = [u for u in single if _has(u, token)]
        if not homes:
            continue
        for other in (*held, *(t for t in piece if must_be_carried(t))):
            elsewhere = [u for u in single if _has(u, other)]
            exact = other.kind in ("id", "date")
            near = homes if exact else [u for u in single if any(u.quote == h.quote for h in homes)]
            if other is not token and elsewhere and not any(u in near for u in elsewhere):
                return f"{token.said!r} and {other.said!r} do not stand together in the quotes"
        for figure in times:
            with_it = [u for u in single if any(same(figure, f) for f in of_row(u.row))]
            if with_it and not any(u in homes for u in with_it):
                return f"{token.said!r} and {figure.said!r} do not stand together in the quotes"
    return ""


def _has(unit: Unit, token: Token) -> bool:
    if token.kind == "date":
        return any(date_of(token.said).items() <= date_of(t.said).items() for t in dates(unit.row))
    return any(
        token.stands_for(t)
        for t in unit.row
        if (t.root not in ("", token.negative) and t.negative != token.root) or t.kind != "word"
    )


def other_dated(part: Part, unit: Unit) -> str:
    """A date of a part that in its quote is that of another item of a list; empty when there is none."""
    theirs = dates(unit.row)
    if len(theirs) < 2 or not any(
        t.kind == "id" or t.low in ("|", ";") for t in unit.row[theirs[0].at : theirs[-1].at]
    ):
        return ""
    for token in dates(part.row):
        equal = [t for t in theirs if date_of(token.said).items() <= date_of(t.said).items()]
        context = [t for t in part.row if must_be_carried(t)]
        scores = {t.at: _before(context, t, unit.row) for t in theirs}
        if equal and max(scores.values()) > max(scores[t.at] for t in equal):
            best = next(t for t in theirs if scores[t.at] == max(scores.values()))
            return f"{token.said!r} is another's date in the quote, these words go with {best.said!r}"
    return ""


def _before(context: Sequence[Token], date: Token, row: Sequence[Token]) -> int:
    """How many of some words stand around a date: up to the date or id before it, and in its own stretch."""
    at = row.index(date)
    begin = at
    while begin > 0 and row[begin - 1].kind not in ("date", "id"):
        begin -= 1
    return sum(any(stands_in(t, row[begin:at])) for t in context)


def _crossed(part: Part, unit: Unit) -> str:
    """ "A of B" in the claim where the quote has "A of C"."""
    for head, rest in _of_pairs(part.row):
        others = [r for h, r in _of_pairs(unit.row) if head.stands_for(h)]
        if others and not any(any(stands_in(t, r)) for r in others for t in rest):
            mine = rest[-1]
            if any(stands_in(mine, unit.row)) and not _beside(head, mine, unit.row):
                return (
                    f"“{head.said} of {mine.said}” is not in the quote, where it is of “{others[0][-1].said}”"
                )
    return ""


def _of_pairs(row: Sequence[Token]) -> list[tuple[Token, list[Token]]]:
    found = []
    for at, token in enumerate(row):
        if token.low != "of" or at == 0 or not must_be_carried(row[at - 1]):
            continue
        rest = []
        for after in row[at + 1 : at + 8]:
            if after.low in _STOPS or after.kind == "mark" or after.low in ("of", "and", "or"):
                break
            if must_be_carried(after):
                rest.append(after)
        if rest:
            found.append((row[at - 1], rest))
    return found


def _beside(head: Token, other: Token, row: Sequence[Token]) -> bool:
    """Whether two words stand side by side in a row: "supplier reviews" for reviews of suppliers."""
    return any(
        (head.stands_for(b) and other.stands_for(a)) or (head.stands_for(a) and other.stands_for(b))
        for a, b in itertools.pairwise(row)
    )
