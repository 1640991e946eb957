"""Whether a wording is a stretch of a quote from which nothing was cut off that turns or limits it."""

from __future__ import annotations

import re

from assistant.agreement.clauses import sentences

_END = re.compile(r"[.!?;•]\s")
_BEGINS = re.compile(r"(?:^|[.!?;•])\s*$")
_JOINED = re.compile(r",\s+(?:and|but)\s+$")
_GOES_ON = re.compile(r"\s*(?:$|[.!?;•]|,\s+(?:and|but)\s)")
_TURNS = re.compile(
    r"\b(?:not|no|never|none|nor|neither|nobody|nothing|without|cannot|unless|except|only|solely|if|when|where|"
    r"until|before|after|provided|subject to|fails?|failed|other than|apart from|in case|rather than|"
    r"instead of|once|while|unlikely|hardly|that|whether|because|so as|in order|either|say|says|said|write|"
    r"writes|tell|tells|claim|claims|believe|believes|assume|assumes|untrue|false|for|during|within|under)\b|n['’]t\b|:",
    re.IGNORECASE,
)
"""What before or after a stretch may turn, limit or attribute what it says."""


def is_stretch(said: str, quoted: str) -> bool:
    """Whether `said` is the quote, or whole sentences or main clauses of it that nothing else turns."""
    at = quoted.find(said)
    if at < 0 or not said:
        return False
    if said == quoted:
        return True
    begun, rest = quoted[:at], quoted[at + len(said) :]
    ended = said.endswith((".", "!", "?", ";"))
    if not (_BEGINS.search(begun) or (_JOINED.search(begun) and _stands_alone(said))):
        return False
    if not ended and not _GOES_ON.match(rest):
        return False
    before = _END.split(begun)[-1]
    after = "" if ended else _END.split(rest)[0]
    return not _TURNS.search(before) and not _TURNS.search(after)


def _stands_alone(said: str) -> bool:
    """Whether a text begins with a subject of its own before its verb."""
    first = next(iter(sentences(said)), None)
    clause = first.clauses[0] if first else None
    return (
        clause is not None
        and clause.verb is not None
        and any(t.speaks for t in clause.row[: clause.verb.begin])
    )
