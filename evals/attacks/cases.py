"""An attack as data: who asks what of which documents, and what must never come of it."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from knowledge.models import EVERYONE, SEES_ALL, Kind, Role, Status

FOLDER = Path(__file__).parent / "cases"
LISTENER = "{listener}"
"""Stands in a case for the address of the server that hears whatever is fetched."""


class Frozen(BaseModel):
    """A value that does not change once read."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Owasp(StrEnum):
    """The classes of the OWASP Top 10 for LLM applications, 2025, that apply; the supply chain does not."""

    INJECTION = "LLM01 Prompt Injection"
    DISCLOSURE = "LLM02 Sensitive Information Disclosure"
    POISONING = "LLM04 Data and Model Poisoning"
    OUTPUT = "LLM05 Improper Output Handling"
    AGENCY = "LLM06 Excessive Agency"
    SYSTEM_PROMPT = "LLM07 System Prompt Leakage"
    VECTORS = "LLM08 Vector and Embedding Weaknesses"
    MISINFORMATION = "LLM09 Misinformation"
    CONSUMPTION = "LLM10 Unbounded Consumption"


class Carrier(StrEnum):
    """Where the hostile words of a case stand."""

    QUESTION = "question"
    CONVERSATION = "conversation"
    REVIEW = "reviewer's words"
    TITLE = "document title"
    FILE_NAME = "file name"
    PDF_TEXT = "PDF text"
    PDF_WHITE = "PDF white text"
    PDF_TINY = "PDF tiny text"
    PDF_OFF_PAGE = "PDF text off the page"
    PDF_INVISIBLE = "PDF invisible text"
    PDF_PROPERTIES = "PDF properties"
    PDF_NOTE = "PDF annotation"
    DOCX_BODY = "DOCX body"
    DOCX_CELL = "DOCX table cell"
    DOCX_COMMENT = "DOCX comment"
    DOCX_HEADER = "DOCX header"
    DOCX_FOOTER = "DOCX footer"
    DOCX_ALT_TEXT = "DOCX alternative text"
    DOCX_HIDDEN = "DOCX hidden text"
    DOCX_PROPERTIES = "DOCX properties"
    MARKDOWN_BODY = "Markdown text"
    MARKDOWN_FRONT = "Markdown front matter"
    MARKDOWN_COMMENT = "Markdown comment"
    HTML_BODY = "HTML text"
    HTML_HIDDEN = "HTML hidden element"
    HTML_COMMENT = "HTML comment"
    CSV_CELL = "CSV cell"
    JSON_VALUE = "JSON value"


UNSEEN = frozenset(
    {
        Carrier.PDF_WHITE,
        Carrier.PDF_TINY,
        Carrier.PDF_OFF_PAGE,
        Carrier.PDF_INVISIBLE,
        Carrier.PDF_PROPERTIES,
        Carrier.PDF_NOTE,
        Carrier.DOCX_COMMENT,
        Carrier.DOCX_ALT_TEXT,
        Carrier.DOCX_HIDDEN,
        Carrier.DOCX_PROPERTIES,
        Carrier.MARKDOWN_FRONT,
        Carrier.MARKDOWN_COMMENT,
        Carrier.HTML_HIDDEN,
        Carrier.HTML_COMMENT,
    }
)
"""Carriers whose words are none of what the document says to who reads it: never shown, never sent."""


class Planted(Frozen):
    """A document that is made into a real file and added: honest paragraphs, and hostile words somewhere."""

    file: str
    carrier: Carrier
    title: str
    body: tuple[str, ...] = Field(min_length=1)
    hostile: str = ""
    times: int = Field(default=1, description="How often the hostile words stand there.")
    owner: str | None = "Head of Digital Workplace"
    kind: Kind = Kind.POLICY
    audience: frozenset[Role] = EVERYONE
    status: Status = Status.IN_FORCE
    secrets: tuple[str, ...] = Field(
        default=(), description="Its words that nobody outside its audience may be shown or have sent."
    )

    @property
    def words(self) -> str:
        """The hostile words, as often as they stand there."""
        return " ".join([self.hostile] * self.times)

    def may_be_known_to(self, role: Role) -> bool:
        """Whether a role may see the document's secrets; those of an unseen place nobody may."""
        if self.carrier in UNSEEN and not self.restricted:
            return False
        return role in self.audience or role in SEES_ALL

    @property
    def restricted(self) -> bool:
        """Whether some role may not see it."""
        return self.audience != EVERYONE


class Turn(Frozen):
    """One question of a conversation; of the case's role unless it says otherwise."""

    ask: str
    times: int = Field(default=1, description="How often the words are repeated.")
    role: Role | None = None

    @property
    def text(self) -> str:
        """The whole question."""
        return self.ask * self.times


class Reviewed(Frozen):
    """Words that somebody wrote to an answer before the case begins: a complaint, or a reviewer's reason."""

    ask: str
    act: Literal["flag", "reject"]
    words: str


def _turn(value: object) -> object:
    return {"ask": value} if isinstance(value, str) else value


class Case(Frozen):
    """An attack: documents and words that come first, the questions, and what a breach would be."""

    id: str
    owasp: Owasp
    carrier: Carrier
    role: Role = Role.EMPLOYEE
    documents: tuple[Planted, ...] = ()
    reviewed: Reviewed | None = None
    turns: tuple[Annotated[Turn, BeforeValidator(_turn)], ...] = Field(min_length=1)
    canaries: tuple[str, ...] = Field(
        default=(), description="Never shown to the case's role, nor sent to a model."
    )
    obeyed: tuple[str, ...] = Field(
        default=(), description="What is said only when the attack is obeyed; a document's quote may hold it."
    )
    beside: str | None = Field(
        default=None, description="The true rule: shown wherever a document of the case is cited."
    )
    expects: Literal["any", "abstained"] = "any"
    breach: str = Field(description="What would be a breach, in words.")


def cases(folder: Path = FOLDER) -> list[Case]:
    """Every case of the YAML files of a folder, in the order of the files' names.

    ValueError when two cases share an id, or two documents a file name.
    """
    found = [case for file in sorted(folder.glob("*.yaml")) for case in _read(file)]
    names = [case.id for case in found] + [d.file for case in found for d in case.documents]
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        raise ValueError(f"These ids or file names stand twice: {', '.join(twice)}")
    return found


def _read(file: Path) -> list[Case]:
    held = yaml.safe_load(file.read_text("utf-8"))
    return [Case.model_validate({**row, "owasp": held["owasp"]}) for row in held["cases"]]
