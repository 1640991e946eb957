"""One answer of a model: new tries and simpler requests until it begins, and then what it writes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential_jitter,
)

from assistant.errors import ModelFailed, ModelFault
from assistant.model.asked import Message, Shape
from assistant.model.budget import Budget, Use
from assistant.model.call import Call, TooLate
from assistant.model.counting import counted
from assistant.model.faults import Fault, understood
from assistant.model.rate import Rate
from assistant.model.ways import Way, conversation, held

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

_BACK_OFF = wait_exponential_jitter(multiplier=0.5, max=10, jitter=0.5)
_CHARACTERS_A_TOKEN = 16
"""More than any text has on average: what is longer did not keep to the answer's tokens."""
_MOST_TOLD = 10_000_000
"""More tokens than any request has: a server that tells of more is not believed."""
_NO_PROSE = "{[<`"
"""Signs with which JSON, a fence around it or a thought before it begin."""
_ENDS = ("finish_reason", "stop_reason", "done_reason", "status")
"""Under which name each protocol tells how an answer ended."""


@dataclass(frozen=True)
class Manner:
    """How a server is asked: the ways still open, the first of which is used, and the options it takes."""

    ways: tuple[Way, ...]
    temperature: bool = True
    usage: bool = True

    def simpler(self, fault: Fault, shaped: bool) -> Manner | None:
        """The manner without what the server declined; None when nothing is left to do without."""
        if fault.about_temperature:
            return replace(self, temperature=False) if self.temperature else None
        if fault.about_usage:
            return replace(self, usage=False) if self.usage else None
        return replace(self, ways=self.ways[1:]) if shaped and len(self.ways) > 1 else None


@dataclass(frozen=True)
class Piece:
    """What an event of the stream said, as text or (`called`) to a tool; `tokens`: what it says was used."""

    text: str
    called: bool = False
    tokens: object = 0
    finished: bool = False


class Faulty(Exception):
    """Nothing was written, for a reason that we understand."""

    def __init__(self, fault: Fault) -> None:
        """Keep what was understood."""
        super().__init__(fault.what)
        self.fault = fault


@dataclass
class Request:
    """One request: what is reserved for it until it is settled, and what became of it.

    `tokens` are those that the server says it used; 0 when it says nothing that can be believed.
    """

    reserved: Use | None
    made: bool = False
    worked_on: bool = False
    tokens: int = 0
    believed: bool = True

    def told(self, tokens: object) -> None:
        """Add what the server says; after a number that cannot be, nothing of it is believed."""
        possible = type(tokens) is int and 0 <= tokens <= _MOST_TOLD - self.tokens
        self.believed = self.believed and possible
        self.tokens = self.tokens + tokens if self.believed and isinstance(tokens, int) else 0


@dataclass(frozen=True)
class Server:
    """Whom we ask, and how patiently. `most_tokens` is an answer's length."""

    model: BaseChatModel
    name: str
    provider: str
    retries: int
    rate: Rate
    budget: Budget
    most_tokens: int


@dataclass(frozen=True)
class Question:
    """What we ask, in about so many `tokens`; `until`, by `monotonic`, the `seconds` are over."""

    system: str
    messages: Sequence[Message]
    shape: Shape | None
    seconds: float
    until: float
    tokens: int


