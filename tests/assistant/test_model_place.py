"""Where text goes: what is named is what is called, and nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import CannotOpen, ModelFailed
from assistant.home import Home, home_at
from assistant.model import place
from assistant.settings import Settings
from knowledge.database import Database
from tests.assistant.chats import CLAIMS, PROVIDERS, chat_with, put
from tests.model_server import ModelServer, Redirects, Says

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.usefixtures("bare_environment")


def found(model: str, **settings: Any) -> place.Place:
    return place.find(Settings(home=Path("unused"), model=model, **settings))


DESTINATIONS: dict[str, tuple[str, dict[str, Any], dict[str, str], bool, str]] = {
    "OpenAI": ("openai:gpt-4.1", {}, {}, True, "api.openai.com"),
    "OpenAI's variable": (
        "openai:gpt-4.1",
        {},
        {"OPENAI_BASE_URL": "https://eu.api.openai.com/v1"},
        True,
        "eu.api.openai.com",
    ),
    "LangChain's name for it": (
        "openai:m",
        {},
        {"OPENAI_API_BASE": "http://localhost:9000/v1"},
        False,
        "localhost:9000",
    ),
    "Anthropic": ("anthropic:claude", {}, {}, True, "api.anthropic.com"),
    "Anthropic's variable": (
        "anthropic:claude",
        {},
        {"ANTHROPIC_BASE_URL": "https://proxy.example.org:8443"},
        True,
        "proxy.example.org:8443",
    ),
    "Ollama": ("ollama:qwen3:8b", {}, {}, False, "127.0.0.1:11434"),
    "Ollama's bare host": ("ollama:m", {}, {"OLLAMA_HOST": "gpu.example.org"}, True, "gpu.example.org:11434"),
    "where Ollama listens": ("ollama:m", {}, {"OLLAMA_HOST": "0.0.0.0:11500"}, False, "127.0.0.1:11500"),
    "Ollama elsewhere": ("ollama:m", {}, {"OLLAMA_HOST": "https://ai.example.org"}, True, "ai.example.org"),
    "Ollama's cloud": (
        "ollama:gpt-oss:120b-cloud",
        {},
        {},
        True,
        "127.0.0.1:11434, which passes it on to ollama.com",
    ),
    "llama.cpp": ("openai:m", {"model_url": "http://127.0.0.1:8080/v1"}, {}, False, "127.0.0.1:8080"),
    "IPv6": ("openai:m", {"model_url": "http://[::1]:8080/v1"}, {}, False, "[::1]:8080"),
    "a private network": (
        "openai:m",
        {"model_url": "http://192.168.1.7:8080/v1"},
        {},
        True,
        "192.168.1.7:8080",
    ),
    "a name like ours": (
        "openai:m",
        {"model_url": "http://127.0.0.1.example.org/v1"},
        {},
        True,
        "127.0.0.1.example.org",
    ),
    "a gateway here": (
        "openai:m",
        {"model_url": "http://127.0.0.1:4000/v1", "model_hosted": True},
        {},
        True,
        "127.0.0.1:4000, which passes it on",
    ),
    "our address before theirs": (
        "openai:m",
        {"model_url": "http://127.0.0.1:8080/v1"},
        {"OPENAI_BASE_URL": "https://other.example.org"},
        False,
        "127.0.0.1:8080",
    ),
    "a proxy": (
        "openai:m",
        {},
        {"HTTPS_PROXY": "http://user:hush@proxy.example.org:3128"},
        True,
        "api.openai.com by way of proxy.example.org:3128",
    ),
    "the provider's proxy": (
        "anthropic:m",
        {},
        {"ANTHROPIC_PROXY": "http://proxy.example.org:3128", "HTTPS_PROXY": "http://other.example.org"},
        True,
        "api.anthropic.com by way of proxy.example.org:3128",
    ),
    "past the proxy": (
        "openai:m",
        {},
        {"HTTPS_PROXY": "http://proxy.example.org:3128", "NO_PROXY": "api.openai.com"},
        True,
        "api.openai.com",
    ),
    "no proxy to here": (
        "ollama:m",
        {},
        {"HTTP_PROXY": "http://proxy.example.org:3128", "ALL_PROXY": "http://proxy.example.org:3128"},
        False,
        "127.0.0.1:11434",
    ),
    "LangSmith's gateway": (
        "openai:m",
        {},
        {"LANGSMITH_GATEWAY": "true", "LANGSMITH_API_KEY": "lsv2"},
        True,
        "api.openai.com",
    ),
    "another provider": ("groq:llama", {}, {}, True, "the servers of groq"),
}


@pytest.mark.parametrize(
    ("model", "settings", "environment", "hosted", "destination"),
    DESTINATIONS.values(),
    ids=DESTINATIONS.keys(),
)
def test_where_text_goes_is_known_beforehand(
    model: str,
    settings: dict[str, Any],
    environment: dict[str, str],
    hosted: bool,
    destination: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    there = found(model, model_key="k", **settings)
    assert (there.hosted, there.destination) == (hosted, destination)


KEYS: dict[str, tuple[str, dict[str, Any], dict[str, str], str | None]] = {
    "ours": ("openai:m", {"model_key": "ours"}, {"OPENAI_API_KEY": "theirs"}, "ours"),
    "theirs": ("openai:m", {}, {"OPENAI_API_KEY": "theirs"}, "theirs"),
    "theirs, at their address": (
        "openai:m",
        {},
        {"OPENAI_API_KEY": "theirs", "OPENAI_BASE_URL": "https://eu.api.openai.com/v1"},
        "theirs",
    ),
    "not theirs at our address": (
        "openai:m",
        {"model_url": "https://ai.example.org"},
        {"OPENAI_API_KEY": "theirs"},
        "none",
    ),
    "none at a server of theirs": ("openai:m", {}, {"OPENAI_BASE_URL": "http://127.0.0.1:80"}, "none"),
    "Ollama wants none": ("ollama:m", {}, {}, None),
    "Ollama's": ("ollama:m", {}, {"OLLAMA_API_KEY": "theirs"}, "theirs"),
}


@pytest.mark.parametrize(("model", "settings", "environment", "key"), KEYS.values(), ids=KEYS.keys())
def test_a_key_goes_only_where_it_belongs(
    model: str,
    settings: dict[str, Any],
    environment: dict[str, str],
    key: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    there = found(model, **settings)
    assert (there.key.get_secret_value() if there.key else None) == key
    assert not key or key not in repr(there.key)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_key_of_a_variable_is_not_sent_to_our_address(
    provider: str, ledger: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{provider.upper()}_API_KEY", "theirs")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "theirs too")
    with ModelServer([Says(CLAIMS)]) as server:
        put(chat_with(server, ledger, provider, model_key=None), None)
        assert server.requests[0].key == "none"
        assert "theirs" not in str(server.requests[0].headers)


@pytest.mark.parametrize("key", [None, "sk-ours"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_variables_add_to_a_request_is_not_sent_to_our_address(
    provider: str, key: str | None, ledger: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI", "ANTHROPIC"):
        headers = (
            "authorization: Bearer theirs\nX-Api-Key: theirs\n X-Secret : theirs\nContent-Type: text/json"
        )
        monkeypatch.setenv(f"{name}_CUSTOM_HEADERS", headers)
    for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "ANTHROPIC_AUTH_TOKEN", "OLLAMA_API_KEY"):
        monkeypatch.setenv(name, "theirs")
    with ModelServer([Says(CLAIMS)]) as server:
        chat = chat_with(server, ledger, provider, model_key=key)
        assert put(chat, None) == CLAIMS
        assert server.requests[0].key == (key or "none")
        assert "theirs" not in str(server.requests[0].headers)
        assert "sk-ours" not in repr(chat._model())


def test_what_variables_add_is_sent_where_the_providers_own_lead(
    ledger: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Team: audit")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    with ModelServer([Says(CLAIMS)]) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        put(chat_with(server, ledger, model_url=None), None)
        headers = server.requests[0].headers
        assert (headers["x-team"], headers["openai-organization"]) == ("audit", "org-1")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_is_for_this_machine_goes_by_no_proxy(
    provider: str, ledger: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ModelServer([Says("no")]) as proxy, ModelServer([Says(CLAIMS)]) as server:
        for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "OPENAI_PROXY", "ANTHROPIC_PROXY"):
            monkeypatch.setenv(name, proxy.root)
        assert put(chat_with(server, ledger, provider), None) == CLAIMS
        assert (len(server.requests), proxy.requests) == (1, [])


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_is_for_elsewhere_goes_by_the_proxy_that_is_named(
    provider: str, ledger: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ModelServer([Says(CLAIMS)]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.root)
        url = "http://model.example.org" + ("/v1" if provider == "openai" else "")
        chat = chat_with(proxy, ledger, provider, model_url=url)
        assert put(chat, None) == CLAIMS
        assert chat.destination == f"model.example.org by way of 127.0.0.1:{proxy.port}"
        assert proxy.requests[0].headers["host"] == "model.example.org"


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_is_followed_to_another_address(status: int, provider: str, ledger: Database) -> None:
    with ModelServer([Says(CLAIMS)]) as other:
        path = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages", "ollama": "/api/chat"}[
            provider
        ]
        with ModelServer([Redirects(other.root + path, status)]) as server:
            with pytest.raises(ModelFailed, match="which is not followed") as failed:
                put(chat_with(server, ledger, provider), None)
            assert failed.value.why == "refused"
        assert other.requests == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_tracing_that_variables_switch_on_gets_nothing(
    provider: str, ledger: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from langchain_core.callbacks import CallbackManager
    from langchain_core.tracers import LangChainTracer
    from langsmith import utils

    with ModelServer([Says("no")]) as traces, ModelServer([Says(CLAIMS)]) as server:
        for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
            monkeypatch.setenv(name, "true")
        for name in ("LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT", "LANGSMITH_GATEWAY"):
            monkeypatch.setenv(name, traces.root)
        monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2_pt_key")
        utils.get_env_var.cache_clear()
        assert _traced(CallbackManager, LangChainTracer), "nothing was switched on"
        made: list[object] = []
        monkeypatch.setattr(LangChainTracer, "__init__", lambda self, *a, **k: made.append(self))
        assert put(chat_with(server, ledger, provider), None) == CLAIMS
        assert (made, traces.requests, len(server.requests)) == ([], [], 1)
    utils.get_env_var.cache_clear()


def _traced(manager: Any, tracer: Any) -> bool:
    return any(isinstance(handler, tracer) for handler in manager.configure().handlers)


def test_nothing_else_is_connected_to(tmp_path: Path) -> None:
    """From the first import to the last word, with all tracing switched on, whoever would connect."""
    code = """
