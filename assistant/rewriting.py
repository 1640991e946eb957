"""A follow-up as a question that stands alone, by rules.

Each rule is for one way in which people ask on, and gives nothing where it is not sure. What no rule is sure
of is joined to the question before it: "Who may stop an AI system, and what must they understand?"
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.follow_up import ABOUT, PRONOUN, bare, points_back, shape, untied
from assistant.phrases import AUXILIARIES, BE, PREPOSITIONS, QUESTION_WORDS, Phrase, is_open, phrases, words
from knowledge.mentions import mentions

_ASKS = re.compile(
    rf"^(?:(?:{'|'.join(sorted(PREPOSITIONS))})\s+)?(?:{'|'.join(sorted(QUESTION_WORDS | AUXILIARIES))})\b",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[.?!]\s+[A-Z]")
_WHAT_IF = re.compile(r"^what if\s+", re.IGNORECASE)
_ALSO = re.compile(r"^also\s+", re.IGNORECASE)
_ADVERB = re.compile(r"^(?:not\s+)?\w{3,}ly$", re.IGNORECASE)
_NUMBERED = re.compile(r"^([^\W\d]+) \d+$")
_OF = re.compile(r"\s+(?:of|between)\s+", re.IGNORECASE)
_AS = re.compile(r"\bas\s+$", re.IGNORECASE)
_ATTACHED = re.compile(r"\s+of\s+[\w.'’-]+(?=\W*$)", re.IGNORECASE)
_AUX = "|".join(sorted(AUXILIARIES))
_PREP = "|".join(sorted(PREPOSITIONS))
_ENDS = "|".join(sorted(PREPOSITIONS - {"of"}))
_YES_NO = re.compile(rf"^(?P<rest>(?:{_AUX})\s.*)$", re.IGNORECASE | re.DOTALL)
_ADVERBIAL = re.compile(
    rf"^(?:(?:(?:{_PREP})\s+)?(?:when|where|why|how(?:\s+(?:often|long|soon|quickly))?)"
    rf"|(?:{_PREP})\s+(?:how many|which|what|whom)(?:\s+[\w-]+){{0,4}}?)\s+{_YES_NO.pattern[1:]}",
    re.IGNORECASE | re.DOTALL,
)
"""A question that begins with when, where or how: another of these can take its place."""
_WHAT = re.compile(rf"^what\s+(?!(?:{'|'.join(BE)})\s){_YES_NO.pattern[1:]}", re.IGNORECASE | re.DOTALL)
_EVENT = re.compile(
    r"\b(?:do|does|did|done|make|makes|made|take|takes|took|mean|means)\s+it$"
    r"|\b(?:does|do|did|will|would|can|could)\s+it\s+(?:take|last|mean|matter|cost|happen|apply)\b"
    r"|\bit\s+(?:is\s+)?\w+\s+(?:whether|that)\b"
    r"|\bit\s+(?:is\s+)?(?:also\s+)?(?:allowed|possible|necessary|ok|okay|true|enough|so)\b",
    re.IGNORECASE,
)
"""A pronoun that stands for what is done, not for a thing that was named."""
_PASSIVE = re.compile(r"^\s+(?:\w+ly\s+)?(?:be|been)\b", re.IGNORECASE)
_PLACED = re.compile(rf"\b(?:{_PREP})\s+{PRONOUN.pattern}", re.IGNORECASE)
_ONE_OF = {"are": "is", "were": "was", "have": "has", "do": "does"}
_MANY_OF = {one: many for many, one in _ONE_OF.items()} | {"am": "are"}
_OF_US = r"\b(?:my|our|me|us|we|I)\b"
_WE = re.compile(rf"\b(?P<aux>(?i:{_AUX}))\s+(?:I|we)\b(?!.*{_OF_US})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A question that stands alone, and the one that a later follow-up is completed by."""

    text: str
    subject: str


@dataclass(frozen=True, slots=True)
class _Noun:
    """What a follow-up names: the whole of it, and its first phrase."""

    text: str
    first: Phrase


def rewritten(asked: str, subject: str, earlier: Sequence[str] = ()) -> Rewriting:
    """What a follow-up asks, as one question.

    `subject` is the question that it is completed by; `earlier` are the questions before it, the newest
    first, in which a pronoun is looked up when the subject names nothing that fits.
    """
    rest, held = untied(asked), bare(subject)
    if asked.startswith(rest):
        rest = _small(rest)
    if _ASKS.search(held) and not _SENTENCES.search(held):
        for varied in (_conditional, _other_word, _with_place, _of_others):
            if text := varied(rest, held):
                return Rewriting(_asked(text), subject)
        text = _of_another(rest, held) or _resolved(rest, [held, *earlier])
        return Rewriting(_asked(text), _asked(text)) if text else Rewriting(_joined(rest, held), subject)
    if text := _resolved(rest, [held, *earlier]):
        return Rewriting(_asked(text), _asked(text))
    return Rewriting(f"{subject} {_asked(rest)}", subject)


