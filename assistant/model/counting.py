"""About how many tokens a text has; no tokenizer is asked or fetched."""

from __future__ import annotations

import re


def counted(text: str) -> int:
    """About how many tokens a text has: five letters, one other sign, or one byte beyond ASCII's first."""
    return sum(map(_tokens, re.findall(r"[a-zA-Z]+|[^a-zA-Z\s]", text)))


def _tokens(part: str) -> int:
    if not part.isascii():
        return len(part.encode("utf-8", "replace")) - 1
    return -(-len(part) // (5 if len(part) <= 10 else 4))
