"""Which sentences state something: a rule, a role, a deadline, a decision or a record.

What a text only explains, asks, gives as an example, plans for later or says to be missing states nothing
that an obligation could rest on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.drafting.document import PLACEHOLDER
from assistant.gaps.elements import even
from knowledge.control import states_control
from knowledge.hits import Hit
from knowledge.sentences import sentences

_BACKGROUND = re.compile(
    r"\b(background|introduction|definitions?|glossary|terms|examples?|references|why we|further reading|"
    r"abbreviations|preamble)\b"
)
"""Headings below which a document explains."""
_LATER = re.compile(
    r"\b(not yet|to be (decided|defined|supplied|confirmed|agreed|determined|written|drawn up)|"
    r"(is|are) (planned|intended|envisaged|foreseen|considered) (for|to|in)\b|"
    r"(is|are) being (prepared|drafted|drawn up|written|developed|considered)|"
    r"plans? to|intends? to|intention to|in preparation|"
    r"under (development|preparation|discussion)|"
    r"(has|have) not (yet )?(been|set|made|written|decided|defined)|"
    r"(there (is|are)|we have|has|have) (so far |still |currently )?no|does not (yet )?(have|exist)|"
    r"do not (yet )?(have|exist)|so far|still open|is missing|are missing|is lacking)\b"
)
_EXPLAINS = re.compile(
    r"^(for example|for instance|e\.g\.|example|note that|many (organi[sz]ations|companies|firms)|"
    r"most (organi[sz]ations|companies)|some (organi[sz]ations|companies)|in many|in recent years)\b"
    r"|\b(means|is defined as|refers to|stands for)\b"
    r"|\b(helps? (us|to|people)|is useful|are useful|is a good idea|could (be|help))\b"
)


_AIM = re.compile(r"[\d.\s]*(purpose|aims?|objectives?)\b", re.IGNORECASE)
"""The heading under which any policy says what it is for: its words say nothing of objectives for AI."""
_PRONOUN = re.compile(r"\W*(?:it|they)\b")
_GOES_ON = re.compile(
    r"\W*(?:it|they|this|these|its|their|the (?:assessments?|results?|reports?|reviews?|tests?))\b"
)
"""The beginning of a sentence that goes on with what the one before it is about."""
_LEAST = 4
"""Words of the shortest statement."""
_SMALL = "of|on|for|the|and|in|to|at|a|an"
_TITLE = re.compile(rf"[^a-z]*(?:[A-Z][\w’'-]*|{_SMALL})(?: (?:[A-Z(][\w’'()-]*|{_SMALL}))+")
"""The name of a document or a heading, in capitals and without an end."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, list item or table row that states something: `text[start:end]` of its version.

    `even` is the sentence with the line on which it hangs, and with the sentence before it when it goes on
    with "it" or "they", for comparing words; `before` is the sentence before it when it goes on with that;
    `around` has the sentence before and the headings too, `about` the title of its document as well; `place`
    the whole passage and the title.
    """

    hit: Hit
    start: int
    end: int
    text: str
    even: str
    before: str
    around: str
    about: str
    place: str


def statements(hit: Hit, stem: str = "") -> list[Statement]:
    """What a passage states; `stem` is the line of which its list items or rows are part."""
    if states_control(hit.text) or _BACKGROUND.search(even(hit.section[-1] if hit.section else "")):
        return []
    headings = [part for part in hit.section if part != hit.version.title and not _AIM.match(part)]
    near = even(" . ".join([*headings, stem]))
    title = even(hit.version.title)
    found, before = [], ""
    for start, end in sentences(hit.text):
        text = hit.text[start:end]
        own = even(text)
        whole = even(f"{stem} {text}" if stem else text)
        if _states(text, whole):
            around = f"{near} . {before} . {whole}"
            goes_on = before if _GOES_ON.match(own) else ""
            read = f"{before} {whole}" if _PRONOUN.match(own) else whole
            about = f"{title} . {around}"
            place = f"{near} . {title} . {even(hit.text)}"
            found.append(
                Statement(hit, hit.start + start, hit.start + end, text, read, goes_on, around, about, place)
            )
        before = own
    return found


def _states(text: str, whole: str) -> bool:
    own = even(text)
    if len(own.split()) < _LEAST or own.rstrip().endswith("?") or PLACEHOLDER.search(text):
        return False
    return not (_TITLE.fullmatch(text.strip()) or _LATER.search(whole) or _EXPLAINS.search(own))
