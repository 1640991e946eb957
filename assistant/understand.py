"""What a question is about: stand-alone wording, ids that it names, and what kind of question it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from assistant.follow_up import is_piece, leans
from assistant.rewriting import rewritten
from knowledge.mentions import Mention, mentions

if TYPE_CHECKING:
    from assistant.asking import Writing

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
    by: Literal["rules", "model", "choice"] = "rules"
    """What completed it: rules, a language model, or the choice that a reader took."""
    writing: Writing | None = None
    """The language model that was asked to complete it, whether or not its wording was used."""
    reply: bool = False
    """Whether it follows a question of ours; it is never met with another one."""
    behind: frozenset[str] = frozenset()
    """Ids of the versions of which it may hold words that nobody typed."""

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


def standing(asked: str) -> Understanding:
    """A question that is read as it stands, whatever was before it."""
    text = " ".join(asked.split())
    named = mentions(text)
    known, unknown = (tuple(m for m in named if m.known is sort) for sort in (True, False))
    return Understanding(text, text, text, "", known, unknown)


def understand(
    asked: str, subject: str | None, earlier: Sequence[str] = (), reply: bool = False
) -> Understanding:
    """Read a question; `subject` is that of the question before it in the conversation.

    `earlier` are the questions before, as they were understood, the newest first: where a pronoun is looked
    up when the subject names nothing that fits. A `reply` to a question of ours may be no more than a noun.
    """
    asked = " ".join(asked.split())
    if not subject or not (leans(asked) or (reply and is_piece(asked))):
        return standing(asked)
    made = rewritten(asked, subject, earlier)
    return replace(standing(made.text), asked=asked, subject=made.subject, emphasis=asked)


def reworded(asked: Understanding, text: str) -> Understanding:
    """A follow-up with another wording than that of the rules."""
    new = standing(text)
    subject = new.text if asked.subject == asked.text else asked.subject
    return replace(asked, text=new.text, subject=subject, known=new.known, unknown=new.unknown)


def too_long(asked: str) -> bool:
    """Whether this is more than a question."""
    return len(asked) > _LONGEST
