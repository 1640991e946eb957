"""A model that fails, stalls or is busy: tries within the time, one sentence, nothing left behind."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from tenacity import wait_none

from assistant.errors import ContextTooLong, ModelFailed
from assistant.model import answering
from assistant.model.answering import Piece
from assistant.model.call import Call, TooLate
from assistant.model.chat import Chat
from assistant.model.faults import understood
from assistant.model.rate import Rate
from knowledge.database import Database
from tests.assistant.chats import CLAIMS, PROVIDERS, QUESTION, SYSTEM, chat_with, put
from tests.model_server import Dies, Errs, Exchange, Fails, Garbage, ModelServer, Reply, Says, Stalls

pytestmark = pytest.mark.usefixtures("bare_environment")
OK = Says(CLAIMS)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """New tries do not wait, unless the server asks for it."""
    monkeypatch.setattr(answering, "_BACK_OFF", wait_none())


def failure(chat: Chat, seconds: float = 20) -> ModelFailed:
    """How a question fails."""
    with pytest.raises(ModelFailed) as failed:
        put(chat, None, seconds)
    return failed.value


def settled(condition: Callable[[], bool], seconds: float = 3) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def reading() -> list[threading.Thread]:
    """The threads that read from a model."""
    return [thread for thread in threading.enumerate() if thread.name == "model call"]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "fault",
    [Fails(429), Fails(500), Fails(503), Fails(529, "overloaded"), Fails(408), Dies()],
    ids=["429", "500", "503", "529", "408", "died"],
)
def test_what_passes_is_tried_again(fault: Reply, provider: str, ledger: Database) -> None:
    with ModelServer([fault, fault, OK]) as server:
        assert put(chat_with(server, ledger, provider), None) == CLAIMS
        assert len(server.requests) == 3


@pytest.mark.usefixtures("at_once")
def test_tries_have_an_end(ledger: Database) -> None:
    with ModelServer([Fails(500)]) as server:
        failed = failure(chat_with(server, ledger, model_retries=1))
        assert (failed.why, str(failed)) == (
            "gone",
            "The language model openai:scripted has a fault (HTTP 500).",
        )
        assert len(server.requests) == 2


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_what_does_not_pass_is_not_tried_again(status: int, provider: str, ledger: Database) -> None:
    with ModelServer([Fails(status)]) as server:
        failed = failure(chat_with(server, ledger, provider))
        assert (failed.why, len(server.requests)) == ("refused", 1)
        assert f"HTTP {status}" in str(failed)


def test_the_server_says_how_long_to_wait(ledger: Database) -> None:
    with ModelServer([Fails(429, headers={"Retry-After": "1"}), OK]) as server:
        begun = time.monotonic()
        assert put(chat_with(server, ledger), None) == CLAIMS
        assert 1 <= time.monotonic() - begun < 3


def test_a_wait_beyond_the_time_is_not_begun(ledger: Database) -> None:
    with ModelServer([Fails(429, headers={"Retry-After": "30"})]) as server:
        begun = time.monotonic()
        failed = failure(chat_with(server, ledger), seconds=5)
        assert time.monotonic() - begun < 2
        assert (failed.why, len(server.requests)) == ("limited", 1)
        assert "asked more often than its server allows" in str(failed)


def test_without_credit_there_is_no_new_try(ledger: Database) -> None:
    with ModelServer([Fails(429, "You exceeded your current quota", "insufficient_quota")]) as server:
        failed = failure(chat_with(server, ledger))
        assert (failed.why, len(server.requests)) == ("limited", 1)
        assert "no credit" in str(failed)


def test_waits_grow_and_are_not_alike() -> None:
    fault = understood(ConnectionError("refused"))

    class State:
        def __init__(self, number: int) -> None:
            self.attempt_number, self.outcome = number, None

    assert fault.passing
    waits = [[answering._wait(State(number)) for _ in range(30)] for number in (1, 2, 3, 4)]  # type: ignore[arg-type]
    assert all(min(later) >= min(earlier) for earlier, later in pairwise(waits))
    assert min(waits[3]) > 2 * max(waits[0])
    assert all(len(set(row)) > 10 for row in waits)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("text", ["", "The first words"])
def test_a_stall_ends_with_the_time(text: str, provider: str, ledger: Database) -> None:
    with ModelServer([Stalls(text)]) as server:
        chat = chat_with(server, ledger, provider)
        put_warm(chat, server)
        begun = time.monotonic()
        failed = failure(chat, seconds=0.7)
        assert 0.7 <= time.monotonic() - begun < 1.2
        assert failed.why == "stalled"
        assert ("did not finish" if text else "gave no answer") in str(failed)
        assert settled(lambda: not reading())


def put_warm(chat: Chat, server: ModelServer) -> None:
    """Have the provider's package imported, which is not what is measured."""
    server.replies.insert(0, OK)
    assert put(chat, None) == CLAIMS


