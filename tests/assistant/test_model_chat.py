"""The chat model over real HTTP: text comes in pieces, in the way that the server takes."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assistant.errors import ContextTooLong, ModelFailed
from assistant.model.asked import Message
from assistant.model.counting import counted
from knowledge.database import Database
from knowledge.embed import Encoder
from knowledge.requirement_documents import documents
from tests.assistant.chats import CLAIMS, PROVIDERS, QUESTION, SHAPE, SYSTEM, chat_with, put
from tests.model_server import Asked, Fails, ModelServer, Refuses, Reply, Says

pytestmark = pytest.mark.usefixtures("bare_environment")
ROOT = Path(__file__).parents[2]
WAYS = ("tools", "json", "text")


def way(asked: Asked) -> str:
    """In which way a request holds the model to a shape."""
    held = asked.has("response_format") or asked.has("format") or asked.has("output_config")
    assert not (held and asked.tool)
    return "tools" if asked.tool else "json" if held else "text"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_text_comes_while_it_is_written(provider: str, ledger: Database) -> None:
    """The first piece is here while the server still waits to write the last."""
    go_on = threading.Event()

    with ModelServer([Says("Event logs are kept for twelve months.", size=8, until=go_on)]) as server:
        pieces = chat_with(server, ledger, provider).stream(SYSTEM, QUESTION, None, 20)
        first = next(pieces)
        assert "Event logs".startswith(first.strip()) and first.strip()
        go_on.set()
        assert first + "".join(pieces) == "Event logs are kept for twelve months."
        (asked,) = server.requests
    assert SYSTEM in asked.words and QUESTION[0].text in asked.words
    assert asked.key == "sk-ours"
    options = asked.body.get("options") or asked.body
    limits = {options.get(name) for name in ("max_completion_tokens", "max_tokens", "num_predict")}
    assert (options["temperature"], limits - {None}) == (0, {1024})
    assert asked.body["model"] == "scripted"


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("output", WAYS)
def test_a_shape_is_asked_for_in_each_way(output: str, provider: str, ledger: Database) -> None:
    with ModelServer([Says(CLAIMS)]) as server:
        pieces = list(
            chat_with(server, ledger, provider, model_output=output).stream(SYSTEM, QUESTION, SHAPE, 20)
        )
        (asked,) = server.requests
    assert json.loads("".join(pieces)) == json.loads(CLAIMS)
    assert len(pieces) > 1 or (provider, output) == ("ollama", "tools")  # which tells a call whole
    assert way(asked) == output
    schema = json.dumps(SHAPE.schema)
    assert (schema in asked.words) == (output != "tools")
    assert schema in asked.words or json.dumps(asked.body["tools"]).count('"claims"') == 2


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_a_server_declines_is_done_without_and_not_asked_again(provider: str, ledger: Database) -> None:
    options = ("tools", "response_format", "format", "output_config")
    with ModelServer([Refuses(options, Says(CLAIMS))]) as server:
        chat = chat_with(server, ledger, provider)
        assert json.loads(put(chat)) == json.loads(CLAIMS)
        first, second, third = map(way, server.requests)
        assert ({first, second}, third) == ({"tools", "json"}, "text")
        put(chat)
        assert [way(asked) for asked in server.requests[3:]] == ["text"]


def test_ollama_is_asked_by_schema_first_and_the_others_by_tool(ledger: Database) -> None:
    for provider in PROVIDERS:
        with ModelServer([Says(CLAIMS)]) as server:
            put(chat_with(server, ledger, provider))
            assert way(server.requests[0]) == ("json" if provider == "ollama" else "tools")


@pytest.mark.parametrize("status", [400, 404, 422, 500, 501])
def test_a_way_is_declined_with_many_a_status(status: int, ledger: Database) -> None:
    with ModelServer([Refuses(("tools",), Says(CLAIMS), status)]) as server:
        assert json.loads(put(chat_with(server, ledger))) == json.loads(CLAIMS)
        assert [way(asked) for asked in server.requests] == ["tools", "json"]


@pytest.mark.parametrize("option", ["temperature", "stream_options"])
def test_other_options_are_done_without_too(option: str, ledger: Database) -> None:
    with ModelServer([Refuses((option,), Says(CLAIMS))]) as server:
        chat = chat_with(server, ledger)
        assert json.loads(put(chat)) == json.loads(CLAIMS)
        put(chat)
        assert [asked.has(option) for asked in server.requests] == [True, False, False]
        assert {way(asked) for asked in server.requests} == {"tools"}


def test_a_model_that_anthropic_gives_no_temperature_is_asked_without(ledger: Database) -> None:
    with ModelServer([Says(CLAIMS)]) as server:
        chat = chat_with(server, ledger, "anthropic", model="anthropic:claude-sonnet-5-5")
        assert json.loads(put(chat)) == json.loads(CLAIMS)
        assert not server.requests[0].has("temperature")


@pytest.mark.parametrize(("model", "path"), [("gpt-4.1", "/v1/chat/completions"), ("gpt-6", "/v1/responses")])
def test_openai_itself_is_asked_in_the_protocol_of_the_model(
    model: str, path: str, ledger: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And to keep nothing. The server stands in as the proxy on the way there."""
    with ModelServer([Says(CLAIMS)]) as server:
        monkeypatch.setenv("HTTP_PROXY", server.root)
        monkeypatch.setenv("OPENAI_BASE_URL", "http://eu.api.openai.com/v1")
        chat = chat_with(server, ledger, model=f"openai:{model}", model_url=None)
        before = chat.budget.used().tokens
        pieces = list(chat.stream(SYSTEM, QUESTION, SHAPE, 20))
        assert ("".join(pieces), len(pieces) > 1) == (CLAIMS, True)
        assert chat.budget.used().tokens - before == 120
        (asked,) = server.requests
        assert (asked.path, asked.tool, asked.body["store"]) == (path, "answer", False)
        assert asked.has("temperature") and SYSTEM in asked.words


