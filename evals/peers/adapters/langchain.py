"""LangChain, the tutorial's way: loaders, splitter of 1,000 characters with 200 overlap, Chroma."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_chroma import Chroma
from langchain_community.document_loaders import PyPDFLoader, TextLoader
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

if TYPE_CHECKING:
    from evals.peers.harness import Found


def ingest(files: list[str], store: str, model: str) -> None:
    """Load, split, embed into the folder."""
    documents: list[Any] = []
    for file in files:
        loader = PyPDFLoader(file) if file.endswith(".pdf") else TextLoader(file, encoding="utf-8")
        documents += loader.load()
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    kept = _kept(store, model)
    kept.add_documents(documents=splitter.split_documents(documents))


def _kept(store: str, model: str) -> Any:
    return Chroma(embedding_function=HuggingFaceEmbeddings(model_name=model), persist_directory=store)


class Opened:
    """The persisted collection, searched by similarity."""

    def __init__(self, store: str, model: str) -> None:
        self.kept = _kept(store, model)

    def count(self) -> int:
        return len(self.kept.get(include=[])["ids"])

    def find(self, question: str, k: int) -> list[Found]:
        return [_found(document) for document in self.kept.similarity_search(question, k=k)]


def _found(document: Any) -> Found:
    page = document.metadata.get("page")
    return {
        "text": document.page_content,
        "page": None if page is None else int(page) + 1,  # the loader counts from 0
        "place": str(document.metadata),
    }


def opened(store: str, model: str) -> Opened:
    """Open what was persisted."""
    return Opened(store, model)
