"""The words of an answer: citation, claim, verdict, conflict, answer. Frozen, and JSON as documented."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant.people import ROLES, Person
from knowledge.formats.builder import clean
from knowledge.models import Kind, Role


class Frozen(BaseModel):
    """A value that does not change once made."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Citation(Frozen):
    """A verbatim quote and exactly where it stands: `text[start:end]` of the version, folded."""

    document: str = Field(description="Id of the document, as `withdraw` takes it.")
    title: str
    file: str = Field(description="Name of the file that was added.")
    version: str = Field(description="Id of the version; its text never changes.")
    number: int = Field(description="Version number, from 1.")
    section: str = Field(description="Heading path, outermost first, joined by ' > '.")
    page: int | None = Field(description="Page on which the quote starts; null without pages.")
    start: int = Field(description="Offset of the quote in the version's text, in code points.")
    end: int
    quote: str = Field(description="The text at that span, character for character.")
    kind: Kind
    owner: str | None = None


class Claim(Frozen):
    """One sentence of an answer with the quotes that carry it."""

    text: str
    citations: tuple[Citation, ...]


class Outcome(StrEnum):
    """What `verify` says of a claim."""

    HELD = "held"
    QUOTE_ONLY = "quote only"
    STRUCK = "struck"


class Verdict(Frozen):
    """A claim, what became of it, and why."""

    claim: Claim
    outcome: Outcome
    reason: str = ""


class Said(Frozen):
    """A claim that was verified and logged while the rest of the answer is still being written."""

    number: int = Field(description="Its place among the claims said so far, from 1.")
    claim: Claim = Field(description="As the reader gets it.")
    outcome: Outcome


class Conflict(Frozen):
    """Two documents in force that do not say the same about one thing."""

    about: str
    reason: str
    citations: tuple[Citation, ...]


class Nearest(Frozen):
    """A source that came closest when nothing answers."""

    document: str
    title: str
    file: str
    version: str
    section: str
    page: int | None
    start: int
    end: int
    kind: Kind
    owner: str | None


class Question(Frozen):
    """What was asked, by whom, about which day."""

    text: Annotated[str, AfterValidator(clean)]
    role: Role = Role.EMPLOYEE
    as_of: date | None = None
    conversation: Annotated[str, Field(pattern="^[0-9a-f]{16}$")] | None = None
    person: str | None = Field(default=None, description="Pseudonym of who asks; none is the role's own.")
    via: str = "command line"

    @property
    def asker(self) -> Person:
        """Who asks, in the role in which they ask."""
        return Person(self.person or self.role.value, ROLES[self.role], self.role, via=self.via)


AnswerStatus = Literal["answered", "abstained", "held", "unclear"]


class Choice(Frozen):
    """One thing that an unclear question may mean."""

    label: str = Field(description="Heading and title of a document that the asker may see.")
    question: str = Field(description="The question that taking this choice asks; it stands alone.")


class Approval(Frozen):
    """That a reviewer stands behind what is said: by which role and when, never by whom."""

    answer: str = Field(description="Id of the answer that was reviewed.")
    role: Role
    at: str
    corrected: bool = Field(description="Whether it is a reviewer's correction that was approved.")


class Answer(Frozen):
    """What is shown; the same as on the log. `id` is the record's id."""

    id: str
    status: AnswerStatus
    text: str
    claims: tuple[Claim, ...]
    nearest: tuple[Nearest, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    choices: tuple[Choice, ...] = Field(
        default=(), description="For an unclear question: what it may mean, for the reader to choose from."
    )
    note: str | None = Field(default=None, description="What the reader must know beside it.")
    approved: Approval | None = Field(
        default=None, description="The review of the same question, when this answer was taken from it."
    )
    worded_by: str | None = Field(
        default=None, description="The language model that worded claims of it; without one they are quotes."
    )
    understood_as: str | None = Field(
        default=None, description="The question that was answered, when it was completed."
    )
    conversation: str
    timing_ms: dict[str, int]
