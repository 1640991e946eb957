"""Verify: hold every claim to its quotes, before it is logged or shown.

Deterministic, and explained in words. Similarity is not asked: it cannot tell "must" from "must not".
"""

import re
from collections.abc import Mapping

from sqlalchemy import Connection

from assistant.models import Claim, Outcome, Verdict
from knowledge import library
from knowledge.errors import KnowledgeError
from knowledge.library import Version, folded
from knowledge.mentions import mentions
from knowledge.pages import page_of

_OBLIGATION = {"shall", "must", "should", "may", "can", "will", "cannot"}
_NEGATION = {
    "not",
    "no",
    "never",
    "none",
    "nor",
    "neither",
    "without",
    "cannot",
    "unless",
    "except",
}
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:n't)?")


def verify(claim: Claim, connection: Connection, usable: Mapping[str, Version]) -> Verdict:
    """Say whether a claim may be shown in its words, as its quotes, or not at all.

    *Struck*: a quote is not in the cited version at the cited span and page, or the version is not
    one that may be cited now (`usable`, by id). *Quote only*: every quote is real, but the wording
    has a figure, name, negation or obligation word that they do not have, or names a clause that
    ISO/IEC 42001 does not have. *Held*: everything agrees.
    """
    if not claim.citations:
        return Verdict(claim=claim, outcome=Outcome.STRUCK, reason="it has no source")
    for citation in claim.citations:
        version = usable.get(citation.version)
        if version is None:
            reason = f"{citation.title} may not be cited: it is not in force, or not for this reader"
            return Verdict(claim=claim, outcome=Outcome.STRUCK, reason=reason)
        try:
            span = (citation.start, citation.end)
            found = library.stretches(connection, citation.version, [span])[span]
        except (KnowledgeError, KeyError):
            reason = f"{citation.title} is no longer in the library"
            return Verdict(claim=claim, outcome=Outcome.STRUCK, reason=reason)
        if found != citation.quote or not citation.quote.strip():
            reason = f"the quote does not stand in {citation.title} at the place that is given"
            return Verdict(claim=claim, outcome=Outcome.STRUCK, reason=reason)
        if citation.page != page_of(version.pages, citation.start):
            reason = f"the quote does not begin on page {citation.page} of {citation.title}"
            return Verdict(claim=claim, outcome=Outcome.STRUCK, reason=reason)
    reason = disagreement(claim.text, " ".join(c.quote for c in claim.citations))
    outcome = Outcome.QUOTE_ONLY if reason else Outcome.HELD
    return Verdict(claim=claim, outcome=outcome, reason=reason)


def disagreement(wording: str, quotes: str) -> str:
    """Why a wording cannot be held to its quotes, in words; empty when it can.

    A wording that is itself part of the quotes agrees by definition.
    """
    said, quoted = folded(wording), folded(quotes)
    if said in quoted:
        return ""
    for mention in mentions(said):
        if not mention.known:
            return f"ISO/IEC 42001 has no {mention.id}"
    for what, missing in (
        ("the figure", _new(_FIGURE.findall(said), _FIGURE.findall(quoted))),
        ("the word", _new(_marked(said), _marked(quoted))),
        ("the name", _new(_names(said), _words(quoted))),
    ):
        if missing:
            return f"{what} {missing!r} of the wording is not in the quote"
    dropped = _new([w for w in _marked(quoted) if w in _NEGATION], _marked(said))
    return f"the quote's {dropped!r} is missing from the wording" if dropped else ""


def _new(said: list[str], quoted: list[str]) -> str:
    known = set(quoted)
    return next((item for item in said if item not in known), "")


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("\u2019", "'"))


def _marked(text: str) -> list[str]:
    words = [w.replace("n't", "not") if w.endswith("n't") else w for w in _words(text)]
    return [w for w in words if w in _OBLIGATION | _NEGATION]


def _names(text: str) -> list[str]:
    """Capitalised words that do not begin a sentence, and abbreviations."""
    inside = re.findall(r"(?<=[a-z,;] )[A-Z][\w-]+|\b[A-Z]{2,}\b", text)
    return [name.lower() for name in inside]


def shown(verdict: Verdict) -> Claim | None:
    """What a reader gets of a verified claim: its wording, its quotes instead, or nothing."""
    if verdict.outcome is Outcome.HELD:
        return verdict.claim
    if verdict.outcome is Outcome.QUOTE_ONLY:
        quotes = " … ".join(folded(c.quote) for c in verdict.claim.citations)
        return verdict.claim.model_copy(update={"text": quotes})
    return None
