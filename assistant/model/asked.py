"""What a model is asked: messages, and the shape that its answer should have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Message:
    """One turn of a conversation with a model."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True)
class Shape:
    """The JSON that an answer should be: `schema` is a JSON schema, `name` an identifier."""

    name: str
    description: str
    schema: Mapping[str, Any]

    def in_words(self) -> str:
        """The shape as an instruction, for models that can be held to it by words alone."""
        schema = json.dumps(self.schema, ensure_ascii=False)
        return (
            f"{self.description}\nAnswer with one JSON object and nothing else: no prose before or after "
            f"it, no code fence. It must fit this JSON schema:\n{schema}"
        )