def _asked(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}?"


def _small(text: str) -> str:
    """A text inside a sentence: its first letter small, unless it is a name or "I"."""
    first = text.partition(" ")[0]
    keeps = first == "I" or any(c.isupper() or c.isdigit() for c in first[1:])
    return text if keeps else text[:1].lower() + text[1:]


def _joined(rest: str, subject: str) -> str:
    about = ABOUT.sub("", rest)
    if about != rest or (shape(rest) == "fragment" and _noun(rest)):
        return _asked(f"{subject}, and what about {about}")
    return _asked(f"{subject}, and {rest}")


def _conditional(rest: str, subject: str) -> str:
    """Completed by a condition; "what if it fails" asks what happens then."""
    if shape(rest) != "condition" or rest.lower().startswith("when "):
        return ""
    if not _WHAT_IF.search(rest):
        word = rest.partition(" ")[0].lower()
        before, same, _ = subject.partition(f" {word} ")
        new = (same and _with_nouns(rest, [subject])) or rest
        return f"{before} {new}"
    then = _WHAT_IF.sub("", rest)
    resolved = _with_nouns(then, [subject]) if PRONOUN.search(then) else then
    return f"What happens if {resolved}" if resolved else ""


def _other_word(rest: str, subject: str) -> str:
    """Asked again with another question word: "Where are event logs kept" after "How long …"."""
    low = rest.lower()
    if shape(rest) != "question word" or low in ("who", "whom", "what", "which", "why not"):
        return ""
    if low.startswith(("what ", "which ")):
        found = _WHAT.search(subject)
    else:
        found = _ADVERBIAL.search(subject) or (_YES_NO.search(subject) if low != "why" else None)
    return f"{rest} {_small(found['rest'])}" if found else ""


def _with_place(rest: str, subject: str) -> str:
    """With a place, time or purpose added, or in place of one of its kind."""
    added = _ALSO.sub("", ABOUT.sub("", rest))
    if _ADVERB.search(added):
        return f"{subject} {added}"
    if shape(added) != "placed" or PRONOUN.search(added):
        return ""
    preposition, _, what = added.partition(" ")
    others = _of_others(what, subject) if preposition.lower() == "for" else ""
    return others or _instead(preposition.lower(), what, subject) or f"{subject} {added}"


def _instead(preposition: str, what: str, subject: str) -> str:
    """With another noun after the same preposition, up to the next one, other than "of"."""
    pattern = rf"(?<=\s){preposition}\s+(?P<noun>.+?)(?=\s(?:{_ENDS}|if|when)\s|$)"
    held = [m for m in re.finditer(pattern, subject, re.IGNORECASE) if _noun(m["noun"])]
    return f"{subject[: held[-1].start('noun')]}{what}{subject[held[-1].end() :]}" if held else ""


def _of_others(rest: str, subject: str) -> str:
    """Asked of other people: "By when do contractors have to report an incident"."""
    who = _noun(_ALSO.sub("", ABOUT.sub("", rest)))
    if not who or not who.first.people:
        return ""
    if we := _WE.search(subject):
        auxiliary = _agreeing(we["aux"], who.first.plural)
        return f"{subject[: we.start()]}{auxiliary} {who.text}{subject[we.end() :]}"
    named = [phrase for phrase in phrases(subject) if phrase.people]
    return _put(who, named[0], subject) if len(named) == 1 else ""


def _of_another(rest: str, subject: str) -> str:
    """Asked of another thing: "How long are event logs kept" after "… training data …"."""
    if shape(rest) != "fragment":
        return ""
    what = ABOUT.sub("", rest)
    ids, held = mentions(what), mentions(subject)
    if len(ids) == len(held) == 1 and not _names_more(what, ids[0].start, ids[0].end):
        return f"{subject[: held[0].start]}{what[ids[0].start : ids[0].end]}{subject[held[0].end :]}"
    if numbered := _NUMBERED.search(what):
        text, count = re.subn(rf"\b{numbered[1]} \d+\b", what, subject, flags=re.IGNORECASE)
        return text if count == 1 else ""
    noun = None if ids else _noun(what)
    place = (_open_place(subject) or _place_of(noun, subject)) if noun else None
    return _put(noun, place, subject) if noun and place else ""


