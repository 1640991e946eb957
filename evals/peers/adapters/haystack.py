"""Haystack, hybrid: converters, DocumentSplitter's defaults, the in-memory store saved to disk.

BM25 and embedding retriever, joined by reciprocal rank fusion.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from haystack import Document, Pipeline
from haystack.components.converters import MarkdownToDocument, PyPDFToDocument
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

if TYPE_CHECKING:
    from evals.peers.harness import Found


def ingest(files: list[str], store: str, model: str) -> None:
    """Convert, split, embed, write, save."""
    documents: list[Document] = []
    for converter, suffix in ((PyPDFToDocument(), ".pdf"), (MarkdownToDocument(), ".md")):
        sources = [file for file in files if file.endswith(suffix)]
        documents += converter.run(sources=sources)["documents"]
    kept = InMemoryDocumentStore()
    pipeline = Pipeline()
    pipeline.add_component("splitter", DocumentSplitter())
    pipeline.add_component("embedder", SentenceTransformersDocumentEmbedder(model=model))
    pipeline.add_component("writer", DocumentWriter(document_store=kept))
    pipeline.connect("splitter", "embedder")
    pipeline.connect("embedder", "writer")
    pipeline.run({"splitter": {"documents": documents}})
    kept.save_to_disk(str(_file(store)))


def _file(store: str) -> Path:
    return Path(store) / "documents.json"


class Opened:
    """The saved store behind the hybrid pipeline."""

    def __init__(self, store: str, model: str) -> None:
        self.kept = InMemoryDocumentStore.load_from_disk(str(_file(store)))
        self.pipeline = Pipeline()
        self.pipeline.add_component(
            "embedder", SentenceTransformersTextEmbedder(model=model, progress_bar=False)
        )
        self.pipeline.add_component("nearest", InMemoryEmbeddingRetriever(document_store=self.kept))
        self.pipeline.add_component("words", InMemoryBM25Retriever(document_store=self.kept))
        self.pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        self.pipeline.connect("embedder.embedding", "nearest.query_embedding")
        self.pipeline.connect("nearest", "joiner")
        self.pipeline.connect("words", "joiner")

    def count(self) -> int:
        return int(self.kept.count_documents())

    def find(self, question: str, k: int) -> list[Found]:
        asked: dict[str, Any] = {
            "embedder": {"text": question},
            "nearest": {"top_k": k},
            "words": {"query": question, "top_k": k},
            "joiner": {"top_k": k},
        }
        return [_found(document) for document in self.pipeline.run(asked)["joiner"]["documents"]]


def _found(document: Document) -> Found:
    page = document.meta.get("page_number") if document.meta["file_path"].endswith(".pdf") else None
    return {"text": document.content or "", "page": page, "place": str(document.meta)}


def opened(store: str, model: str) -> Opened:
    """Load what was saved."""
    return Opened(store, model)
