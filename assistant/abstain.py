"""When not to answer, and what to say then: what was searched, what came closest, whom to ask."""

from __future__ import annotations

from assistant.compose import Found
from assistant.confidence import confidence
from assistant.models import Nearest
from knowledge.hits import Hit

_NEAREST = 3


def nearest(found: Found) -> tuple[Nearest, ...]:
    """The sources that came closest, the surest first, each section once."""
    best: dict[tuple[str, tuple[str, ...]], Hit] = {}
    for hit in sorted(found.all, key=lambda hit: -confidence([hit])):
        best.setdefault((hit.version.id, hit.section), hit)
    return tuple(
        Nearest(
            document=hit.version.document,
            title=hit.version.title,
            file=hit.version.file,
            version=hit.version.id,
            section=" > ".join(hit.section),
            page=hit.page,
            start=hit.start,
            end=hit.end,
            kind=hit.version.kind,
            owner=hit.version.owner,
        )
        for hit in list(best.values())[:_NEAREST]
    )


def whom_to_ask(found: Found, otherwise: str) -> str:
    """The owner of the closest document that has one; the organisation's own come first."""
    ranked = sorted(found.all, key=lambda hit: (not hit.version.house, -hit.score))
    owners = (hit.version for hit in ranked if hit.version.owner)
    version = next(owners, None)
    return f"{version.owner} (owner of {version.title})" if version else otherwise
