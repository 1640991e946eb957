"""LlamaIndex with its defaults: SimpleDirectoryReader, VectorStoreIndex, persisted and loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llama_index.core import (
    Settings,
    SimpleDirectoryReader,
    StorageContext,
    VectorStoreIndex,
    load_index_from_storage,
)
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

if TYPE_CHECKING:
    from evals.peers.harness import Found


def ingest(files: list[str], store: str, model: str) -> None:
    """Read, index, persist."""
    Settings.embed_model = HuggingFaceEmbedding(model_name=model)
    documents = SimpleDirectoryReader(input_files=files).load_data()
    VectorStoreIndex.from_documents(documents).storage_context.persist(persist_dir=store)


class Opened:
    """The persisted index."""

    def __init__(self, store: str, model: str) -> None:
        Settings.embed_model = HuggingFaceEmbedding(model_name=model)
        self.index = load_index_from_storage(StorageContext.from_defaults(persist_dir=store))
        self.retrievers: dict[int, Any] = {}

    def count(self) -> int:
        return len(self.index.docstore.docs)

    def find(self, question: str, k: int) -> list[Found]:
        if k not in self.retrievers:
            self.retrievers[k] = self.index.as_retriever(similarity_top_k=k)
        return [_found(hit.node) for hit in self.retrievers[k].retrieve(question)]


def _found(node: Any) -> Found:
    label = str(node.metadata.get("page_label", ""))
    page = int(label) if label.isdecimal() else None
    return {"text": node.get_content(), "page": page, "place": str(node.metadata)}


def opened(store: str, model: str) -> Opened:
    """Load what was persisted."""
    return Opened(store, model)
