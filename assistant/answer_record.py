"""An answer on the log: what is written, and how it is read back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from assistant import compose, log
from assistant.errors import UnknownRecord
from assistant.log import Record
from assistant.models import Answer, Question, Verdict
from assistant.people import Person
from assistant.prompts import prompt
from assistant.risk import Risk
from assistant.understand import Understanding
from assistant.visibility import hidden_versions, may_read
from knowledge import library
from knowledge.database import Database

if TYPE_CHECKING:
    from assistant.ask import Draft
    from assistant.home import Home

KIND = "answer"


def record(
    connection: Connection,
    home: Home,
    question: Question,
    asked: Understanding,
    answer: Answer,
    verdicts: Sequence[Verdict],
    draft: Draft,
    risk: Risk,
) -> Record:
    """Append an answer with everything that made it."""
    body: dict[str, Any] = {
        **question.asker.acted(),
        "as_of": question.as_of.isoformat() if question.as_of else None,
        "conversation": answer.conversation,
        "composer": {
            "name": draft.composer,
            "version": compose.VERSION,
            "prompt": prompt("quotes").name,
            "prompt_sha256": prompt("quotes").sha256,
        },
        "embedding_model": {"name": home.encoder.name, "revision": home.encoder.revision},
        "corpus_revision": library.revision(connection),
        "confidence_permille": None if draft.confidence is None else round(draft.confidence * 1000),
        "boundary": draft.boundary.id if draft.boundary else None,
        "searched": sorted({hit.version.id for hit in draft.found.all}),
        "review": risk.model_dump(mode="json"),
        "answer": content(answer),
        "verdicts": [
            {
                "outcome": v.outcome.value,
                "reason": v.reason,
                "text": v.claim.text,
                "versions": sorted({citation.version for citation in v.claim.citations}),
            }
            for v in verdicts
        ],
        "timing_ms": answer.timing_ms,
    }
    words = {"question": question.text, "subject": asked.subject}
    if answer.understood_as:
        words["understood_as"] = answer.understood_as
    return log.append(connection, KIND, body, words, answer.id)


def content(answer: Answer) -> dict[str, Any]:
    """What an answer says, as a record holds it."""
    return answer.model_dump(mode="json", exclude={"id", "conversation", "understood_as", "timing_ms"})


def read(entry: Record) -> Answer:
    """The answer that a record holds, as it was composed."""
    return Answer.model_validate(
        {
            **entry.body["answer"],
            "id": entry.id,
            "conversation": entry.body["conversation"],
            "understood_as": entry.personal.get("understood_as"),
            "timing_ms": entry.body["timing_ms"],
        }
    )


def get(connection: Connection, record_id: str) -> Record:
    """One answer by id; UnknownRecord for what is no answer."""
    entry = log.get(connection, record_id)
    if entry.kind != KIND:
        raise UnknownRecord(f"No record {record_id!r} is on the log, or it is not for you.")
    return entry


def of_conversation(connection: Connection, conversation: str) -> list[Record]:
    """The answers of a conversation, oldest first."""
    found = log.latest(connection, KIND, limit=500, containing=f'"conversation":"{conversation}"')
    return found[::-1]


def earlier_subject(database: Database, conversation: str | None, person: Person) -> str | None:
    """What a conversation is about: the subject of its last question that this person may read."""
    if conversation is None:
        return None
    with database.read() as connection:
        hidden = hidden_versions(connection, person.role)
        earlier = [e for e in of_conversation(connection, conversation) if may_read(e, person, hidden)]
    return earlier[-1].personal.get("subject") if earlier else None


def cites(entry: Record, requirement: str) -> bool:
    """Whether an answer cites a clause or control, or an obligation below it."""
    return any(part == requirement or part.startswith(f"{requirement}-") for part in cited_ids(entry.body))


def cited_ids(body: Any) -> list[str]:
    """What an answer's citations name of their sections, word by word: clause, control and obligation ids."""
    return [
        part
        for claim in body.get("answer", {}).get("claims", [])
        for citation in claim["citations"]
        for part in citation["section"].replace(" > ", " ").split()
    ]