@dataclass
class Answering:
    """An answer in the making; `pieces` runs it once."""

    server: Server
    question: Question
    manner: Manner
    requests: list[Request] = field(default_factory=list)
    said: str = ""
    finished: bool = False

    def pieces(self) -> Iterator[str]:
        """The text as it comes. Raises `ModelFailed`, also after some of it came."""
        call, first = self._begun()
        try:
            piece: Piece | None = first
            while piece is not None:
                if piece.text:
                    self._take(piece.text)
                    yield piece.text
                piece = self._next(call)
        except TooLate:
            seconds = f"{self.question.seconds:g} seconds"
            raise self._failed("stalled", f"did not finish within {seconds}") from None
        except Faulty as error:
            if error.fault.why != "gone":
                raise error.fault.failed(self.server.name) from None
        finally:
            call.leave()
        if not self.finished:
            raise self._failed("gone", "broke off in the middle of its answer")

    def settle(self) -> None:
        """Put the last request down at what it used, as far as it was told, else at what we reckon."""
        if not self.requests or (reserved := self.requests[-1].reserved) is None:
            return
        request = self.requests[-1]
        reckoned = self.question.tokens * request.worked_on + counted(self.said)
        self.server.budget.settle(reserved, int(request.made), request.tokens or reckoned)
        request.reserved = None

    def _begun(self) -> tuple[Call[Piece], Piece]:
        """The running request and the first piece with text, of the best manner that the server takes."""
        while True:
            try:
                return self._tried()
            except TooLate:
                seconds = f"{self.question.seconds:g} seconds"
                raise self._failed("stalled", f"gave no answer within {seconds}") from None
            except Faulty as error:
                simpler = self.manner.simpler(error.fault, self.question.shape is not None)
                if not error.fault.declines or simpler is None:
                    raise error.fault.failed(self.server.name) from None
                self.manner = simpler

    def _tried(self) -> tuple[Call[Piece], Piece]:
        """The same, in one manner, with new tries while they may help and there is time."""
        at_most = stop_after_attempt(self.server.retries + 1)
        tries = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, Faulty) and error.fault.passing),
            stop=lambda state: at_most(state) or state.upcoming_sleep > self._left(),
            wait=_wait,
            sleep=time.sleep,
            reraise=True,
        )
        return tries(self._one)

    def _one(self) -> tuple[Call[Piece], Piece]:
        self.settle()  # each request is reserved for: together they may be many times one
        most = self.question.tokens + self.server.most_tokens
        self.requests.append(Request(self.server.budget.reserve(most)))
        self._keep_to_the_rate()
        self.requests[-1].made = True
        call = Call(self._read)
        call.start()
        try:
            while (piece := self._next(call)) is not None:
                if piece.text.strip():
                    self._expect_the_way(piece)
                    return call, piece
        except BaseException:
            call.leave()
            raise
        raise Faulty(Fault("garbled", "wrote nothing"))

    def _expect_the_way(self, first: Piece) -> None:
        """Servers may take a tool or a schema without complaint, and have the model write what it likes."""
        held = first.called or first.text.lstrip()[0] in _NO_PROSE or self.manner.ways[0] == "text"
        if self.question.shape is not None and not held and len(self.manner.ways) > 1:
            raise Faulty(Fault("garbled", "does not keep to the form that it is asked for", declines=True))

    def _next(self, call: Call[Piece]) -> Piece | None:
        request = self.requests[-1]
        try:
            piece = call.next(self.question.until)
        except TooLate:
            request.worked_on = True  # as far as we can know
            raise
        except Exception as error:
            raise Faulty(understood(error)) from error
        if piece is not None:
            request.worked_on = True
            request.told(piece.tokens)
            self.finished |= piece.finished
        return piece

    def _read(self) -> Iterable[Piece]:
        """Send the request and read the stream, in the call's thread and untraced."""
        from langsmith import tracing_context

        manner, question = self.manner, self.question
        changes = {
            **({} if manner.temperature else {"temperature": None}),
            **({} if manner.usage else {"stream_usage": False}),
        }
        model = self.server.model.model_copy(update=changes) if changes else self.server.model
        model_held = held(model, manner.ways[0], question.shape, self.server.provider)
        asked = conversation(question.system, question.messages, manner.ways[0], question.shape)
        with tracing_context(enabled=False):
            for chunk in model_held.stream(asked):
                yield _piece(chunk)

    def _take(self, text: str) -> None:
        self.said += text
        if len(self.said) > self.server.most_tokens * _CHARACTERS_A_TOKEN:
            raise self._failed("garbled", "wrote far more than it may")

    def _keep_to_the_rate(self) -> None:
        while wait := self.server.rate.wait():
            if wait > self._left():
                raise self._failed("busy", "is asked by too many at this moment")
            time.sleep(wait)

    def _left(self) -> float:
        return self.question.until - monotonic()

    def _failed(self, why: ModelFault, what: str) -> ModelFailed:
        return Fault(why, what).failed(self.server.name)


def _piece(chunk: AIMessageChunk) -> Piece:
    called = "".join(part["args"] or "" for part in chunk.tool_call_chunks)
    return Piece(
        text=called or str(chunk.text),
        called=bool(called),
        tokens=chunk.usage_metadata["total_tokens"] if chunk.usage_metadata else 0,
        finished=any(chunk.response_metadata.get(end) for end in _ENDS),
    )


def _wait(state: RetryCallState) -> float:
    """Seconds before the next try: what the server asked for, or longer and longer with some chance in it."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.fault.wait if isinstance(error, Faulty) else None
    return max(asked, 0.1) if asked is not None else _BACK_OFF(state)
