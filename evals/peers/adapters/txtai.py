"""txtai, hybrid and with content: paragraphs by its own Segmentation, text of PDFs by pypdf."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pypdf import PdfReader
from txtai import Embeddings
from txtai.pipeline import Segmentation

if TYPE_CHECKING:
    from evals.peers.harness import Found


def ingest(files: list[str], store: str, model: str) -> None:
    """Split into paragraphs, index, save."""
    paragraphs = Segmentation(paragraphs=True)
    texts = [part for file in files for part in paragraphs(_text(file))]
    embeddings = Embeddings(path=model, hybrid=True, content=True)
    embeddings.index(texts)
    embeddings.save(store)


def _text(file: str) -> str:
    if file.endswith(".pdf"):
        return "\n\n".join(page.extract_text() for page in PdfReader(file).pages)
    return Path(file).read_text("utf-8")


class Opened:
    """The saved index."""

    def __init__(self, store: str) -> None:
        self.embeddings = Embeddings()
        self.embeddings.load(store)

    def count(self) -> int:
        return int(self.embeddings.count())

    def find(self, question: str, k: int) -> list[Found]:
        hits = self.embeddings.search(question, k)
        return [{"text": hit["text"], "page": None, "place": ""} for hit in hits]


def opened(store: str, model: str) -> Opened:
    """Load what was saved; the index remembers its model."""
    return Opened(store)
