"""What a language model is asked, and each claim that it writes, on the log as it happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, or_, select

from assistant import log
from assistant.log import Record
from assistant.models import Outcome, Verdict
from assistant.verify import shown
from knowledge.database import records

if TYPE_CHECKING:
    from assistant.asking import Asking, Writing
    from assistant.generation.passages import Given
    from assistant.generation.writing import Passage

GENERATION, CLAIM = "generation", "claim"
_BATCH = 200
T = TypeVar("T")


def begun(connection: Connection, asking: Asking, writing: Writing, passages: Sequence[Given]) -> Record:
    """Append that a question and these passages are about to be handed to a language model."""
    words = {"question": asking.question.text}
    if asking.asked.completed:
        words["understood_as"] = asking.asked.text
    about = {**asking.question.asker.acted(), "answer_id": asking.answer}
    return handed(connection, about, writing, places(passages), words)


def handed(
    connection: Connection,
    about: Mapping[str, Any],
    writing: Writing,
    passages: Sequence[Mapping[str, Any]],
    words: Mapping[str, str],
) -> Record:
    """Append that a language model is about to be handed words of these places, beside what people wrote."""
    return log.append(connection, GENERATION, {**about, **writer(writing), "passages": list(passages)}, words)


def places(passages: Sequence[Passage]) -> list[dict[str, Any]]:
    """Where numbered passages stand, as a record names it."""
    return [
        {"version": version, "number": passage.number, "start": start, "end": end}
        for passage in passages
        for version, start, end in passage.spans
    ]


def writer(writing: Writing) -> dict[str, Any]:
    """Which model wrote, where it runs, by which prompts."""
    return {
        "model": writing.model,
        "destination": writing.destination,
        "hosted": writing.hosted,
        "gates": list(writing.gates),
        "prompts": dict(writing.prompts),
    }


def claimed(connection: Connection, asking: Asking, number: int, verdict: Verdict) -> Record:
    """Append a claim as it was verified, before anybody sees it.

    What is not held to a source may hold anything, also what a person typed: it can be erased.
    """
    said = shown(verdict)
    body = {
        **asking.question.asker.acted(),
        "answer_id": asking.answer,
        "number": number,
        "outcome": verdict.outcome.value,
        "claim": said.model_dump(mode="json") if said else None,
    }
    held = verdict.outcome is Outcome.HELD
    return log.append(connection, CLAIM, body, None if held else {"unheld": unheld(verdict)})


def beside(connection: Connection, answers: Iterable[int]) -> set[int]:
    """Numbers of the records of what a model was asked and wrote for answers, which are given by theirs."""
    ids: list[str] = []
    for batch in _batches(sorted(answers)):
        where = (records.c.seq.in_(batch), records.c.kind == "answer")
        ids += connection.execute(select(records.c.id).where(*where)).scalars()
    return naming(connection, "answer_id", ids)


def naming(connection: Connection, key: str, names: Sequence[str]) -> set[int]:
    """Numbers of the records of a model's part whose body has one of these names under a key."""
    found: set[int] = set()
    for batch in _batches(names):
        named = [records.c.body.contains(f'"{key}":"{name}"', autoescape=True) for name in batch]
        query = select(records.c.seq).where(records.c.kind.in_((GENERATION, CLAIM)), or_(*named))
        found |= set(connection.execute(query).scalars())
    return found


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many at a time as a query can name."""
    return (items[first : first + _BATCH] for first in range(0, len(items), _BATCH))


def unheld(verdict: Verdict) -> str:
    """A wording that is not shown, and why, on two lines."""
    return told(verdict.claim.text, verdict.reason)


def told(text: str, reason: str) -> str:
    """A wording and what speaks against it, if anything does, on two lines."""
    return f"{text}\n{reason}"


def read_unheld(words: Mapping[str, str], field: str) -> tuple[str, str]:
    """A wording and the reason why it is not shown, as `unheld` kept them."""
    text, _, reason = words.get(field, "[erased]\n[erased]").partition("\n")
    return text, reason
