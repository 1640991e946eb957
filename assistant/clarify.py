"""One question back: when a short question names no subject, and several documents could be meant.

Deterministic and shy. It asks only where every word of the question stands in passages of different documents
that are found about equally well, and the choices are headings of what the asker may see.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.compose import HOUSE, Found
from assistant.follow_up import ASKING, points_back, shape, untied
from assistant.models import Choice
from assistant.phrases import AUXILIARIES, Word, is_participle, is_verb, phrases, words
from assistant.understand import Understanding
from knowledge.formats.builder import clean
from knowledge.hits import Hit
from knowledge.index import Index, Scope
from knowledge.library import folded
from knowledge.mentions import mentions
from knowledge.search import search
from knowledge.sentences import sentences
from knowledge.terms import references, stems

_MOST, _DEEP = 5, 24
_NEAR = 0.6
"""Share of the best score that a passage must reach to be as likely meant."""
_WORDS = 2
"""Words with a meaning, those of asking aside, up to which a question can be without a subject."""
_STATES = frozenset(stems("responsible due allowed required necessary possible mandatory"))
"""What is said of something, without saying of what."""
_OF_SOMETHING = frozenset(
    stems(
        """deadline owner scope purpose limit period status target version form process procedure register
        penalty review approval"""
    )
)
"""What is always of something: "the deadline" of what?"""
_VERB_OF = {
    "kept": "keep", "held": "hold", "made": "make", "told": "tell", "done": "do", "given": "give",
    "taken": "take", "written": "write", "found": "find", "shown": "show", "sent": "send", "paid": "pay",
    "chosen": "choose", "withdrawn": "withdraw",
}  # fmt: skip
_PAST_OF = {verb: past for past, verb in _VERB_OF.items()}
_ASKS_TIME = re.compile(r"\b(?:when|how (?:long|often|soon|quickly)|deadline)\b", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:minutes?|hours?|days?|weeks?|months?|quarters?|years?|daily|weekly|monthly|yearly|annual\w*|once"
    r"|twice|immediately|at once|without delay|life|before|after|20\d\d)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a question may mean, and the passage for which it may."""

    choice: Choice
    hit: Hit


def unclear(index: Index, scope: Scope, found: Found, asked: Understanding) -> tuple[Meaning, ...]:
    """What a question may mean, 2 to 5 choices, the likeliest first; nothing where it is clear enough.

    `found` is what the question finds as it was asked. What it may mean is looked for by its words alone, so
    that "how long" does not bring forward what only happens to say how long.
    """
    wanted = _without_subject(asked)
    if not wanted or not found.house:
        return ()
    near = _near(index, replace(scope, kinds=HOUSE.kinds), untied(asked.asked), wanted)
    likely = {hit.passage: hit.base for hit in found.house}
    near.sort(key=lambda hit: -hit.base - likely.get(hit.passage, 0.0))
    places: dict[_Place, Hit] = {}
    for hit in near:
        places.setdefault(_Place.of(hit), hit)
    meant = list(places.items())[:_MOST]
    if len({place.title for place, _ in meant}) < 2:
        return ()
    return tuple(Meaning(place.choice(asked.asked), hit) for place, hit in meant)


def _near(index: Index, scope: Scope, asked: str, wanted: frozenset[str]) -> list[Hit]:
    """The passages that say all of these words of a question, about as good as the best of them."""
    best: dict[str, Hit] = {}
    for form in _forms(asked, wanted):
        for hit in search(index, form, scope, _DEEP):
            if hit.base > getattr(best.get(hit.passage), "base", 0.0) and _says(hit, asked, wanted):
                best[hit.passage] = hit
    top = max((hit.base for hit in best.values()), default=0.0)
    return [hit for hit in best.values() if hit.base >= _NEAR * top]


def _forms(asked: str, wanted: frozenset[str]) -> list[str]:
    """The words to look for, and once more with the other form of an irregular verb."""
    plain = [word.low for word in words(asked) if wanted.intersection(_same(word.low))]
    other = [_VERB_OF.get(word) or _PAST_OF.get(word) or word for word in plain]
    return list(dict.fromkeys([" ".join(plain), " ".join(other)]))


def _without_subject(asked: Understanding) -> frozenset[str]:
    """The words of a question that says nothing of what it is about; none when it does."""
    rest = untied(asked.asked)
    wanted = frozenset(_same(rest)) - ASKING
    if asked.completed or asked.reply or not wanted or len(wanted) > _WORDS or shape(rest) != "clause":
        return frozenset()
    if mentions(rest) or references(rest) or any(c.isupper() or c.isdigit() for c in rest[1:]):
        return frozenset()
    return wanted if points_back(rest) or (len(wanted) == 1 and _only_asks(rest)) else frozenset()


def _only_asks(rest: str) -> bool:
    """Whether nothing is named but a verb, a state, or what something else must have: "the deadline"."""
    named = phrases(rest)
    if named:
        return all(
            phrase.article == "the" and _OF_SOMETHING.issuperset(stems(phrase.text)) for phrase in named
        )
    last = rest.split()[-1].lower()
    return is_verb(last) or bool(_STATES.intersection(stems(last)))


def _same(text: str) -> list[str]:
    """The stems of a text, irregular forms of a verb as the verb."""
    return stems(" ".join(_VERB_OF.get(word.low, word.low) for word in words(text)))


def _says(hit: Hit, asked: str, wanted: frozenset[str]) -> bool:
    """Whether a sentence of a passage says all of these, its heading helping, and a time if one is asked."""
    heading = frozenset(_same(" ".join(hit.section[-1:])))
    told = [hit.text[start:end] for start, end in sentences(hit.text)]
    return any(
        wanted - heading <= _said(sentence) and (_TIME.search(sentence) or not _ASKS_TIME.search(asked))
        for sentence in told
    )


def _said(sentence: str) -> set[str]:
    """The stems of what a sentence says; "an approved tool" approves nothing."""
    read = words(sentence)
    return {
        stem
        for place, word in enumerate(read)
        if not is_participle(word.low) or _is_done(read, place)
        for stem in _same(word.low)
    }


def _is_done(read: Sequence[Word], place: int) -> bool:
    """Whether a participle tells what is done: "is approved", "approved by"."""
    before = {word.low for word in read[max(0, place - 3) : place]}
    return not AUXILIARIES.isdisjoint(before) or [word.low for word in read[place + 1 : place + 2]] == ["by"]


@dataclass(frozen=True, slots=True)
class _Place:
    """A section of a document, by its headings."""

    title: str
    heading: str

    @classmethod
    def of(cls, hit: Hit) -> _Place:
        """Where a passage stands."""
        title = folded(clean(hit.version.title))
        last = folded(clean(hit.section[-1])) if hit.section else title
        number, _, words = last.partition(" ")
        bare = words if words and number.replace(".", "").isdigit() else last
        return cls(title, bare)

    def choice(self, asked: str) -> Choice:
        """The choice of it, with the question that it asks."""
        question = asked.strip().rstrip("?!. ")
        if self.heading == self.title:
            return Choice(label=self.title, question=f"{question}, in the {self.title}?")
        label = f"{self.heading} ({self.title})"
        return Choice(label=label, question=f"{question}, in “{self.heading}” of the {self.title}?")
