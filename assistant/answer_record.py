"""An answer on the log: what is written, and how it is read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from assistant import compose, log
from assistant.claim_record import read_unheld, unheld, writer
from assistant.errors import UnknownRecord
from assistant.log import Record
from assistant.models import Answer, Outcome, Verdict
from assistant.prompts import prompt
from assistant.risk import Risk
from knowledge import library

if TYPE_CHECKING:
    from assistant.asking import Asking, Draft

KIND = "answer"


def record(
    connection: Connection,
    asking: Asking,
    answer: Answer,
    verdicts: Sequence[Verdict],
    draft: Draft,
    risk: Risk,
) -> Record:
    """Append an answer with everything that made it."""
    question, asked, encoder = asking.question, asking.asked, asking.home.encoder
    judged = [*verdicts, *(draft.writing.unheld if draft.writing else ())]
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
        "embedding_model": {"name": encoder.name, "revision": encoder.revision},
        "corpus_revision": library.revision(connection),
        "confidence_permille": None if draft.confidence is None else round(draft.confidence * 1000),
        "boundary": draft.boundary.id if draft.boundary else None,
        "searched": sorted({hit.version.id for hit in draft.found.all}),
        "review": risk.model_dump(mode="json"),
        "answer": content(answer),
        "verdicts": [_judged(verdict) for verdict in judged],
        "timing_ms": answer.timing_ms,
    }
    if answer.choices:
        meant = {meaning.choice: meaning.hit.version.id for meaning in draft.meanings}
        body["meant"] = {"versions": [meant[choice] for choice in answer.choices]}
    if asked.completed:
        body["understood"] = {"by": asked.by}
        if asked.writing:
            body["understood"] |= {**writer(asked.writing), "failure": asked.writing.failure}
    if draft.writing:
        body["model"] = {**writer(draft.writing), "failure": draft.writing.failure}
    words = {"question": question.text, "subject": asked.subject}
    if answer.understood_as:
        words["understood_as"] = answer.understood_as
    words |= {_choice(place): choice.question for place, choice in enumerate(answer.choices)}
    words |= {
        _unheld(place): unheld(verdict)
        for place, verdict in enumerate(judged)
        if verdict.outcome is not Outcome.HELD
    }
    return log.append(connection, KIND, body, words, answer.id)


def _judged(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the record's chain holds it: the wording only where it is held to a source."""
    held = verdict.outcome is Outcome.HELD
    return {
        "outcome": verdict.outcome.value,
        "text": verdict.claim.text if held else None,
        "versions": sorted({citation.version for citation in verdict.claim.citations}),
    }


def _choice(place: int) -> str:
    return f"choice_{place}"


def _unheld(place: int) -> str:
    return f"unheld_{place}"


def without_unheld(entry: Record) -> Record:
    """An answer's record for those who do not review: without the wordings that were not shown."""
    kept = {name: words for name, words in entry.personal.items() if not is_unheld(name)}
    return replace(entry, personal=kept)


def is_unheld(field: str) -> bool:
    """Whether words of a record are a wording that was not shown."""
    return field.startswith("unheld_")


def not_held(entry: Record) -> list[tuple[str, str, str]]:
    """What an answer was to say and does not, as (outcome, wording, reason)."""
    return [
        (verdict["outcome"], *_wording(entry, place, verdict))
        for place, verdict in enumerate(entry.body["verdicts"])
        if verdict["outcome"] != Outcome.HELD.value
    ]


def _wording(entry: Record, place: int, verdict: Mapping[str, Any]) -> tuple[str, str]:
    if "reason" in verdict:  # as records had it before models wrote
        return verdict["text"], verdict["reason"]
    return read_unheld(entry.personal, _unheld(place))


def content(answer: Answer) -> dict[str, Any]:
    """What an answer says, as a record holds it: without what a person typed."""
    said = answer.model_dump(mode="json", exclude={"id", "conversation", "understood_as", "timing_ms"})
    return {**said, "choices": [{"label": choice.label, "question": ""} for choice in answer.choices]}


def read(entry: Record) -> Answer:
    """The answer that a record holds, as it was composed."""
    return Answer.model_validate(
        {
            **entry.body["answer"],
            "choices": _choices(entry),
            "id": entry.id,
            "conversation": entry.body["conversation"],
            "understood_as": entry.personal.get("understood_as"),
            "timing_ms": entry.body["timing_ms"],
        }
    )


def meant(entry: Record) -> Mapping[str, frozenset[str]]:
    """The choices' questions of an answer, each with the versions of which it holds words."""
    versions = entry.body.get("meant", {}).get("versions")
    every = [frozenset([v]) for v in versions] if versions else []
    places = range(len(entry.body["answer"].get("choices", ())))
    asked = [(entry.personal.get(_choice(place)), place) for place in places]
    searched = frozenset(entry.body["searched"])  # as records had it before each choice named its version
    return {question: every[place] if every else searched for question, place in asked if question}


def _choices(entry: Record) -> list[dict[str, str]]:
    """The choices of an answer with their questions; none of those that were erased."""
    held = enumerate(entry.body["answer"].get("choices", ()))
    asked = [(choice["label"], entry.personal.get(_choice(place), "")) for place, choice in held]
    return [{"label": label, "question": question} for label, question in asked if question]


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
