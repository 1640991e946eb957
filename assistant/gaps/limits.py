"""What keeps a statement from being the whole answer: it holds for some systems, is one case, or is a wish.

A rule for high-risk systems is no rule for all, a row of a register shows that a record exists and not that
one is always made, and what should be done where possible need not be done.
"""

from __future__ import annotations

import re

from assistant.gaps.elements import Whole, even
from assistant.gaps.statements import Statement
from knowledge.models import Kind

_THINGS = (
    r"(?:systems?|models?|tools?|applications?|solutions?|use cases?|uses|projects?|chatbots?|assistants?)"
)
_LEVELS = r"(?:high(?:er|est)?|medium|limited|critical|severe|significant)"
_CLASS = (
    rf"{_LEVELS}(?: and \w+| or \w+)? (?:risk|impact) (?:ai )?{_THINGS}"
    rf"|critical (?:ai )?{_THINGS}"
    rf"|{_THINGS} (?:of|with|in|at|rated|classed|classified as|classified|on) (?:an? |the )?"
    rf"(?:{_LEVELS}|tier|level|class|category|risk)\b"
    rf"|(?:tier|level|class|category) (?:\d|i{{1,3}}\b|iv\b|[a-d]\b)"
)
"""One class of risk among several."""
_ORIGIN = (
    rf"in ?house|self built|(?:we|it|team|teams) (?:build|builds|develop|develops)(?! or|,)"
    rf"|(?:own|bought|purchased|external|third party|vendor|hosted|outsourced) (?:ai )?{_THINGS}"
)
"""What is built, or what is bought, and not both."""
_ACTS = (
    r"(?:touch|affect|influence|concern|decide|score|rank|process|handle|interact|generate|support|profile"
    r"|make|take|use|pose|carry|fall|face|produce|recommend|talk|serve)(?:e?s)?"
)
_WHICH = (
    rf"{_THINGS} (?:that|which) (?:{_ACTS}|(?:is|are) (?:rated|classified|classed|critical"
    r"|used (?:in|for|to|by)))\b"
    rf"|{_THINGS} whose\b|(?:if|when|where) (?:a|an|the) {_THINGS} {_ACTS}\b"
)
"""What some of them do."""
_KIND = r"generative (?:ai|tools?|models?|systems?)|language models?|copilots?|chatbots?"
_FIELD = (
    r"(?:during|in|for|as) (?:the|a|our) pilots?\b|pilot (?:phase|project|group)s?"
    r"|(?:applies|apply|holds?) only to|only for\b"
    r"|(?:in|within) the \w+ (?:department|division|business unit)"
)
"""A trial, or one part of the organisation."""
_GENERAL = (
    "ai|new|running|other|existing|such|learning|live|given|relevant|current|different|individual|single|present"
    "|specific|several|candidate|final|old|former|previous|next|first|second|two|three|business|operating|data"
    "|threat|reference|target|governance|maturity|underlying|same|more|production|statistical|risk|personal"
)
_NAMED = (
    r"\b(?:the|an?|each|every|our|its) "
    rf"(?:(?!(?:{_GENERAL})\b|\w+ed\b)\w+) (?:ai (?:models?|systems?|tools?)|models?|chatbots?|assistants?)\b"
)
"""A word before "model" or "system" that sets it off from others: "the leak model"."""
_FOR = (
    rf"\bfor (?:(?!(?:{_GENERAL}|all|any|every|our|the|these|those|its)\b|\w+(?:ed|ing)\b)\w+) "
    r"(?:ai )?(?:systems|models|tools)\b"
)
_SOME = re.compile(rf"\b(?:{_CLASS}|{_ORIGIN}|{_WHICH}|{_KIND}|{_FIELD})|{_NAMED}|{_FOR}")
_BOUGHT = re.compile(
    r"\W*(?:(?:the|an?|each|every|all|our) )?(?:contracts?|agreements?|suppliers?|vendors?|providers?)\b"
)
"""A duty of a supplier, which holds for what is bought."""
_EVERY = re.compile(
    r"\b(?:all|every|each|any|other|no) (?:of )?(?:our |other |the |new )*(?:ai |ml )?"
    rf"{_THINGS}\b(?! (?:that|which|whose|with|of|in|at|rated|class))"
)
_WISH = re.compile(
    r"\b(?:should|(?:where|wherever|if|as far as|when) (?:possible|practicable|feasible|reasonable)|ideally"
    r"|(?:is|are) (?:encouraged|recommended|advised)|strives?|(?:aims?|tries|try|seeks?|endeavours?) to"
    r"|usually|normally|typically|best efforts?|may wish)\b"
)
_RULE = re.compile(r"\b(?:must|shall|always|each|every|whenever|may not|may only)\b")
"""What makes a sentence a rule, in a record too."""
_ROW = re.compile(r"\|.*\||[A-Z][^:;]{1,40}: [^;]+; [A-Z][^:;]{1,40}: ")
"""A row of a table, as it stands or with the names of its columns."""


def limit(statement: Statement, whole: frozenset[Whole]) -> str | None:
    """How a statement falls short of what an obligation has to hold for, in words; None when it does not."""
    if Whole.SYSTEMS in whole and (some := _some(statement)):
        return f"for some systems only (“{some}”)"
    if Whole.CASES in whole and _one_case(statement):
        return "in a record of single cases only, not as a rule"
    if wish := _WISH.search(even(statement.text)):
        return f"as a wish only (“{wish[0]}”)"
    return None


def _some(statement: Statement) -> str | None:
    """The words that limit it to some systems: its own, or those of what it goes on with or stands under."""
    own = even(statement.text)
    if bought := _BOUGHT.match(own):
        return bought[0].strip()
    if _EVERY.search(own):
        return None
    heading = statement.hit.section[-1] if statement.hit.section else ""
    before = "" if _EVERY.search(statement.before) else statement.before
    for text in (own, before, even(heading), even(statement.hit.version.title)):
        if found := _SOME.search(text):
            return found[0]
    return None


def _one_case(statement: Statement) -> bool:
    if _ROW.match(statement.text.strip()):
        return True
    return statement.hit.version.kind is Kind.RECORD and not _RULE.search(even(statement.text))
