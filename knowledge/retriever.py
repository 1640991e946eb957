"""Search as a LangChain retriever, for those who build on it: the one place that imports LangChain."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from knowledge.hits import Hit
from knowledge.index import Index, Scope
from knowledge.search import search


class PassageRetriever(BaseRetriever):
    """The k best passages for a question, of what `scope` lets a person see.

    A document's `metadata` holds where the passage stands: document, version, title, file, section,
    page, start, end, kind, score.
    """

    index: Index
    scope: Scope
    k: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [_document(hit) for hit in search(self.index, query, self.scope, self.k)]


def _document(hit: Hit) -> Document:
    metadata: dict[str, Any] = {
        "document": hit.version.document,
        "version": hit.version.id,
        "title": hit.version.title,
        "file": hit.version.file,
        "section": list(hit.section),
        "page": hit.page,
        "start": hit.start,
        "end": hit.end,
        "kind": hit.version.kind.value,
        "score": hit.score,
    }
    return Document(id=hit.passage, page_content=hit.text, metadata=metadata)