@pytest.mark.parametrize("provider", PROVIDERS)
def test_signs_of_life_do_not_hold_a_reader(provider: str, ledger: Database) -> None:
    """No client's time-out notices a server that sends something every few moments."""
    with ModelServer([Stalls("Words", drip=0.05)]) as server:
        chat = chat_with(server, ledger, provider)
        put_warm(chat, server)
        begun = time.monotonic()
        assert failure(chat, seconds=0.7).why == "stalled"
        assert time.monotonic() - begun < 1.2
        assert settled(lambda: bool(server.left)), "the server was not told to stop"
        assert settled(lambda: not reading())


class Headers:
    """Sends the headers of its response letter by letter, without end."""

    def give(self, to: Exchange) -> None:
        to._http.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not to.server.closing.wait(0.05) and not to.gone():
            to._http.wfile.write(b"a")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_headers_without_end_keep_neither_thread_nor_connection(provider: str, ledger: Database) -> None:
    with ModelServer([Headers()]) as server:
        chat = chat_with(server, ledger, provider)
        put_warm(chat, server)
        assert failure(chat, seconds=0.5).why == "stalled"
        assert settled(lambda: not reading())
        assert settled(lambda: bool(server.left)), "the server was not told to stop"


def test_words_without_end_do_not_hold_a_reader(ledger: Database) -> None:
    with ModelServer([Says("word " * 100_000, size=5, after=0.001)]) as server:
        chat = chat_with(server, ledger)
        put_warm(chat, server)
        begun = time.monotonic()
        assert failure(chat, seconds=0.7).why == "stalled"
        assert time.monotonic() - begun < 1.2
    with ModelServer([Says("word " * 100_000, size=50_000)]) as server:
        failed = failure(chat_with(server, ledger))
        assert (failed.why, "far more than it may" in str(failed)) == ("garbled", True)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_who_leaves_ends_the_request(provider: str, ledger: Database) -> None:
    with ModelServer([Stalls("The first words")]) as server:
        pieces = chat_with(server, ledger, provider).stream(SYSTEM, QUESTION, None, 20)
        assert next(pieces) == "The first words"
        assert len(reading()) == 1
        pieces.close()
        assert settled(lambda: bool(server.left)), "the server was not told to stop"
        assert settled(lambda: not reading())


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "reply", [Dies("The first words"), Says("The first words", ends=False)], ids=["killed", "no end"]
)
def test_what_broke_off_is_not_tried_again(reply: Reply, provider: str, ledger: Database) -> None:
    with ModelServer([reply, OK]) as server:
        pieces, came = chat_with(server, ledger, provider).stream(SYSTEM, QUESTION, None, 20), ""
        with pytest.raises(ModelFailed, match="broke off in the middle") as failed:
            for piece in pieces:
                came += piece
        assert (came, failed.value.why, len(server.requests)) == ("The first words", "gone", 1)


def test_a_server_that_is_not_there(ledger: Database) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with ModelServer([OK]) as server:
        failed = failure(chat_with(server, ledger, model_url=url, model_retries=0))
    assert (failed.why, "cannot be reached" in str(failed)) == ("gone", True)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("reply", [Garbage(), Says("")], ids=["garbage", "nothing"])
