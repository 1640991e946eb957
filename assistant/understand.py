"""What a question is about: stand-alone wording, ids that it names, and what kind of question it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.mentions import Mention, mentions
from knowledge.terms import references, stems

_FOLLOWS = re.compile(
    r"^\s*(and|or|but|also|then|so|what about|how about|what if|same for|even for|also for|only)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(it|its|they|them|their|this|these|those|that|there|he|she|one|ones|same|instead)\b",
    re.IGNORECASE,
)
_THERE_IS = re.compile(r"\b(is|are|was|were)\s+there\b|\bthere\s+(is|are|was|were)\b", re.IGNORECASE)
_LONGEST = 4_000
"""Characters of a question; what is longer is a document, not a question."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question made ready for search.

    `text` stands alone; `asked` is what was typed; `subject` is what a later follow-up keeps;
    `emphasis` holds the words of a follow-up, which count more than those it inherits.
    """

    asked: str
    text: str
    subject: str
    emphasis: str
    known: tuple[Mention, ...]
    unknown: tuple[Mention, ...]

    @property
    def beside_ids(self) -> str:
        """The text without the ids that ISO/IEC 42001 has: what is asked about them."""
        rest = self.text
        for mention in sorted(self.known, key=lambda m: -m.start):
            rest = f"{rest[: mention.start]} {rest[mention.end :]}"
        return rest

    @property
    def completed(self) -> bool:
        """Whether it was a follow-up that needed an earlier question."""
        return self.text != self.asked


def understand(asked: str, subject: str | None) -> Understanding:
    """Read a question; `subject` is that of the question before it in the conversation."""
    asked = " ".join(asked.split())
    follows = bool(subject) and _is_follow_up(asked)
    text = f"{subject} {_sentence(asked)}" if follows else asked
    named = mentions(text)
    return Understanding(
        asked=asked,
        text=text,
        subject=subject if follows and subject else asked,
        emphasis=asked if follows else "",
        known=tuple(m for m in named if m.known),
        unknown=tuple(m for m in named if not m.known),
    )


def _is_follow_up(asked: str) -> bool:
    """Whether a question leans on the one before: it begins like one, names no subject, or points back."""
    if _FOLLOWS.search(asked):
        return True
    if mentions(asked) or references(asked):
        return False
    content = stems(asked)
    if len(content) <= 1:
        return True
    return len(content) <= 4 and bool(_POINTS_BACK.search(_THERE_IS.sub(" ", asked)))


def _sentence(asked: str) -> str:
    return asked[:1].upper() + asked[1:]


def too_long(asked: str) -> bool:
    """Whether this is more than a question."""
    return len(asked) > _LONGEST
