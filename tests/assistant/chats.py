"""Chat models that ask a scripted server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import assistant.model.tables  # noqa: F401  made with the database
from assistant.home import Home
from assistant.model.asked import Message, Shape
from assistant.model.chat import Chat
from assistant.settings import Settings
from knowledge.database import Database
from tests.model_server import ModelServer, Says

PROVIDERS = ("openai", "anthropic", "ollama")
SYSTEM = "Answer from the passages."
QUESTION = [Message("user", "How long are event logs kept?")]
SHAPE = Shape(
    name="answer",
    description="Claims with their quotes.",
    schema={"type": "object", "properties": {"claims": {"type": "array"}}, "required": ["claims"]},
)
CLAIMS = '{"claims": [{"quotes": [{"passage": 1, "quote": "for twelve months"}], "text": "Twelve months."}]}'


def chat_with(server: ModelServer, database: Database, provider: str = "openai", **settings: Any) -> Chat:
    """A chat model of a provider, at the server."""
    url = server.url if provider == "openai" else server.root
    known = {
        "home": Path("unused"),
        "model": f"{provider}:scripted",
        "model_url": url,
        "model_key": "sk-ours",
    }
    return Chat(Settings.model_validate({**known, **settings}), database)


@contextmanager
def scripted_home(template: Path, folder: Path, **settings: Any) -> Iterator[tuple[Home, ModelServer]]:
    """A copy of a home, opened with a model of which tests say what it replies, and that model's server."""
    shutil.copytree(template, folder)
    with ModelServer([Says("")]) as server:
        known = {"home": folder, "model": "openai:scripted", "model_url": server.url, "model_key": "none"}
        patient = {"model_retries": 0, "model_per_minute": 1_000}
        home = Home(Settings.model_validate({**known, **patient, **settings}))
        yield home, server
        home.close()


def put(chat: Chat, shape: Shape | None = SHAPE, seconds: float = 20) -> str:
    """The whole answer to a question."""
    return "".join(chat.stream(SYSTEM, QUESTION, shape, seconds))
