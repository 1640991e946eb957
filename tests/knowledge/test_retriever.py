"""Search as a LangChain retriever gives what search gives, with its place."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from assistant.home import Home
from knowledge.index import Scope
from knowledge.models import Role
from knowledge.retriever import PassageRetriever
from knowledge.search import search

QUESTION = "Who may stop an AI system?"


def test_it_gives_the_passages_of_search_in_order(shared_sample: Home) -> None:
    retriever = PassageRetriever(index=shared_sample.index, scope=Scope(), k=4)
    found = retriever.invoke(QUESTION)
    hits = search(shared_sample.index, QUESTION, Scope(), 4)
    assert [(d.id, d.page_content) for d in found] == [(h.passage, h.text) for h in hits]
    assert found[0].metadata["file"] == hits[0].version.file
    with ThreadPoolExecutor(1) as pool:  # a loop of its own
        assert found == pool.submit(lambda: asyncio.run(retriever.ainvoke(QUESTION))).result()


def test_it_keeps_to_its_scope(shared_sample: Home) -> None:
    question = "Why were applicants from two postal areas turned down?"

    def files(role: Role) -> set[str]:
        scope = Scope(role=role)
        retriever = PassageRetriever(index=shared_sample.index, scope=scope)
        return {d.metadata["file"] for d in retriever.invoke(question)}

    assert "credit-model-investigation.docx" in files(Role.AUDITOR)
    assert "credit-model-investigation.docx" not in files(Role.EMPLOYEE)