def test_a_server_that_is_not_openais_speaks_chat_completions(ledger: Database) -> None:
    with ModelServer([Says(CLAIMS)]) as server:
        assert put(chat_with(server, ledger, model="openai:gpt-6")) == CLAIMS
        assert server.requests[0].path == "/v1/chat/completions"
        assert not server.requests[0].has("store")


def test_any_other_provider_of_langchain_works(ledger: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it needs is in its own variables, and where it is known to nobody but its package."""
    with ModelServer([Refuses(("tools",), Says(CLAIMS))]) as server:
        monkeypatch.setenv("OPENAI_API_VERSION", "2026-01-01")
        monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", server.root)
        chat = chat_with(server, ledger, model="azure_openai:scripted", model_url=None)
        assert (chat.hosted, chat.destination) == (True, "the servers of azure_openai")
        assert json.loads(put(chat)) == json.loads(CLAIMS)
        assert [way(asked) for asked in server.requests] == ["tools", "json"]
        assert {asked.headers["api-key"] for asked in server.requests} == {"sk-ours"}


def test_a_way_that_is_taken_and_ignored_is_given_up(ledger: Database) -> None:
    """Nothing of the prose is passed on; what it cost is counted."""

    def reply(asked: Asked) -> Reply:
        prose = Says("Of course! Here is what I found.", tools=False)
        return prose if way(asked) != "text" else Says(CLAIMS)

    with ModelServer([reply]) as server:
        chat = chat_with(server, ledger)
        before = chat.budget.used()
        assert put(chat) == CLAIMS
        put(chat)
        assert [way(asked) for asked in server.requests] == ["tools", "json", "text", "text"]
        used = chat.budget.used()
        assert used.requests - before.requests == 4
        assert used.tokens - before.tokens > 2 * 120 + 2 * counted(SYSTEM)


def test_a_way_that_was_chosen_is_kept_to(ledger: Database) -> None:
    with ModelServer([Says("Prose.", tools=False)]) as server:
        assert put(chat_with(server, ledger, model_output="tools")) == "Prose."
        assert [way(asked) for asked in server.requests] == ["tools"]
    with (
        ModelServer([Refuses(("tools",), Says(CLAIMS))]) as server,
        pytest.raises(ModelFailed, match="form of answer") as failed,
    ):
        put(chat_with(server, ledger, model_output="tools"))
    assert failed.value.why == "refused"


def test_an_unknown_model_is_not_asked_in_other_ways(ledger: Database) -> None:
    reply = Fails(404, "The model `scripted` does not exist", "model_not_found")
    with ModelServer([reply]) as server:
        with pytest.raises(ModelFailed, match="openai:scripted is not known to its server"):
            put(chat_with(server, ledger))
        assert len(server.requests) == 1


def test_a_conversation_keeps_its_turns(ledger: Database) -> None:
    turns = [Message("user", "One?"), Message("assistant", "One."), Message("user", "Two?")]
    with ModelServer([Says("Two.")]) as server:
        list(chat_with(server, ledger).stream(SYSTEM, turns, None, 20))
        said = [(turn["role"], turn["content"]) for turn in server.requests[0].body["messages"]]
    assert said == [("system", SYSTEM), ("user", "One?"), ("assistant", "One."), ("user", "Two?")]


def test_what_does_not_fit_is_not_sent(ledger: Database) -> None:
    with ModelServer([Says("Never.")]) as server:
        chat = chat_with(server, ledger, model_context=2048, model_answer_tokens=1000)
        assert (chat.context, chat.answer_tokens) == (2048, 1000)
        fits = "word " * (1048 - chat.counted(SYSTEM))
        assert "".join(chat.stream(SYSTEM, [Message("user", fits)], None, 20)) == "Never."
        with pytest.raises(ContextTooLong, match="too long for the language model openai:scripted"):
            list(chat.stream(SYSTEM, [Message("user", fits + "word")], None, 20))
        assert len(server.requests) == 1


def test_ollama_is_told_how_much_must_fit(ledger: Database) -> None:
    """It would silently drop the beginning of what is longer than its own default."""
    with ModelServer([Says("Yes.")]) as server:
        put(chat_with(server, ledger, "ollama", model_context=6000), shape=None)
        assert server.requests[0].body["options"]["num_ctx"] == 6000


def test_tokens_are_counted_rather_too_high(encoder: Encoder) -> None:
    """Held to the tokenizer that is here; those of chat models make fewer pieces of a text."""
    for _, _, loaded in documents():
        assert encoder.count(loaded.text) <= counted(loaded.text) <= 1.4 * encoder.count(loaded.text)
    assert (counted(""), counted("Event logs are kept."), counted("组织")) == (0, 5, 4)


def test_a_server_that_needs_no_key_is_sent_none_of_ours(
    ledger: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    with ModelServer([Says("Yes.")]) as server:
        put(chat_with(server, ledger, model_key=None), shape=None)
        assert server.requests[0].key == "none"


def test_nothing_of_langchain_is_imported_before_the_first_question() -> None:
    code = """
import sys
from pathlib import Path
from assistant.model.chat import Chat
from assistant.settings import Settings
import assistant.model.tables
from knowledge.database import Database
chat = Chat(Settings(home=Path("unused"), model="openai:gpt-4.1", model_key="k"), Database("sqlite://"))
heavy = ("langchain", "langchain_core", "langchain_openai", "langsmith", "openai", "tiktoken", "httpx2")
print([name for name in heavy if name in sys.modules])
chat.warm()
print([name for name in heavy if name not in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.split() == ["[]", "[]"]
