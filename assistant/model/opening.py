"""Chat models of LangChain, opened: the provider's package is imported here, on first use.

Each gets a client that follows no redirect, does not try again by itself, goes by the proxy that was
named and by none to this machine, and tells `call` which connection it reads from.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from assistant.errors import CannotOpen
from assistant.model import call
from assistant.model.place import PROVIDERS, Place, find
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_CUSTOM_HEADERS = ("OPENAI_CUSTOM_HEADERS", "ANTHROPIC_CUSTOM_HEADERS")
_NOT_OURS = {"authorization", "x-api-key", "openai-organization", "openai-project"}
_NEEDED = {"host", "content-length", "content-type", "anthropic-version"}
"""Without these no server understands a request, whoever else may set them."""


def check(settings: Settings) -> None:
    """See that the configured model could be used, as far as that can be seen without asking it.

    Raises `CannotOpen`. For a provider with an extra here nothing is imported; of any other only LangChain
    knows whether there is such a one, and its package what it wants.
    """
    if settings.model is not None and (where := find(settings)).provider not in PROVIDERS:
        opened(where, settings)


def opened(place: Place, settings: Settings) -> BaseChatModel:
    """The model of a place. Raises `CannotOpen` when its provider is not known or not installed."""
    from langchain.chat_models import init_chat_model

    special = {"openai": _openai, "anthropic": _anthropic, "ollama": _ollama}.get(place.provider, _other)
    try:
        model: BaseChatModel = init_chat_model(
            place.model, model_provider=place.provider, temperature=0, **special(place, settings)
        )
    except Exception as error:  # the border to packages that raise what they like
        raise CannotOpen(f"CLAUSEWISE_MODEL is not usable: {_first_sentence(error)}") from None
    if place.provider == "anthropic":
        _hold_anthropic(model, place, settings)
    return model


@dataclass(frozen=True)
class _Bearer:
    """Puts a key into a request; a header among the client's arguments would be shown with the model."""

    key: SecretStr

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {self.key.get_secret_value()}"
        return request


@dataclass(frozen=True)
class _OnlyOurs:
    """Sends a server of ours its own key alone: the packages add what the provider's own variables say."""

    header: str
    key: SecretStr
    not_ours: frozenset[str]

    def __call__(self, request: Any) -> None:
        for name in self.not_ours:
            request.headers.pop(name, None)
        key = self.key.get_secret_value()
        request.headers[self.header] = f"Bearer {key}" if self.header == "Authorization" else key


def _only_ours(place: Place, key: SecretStr) -> _OnlyOurs:
    """What takes off a request the headers that the providers' own variables put there."""
    lines = "\n".join(os.environ.get(name, "") for name in _CUSTOM_HEADERS).split("\n")
    custom = {line.partition(":")[0].strip().lower() for line in lines}
    header = "x-api-key" if place.provider == "anthropic" else "Authorization"
    return _OnlyOurs(header, key, frozenset(_NOT_OURS | custom - _NEEDED))


def _client(place: Place, settings: Settings) -> dict[str, Any]:
    """Arguments of the HTTP client, the same in every package that is built on httpx."""
    going_out: list[Any] = [call.goes_out]
    if settings.model_url and place.key:
        going_out.append(_only_ours(place, place.key))  # the last, after what the packages and httpx add
    return {
        "follow_redirects": False,
        "timeout": settings.model_seconds,
        "trust_env": not place.local,  # else HTTP_PROXY would carry to a proxy what is for this machine
        "proxy": place.proxy,
        "headers": {"Connection": "close"},  # a connection is one call's alone, which may shut it
        "event_hooks": {"request": going_out, "response": [call.reads_from]},
    }


def _key(place: Place) -> dict[str, Any]:
    return {"api_key": place.key} if place.key else {}


def _openai(place: Place, settings: Settings) -> dict[str, Any]:
    theirs = (urlsplit(place.address or "").hostname or "").endswith(".openai.com")
    return {
        **_key(place),
        "base_url": place.address,
        "openai_proxy": None,
        "http_client": import_module("openai").DefaultHttpxClient(**_client(place, settings)),
        "timeout": settings.model_seconds,
        "max_retries": 0,
        "max_tokens": settings.model_answer_tokens,
        "stream_usage": True,
        # OpenAI has models that speak no chat completions, and would keep what the others are asked;
        # other servers speak nothing else, and may not know the option
        **({"store": False} if theirs else {"use_responses_api": False}),
    }


def _anthropic(place: Place, settings: Settings) -> dict[str, Any]:
    return {
        **_key(place),
        "base_url": place.address,
        "anthropic_proxy": None,
        "timeout": settings.model_seconds,
        "max_retries": 0,
        "max_tokens": settings.model_answer_tokens,
    }


def _hold_anthropic(model: BaseChatModel, place: Place, settings: Settings) -> None:
    """Give it our HTTP client, for which the class has no argument: it keeps what it makes on first use."""
    package = import_module("anthropic")
    http = package.DefaultHttpxClient(**_client(place, settings))
    model.__dict__["_client"] = package.Anthropic(
        api_key=place.key.get_secret_value() if place.key else None,
        base_url=place.address,
        http_client=http,
        timeout=settings.model_seconds,
        max_retries=0,
        open_telemetry=False,
    )


def _ollama(place: Place, settings: Settings) -> dict[str, Any]:
    client = _client(place, settings)
    if place.key:
        client["auth"] = _Bearer(place.key)
    return {
        "base_url": place.address,
        "sync_client_kwargs": client,
        "num_ctx": settings.model_context,  # it would silently cut the beginning off what is longer
        "num_predict": settings.model_answer_tokens,
    }


def _other(place: Place, settings: Settings) -> dict[str, Any]:
    return {
        **_key(place),
        **({"base_url": place.address} if place.address else {}),
        "max_tokens": settings.model_answer_tokens,
    }


def _first_sentence(error: Exception) -> str:
    """What LangChain or a package says first; further on they list all providers, or show what they got."""
    told = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
    line = told.removeprefix("Value error, ").strip().split("\n", maxsplit=1)[0]
    return f"{(line or type(error).__name__).rstrip('.')}."