import sys, time
seen, places = set(), {"socket.connect": 1, "socket.getaddrinfo": 0}
sys.addaudithook(lambda event, args: event in places and seen.add(str(args[places[event]])))
from knowledge.database import Database
from tests.assistant.chats import PROVIDERS, chat_with, put
from types import SimpleNamespace
server = SimpleNamespace(root=sys.argv[1], url=sys.argv[1] + "/v1")
database = Database("sqlite://")
for provider in PROVIDERS:
    put(chat_with(server, database, provider))
time.sleep(0.5)
print(sorted(seen))
"""
    on = dict.fromkeys(("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_GATEWAY"), "true")
    with ModelServer([Says(CLAIMS)]) as server:
        done = subprocess.run(
            [sys.executable, "-c", code, server.root],
            env={**os.environ, **on, "LANGSMITH_API_KEY": "lsv2_pt_key"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert len(server.requests) == len(PROVIDERS)
        assert done.stdout.strip() == str(sorted([f"('127.0.0.1', {server.port})", "127.0.0.1"]))


def test_no_tokenizer_is_fetched(ledger: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    import tiktoken

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a tokenizer was asked for")

    monkeypatch.setattr(tiktoken, "encoding_for_model", refuse)
    monkeypatch.setattr(tiktoken, "get_encoding", refuse)
    with ModelServer([Says(CLAIMS)]) as server:
        assert put(chat_with(server, ledger, model="openai:gpt-4.1")) == CLAIMS


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "no provider": ({"MODEL": "gpt-4.1"}, "CLAUSEWISE_MODEL is not usable: 'gpt-4.1' is not provider:model"),
    "an unknown provider": ({"MODEL": "opnai:gpt-4.1"}, "Unsupported provider='opnai'"),
    "a package that is missing": ({"MODEL": "groq:llama"}, "pip install langchain-groq"),
    "what a package misses": (
        {"MODEL": "azure_openai:m", "MODEL_KEY": "k"},
        "Must provide either the `api_version`",
    ),
    "no key": ({"MODEL": "openai:gpt-4.1"}, "Set CLAUSEWISE_MODEL_KEY or OPENAI_API_KEY"),
    "no address": ({"MODEL": "openai:m", "MODEL_URL": "localhost:8080"}, "begins with http"),
    "no room": ({"MODEL": "ollama:m", "MODEL_CONTEXT": "1500"}, "1024 tokens are more than half of"),
}


@pytest.mark.parametrize(("environment", "why"), WRONG.values(), ids=WRONG.keys())
def test_a_model_that_cannot_be_is_refused_at_the_start(
    environment: dict[str, str], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(f"CLAUSEWISE_{name}", value)
    with pytest.raises(CannotOpen) as refused:
        home_at(tmp_path / "home")
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "home").exists()


def test_a_provider_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSEWISE_MODEL", "ollama:m")
    monkeypatch.setattr(place, "find_spec", lambda name: None)
    with pytest.raises(CannotOpen, match=r"pip install 'clausewise\[ollama\]'"):
        home_at(tmp_path / "home")


def test_a_home_has_the_model_that_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without = Home(Settings(home=tmp_path))
    assert without.chat is None
    without.close()
    monkeypatch.setenv("CLAUSEWISE_MODEL", "ollama:qwen3:8b")
    home = home_at(tmp_path)
    assert home.chat is home.chat
    assert home.chat and (home.chat.name, home.chat.hosted) == ("ollama:qwen3:8b", False)
    assert home.chat.budget.used().requests == 0
    home.close()
