"""What commands print on: a terminal that no text can command."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from knowledge.formats.builder import clean


class Terminal(Console):
    """Prints text as it stands, without markup, and without the characters that terminals obey."""

    def __init__(self, **given: Any) -> None:
        """As rich's console takes it."""
        super().__init__(highlight=False, soft_wrap=True, markup=False, **given)

    def print(self, *objects: Any, **given: Any) -> None:
        """Print; text may be a person's, a document's or a language model's."""
        super().print(*(clean(one) if isinstance(one, str) else one for one in objects), **given)
