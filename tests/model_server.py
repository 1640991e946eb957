"""A language model's server on loopback that says what a test scripts: real HTTP, real streaming.

    with ModelServer([Says("Hello.")]) as server:
        server.url        # for CLAUSEWISE_MODEL_URL, with a model such as openai:scripted
        server.requests   # what it was sent

It speaks OpenAI's chat completions and responses, Anthropic's messages and Ollama's chat, by the path.
Replies are given in turn, the last again and again; a function in their place is given the request.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, Self, TypeAlias
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def words(self) -> str:
        """All that the model is told, as one text."""
        messages = self.body.get("messages") or self.body["input"]
        turns = [self.body.get("system", ""), *(turn["content"] for turn in messages)]
        return "\n\n".join(turn if isinstance(turn, str) else json.dumps(turn) for turn in turns)

    @property
    def key(self) -> str:
        """The key that was sent, in whatever header."""
        bearer = self.headers.get("authorization", "").removeprefix("Bearer ")
        return bearer or self.headers.get("x-api-key", "")

    @property
    def tool(self) -> str | None:
        """The name of the tool that is offered."""
        tools = self.body.get("tools")
        return (tools[0].get("function") or tools[0])["name"] if tools else None

    def has(self, option: str) -> bool:
        """Whether an option of the protocol was sent."""
        given = {**self.body.get("options", {}), **self.body}
        return given.get(option) not in (None, [], "")


class Reply(Protocol):
    """Something that the server does with a request."""

    def give(self, to: Exchange) -> None:
        """Do it."""


@dataclass(frozen=True)
class Says:
    """Writes a text in pieces: into the tool's arguments when one is offered, unless `tools` is false.

    `after` is a wait before each piece, in seconds; `until` has the last piece wait for it. `ends` false
    leaves out how it ended.
    """

    text: str
    size: int = 12
    after: float = 0
    tools: bool = True
    usage: tuple[int, int] | None = (100, 20)
    ends: bool = True
    until: threading.Event | None = None

    def give(self, to: Exchange) -> None:
        """Write it."""
        to.begin(self.tools and bool(to.asked.tool))
        for start in range(0, len(self.text), self.size):
            time.sleep(self.after)
            if self.until and start + self.size >= len(self.text):
                self.until.wait(20)
            to.write(self.text[start : start + self.size])
        if self.ends:
            to.end(self.usage)
        to.raw(b"")


@dataclass(frozen=True)
class Fails:
    """Answers with an error."""

    status: int
    message: str = "something is wrong"
    code: str = "error"
    headers: dict[str, str] = field(default_factory=dict)

    def give(self, to: Exchange) -> None:
        """Send it."""
        error = {"message": self.message, "code": self.code, "type": self.code}
        ollama = to.asked.path.startswith("/api")
        to.send(self.status, {"error": self.message if ollama else error}, self.headers)


@dataclass(frozen=True)
class Refuses:
    """Declines a request that has one of these options, and otherwise does as another reply."""

    options: tuple[str, ...]
    otherwise: Reply
    status: int = 400

    def give(self, to: Exchange) -> None:
        """Decline, or not."""
        found = [option for option in self.options if to.asked.has(option)]
        told = (
            Fails(self.status, f"Unsupported parameter: '{found[0]}' is not supported here.")
            if found
            else None
        )
        (told or self.otherwise).give(to)


@dataclass(frozen=True)
class Garbage:
    """Streams what is not the protocol."""

    def give(self, to: Exchange) -> None:
        """Write it."""
        to.begin(False)
        to.raw(b'data: {"choices": [{"delta": {"content": \n\ndata: <html>\n\n')
        to.raw(b"")


@dataclass(frozen=True)
class Stalls:
    """Writes a text, and then nothing, or now and then a sign of life that says nothing (`drip`, seconds)."""

    text: str = ""
    drip: float = 0
    seconds: float = 60

    def give(self, to: Exchange) -> None:
        """Keep the line open."""
        if self.text or self.drip:
            to.begin(bool(to.asked.tool))
        if self.text:
            to.write(self.text)
        until = time.monotonic() + self.seconds
        while time.monotonic() < until and not to.server.closing.wait(self.drip or 0.05) and not to.gone():
            if self.drip:
                to.live()


@dataclass(frozen=True)
class Errs:
    """Writes a text, and then tells in the stream that something went wrong."""

    text: str
    message: str
    code: str | int = "error"

    def give(self, to: Exchange) -> None:
        """Write and tell."""
        to.begin(bool(to.asked.tool))
        if self.text:
            to.write(self.text)
        to.err({"message": self.message, "code": self.code, "type": self.code})
        to.raw(b"")


@dataclass(frozen=True)
class Dies:
    """Writes a text and cuts the connection in the middle of the stream."""

    text: str = ""

    def give(self, to: Exchange) -> None:
        """Write and cut."""
        to.begin(bool(to.asked.tool))
        if self.text:
            to.write(self.text)
        to.cut()


@dataclass(frozen=True)
class Redirects:
    """Sends the client on to another address."""

    to: str
    status: int = 307

    def give(self, to: Exchange) -> None:
        """Send it."""
        to.send(self.status, {}, {"Location": self.to})


Script: TypeAlias = Reply | Callable[[Asked], Reply]


class ModelServer:
    """The server; `url` ends in `/v1` as OpenAI's does, `root` does not."""

    def __init__(self, replies: Sequence[Script], port: int = 0) -> None:
        self.replies, self.requests = list(replies), list[Asked]()
        self.left: list[float] = []
        """When a client hung up in the middle, by `time.monotonic`."""
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self.root = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.root}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()

    def reply(self, asked: Asked) -> Reply:
        """Note a request and choose what to do with it."""
        with self._lock:
            self.requests.append(asked)
            script = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return script if hasattr(script, "give") else script(asked)


