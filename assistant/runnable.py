"""The assistant as a LangChain Runnable, for those who build on it.

Everything goes through `assistant.ask`: what comes out was verified and is on the log, and callbacks are
told what a reader is shown and nothing else. docs/langchain.md has an example.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from datetime import date
from typing import Any, TypeAlias

from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ValidationError

from assistant import ask
from assistant.errors import BadQuestion
from assistant.home import Home
from assistant.models import Answer, Frozen, Question, Said
from assistant.people import Person

_THREADS = 8
"""Questions that one assistant works on at a time for a loop; the others wait."""


Parts: TypeAlias = Generator[Said | Answer, None, None]
AsyncParts: TypeAlias = AsyncGenerator[Said | Answer, None]


class Inquiry(Frozen):
    """What is put to the assistant beside a plain text. Who asks is no part of it."""

    question: str
    conversation: str | None = None
    as_of: date | None = None


class Assistant(Runnable[str | Inquiry | Mapping[str, Any], Answer]):
    """Answers questions put as a text, an `Inquiry`, or a mapping like one.

    `invoke` returns the `Answer`; `stream` yields what a language model words as `Said`, each once it is
    verified and logged, and last the `Answer`. They raise what `assistant.ask.ask` does, and `BadQuestion`
    for an input of another shape. One person asks, who is named here and nowhere else. Safe to share between
    threads. A stream that is left or cancelled ends the model's request, at the latest with its next claim.
    """

    def __init__(self, home: Home, asker: Person) -> None:
        """Open what the home opens on first use, before threads share it. Raises `CannotOpen`."""
        self._home, self._asker = home, asker
        _ = home.index, home.chat, home.gates
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="assistant")

    @property
    def InputType(self) -> Any:
        """What the schema of the input is made of."""
        return str | Inquiry

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The answer, once it is on the log."""
        return self._call_with_config(self._answered, input, config, **kwargs)

    def stream(  # type: ignore[override]  # what is said on the way is no answer yet
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Said | Answer]:
        """Each claim as soon as it is on the log, and last the answer."""
        said: Any = self._said
        yield from self._transform_stream_with_config(iter([input]), said, config, **kwargs)

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """As `invoke`, in threads."""
        return await self._acall_with_config(self._answered_in_threads, input, config, **kwargs)

    async def astream(  # type: ignore[override]
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Said | Answer]:
        """As `stream`, in threads: a part is worked on when it is asked for."""

        async def inputs() -> AsyncIterator[Any]:
            yield input

        said: Any = self._said_in_threads
        parts: Any = self._atransform_stream_with_config(inputs(), said, config, **kwargs)
        async with aclosing(parts):
            async for part in parts:
                yield part

    def _parts(self, put: Any) -> Parts:
        yield from ask.stream(self._home, _question(put, self._asker))

    def _answered(self, put: Any) -> Answer:
        *_, last = self._parts(put)
        assert isinstance(last, Answer)
        return last

    def _said(self, puts: Iterator[Any]) -> Parts:
        for put in puts:
            yield from self._parts(put)

    async def _answered_in_threads(self, put: Any) -> Answer:
        async with aclosing(self._in_threads(self._parts(put))) as parts:
            *_, last = [part async for part in parts]
        assert isinstance(last, Answer)
        return last

    async def _said_in_threads(self, puts: AsyncIterator[Any]) -> AsyncParts:
        async for put in puts:
            async with aclosing(self._in_threads(self._parts(put))) as parts:
                async for part in parts:
                    yield part

    async def _in_threads(self, parts: Parts) -> AsyncParts:
        """Each part, worked on in a thread; the parts are closed there, once no step is under way."""
        step = self._threads.submit(next, parts, None)
        try:
            while (part := await asyncio.wrap_future(step)) is not None:
                yield part
                step = self._threads.submit(next, parts, None)
        finally:
            if step.done():
                await asyncio.wrap_future(self._threads.submit(parts.close))
            else:  # cancelled: whoever waits for that need not wait for the model
                step.add_done_callback(lambda _: self._threads.submit(parts.close))


def _question(put: Any, asker: Person) -> Question:
    try:
        given = {"question": put} if isinstance(put, str) else put
        inquiry = Inquiry.model_validate(dict(given) if isinstance(given, Mapping) else given)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"])) or type(put).__name__
        raise BadQuestion(
            f"This is no question: {place}: {fault['msg']}. Put a text, or a mapping with `question` and, "
            "where wanted, `conversation` and `as_of`."
        ) from None
    return Question(
        text=inquiry.question,
        conversation=inquiry.conversation,
        as_of=inquiry.as_of,
        role=asker.role,
        person=asker.id,
        via=asker.via,
    )
