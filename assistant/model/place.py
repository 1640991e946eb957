"""Where a model is: the address that text is sent to, and whether it leaves this machine.

The address is worked out here, from our settings and from the variables that the providers' own
packages read, and then given to the package; so what `doctor` names is what is called.
"""

from __future__ import annotations

import os
import urllib.request
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant.errors import CannotOpen
from assistant.settings import Settings, is_loopback


@dataclass(frozen=True)
class Provider:
    """What we know of a provider without importing its package."""

    package: str
    address: str
    address_variables: tuple[str, ...]
    key_variable: str
    wants_a_key: bool = True
    proxy_variable: str = ""


PROVIDERS = {
    "openai": Provider(
        package="langchain_openai",
        address="https://api.openai.com/v1",
        address_variables=("OPENAI_API_BASE", "OPENAI_BASE_URL"),
        key_variable="OPENAI_API_KEY",
        proxy_variable="OPENAI_PROXY",
    ),
    "anthropic": Provider(
        package="langchain_anthropic",
        address="https://api.anthropic.com",
        address_variables=("ANTHROPIC_API_URL", "ANTHROPIC_BASE_URL"),
        key_variable="ANTHROPIC_API_KEY",
        proxy_variable="ANTHROPIC_PROXY",
    ),
    "ollama": Provider(
        package="langchain_ollama",
        address="http://127.0.0.1:11434",
        address_variables=("OLLAMA_HOST",),
        key_variable="OLLAMA_API_KEY",
        wants_a_key=False,
    ),
}
"""Those with an extra of their own here. Any other that LangChain knows works without these comforts."""

_PORTS = {"http": 80, "https": 443}
NO_KEY = SecretStr("none")
"""What a server that wants no key is sent, since without one the clients want one, or take their own."""


@dataclass(frozen=True)
class Place:
    """A model, where it is and how it is reached. `address` is None when only its package knows.

    `local`: the address is this machine. `hosted`: text leaves it, maybe from there; `destination` says
    where to.
    """

    provider: str
    model: str
    address: str | None
    proxy: str | None
    key: SecretStr | None
    local: bool
    hosted: bool
    destination: str


def find(settings: Settings) -> Place:
    """Where the configured model is. Raises `CannotOpen` for one that could not be used."""
    assert settings.model is not None
    provider, _, model = settings.model.partition(":")
    known = PROVIDERS.get(provider)
    if known is None:
        return _elsewhere(settings, provider, model)
    if find_spec(known.package) is None:
        raise CannotOpen(
            f"CLAUSEWISE_MODEL is not usable: the package for {provider} is not installed. "
            f"Run pip install 'clausewise[{provider}]'."
        )
    address = settings.model_url or _address_of(known)
    local = is_loopback(urlsplit(address).hostname or "")
    proxy = None if local else _proxy(known, address)
    passed_on = _passed_on(settings, provider, model) if local else ""
    return Place(
        provider=provider,
        model=model,
        address=address,
        proxy=proxy,
        key=settings.model_key or _own_key(settings, provider, known),
        local=local,
        hosted=bool(passed_on) or not local,
        destination=_shown(address) + (f" by way of {_shown(proxy)}" if proxy else "") + passed_on,
    )


def _elsewhere(settings: Settings, provider: str, model: str) -> Place:
    """A place of which only LangChain knows more; how it is reached is up to the provider's package."""
    address = settings.model_url
    local = address is not None and is_loopback(urlsplit(address).hostname or "")
    return Place(
        provider=provider,
        model=model,
        address=address,
        proxy=None,
        key=settings.model_key,
        local=local,
        hosted=settings.model_hosted or not local,
        destination=_shown(address) if address else f"the servers of {provider}",
    )


def _address_of(known: Provider) -> str:
    """The provider's own address, or the one that its own variable names."""
    for name in known.address_variables:
        if named := os.environ.get(name):
            address = _with_scheme(named) if known is PROVIDERS["ollama"] else named
            if not urlsplit(address).hostname:
                raise CannotOpen(f"{name} is not usable: it is no address that begins with https://.")
            return address
    return known.address


def _with_scheme(host: str) -> str:
    """Ollama's variable may be a bare host, and may say where the server listens: on every address."""
    address = host if "://" in host else f"http://{host}"
    parts = urlsplit(address)
    port = parts.port or (None if "://" in host else 11434)
    name = "127.0.0.1" if parts.hostname in ("0.0.0.0", "::") else parts.hostname or ""  # noqa: S104
    name = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{name}:{port}" if port else f"{parts.scheme}://{name}"


def _proxy(known: Provider, address: str) -> str | None:
    """The proxy that the provider's variable or the system's settings name for an address."""
    own = os.environ.get(known.proxy_variable)
    parts = urlsplit(address)
    if own or urllib.request.proxy_bypass(parts.hostname or ""):
        return own
    proxies = urllib.request.getproxies()
    found = proxies.get(parts.scheme) or proxies.get("all")
    return found if not found or "://" in found else f"http://{found}"


def _own_key(settings: Settings, provider: str, known: Provider) -> SecretStr | None:
    """The key in the provider's own variable, which goes only where the provider's own variables lead."""
    if settings.model_url:
        return NO_KEY
    if found := os.environ.get(known.key_variable):
        return SecretStr(found)
    if known.wants_a_key and _address_of(known) == known.address:
        raise CannotOpen(
            f"CLAUSEWISE_MODEL is not usable: {provider} wants a key. Set CLAUSEWISE_MODEL_KEY or "
            f"{known.key_variable}."
        )
    return NO_KEY if known.wants_a_key else None


def _passed_on(settings: Settings, provider: str, model: str) -> str:
    """Where a server on this machine sends text on to, as far as we can know."""
    if provider == "ollama" and model.endswith(("-cloud", ":cloud")):
        return ", which passes it on to ollama.com"
    return ", which passes it on" if settings.model_hosted else ""


def _shown(address: str) -> str:
    """Host, and the port where it is not the usual one; never a name or password in it."""
    parts = urlsplit(address)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{host}" if parts.port in (None, _PORTS.get(parts.scheme)) else f"{host}:{parts.port}"
