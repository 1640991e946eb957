"""Search as a LangChain retriever gives what search gives, with its place."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler

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


def test_a_batch_gives_what_each_gives_alone(shared_sample: Home) -> None:
    retriever = PassageRetriever(index=shared_sample.index, scope=Scope(), k=3)
    questions = [QUESTION, "event logs", "Which AI tools may I use?"]
    assert retriever.batch(questions, config={"max_concurrency": 3}) == [
        retriever.invoke(q) for q in questions
    ]


def test_callbacks_are_told_in_a_thread_beside_the_loop(shared_sample: Home) -> None:
    told: list[Any] = []
    searched_in: list[threading.Thread] = []

    class Noted(BaseCallbackHandler):
        def on_retriever_start(self, serialized: Any, query: str, **more: Any) -> None:
            told.append((query, more["name"], more["tags"]))

        def on_retriever_end(self, documents: Any, **_: Any) -> None:
            told.append(documents)

    class Watched(PassageRetriever):
        def _get_relevant_documents(self, query: str, *, run_manager: Any) -> Any:
            searched_in.append(threading.current_thread())
            return super()._get_relevant_documents(query, run_manager=run_manager)

    retriever = Watched(index=shared_sample.index, scope=Scope(), k=3)

    async def run() -> tuple[threading.Thread, Any]:
        config: Any = {"callbacks": [Noted()], "run_name": "policies", "tags": ["desk"]}
        return threading.current_thread(), await retriever.ainvoke(QUESTION, config=config)

    with ThreadPoolExecutor(1) as pool:
        loop_in, found = pool.submit(lambda: asyncio.run(run())).result()
    assert told == [(QUESTION, "policies", ["desk"]), found]
    assert searched_in != [loop_in]
