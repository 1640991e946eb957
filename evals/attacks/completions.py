"""OpenAI's chat completions over HTTP on loopback, streamed as server-sent events or given at once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Piece = str | Mapping[str, Any]
"""A stretch of the answer's text, or the delta of a tool call."""
Answer = Callable[[Mapping[str, Any]], Iterator[Piece]]
_USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}


class Server:
    """A running server whose answers a function gives, piece by piece."""

    def __init__(self, answer: Answer) -> None:
        """Listen on a free port."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answer))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


def tool_call(place: int, name: str, arguments: str) -> Mapping[str, Any]:
    """The delta that tells a call of a tool."""
    function = {"name": name, "arguments": arguments}
    return {"tool_calls": [{"index": place, "id": f"call_{place}", "type": "function", "function": function}]}


def _handler(answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            with suppress(OSError):  # who asked may leave at any moment
                if request.get("stream"):
                    self._stream(request)
                else:
                    self._whole(request)

        def _stream(self, request: Mapping[str, Any]) -> None:
            self._begin("text/event-stream")
            for delta in _deltas(request, answer(request)):
                self._event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
            self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            self._event({"choices": [], "usage": _USAGE})
            self.wfile.write(b"data: [DONE]\n\n")

        def _event(self, body: Mapping[str, Any]) -> None:
            line = json.dumps(_stamped(body, "chat.completion.chunk"))
            self.wfile.write(f"data: {line}\n\n".encode("utf-8", "surrogatepass"))
            self.wfile.flush()

        def _whole(self, request: Mapping[str, Any]) -> None:
            text = "".join(piece for piece in answer(request) if isinstance(piece, str))
            choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            self._begin("application/json")
            body = _stamped({"choices": [choice], "usage": _USAGE}, "chat.completion")
            self.wfile.write(json.dumps(body).encode())

        def _begin(self, media: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", media)
            self.send_header("Connection", "close")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing on the error stream."""

    return Handler


def _stamped(body: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    return {"id": "answer", "object": kind, "created": int(time.time()), "model": "worst", **body}


def _deltas(request: Mapping[str, Any], pieces: Iterator[Piece]) -> Iterator[Mapping[str, Any]]:
    """The pieces as the request wants them: text as content, or as the arguments of the tool it must call."""
    tools = request.get("tools")
    if tools:
        yield tool_call(0, tools[0]["function"]["name"], "")
    for piece in pieces:
        if not isinstance(piece, str):
            yield piece
        elif tools:
            yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}
        else:
            yield {"content": piece}
