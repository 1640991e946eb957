"""The words that the rooms of `knowledge` share: kinds, blocks, loaded documents, passages."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """What sort of text a document is; never mixed in data, ranking or on the screen."""

    POLICY = "policy"
    PROCEDURE = "procedure"
    RECORD = "record"
    REQUIREMENT = "requirement"
    CONTROL = "control"
    GUIDANCE = "guidance"
    LAW = "law"


HOUSE_KINDS = frozenset({Kind.POLICY, Kind.PROCEDURE, Kind.RECORD})
"""Kinds that the organisation itself writes."""


class Role(StrEnum):
    """Who asks; decides which documents may be seen."""

    EMPLOYEE = "employee"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


EVERYONE = frozenset(Role)
RESTRICTED = frozenset({Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR})
"""The audience of a document that says it is restricted, confidential or secret."""
SEES_ALL = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
"""Roles from which no document is kept: whoever audits, and whoever holds the files."""


def may_see(role: Role, audience: frozenset[Role]) -> bool:
    """Whether a document of this audience is shown to a role."""
    return role in audience or role in SEES_ALL


class Status(StrEnum):
    """Where a version stands in its life."""

    DRAFT = "draft"
    IN_FORCE = "in force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


BlockRole = Literal["heading", "paragraph", "item", "row", "unit"]


@dataclass(frozen=True, slots=True)
class Block:
    """One structural piece of a text, `text[start:end]`, in code points.

    `level` is 1 to 6 for a heading and the nesting depth (from 0) for a list item. A `unit` is
    kept as one passage of its own, whatever stands beside it. `label` joins the heading path of
    the passage (an obligation id, a row's name). `head` gives the span of the line without which
    the block cannot be understood: the stem of a list item, the header line of a table row.
    """

    role: BlockRole
    start: int
    end: int
    level: int = 0
    label: str | None = None
    head: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class DocumentControl:
    """What a document says about itself; None where it says nothing."""

    title: str | None = None
    owner: str | None = None
    kind: Kind | None = None
    status: Status | None = None
    audience: frozenset[Role] | None = None
    version_label: str | None = None
    effective_from: date | None = None
    effective_until: date | None = None
    never_hosted: bool = False


@dataclass(frozen=True, slots=True)
class LoadedDocument:
    """A file's text with its structure.

    `text` is what every quote is checked against. `pages` holds the offset at which each page
    begins (first is 0), and is empty where the format has no pages. Blocks are in order and do not
    overlap; text between blocks is white space, page furniture or markup that is not quoted.
    """

    text: str
    blocks: tuple[Block, ...]
    title: str
    media_type: str
    pages: tuple[int, ...] = ()
    control: DocumentControl = field(default_factory=DocumentControl)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one version that is found and cited as a whole: `text[start:end]`."""

    start: int
    end: int
    section: tuple[str, ...]
    head: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the embedding model reads for a passage: its document's title, its heading path, its words."""

    title: str
    section: str
    words: str

    @property
    def text(self) -> str:
        """The whole."""
        place = ". ".join(part for part in (self.title, self.section) if part)
        return f"{place}: {self.words}" if place else self.words
