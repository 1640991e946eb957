"""Questions that the structured requirements answer: by id, by count, by documentation, by article.

The facts are still quoted from the requirement documents in the library, like any other source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.excerpt import Excerpt
from assistant.home import Home
from assistant.models import Claim
from assistant.requirement_quotes import ASPECTS, aspects_of, quotes
from assistant.understand import Understanding
from knowledge.index import Scope
from knowledge.library import folded
from knowledge.models import Kind
from knowledge.requirement_answers import (
    Aspect,
    Topic,
    locate,
    locate_article,
    locate_topic,
)
from knowledge.search import Weights, search
from knowledge.terms import references, stems

NAME = "requirements"

_MOST = 12
"""Claims of a structured answer."""
_LAWS = 40
"""Passages of law among which a named article is looked for."""
BY_KEYWORD = Weights(cosine=0.0)

_TOPICS: tuple[tuple[Topic, re.Pattern[str]], ...] = (
    (
        "counts",
        re.compile(
            r"\bhow many\b.{0,40}\b(controls?|clauses?|requirements?|obligations?|annex\w*|"
            r"objectives?|areas?)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "documented-controls",
        re.compile(
            r"\b(which|what|list|name)\b.{0,40}\bcontrols?\b.{0,40}\bdocument\w*",
            re.IGNORECASE,
        ),
    ),
    (
        "documented-mandatory",
        re.compile(
            r"\b(which|what|list|name)\b.{0,60}\b(mandatory|required|obligatory|compulsory)\b.{0,30}"
            r"\bdocument\w*|\b(which|what)\b.{0,30}\bdocument(s|ed information|ation)\b.{0,60}"
            r"\b(42001|standard|aims|mandatory|required|clauses?)\b|"
            r"\b(which|what|list|name)\b.{0,40}\bclauses?\b.{0,40}\bdocument\w*",
            re.IGNORECASE,
        ),
    ),
)
_BARE = frozenset(
    stems(
        "require requirement requirements say says ask asks mean means clause control annex iso iec "
        "explain describe tell show give standard need needs cover covers demand demands about text "
        "please article act section eu ai"
    )
)
"""Words that, beside an id, ask for nothing but what the id says."""


@dataclass(frozen=True, slots=True)
class Direct:
    """Claims taken straight from the requirements; `complete` when nothing else was asked."""

    claims: Sequence[Claim] = ()
    complete: bool = False


def answer(home: Home, asked: Understanding, scope: Scope) -> Direct:
    """What the structured requirements say to a question, if it is one for them."""
    if asked.unknown and not asked.known:
        return Direct(complete=only_ids(asked))
    topic = _topic(asked.text) if not asked.known else None
    if topic:
        return Direct(quotes(home, scope, [locate_topic(topic)])[:_MOST], complete=True)
    if asked.known:
        return _by_id(home, asked, scope)
    articles = [r for r in references(asked.text) if r.startswith(("article", "annex"))]
    return _by_article(home, asked, scope, articles) if articles else Direct()


def _topic(question: str) -> Topic | None:
    return next((topic for topic, pattern in _TOPICS if pattern.search(question)), None)


def _by_id(home: Home, asked: Understanding, scope: Scope) -> Direct:
    aspects = aspects_of(asked.text)
    bare = _is_bare(asked, aspects)
    most = _MOST if bare else max(2, 6 // len(asked.known))
    claims = [
        claim for mention in asked.known for claim in quotes(home, scope, locate(mention.id, aspects))[:most]
    ]
    return Direct(claims[:_MOST], complete=bare)


def only_ids(asked: Understanding) -> bool:
    """Whether nothing was asked but what an id says."""
    rest = asked.text
    for mention in sorted((*asked.known, *asked.unknown), key=lambda m: -m.start):
        rest = f"{rest[: mention.start]} {rest[mention.end :]}"
    return not set(stems(rest)) - _BARE


def _is_bare(asked: Understanding, aspects: frozenset[Aspect]) -> bool:
    """Whether, apart from the ids, hardly anything was asked."""
    rest = asked.beside_ids
    for name, pattern in ASPECTS:
        if name in aspects:
            rest = pattern.sub(" ", rest)
    return len(set(stems(rest)) - _BARE) <= 1


def _by_article(home: Home, asked: Understanding, scope: Scope, articles: Sequence[str]) -> Direct:
    """The article itself, where the law is in the library, and what of the standard meets it."""
    claims: list[Claim] = []
    laws = search(home.index, asked.text, _only(scope, Kind.LAW), _LAWS, weights=BY_KEYWORD)
    named = [hit for hit in laws if references(" ".join(hit.section)) & set(articles)]
    for hit in sorted(named, key=lambda h: (h.version.id, h.start))[:4]:
        claims.append(_claim(Excerpt(hit, hit.start, hit.end, hit.text)))
    for article in articles:
        claims += quotes(home, scope, locate_article(article))[:4]
    return Direct(claims[:_MOST], complete=bool(claims) and _is_bare_article(asked, articles))


def _is_bare_article(asked: Understanding, articles: Sequence[str]) -> bool:
    words = set(stems(asked.text)) - _BARE - {s for a in articles for s in stems(a)}
    return len(words) <= 1


def _only(scope: Scope, kind: Kind) -> Scope:
    return Scope(scope.role, scope.day, frozenset({kind}))


def _claim(part: Excerpt) -> Claim:
    return Claim(text=folded(part.text), citations=(part.citation(),))
