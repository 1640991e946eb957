"""The configured chat model: text comes in pieces, within a time, a rate and a day's budget."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from assistant.errors import ContextTooLong
from assistant.model.answering import Answering, Manner, Question, Server
from assistant.model.asked import Message, Shape
from assistant.model.budget import Budget
from assistant.model.counting import counted
from assistant.model.opening import opened
from assistant.model.place import NO_KEY, find
from assistant.model.rate import Rate
from assistant.model.ways import Way, ways
from assistant.settings import Settings
from knowledge.database import Database

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class Chat:
    """A chat model. Safe to share between threads; the provider's package is imported on first use.

    `name` is `provider:model`; `hosted` says that text leaves this machine; `destination` where to;
    `context` how many tokens fit, of which `answer_tokens` are kept for the answer.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        """Find out where the model is; nothing is sent. Raises `CannotOpen` for one that cannot be used."""
        assert settings.model is not None
        self._settings, self._place = settings, find(settings)
        self.name = settings.model
        self.hosted, self.destination = self._place.hosted, self._place.destination
        self.context, self.answer_tokens = settings.model_context, settings.model_answer_tokens
        self.seconds = settings.model_seconds
        self.budget = Budget(database, settings.model_tokens_per_day)
        self._rate = Rate(settings.model_per_minute)
        self._manner = Manner(ways(settings.model_output, self._place.provider))
        self._opening = threading.Lock()
        self._opened: BaseChatModel | None = None

    @property
    def keyed(self) -> bool:
        """Whether there is a key to be sent."""
        return self._place.key not in (None, NO_KEY)

    @property
    def ways(self) -> tuple[Way, ...]:
        """In which ways it is held to a shape: the one that is used, and those to which it may still come."""
        return self._manner.ways

    def warm(self) -> None:
        """Import what the provider needs, which takes seconds, so that no reader waits; nothing is sent."""
        self._model()

    def counted(self, text: str) -> int:
        """About how many tokens a text has, rather more than fewer; no tokenizer is asked or fetched."""
        return counted(text)

    def stream(
        self, system: str, messages: Sequence[Message], shape: Shape | None, seconds: float
    ) -> Generator[str, None, None]:
        """The model's answer in pieces of text as they come; with a shape it should be JSON of that shape.

        `seconds` bound it all: waiting, new tries, and reading to the end. Closing the iterator ends the
        request. Reads and writes the database, so never call it inside `database.write()`. Raises
        `ModelFailed`, also after some pieces came, and `ContextTooLong` when the request does not fit.
        """
        until = monotonic() + seconds
        asked = sum(
            map(counted, (system, shape.in_words() if shape else "", *(m.text + "\n\n" for m in messages)))
        )
        if asked + self.answer_tokens > self.context:
            raise ContextTooLong(
                f"The question with its sources is too long for the language model {self.name}."
            )
        question = Question(system, messages, shape, seconds, until, asked)
        answering = Answering(self._server(), question, self._manner)
        try:
            yield from answering.pieces()
            self._manner = answering.manner  # what the server declined once need not be asked again
        finally:
            answering.settle()

    def _server(self) -> Server:
        return Server(
            model=self._model(),
            name=self.name,
            provider=self._place.provider,
            retries=self._settings.model_retries,
            rate=self._rate,
            budget=self.budget,
            most_tokens=self.answer_tokens,
        )

    def _model(self) -> BaseChatModel:
        with self._opening:
            if self._opened is None:
                self._opened = opened(self._place, self._settings)
            return self._opened
