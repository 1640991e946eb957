"""JSON: its sentences, under the keys that lead to them."""

from __future__ import annotations

import json
import re
from typing import Any

from knowledge.errors import LoadError
from knowledge.formats.builder import Builder
from knowledge.formats.result import Parsed

_TAG = re.compile(r"<[^>]{1,300}>")
_NAMES = ("title", "name", "id", "label", "heading")


def parse(text: str, name: str) -> Parsed:
    """Read JSON; values that are no words (flags, numbers, keys) are left out."""
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise LoadError(name, f"it is not valid JSON ({error})", "Correct it and add it again") from error
    builder = Builder()
    _walk(builder, value, 1, "")
    return Parsed(builder, "application/json")


def _walk(builder: Builder, value: Any, level: int, key: str) -> None:
    if isinstance(value, dict):
        name = next((str(value[n]) for n in _NAMES if isinstance(value.get(n), str)), key)
        if name and any(isinstance(v, dict | list) for v in value.values()):
            builder.heading(_words(name)[:120] or key, level)
            level += 1
        for inner, child in value.items():
            _walk(builder, child, level, str(inner))
    elif isinstance(value, list):
        for child in value:
            _walk(builder, child, level, key)
    elif isinstance(value, str):
        words = _words(value)
        if len(words.split()) >= 3:
            builder.paragraph(words)


def _words(text: str) -> str:
    return " ".join(_TAG.sub(" ", text).split())
