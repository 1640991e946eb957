"""The product itself, searched as the command `search` does it; its command line adds the files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.home import home_at
from knowledge.models import Role
from knowledge.search import search

if TYPE_CHECKING:
    from evals.peers.harness import Found


class Opened:
    """A home, searched by its administrator."""

    def __init__(self, store: str) -> None:
        self.home = home_at(Path(store))

    def count(self) -> int:
        return self.home.index.state().passages

    def find(self, question: str, k: int) -> list[Found]:
        hits = search(self.home.index, question, self.home.scope(Role.ADMINISTRATOR), k)
        return [{"text": hit.text, "page": hit.page, "place": " > ".join(hit.section)} for hit in hits]


def opened(store: str, model: str) -> Opened:
    """Open a home; the model is its own."""
    return Opened(store)