def _open_place(subject: str) -> Phrase | None:
    """Where a question that was asked back says "it" or "they" of what it does not name."""
    found = PRONOUN.search(subject)
    if not found or found.group().lower() not in ("it", "they", "them") or not points_back(subject):
        return None
    return Phrase(found.group(), *found.span(), plural=found.group().lower() != "it")


def _names_more(text: str, start: int, end: int) -> bool:
    beside = words(f"{text[:start]} {text[end:]}")
    return any(is_open(word) and word.low not in ("clause", "control", "annex") for word in beside)


def _noun(text: str) -> _Noun | None:
    """The noun of which a text consists, with what is attached behind it."""
    found = phrases(text)
    if not found or found[0].start or not AUXILIARIES.isdisjoint(word.low for word in words(text)):
        return None
    behind = words(text[found[0].end :])[:1]
    return _Noun(text, found[0]) if not behind or behind[0].low in PREPOSITIONS else None


def _place_of(noun: _Noun, subject: str) -> Phrase | None:
    """What of the subject a noun takes the place of: what is called the same, or the only thing named."""
    held = [
        phrase
        for phrase in _topics(subject)
        if phrase.people == noun.first.people and not _AS.search(subject[: phrase.start])
    ]
    same = [phrase for phrase in held if phrase.head == noun.first.head]
    if len(same) == 1:
        return same[0]
    return held[0] if len(held) == 1 and held[0].definite == noun.first.definite else None


def _put(noun: _Noun, place: Phrase, subject: str) -> str:
    """A noun in the place of another, its auxiliary brought in step; nothing where that is not sure."""
    before, after = subject[: place.start], _ATTACHED.sub("", subject[place.end :])
    if noun.first.plural != place.plural:
        last, follows = words(before)[-1:], words(after)[:1]
        if follows and follows[0].low in {**_ONE_OF, **_MANY_OF}:
            return ""
        if last and last[0].low in {**_ONE_OF, **_MANY_OF}:
            auxiliary = _agreeing(before[last[0].start : last[0].end], noun.first.plural)
            before = f"{before[: last[0].start]}{auxiliary} "
    return f"{before}{noun.text}{after}"


def _agreeing(auxiliary: str, plural: bool) -> str:
    other = (_MANY_OF if plural else _ONE_OF).get(auxiliary.lower(), auxiliary)
    return other.capitalize() if auxiliary[:1].isupper() else other


def _topics(text: str) -> list[Phrase]:
    """What a question is about, in order: of "the owner of the policy" the policy.

    A first word without an article may be a verb, as in "Compare both".
    """
    found = phrases(text)
    following = [*found[1:], None][: len(found)]
    return [
        one
        for one, after in zip(found, following, strict=True)
        if (one.start or one.article) and (after is None or not _OF.fullmatch(text[one.end : after.start]))
    ]


def _resolved(rest: str, named: Sequence[str]) -> str:
    """With the nouns for which its pronouns stand; nothing when one of them finds none."""
    if shape(rest) != "clause" or _EVENT.search(rest) or _PLACED.search(rest):
        return ""
    return _with_nouns(rest, named)


def _with_nouns(rest: str, named: Sequence[str]) -> str:
    """A text with the nouns for which its pronouns stand; nothing when one of them finds none."""
    text, found = rest, list(PRONOUN.finditer(rest))
    for pronoun in reversed(found):
        before, after = text[: pronoun.start()], text[pronoun.end() :]
        low, auxiliary = pronoun.group().lower(), words(before)[-1:]
        acts = bool(
            low == "they"
            and auxiliary
            and auxiliary[0].low in AUXILIARIES - BE
            and not _PASSIVE.search(after)
        )
        noun = _acting(named) if acts else _meant(low, named)
        if noun is None:
            return ""
        if acts and not noun.plural:
            start, end = auxiliary[0].start, auxiliary[0].end
            before = f"{before[:start]}{_agreeing(before[start:end], False)}{before[end:]}"
        text = f"{before}{noun.again}{_owning(low, noun.again)}{after}"
    return text if found else ""


def _owning(pronoun: str, called: str) -> str:
    if pronoun not in ("its", "their"):
        return ""
    return "'" if called.endswith("s") else "'s"


def _meant(pronoun: str, named: Sequence[str]) -> Phrase | None:
    """The first noun of the newest question that fits a pronoun."""
    plural = pronoun.startswith("the")
    for question in named:
        fits = [p for p in _topics(question) if p.plural == plural and (plural or not p.people)]
        if fits:
            return fits[0]
    return None


def _acting(named: Sequence[str]) -> Phrase | None:
    """Those who can do something, of the newest question that names any; else one who is "they" too."""
    people = [phrase for question in named for phrase in phrases(question) if phrase.people]
    return next((phrase for phrase in people if phrase.plural), people[0] if people else None)
