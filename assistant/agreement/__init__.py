"""Whether a wording says no more and no less than its quotes, in what can be compared for certain.

Each module holds one check. What cannot be held is shown as its quote, so a doubt costs a wording.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.agreement.clauses import plain
from assistant.agreement.conditions import dropped, of_no_matter, out_of_order, put_in, untimed
from assistant.agreement.crossings import changed_places, mixed
from assistant.agreement.dates import other_date
from assistant.agreement.figures import Figure, figures_of, same
from assistant.agreement.guards import unguarded
from assistant.agreement.limits import exception_left_out, left_out
from assistant.agreement.links import linked
from assistant.agreement.modality import other_duty
from assistant.agreement.names import other_name
from assistant.agreement.negation import affirmed, misplaced
from assistant.agreement.opposites import turned
from assistant.agreement.pairs import apart, crossed, in_another, other_dated, turned_round
from assistant.agreement.parts import (
    carrier,
    parts_of,
    pieces_of,
    row_of,
    under_their_head,
    units_of,
)
from assistant.agreement.roles import swapped
from assistant.agreement.scope import other_scope
from assistant.agreement.stretch import is_stretch
from assistant.agreement.turns import turned_text
from assistant.agreement.words import Token
from knowledge.mentions import mentions

__all__ = ["disagreement"]

_log = logging.getLogger(__name__)
_LONGEST = 1_000
"""Characters of a wording that is compared; a claim is one sentence."""
_MOST_FIGURES = 30
_HEADING = re.compile(r"(?:^|\n| - )(?:section |article |chapter )?(\d+)(?=\s)", re.IGNORECASE)
_PARAGRAPH = re.compile(r"(\d+)\((\d+)\)")


def disagreement(wording: str, quotes: Sequence[str], place: str = "") -> str:
    """Why a wording cannot be held to its quotes, in words; empty when it can. Never raises.

    What the checks themselves fail on costs the wording, not the answer; the log has the reason.
    """
    if not any(quote.strip() for quote in quotes):
        return "there is no quote to hold the wording to"
    try:
        return _disagreement(plain(wording), tuple(map(plain, quotes)), place)
    except Exception:
        _log.exception("A wording could not be compared with its quotes")
        return "the wording could not be compared"


@lru_cache(maxsize=64)
def _disagreement(wording: str, quotes: tuple[str, ...], place: str) -> str:
    """As `disagreement`; a claim is compared when it comes, and again in the write that logs its answer."""
    if any(is_stretch(wording, quote) for quote in quotes):
        return exception_left_out(wording, quotes)
    if len(wording) > _LONGEST:
        return "the wording is too long to be compared"
    if len(figures_of(wording)) > _MOST_FIGURES:
        return "the wording has too many figures to be compared"
    held = " ".join(quotes)
    for mention in mentions(wording):
        if not mention.known and wording[mention.start : mention.end] not in held:
            return f"ISO/IEC 42001 has no {mention.id}"
    said, above = row_of(wording), row_of(place)
    quoted = tuple(t for quote in quotes for t in row_of(quote))
    date = other_date(said, (*quoted, *above))
    if date:
        return f"the date {date!r} of the wording is not in the quote"
    named = _other_id(said, (*quoted, *above), quotes)
    if named:
        return f"the wording names {named!r}, the quote does not"
    figure = _other_figure(wording, quotes, place)
    if figure:
        return f"the figure {figure.said!r} of the wording is not in the quote"
    name = other_name(said, quoted, above)
    if name:
        return f"the name {name!r} of the wording is not in the quote"
    return (
        _other_part(wording, quotes, place)
        or unguarded(wording, quotes)
        or left_out(wording, quotes, place)
        or turned_text(wording, quotes, place)
        or mixed(said, [row_of(quote) for quote in quotes])
    )


def _other_part(wording: str, quotes: Sequence[str], place: str) -> str:
    candidates = [unit for number, quote in enumerate(quotes) for unit in units_of(quote, number)]
    candidates += under_their_head(candidates)
    lines = [row_of(line) for line in place.split("\n")]
    everywhere = row_of(place)
    lines = [(*line, *row_of("AI system")) for line in lines]
    everywhere = (*everywhere, *row_of("AI system"))
    said = row_of(wording)
    for part in parts_of(wording):
        own = [lines[u.quote] if len(lines) == len(quotes) else everywhere for u in candidates]
        unit, missing, above = carrier(part, candidates, own)
        pieces = [part]
        if missing and len(several := pieces_of(part)) > 1:
            fewer = [t for piece in several for t in carrier(piece, candidates, own)[1]]
            if len(fewer) < len(missing):
                pieces = several
        for given in pieces:
            unit, missing, above = carrier(given, candidates, own)
            piece, left = linked(given, unit, missing)
            if left:
                return f"the word {left[0].said!r} of the wording is not in the quote"
            for reason in (
                other_duty(piece, unit),
                other_scope(piece, unit, said),
                swapped(piece, unit),
                put_in(piece, unit),
                of_no_matter(piece, unit),
                untimed(piece, unit),
                dropped(piece, unit, above, said),
                apart(piece, unit),
                turned(piece, unit),
                misplaced(piece, unit),
                affirmed(piece, unit),
                out_of_order(piece, unit),
                turned_round(piece, unit),
                other_dated(piece, unit),
                in_another(piece, unit, candidates),
            ):
                if reason:
                    return reason
    return crossed(parts_of(wording), candidates) or changed_places(parts_of(wording), candidates)


def _other_id(said: Sequence[Token], quoted: Sequence[Token], quotes: Sequence[str]) -> str:
    known = {t.low for t in quoted if t.kind in ("id", "number")}
    for token in said:
        if token.kind != "id" or token.low in known:
            continue
        paragraph = _PARAGRAPH.fullmatch(token.low)
        if paragraph and paragraph[1] in known and any(re.match(rf"\W*{paragraph[2]}\W", q) for q in quotes):
            continue
        return token.said
    return ""


def _other_figure(wording: str, quotes: Sequence[str], place: str) -> Figure | None:
    theirs = [f for quote in quotes for f in figures_of(quote)] + [f for f in figures_of(place) if f.label]
    headings = {float(n) for n in _HEADING.findall(place)}
    for figure in figures_of(wording):
        if any(same(figure, other) for other in theirs):
            continue
        if figure.label and figure.number in headings:
            continue
        if (
            figure.number == 1
            and not figure.unit
            and not figure.label
            and not _counted_otherwise(figure, theirs)
        ):
            continue
        return figure
    return None


def _counted_otherwise(figure: Figure, theirs: Sequence[Figure]) -> bool:
    """Whether what a claim has one of is counted in the quotes: "one overseer" beside "two overseers"."""
    return figure.bound in ("at least", "at most", "more", "less") or any(
        a.stands_for(b)
        for other in theirs
        for a in figure.counted
        for b in other.counted
        if other.number != 1
    )