def test_what_cannot_be_read_is_called_so(reply: Reply, provider: str, ledger: Database) -> None:
    with ModelServer([reply]) as server:
        assert failure(chat_with(server, ledger, provider)).why == "garbled"
        assert len(server.requests) == 1


TOO_LONG = {
    "OpenAI": Fails(400, "This model's maximum context length is 8192 tokens.", "context_length_exceeded"),
    "vLLM": Fails(400, "This model's maximum context length is 4096 tokens. However, you requested 9000."),
    "llama.cpp": Fails(
        400, "the request exceeds the available context size, try increasing it", "exceed_context_size_error"
    ),
    "Anthropic": Fails(400, "prompt is too long: 210000 tokens > 200000 maximum", "invalid_request_error"),
    "Anthropic's answer": Fails(400, "input length and `max_tokens` exceed context limit: 199000 + 4096"),
    "in the stream": Errs(
        "", "Your input exceeds the context window of this model.", "invalid_request_error"
    ),
}


@pytest.mark.parametrize("reply", TOO_LONG.values(), ids=TOO_LONG.keys())
def test_what_is_too_long_is_told_apart(reply: Reply, ledger: Database) -> None:
    """In whatever words, with a shape or without: a shorter question may do, another way would not."""
    for provider in PROVIDERS:
        with ModelServer([reply]) as server:
            with pytest.raises(ContextTooLong) as failed:
                put(chat_with(server, ledger, provider))
            assert (failed.value.why, len(server.requests)) == ("too long", 1)


@pytest.mark.usefixtures("at_once")
def test_an_error_in_the_stream_is_understood(ledger: Database) -> None:
    for provider in PROVIDERS:
        with ModelServer([Errs("", "Overloaded", "overloaded_error"), OK]) as server:
            assert put(chat_with(server, ledger, provider), None) == CLAIMS
    with ModelServer([Errs("Words", "the slot failed", 500)]) as server:
        assert failure(chat_with(server, ledger)).why == "gone"


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_failure_tells_a_secret_or_what_the_server_wrote(
    provider: str, ledger: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    body = "Incorrect key sk-ours for the prompt 'Answer from the passages.'"
    replies = [Fails(status, body) for status in (400, 401, 404, 429, 500)]
    for reply in [*replies, Errs("Words", body), Errs("", body)]:
        with ModelServer([reply]) as server:
            chat = chat_with(server, ledger, provider, model_retries=0)
            failed = failure(chat)
            told = f"{failed} {failed!r} {failed.__cause__} {chat!r} {vars(chat)} {caplog.text}"
            assert failed.__suppress_context__
            assert "sk-ours" not in told
            assert "Incorrect" not in str(failed) and "passages" not in str(failed)
            assert str(failed).startswith(f"The language model {provider}:scripted ")
            assert str(failed).endswith(".") and "\n" not in str(failed)


def test_more_than_the_rate_is_not_asked(ledger: Database) -> None:
    with ModelServer([OK]) as server:
        chat = chat_with(server, ledger, model_per_minute=2)
        assert put(chat, None) == put(chat, None) == CLAIMS
        begun = time.monotonic()
        failed = failure(chat)
        assert (failed.why, len(server.requests)) == ("busy", 2)
        assert time.monotonic() - begun < 0.5


def test_the_rate_lets_through_again_when_its_time_is_over() -> None:
    rate = Rate(2, seconds=0.2)
    assert (rate.wait(), rate.wait()) == (0, 0)
    left = rate.wait()
    assert 0.1 < left <= 0.2
    time.sleep(left)
    assert rate.wait() == 0


def test_a_call_that_nobody_reads_waits_and_ends() -> None:
    """The thread is never far ahead of its reader, and gone when the reader is."""
    written: list[int] = []

    def endless() -> object:
        while True:
            written.append(1)
            yield Piece("x")

    call: Call[Piece] = Call(endless)  # type: ignore[arg-type]
    call.start()
    assert call.next(time.monotonic() + 5) == Piece("x")
    assert settled(lambda: len(written) >= 65)
    time.sleep(0.2)
    assert len(written) < 70
    with pytest.raises(TooLate):
        call.next(time.monotonic())
    call.leave()
    assert settled(lambda: not reading())
