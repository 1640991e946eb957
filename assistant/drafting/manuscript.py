"""What is told of a manuscript: a document while it is written, before it is submitted for approval."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from assistant.differing import Stretch
from assistant.drafting.document import Document, Header
from assistant.drafting.intake import Intake
from assistant.models import Citation, Frozen

Why = Literal[
    "taken over", "composed", "edited", "reworded", "locked", "unlocked", "header", "restored", "taken in"
]
"""What made a revision; "taken over" is the first one of a document in force, in one that is "reworded" a
person took over what a language model had proposed."""


class HeaderFields(Frozen):
    """What a person says for the head of the document; None is filled from the profile or left open."""

    owner: str | None = None
    approver: str | None = None
    reviewer: str | None = None
    classification: str | None = None
    effective: date | None = None
    next_review: date | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A manuscript in a list; `answered` of `asked` questions have an answer."""

    id: str
    type: str
    title: str
    revises: str | None
    system: str | None
    newest: int
    answered: int
    asked: int
    draft: str | None
    discarded: bool
    own: bool
    began_at: str
    changed_at: str


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A manuscript as it stands.

    `newest` is the number of its newest revision, which writers give back as `seen`; 0 and no `document`
    before the first. `header` is filled up from the profile, `fields` is what was said for it. `revises`
    is the document whose next version it is to become, `base` the version from which it began.
    """

    id: str
    type: str
    title: str
    header: Header
    fields: HeaderFields
    revises: str | None
    base: str | None
    system: str | None
    answers: Intake
    newest: int
    document: Document | None
    draft: str | None
    discarded: bool
    own: bool
    by: str
    began_at: str
    changed_at: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A section that was to change and did not, and why not."""

    section: str
    reason: Literal["locked", "edited by hand", "reworded by a language model", "changed meanwhile"]


@dataclass(frozen=True, slots=True)
class Written:
    """What a write made: the newest revision's number and document, which sections changed, which did not."""

    number: int
    document: Document
    changed: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision in the list of them; `who` is a role."""

    number: int
    at: str
    who: str
    own: bool
    why: Why
    record: int = field(metadata={"about": "number of its record on the log"})
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one section between two revisions; `stretches` tell it word by word."""

    section: str
    heading: str
    change: Literal["added", "removed", "reworded"]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What might answer a question, and where it stands.

    Without `lines` the source only speaks of the matter: its quote is for the author to read.
    """

    lines: tuple[str, ...]
    source: str
    citations: tuple[Citation, ...] = ()
