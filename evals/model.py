"""What a language model makes of questions: when its first claim is shown, and what becomes of its claims."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import ask, claim_record, log
from assistant.home import Home
from assistant.model.asked import Message, Shape
from assistant.model.chat import Chat
from assistant.models import Answer, Outcome, Question, Said
from assistant.settings import Settings
from evals import local_model
from evals.answers import stands
from evals.attacks.shown import is_quoted
from evals.attacks.wording import beyond
from evals.metrics import percentile

CONTEXT = 2_048
"""Tokens that the small local model's server takes."""
LOCAL: dict[str, Any] = {
    "model": f"openai:{local_model.NAME}",
    "model_key": "none",
    "model_output": "json",
    "model_context": CONTEXT,
    "model_answer_tokens": 200,
    "model_seconds": 120,
    "model_retries": 0,
    "model_per_minute": 100_000,
}
"""Settings with which it answers within seconds: a few passages, a short answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one question. Times in ms from asking; None where a model had no part or showed nothing.

    `model_end_ms` is when the model wrote its last; `breaches` names what was shown and should not have been.
    """

    question: str
    status: str
    first_claim_ms: int | None
    model_end_ms: int | None
    end_ms: int
    written: int
    held: int
    quote_only: int
    struck: int
    failure: str
    breaches: tuple[str, ...]

    @property
    def ahead_ms(self) -> int | None:
        """How long the model still wrote after its first claim was on screen."""
        if self.first_claim_ms is None or self.model_end_ms is None:
            return None
        return self.model_end_ms - self.first_claim_ms


class Timed(Chat):
    """A chat model that notes when it began and last wrote; one question at a time."""

    first: float | None = None
    last: float | None = None

    def stream(
        self, system: str, messages: Sequence[Message], shape: Shape | None, seconds: float
    ) -> Generator[str, None, None]:
        """As the model does."""
        for piece in super().stream(system, messages, shape, seconds):
            self.last = time.monotonic()
            self.first = self.first or self.last
            yield piece


@contextmanager
def locally(folder: Path, **settings: Any) -> Iterator[Home]:
    """The home in a folder, with the small local model."""
    with local_model.local_model(CONTEXT) as (url, _):
        home = Home(Settings.model_validate({**LOCAL, "model_url": url, "home": folder, **settings}))
        try:
            yield home
        finally:
            home.close()


def measure(home: Home, questions: Iterable[Question]) -> Iterator[Told]:
    """Ask each question of a home with a model, in turn."""
    home.chat = chat = Timed(home.settings, home.database)
    home.encoder.warm()
    for question in questions:
        yield told(home, chat, question)


def told(home: Home, chat: Timed, question: Question) -> Told:
    """Ask, and look at the log and at what was shown."""
    chat.first = chat.last = None
    began, before_model, first_claim = time.monotonic(), 0, None
    shown: list[Said | Answer] = []
    for part in ask.stream(home, question):
        shown.append(part)
        if isinstance(part, Said):
            before_model += chat.first is None
            first_claim = first_claim or (time.monotonic() if chat.first else None)
    end, answer = time.monotonic(), shown[-1]
    assert isinstance(answer, Answer)
    records = claims_of(home, answer.id)
    outcomes = Counter(record.body["outcome"] for record in records[before_model:])
    with home.database.read() as connection:
        failure = log.get(connection, answer.id).body.get("model", {}).get("failure", "")

    def ms(moment: float | None) -> int | None:
        return None if moment is None else round((moment - began) * 1000)

    return Told(
        question=question.text,
        status=answer.status,
        first_claim_ms=ms(first_claim),
        model_end_ms=ms(chat.last),
        end_ms=round((end - began) * 1000),
        written=sum(outcomes.values()),
        held=outcomes[Outcome.HELD],
        quote_only=outcomes[Outcome.QUOTE_ONLY],
        struck=outcomes[Outcome.STRUCK],
        failure=failure,
        breaches=tuple(breaches(home, shown, records)),
    )


def claims_of(home: Home, answer: str) -> list[log.Record]:
    """The claims of an answer as they were logged, in order."""
    with home.database.read() as connection:
        found = log.latest(connection, claim_record.CLAIM, limit=500, containing=f'"answer_id":"{answer}"')
    return found[::-1]


def breaches(home: Home, shown: Sequence[Said | Answer], records: Sequence[log.Record]) -> Iterator[str]:
    """What was shown that its quotes do not carry, or that the log does not hold.

    Quotes are looked up in SQL again, and wordings held to them by a check that is not the product's.
    """
    held = {record.body["claim"]["text"] for record in records if record.body["outcome"] == Outcome.HELD}
    for part in shown:
        for claim in part.claims if isinstance(part, Answer) else (part.claim,):
            quotes = [citation.quote for citation in claim.citations]
            if not quotes or not all(stands(home, citation) for citation in claim.citations):
                yield f"its quote does not stand: {claim.text}"
            if is_quoted(claim):
                continue
            place = " ".join(f"{citation.title} {citation.section}" for citation in claim.citations)
            if claim.text not in held:
                yield f"it is not held on the log: {claim.text}"
            elif reason := beyond(claim.text, quotes, place):
                yield f"{reason}: {claim.text}"


def summary(found: Sequence[Told]) -> dict[str, float | int]:
    """The rows added up; times as medians and maxima of the questions that have them."""
    counts = ("written", "held", "quote_only", "struck")
    first = [float(one.first_claim_ms) for one in found if one.first_claim_ms is not None]
    ahead = [float(one.ahead_ms) for one in found if one.ahead_ms is not None]
    ends = [float(one.end_ms) for one in found]
    return {
        "n": len(found),
        **{name: sum(getattr(one, name) for one in found) for name in counts},
        "breaches": sum(len(one.breaches) for one in found),
        "failed": sum(bool(one.failure) for one in found),
        "shown": len(first),
        "shown_before_the_end": sum(value > 0 for value in ahead),
        "first_claim_p50_ms": percentile(first, 0.5) if first else 0.0,
        "ahead_most_ms": max(ahead, default=0.0),
        "end_p50_ms": percentile(ends, 0.5) if ends else 0.0,
        "end_most_ms": max(ends, default=0.0),
    }
