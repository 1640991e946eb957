"""A record as one flat JSON object: the line of an export, the heart of a receipt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from assistant.chain import Stored, Word


def flat(record: Stored) -> dict[str, Any]:
    """All that the verifier needs; a body that is no JSON any more is given as the text it is."""
    try:
        body: object = json.loads(record.body)
    except (ValueError, TypeError, RecursionError):
        body = str(record.body)
    return {
        "seq": record.seq,
        "id": record.id,
        "at": record.at,
        "kind": record.kind,
        "body": body,
        "previous": record.previous,
        "hash": record.hash,
        "personal": {word.field: _word(word) for word in record.words},
    }


def _word(word: Word) -> dict[str, Any]:
    return {"erased": True} if word.erased else {"salt": word.salt, "value": word.value}


_TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)
_ESCAPED = json.JSONEncoder(separators=(",", ":"), default=str)


def line(entry: Mapping[str, Any]) -> bytes:
    """An object on one line. Text that is no Unicode, which only tampering leaves, is written as escapes."""
    try:
        return f"{_TEXT.encode(entry)}\n".encode()
    except UnicodeEncodeError:
        return f"{_ESCAPED.encode(entry)}\n".encode()
