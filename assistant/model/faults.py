"""What went wrong at a model's server, told from the errors of four packages without importing them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from assistant.errors import ContextTooLong, ModelFailed, ModelFault

_TOO_LONG = (
    "context_length_exceeded",
    "exceed_context_size",
    "exceeds the available context size",
    "exceeds the context window",
    "exceed context limit",
    "maximum context length",
    "prompt is too long",
    "input length exceeds",
    "contextwindowexceeded",
    "tokens exceed the configured limit",
)
_UNABLE = ("does not support", "not supported", "unsupported", "requires --jinja", "unrecognized", "unknown")
_WAYS = ("tool", "response_format", "json_schema", "output_config", "output_format", "grammar", "format")
_PASSING = {408, 409, 425, 429, 500, 502, 503, 504, 529}
_NOT_TAKEN = {400, 404, 405, 415, 422, 501}


@dataclass(frozen=True)
class Fault:
    """An error of a provider's package, understood.

    `passing`: a new try may help. `declines`: a request without what is optional may. `wait`: seconds
    that the server asks us to wait. `about_temperature` and `about_usage`: which option it declines.
    """

    why: ModelFault
    what: str
    passing: bool = False
    declines: bool = False
    about_temperature: bool = False
    about_usage: bool = False
    wait: float | None = None

    def failed(self, name: str) -> ModelFailed:
        """The error for the reader."""
        said = f"The language model {name} {self.what}."
        return ContextTooLong(said) if self.why == "too long" else ModelFailed(self.why, said)


def understood(error: Exception) -> Fault:
    """What an error means. Its words decide, and are not passed on."""
    status, says = _status(error), _says(error)
    if any(words in says for words in _TOO_LONG):
        return Fault("too long", "cannot take a question with so many sources")
    unable = any(words in says for words in _UNABLE)
    if unable and any(words in says for words in _WAYS):
        return Fault("refused", "does not take the form of answer that is asked of it", declines=True)
    if "temperature" in says and (unable or status in _NOT_TAKEN):
        return _declined(status, about_temperature=True)
    if "stream_options" in says:
        return _declined(status, about_usage=True)
    if status is not None and not 200 <= status < 300:
        return _by_status(error, status, says)
    if "overloaded" in says:
        return Fault("limited", "has too much to do", passing=True)
    if _names(error, "timeout"):
        return Fault("stalled", "did not answer in time", passing=True)
    if _names(error, "connect", "networkerror", "protocolerror", "readerror", "writeerror") or _is_os(error):
        return Fault("gone", "cannot be reached", passing=True)
    return Fault("garbled", "answered with what cannot be read")


def _declined(status: int | None, **about: bool) -> Fault:
    return Fault("refused", f"did not take the request{_http(status)}", declines=True, **about)


def _by_status(error: Exception, status: int, says: str) -> Fault:
    if status == 429:
        spent = "insufficient_quota" in says
        what = "has no credit left" if spent else "is asked more often than its server allows"
        return Fault("limited", f"{what} (HTTP 429)", passing=not spent, wait=_wait(error))
    if status in (401, 403):
        return Fault("refused", f"did not accept the key (HTTP {status})")
    if status < 400:
        return Fault("refused", f"sent us on to another address, which is not followed (HTTP {status})")
    if status == 404 and "model" in says:
        return Fault("refused", "is not known to its server (HTTP 404)")
    if status == 404:
        return Fault("refused", "is not found there (HTTP 404); does CLAUSEWISE_MODEL_URL end in /v1?")
    if status in _NOT_TAKEN:
        return _declined(status)
    if status in _PASSING or status >= 500:
        return Fault("gone", f"has a fault (HTTP {status})", passing=True, wait=_wait(error))
    return Fault("refused", f"did not take the request (HTTP {status})")


def _http(status: int | None) -> str:
    return f" (HTTP {status})" if status else ""


def _status(error: Exception) -> int | None:
    """The HTTP status, or the one that a server tells in the middle of a stream."""
    for value in (getattr(error, "status_code", None), getattr(error, "code", None)):
        if re.fullmatch(r"[345]\d\d", str(value)):
            return int(str(value))
    return None


def _says(error: Exception) -> str:
    """All that the error tells, in lower case, to look for words in."""
    body = getattr(error, "body", None)
    told = f"{error} {json.dumps(body, default=str) if body else ''}"
    return told[:20_000].lower()


def _wait(error: Exception) -> float | None:
    """Seconds to wait, of the header Retry-After (RFC 9110, 10.2.3): a number, or a date."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None)
    value = headers.get("retry-after") if headers is not None else None
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _names(error: Exception, *words: str) -> bool:
    """Whether the kinds of an error or of its causes are called so; each package has kinds of its own."""
    names = [kind.__name__.lower() for link in _chain(error) for kind in type(link).__mro__]
    return any(word in name for name in names for word in words)


def _is_os(error: Exception) -> bool:
    return any(isinstance(link, OSError) for link in _chain(error))
