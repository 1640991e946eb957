"""One request to a model, read in a thread of its own, so that who waits can leave at any moment.

A client's time-outs count from the last byte: a server that sends one now and then can hold its
reader for ever. Here the reader waits at a queue until a moment that was set beforehand, and on
leaving shuts the connection, which frees the thread and tells the server to stop.
"""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_AHEAD = 64
"""How many pieces the thread may be ahead of its reader."""
_CURRENT = threading.local()
"""In a call's thread: the call."""


class TooLate(Exception):
    """The moment came before the end of the stream."""


@dataclass(frozen=True)
class _End:
    error: Exception | None


@dataclass
class Call(Generic[T]):
    """A running request; `read` opens it and yields what comes, in the call's own thread."""

    read: Callable[[], Iterable[T]]
    _pieces: queue.Queue[T | _End] = field(default_factory=lambda: queue.Queue(_AHEAD))
    _left: threading.Event = field(default_factory=threading.Event)
    _connection: Any = None

    def start(self) -> None:
        """Send the request; nothing is waited for."""
        threading.Thread(target=self._run, name="model call", daemon=True).start()

    def next(self, until: float) -> T | None:
        """What came next, or None at the end. Raises `TooLate`, or what went wrong in the thread."""
        left = until - monotonic()
        try:
            if left <= 0:
                raise TooLate
            piece = self._pieces.get(timeout=left)
        except queue.Empty:
            raise TooLate from None
        if not isinstance(piece, _End):
            return piece
        if piece.error:
            raise piece.error
        return None

    def leave(self) -> None:
        """Want no more: the thread ends, and the connection is shut if it still stands."""
        self._left.set()
        if self._connection is not None:
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        _CURRENT.call = self
        try:
            for piece in self.read():
                if not self._put(piece):
                    return
            self._put(_End(None))
        except Exception as error:  # the border of the thread: raised again where somebody waits
            self._put(_End(error))
        finally:
            self._connection = None

    def _put(self, piece: T | _End) -> bool:
        while not self._left.is_set():
            with suppress(queue.Full):
                self._pieces.put(piece, timeout=0.1)
                return True
        return False

    def _reads_from(self, connection: Any) -> None:
        self._connection = connection
        if self._left.is_set():
            self.leave()


def goes_out(request: Any) -> None:
    """Have the connection of an HTTP request noted as soon as it stands (a hook of httpx): the headers of the
    response may come drop by drop."""
    call: Call[Any] | None = getattr(_CURRENT, "call", None)

    def traced(event: str, told: dict[str, Any]) -> None:
        if call is not None and event.endswith(("connect_tcp.complete", "start_tls.complete")):
            call._reads_from(told["return_value"].get_extra_info("socket"))

    request.extensions = {**request.extensions, "trace": traced}


def reads_from(response: Any) -> None:
    """Note the connection of an HTTP response (a hook of httpx) on the call whose thread this is."""
    call: Call[Any] | None = getattr(_CURRENT, "call", None)
    stream = response.extensions.get("network_stream")
    if call is not None and stream is not None:
        call._reads_from(stream.get_extra_info("socket"))


def pieces(call: Call[T], until: float) -> Iterator[T]:
    """Everything that comes, until a moment; leaving the loop leaves the call."""
    try:
        while (piece := call.next(until)) is not None:
            yield piece
    finally:
        call.leave()
