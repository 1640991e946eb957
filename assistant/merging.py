"""The claims of an answer put together: each quote once, what is of one group together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant import wording
from assistant.home import Home
from assistant.models import Citation, Claim, Conflict
from knowledge import library
from knowledge.pages import page_of


def merged(
    home: Home, direct: Sequence[Claim], composed: Sequence[Claim], conflicts: Sequence[Conflict]
) -> list[Claim]:
    """Each quote once: both sides of a conflict, what the question named, then what was found.

    What is of one group stands together, in the order in which the groups begin.
    """
    pages = {version.id: version.pages for version in home.index.state().versions}
    kept: list[Claim] = []
    for claim in [*sides(conflicts), *direct, *composed]:
        kept += _cut(kept, claim, pages)
    return in_groups(kept)


def sides(conflicts: Sequence[Conflict]) -> list[Claim]:
    """What documents that do not agree say, as claims worded as their quotes."""
    return [
        Claim(text=library.folded(citation.quote), citations=(citation,))
        for conflict in conflicts
        for citation in conflict.citations
    ]


def in_groups(claims: Sequence[Claim]) -> list[Claim]:
    """Claims of one group of sources together, in the order in which the groups begin."""
    order = list(dict.fromkeys(map(_group, claims)))
    return sorted(claims, key=lambda claim: order.index(_group(claim)))


def beyond(kept: Sequence[Claim], claim: Claim) -> bool:
    """Whether a claim quotes anything that the others do not."""
    held = [c for other in kept for c in other.citations]
    return not all(
        any(h.version == c.version and h.start <= c.start and c.end <= h.end for h in held)
        for c in claim.citations
    )


def unquoted(home: Home, kept: Sequence[Claim], claims: Sequence[Claim]) -> list[Claim]:
    """What of some quotes is not quoted already; of one that is for the better half, nothing."""
    pages = {version.id: version.pages for version in home.index.state().versions}
    pieces = [(claim, _cut(kept, claim, pages)) for claim in claims]
    return [part for claim, left in pieces if 2 * _letters(left) > _letters([claim]) for part in left]


def _letters(claims: Sequence[Claim]) -> int:
    return sum(len(claim.citations[0].quote) for claim in claims)


def _group(claim: Claim) -> str:
    return wording.group_of(claim.citations[0].kind)


def _cut(kept: Sequence[Claim], claim: Claim, pages: Mapping[str, Sequence[int]]) -> list[Claim]:
    """A claim without what is quoted already: whole, in pieces, or nothing."""
    citation = claim.citations[0]
    quoted = sorted((c.start, c.end) for k in kept for c in k.citations if c.version == citation.version)
    pieces, at = [], citation.start
    for start, end in [*quoted, (citation.end, citation.end)]:
        if at < min(start, citation.end):
            pieces.append((at, min(start, citation.end)))
        at = max(at, end)
    if pieces == [(citation.start, citation.end)]:
        return [claim]
    cut = [_piece(citation, *piece, pages.get(citation.version, ())) for piece in pieces]
    return [piece for piece in cut if piece]


def _piece(citation: Citation, start: int, end: int, pages: Sequence[int]) -> Claim | None:
    """A claim of one stretch of a citation; None when it holds no word."""
    part = citation.quote[start - citation.start : end - citation.start]
    quote = part.strip()
    if not any(c.isalnum() for c in quote):
        return None
    start += len(part) - len(part.lstrip())
    place = {"start": start, "end": start + len(quote), "page": page_of(pages, start), "quote": quote}
    return Claim(text=library.folded(quote), citations=(citation.model_copy(update=place),))