class Exchange:
    """A request being answered, in OpenAI's protocol."""

    def __init__(self, asked: Asked, http: BaseHTTPRequestHandler, server: ModelServer) -> None:
        self.asked, self.server, self._http = asked, server, http
        self._called, self._index = False, 0

    def send(self, status: int, body: object, headers: dict[str, str]) -> None:
        """Send a whole response."""
        data = json.dumps(body).encode()
        self._http.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json"}.items():
            self._http.send_header(name, value)
        self._http.send_header("Content-Length", str(len(data)))
        self._http.end_headers()
        self._http.wfile.write(data)

    def begin(self, called: bool) -> None:
        """Begin a stream: of a tool's arguments, or of text."""
        self._called = called
        self._http.send_response(200)
        self._http.send_header("Content-Type", "text/event-stream")
        self._http.send_header("Transfer-Encoding", "chunked")
        self._http.end_headers()
        self._opening()

    def write(self, text: str) -> None:
        """Add to the answer."""
        if not self._called:
            return self._event({"content": text})
        call: dict[str, Any] = {"index": 0, "function": {"arguments": text}}
        if self._index == 0:
            call |= {"id": "call_1", "type": "function"}
            call["function"]["name"] = self.asked.tool
        self._index += 1
        self._event({"tool_calls": [call]})

    def end(self, usage: tuple[int, int] | None) -> None:
        """End the answer in good order."""
        self._event({}, finish="tool_calls" if self._called else "stop")
        if usage and self.asked.body.get("stream_options", {}).get("include_usage"):
            told = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
            self._line({**_CHUNK, "choices": [], "usage": told})
        self.raw(b"data: [DONE]\n\n")

    def err(self, error: dict[str, Any]) -> None:
        """Tell of an error in the stream."""
        self._line({"error": error})

    def live(self) -> None:
        """Give a sign of life that says nothing."""
        self.raw(b": still here\n\n")

    def raw(self, data: bytes) -> None:
        """Send a chunk of the body; an empty one ends it."""
        self._http.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self._http.wfile.flush()

    def cut(self) -> None:
        """Close the connection as a process does that is killed."""
        self._http.connection.shutdown(socket.SHUT_RDWR)
        self._http.close_connection = True

    def gone(self) -> bool:
        """Whether the client has hung up."""
        self._http.connection.settimeout(0.001)
        try:
            return self._http.connection.recv(1, socket.MSG_PEEK) == b""
        except TimeoutError:
            return False
        except OSError:
            return True
        finally:
            self._http.connection.settimeout(None)

    def _opening(self) -> None:
        self._event({"role": "assistant", "content": ""})

    def _event(self, delta: dict[str, Any], finish: str | None = None) -> None:
        self._line({**_CHUNK, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    def _line(self, body: dict[str, Any]) -> None:
        self.raw(f"data: {json.dumps(body)}\n\n".encode())


_CHUNK = {"id": "chat-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}


class _Responses(Exchange):
    """The same in OpenAI's newer protocol: items of an output, each event numbered."""

    def write(self, text: str) -> None:
        kind = "function_call_arguments" if self._called else "output_text"
        self._numbered(
            f"response.{kind}.delta", delta=text, item_id="item_1", output_index=0, content_index=0
        )

    def end(self, usage: tuple[int, int] | None) -> None:
        used = usage or (0, 0)
        told = {"input_tokens": used[0], "output_tokens": used[1], "total_tokens": sum(used)}
        self._numbered("response.completed", response={**_RESPONSE, "status": "completed", "usage": told})

    def err(self, error: dict[str, Any]) -> None:
        self._numbered("error", **error, param=None)

    def _opening(self) -> None:
        self._numbered("response.created", response=_RESPONSE)
        call = {"type": "function_call", "name": self.asked.tool, "call_id": "call_1", "arguments": ""}
        message = {"type": "message", "role": "assistant", "content": []}
        item = {**(call if self._called else message), "id": "item_1", "status": "in_progress"}
        self._numbered("response.output_item.added", item=item, output_index=0)

    def _numbered(self, name: str, **body: Any) -> None:
        self._index += 1
        told = {"type": name, "sequence_number": self._index, **body}
        self.raw(f"event: {name}\ndata: {json.dumps(told)}\n\n".encode())


_RESPONSE = {
    "id": "resp_1", "object": "response", "created_at": 1, "model": "scripted", "output": [],
    "status": "in_progress", "tools": [], "tool_choice": "auto", "parallel_tool_calls": True,
}  # fmt: skip


class _Anthropic(Exchange):
    """The same in Anthropic's protocol: a message of one block."""

    def write(self, text: str) -> None:
        kind = {"type": "input_json_delta", "partial_json": text} if self._called else None
        delta = kind or {"type": "text_delta", "text": text}
        self._named("content_block_delta", {"index": 0, "delta": delta})

    def end(self, usage: tuple[int, int] | None) -> None:
        self._named("content_block_stop", {"index": 0})
        told = {"input_tokens": usage[0], "output_tokens": usage[1]} if usage else {"output_tokens": 0}
        delta = {"stop_reason": "tool_use" if self._called else "end_turn", "stop_sequence": None}
        self._named("message_delta", {"delta": delta, "usage": told})
        self._named("message_stop", {})

    def err(self, error: dict[str, Any]) -> None:
        self._named("error", {"error": error})

    def _opening(self) -> None:
        message = {
            "id": "msg_1", "type": "message", "role": "assistant", "model": "scripted", "content": [],
            "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1},
        }  # fmt: skip
        self._named("message_start", {"message": message})
        tool = {"type": "tool_use", "id": "toolu_1", "name": self.asked.tool, "input": {}}
        block = tool if self._called else {"type": "text", "text": ""}
        self._named("content_block_start", {"index": 0, "content_block": block})

    def _named(self, name: str, body: dict[str, Any]) -> None:
        self.raw(f"event: {name}\ndata: {json.dumps({'type': name, **body})}\n\n".encode())


class _Ollama(Exchange):
    """The same in Ollama's protocol: a line of JSON an event; a tool call comes whole, at the end."""

    _arguments = ""

    def write(self, text: str) -> None:
        if self._called:
            self._arguments += text
        else:
            self._said({"content": text})

    def end(self, usage: tuple[int, int] | None) -> None:
        if self._called:
            call = {"name": self.asked.tool, "arguments": json.loads(self._arguments or "{}")}
            self._said({"content": "", "tool_calls": [{"function": call}]})
        told = {"prompt_eval_count": usage[0], "eval_count": usage[1]} if usage else {}
        self._said({"content": ""}, done=True, done_reason="stop", **told)

    def err(self, error: dict[str, Any]) -> None:
        self.raw(json.dumps({"error": error["message"]}).encode() + b"\n")

    def live(self) -> None:
        self._said({"content": ""})

    def _opening(self) -> None:
        """Nothing goes before the text."""

    def _said(self, message: dict[str, Any], **more: Any) -> None:
        body = {"model": "scripted", "created_at": "2026-01-01T00:00:00Z", "done": False, **more}
        self.raw(json.dumps({**body, "message": {"role": "assistant", **message}}).encode() + b"\n")


_PROTOCOLS = {
    "chat/completions": Exchange,
    "responses": _Responses,
    "messages": _Anthropic,
    "api/chat": _Ollama,
}
"""By the end of the path; its beginning is up to whoever sets the address."""


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            asked = Asked(
                urlsplit(self.path).path,
                {name.lower(): value for name, value in self.headers.items()},
                json.loads(data),
            )
            protocol = next(kind for end, kind in _PROTOCOLS.items() if asked.path.endswith(f"/{end}"))
            to = protocol(asked, self, server)
            try:
                server.reply(asked).give(to)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            if to.gone():
                server.left.append(time.monotonic())

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    return Handler
