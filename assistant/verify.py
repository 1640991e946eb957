"""Verify: hold every claim to its quotes, before it is logged or shown.

Deterministic, and explained in words. Similarity is not asked: it cannot tell "must" from "must not".
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from assistant.agreement import disagreement
from assistant.models import Citation, Claim, Outcome, Verdict
from knowledge import library, stored_passages
from knowledge.errors import KnowledgeError
from knowledge.index import Scope
from knowledge.library import Version, folded
from knowledge.pages import page_of


def verify(claim: Claim, connection: Connection, usable: Mapping[str, Version], doubt: str = "") -> Verdict:
    """Say whether a claim may be shown in its words, as its quotes, or not at all.

    *Struck*: a quote is not in the cited version at the cited span and page, or the version is not
    one that may be cited now (`usable`, by id). *Quote only*: every quote is real, but the wording
    cannot be held to them (docs/verifying.md), or there is another `doubt`, in words. *Held*:
    everything agrees.
    """
    if not claim.citations:
        return Verdict(claim=claim, outcome=Outcome.STRUCK, reason=doubt or "it has no source")
    for citation in claim.citations:
        fault = _fault(citation, connection, usable)
        if fault:
            return Verdict(claim=claim, outcome=Outcome.STRUCK, reason=fault)
    reason = disagreed(claim, connection) or doubt
    outcome = Outcome.QUOTE_ONLY if reason else Outcome.HELD
    return Verdict(claim=claim, outcome=outcome, reason=reason)


def disagreed(claim: Claim, connection: Connection) -> str:
    """Why the wording of a claim cannot be held to its quotes, in words; empty when it can.

    Titles and headings under which the quotes stand may tell what they speak of, and no more.
    """
    if folded(claim.text) in [folded(citation.quote) for citation in claim.citations]:
        return ""
    places = "\n".join(_place(connection, citation) for citation in claim.citations)
    return disagreement(claim.text, [citation.quote for citation in claim.citations], places)


def _place(connection: Connection, citation: Citation) -> str:
    """What the library calls the version and the headings above a quote, on one line."""
    title = library.version(connection, citation.version).title
    section = stored_passages.section_at(connection, citation.version, citation.start)
    return " - ".join(dict.fromkeys(folded(part) for part in (title, *section)))


def usable(connection: Connection, scope: Scope) -> Mapping[str, Version]:
    """What may be cited now, by id; read inside the writing transaction, it is true when it is logged."""
    held = library.in_force(library.all_versions(connection), scope.day)
    return {v.id: v for v in held.values() if scope.admits(v)}


def _fault(citation: Citation, connection: Connection, usable: Mapping[str, Version]) -> str:
    """Why a citation may not be shown, in words; empty when it may."""
    version = usable.get(citation.version)
    if version is None:
        return f"{citation.title} may not be cited: it is not in force, or not for this reader"
    span = (citation.start, citation.end)
    try:
        found = library.stretches(connection, citation.version, [span])[span]
    except (KnowledgeError, KeyError):
        return f"{citation.title} is no longer in the library"
    if not 0 <= citation.start < citation.end or found != citation.quote or not citation.quote.strip():
        return f"the quote does not stand in {citation.title} at the place that is given"
    if citation.page != page_of(version.pages, citation.start):
        return f"the quote does not begin on page {citation.page} of {citation.title}"
    return ""


def shown(verdict: Verdict) -> Claim | None:
    """What a reader gets of a verified claim: its wording, its quotes instead, or nothing."""
    if verdict.outcome is Outcome.HELD:
        return verdict.claim
    if verdict.outcome is Outcome.QUOTE_ONLY:
        quotes = " … ".join(folded(c.quote) for c in verdict.claim.citations)
        return verdict.claim.model_copy(update={"text": quotes})
    return None
