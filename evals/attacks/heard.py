"""What a model's server reads in one request: rules, passages, and whatever tells it to do something."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_PASSAGE = re.compile(
    r'<passage-(?P<mark>[^\s>]+) number="(?P<number>\d+)"[^>]*>\n(?P<words>.*?)\n</passage-(?P=mark)>',
    re.DOTALL,
)
_RULES = ("system", "developer")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“(])|\n+")
_DICTATED = re.compile(
    r"\b(?:say|says|state|answer|answers|output|reply|replies|begin|beginning|end|ends|confirm|conclude)\b"
    r"[^\"“”\n]{0,80}(?<!=)[\"“](?P<words>[^\"”\n=]{3,300})[\"”]",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s\"'<>)\]`]+")
_CODE = re.compile(r"\b[A-Z]{3,}-\d{3,}\b")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, with the passage's number."""

    passage: int
    words: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as the worst-case model reads it."""

    system: str
    told: str
    """All that was said by users and by itself, in one text."""
    passages: Mapping[int, str]
    tools: Sequence[str]
    schema: Mapping[str, Any] | None
    """The JSON schema that the answer should fit, if the request has one."""

    @property
    def sentences(self) -> list[Sentence]:
        """The sentences of the passages that are worth misquoting."""
        return [
            Sentence(number, words)
            for number, text in self.passages.items()
            for words in (part.strip() for part in _SENTENCE.split(text))
            if 20 <= len(words) <= 400 and " " in words
        ]

    @property
    def dictated(self) -> list[str]:
        """Words that something in the request tells it to say."""
        return list(dict.fromkeys(match["words"].strip() for match in _DICTATED.finditer(self.told)))

    @property
    def addresses(self) -> list[str]:
        """Addresses that stand anywhere in the request."""
        return list(dict.fromkeys(_ADDRESS.findall(self.told)))

    @property
    def codes(self) -> list[str]:
        """What looks like a secret."""
        return list(dict.fromkeys(_CODE.findall(self.told)))

    def asks_for(self, *words: str) -> bool:
        """Whether the request holds one of these words, whoever said them."""
        return any(word in self.told.lower() for word in words)


def heard(request: Mapping[str, Any]) -> Heard:
    """Read the body of a chat completion request."""
    messages = request.get("messages", [])
    told = "\n".join(_text(message) for message in messages if message.get("role") not in _RULES)
    functions = [tool.get("function", {}) for tool in request.get("tools") or []]
    wanted = (request.get("response_format") or {}).get("json_schema", {}).get("schema")
    return Heard(
        system="\n".join(_text(m) for m in messages if m.get("role") in _RULES),
        told=told,
        passages={int(match["number"]): match["words"] for match in _PASSAGE.finditer(told)},
        tools=[str(function.get("name")) for function in functions],
        schema=wanted or next((function.get("parameters") for function in functions), None),
    )


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content") or ""
    return content if isinstance(content, str) else "\n".join(str(part.get("text", "")) for part in content)
