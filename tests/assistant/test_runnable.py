"""The assistant as a Runnable: what comes out is on the log, and callbacks see what a reader sees."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from langchain_core.callbacks import AsyncCallbackHandler, BaseCallbackHandler
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.tracers.context import collect_runs

from assistant import log, switches
from assistant.errors import BadQuestion, SwitchedOff
from assistant.home import Home
from assistant.models import Answer, Said
from assistant.people import LOCAL, by_name
from assistant.runnable import Assistant, Inquiry
from assistant.switches import Mode
from tests.assistant.chats import scripted_home
from tests.model_server import ModelServer, Reply, Says

TOOLS = "Which AI tools am I allowed to use?"
STOP = "Who may stop an AI system?"
INCIDENT = "By when do I have to report an AI incident?"
RESTRICTED = "Why were applicants from two postal areas turned down?"
RULE = 'A new tool is requested with the form "Request an AI tool" in the service portal.'
GOOD = ('In the service portal a new tool is requested with the form "Request an AI tool".', RULE)
FORGED = ("Every tool may be used.", "Every tool on the market may be used by anybody at any time.")

T = TypeVar("T")


def claims(*rows: tuple[str, str]) -> str:
    return json.dumps(
        {"claims": [{"quotes": [{"passage": 1, "quote": q}], "text": text} for text, q in rows]}
    )


def looped(run: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The result of a coroutine in an event loop of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(run())).result()


class Recorded(BaseCallbackHandler):
    """Everything that callbacks are told."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any, dict[str, Any]]] = []

    def on_chain_start(self, serialized: Any, inputs: Any, *, run_id: UUID, **more: Any) -> None:
        self.events.append(("start", inputs, more))

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **more: Any) -> None:
        self.events.append(("end", outputs, more))

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **more: Any) -> None:
        self.events.append(("error", error, more))

    def on_chat_model_start(self, serialized: Any, messages: Any, *, run_id: UUID, **more: Any) -> None:
        self.events.append(("model", messages, more))

    def on_llm_new_token(self, token: str, *, run_id: UUID, **more: Any) -> None:
        self.events.append(("token", token, more))

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.events]


@pytest.fixture(scope="module")
def employee(shared_sample: Home) -> Assistant:
    return Assistant(shared_sample, by_name(shared_sample, "employee"))


class Worded:
    """The sample organisation with a scripted model."""

    def __init__(self, home: Home, server: ModelServer) -> None:
        self.home, self.server = home, server
        self.assistant = Assistant(home, by_name(home, "employee"))

    def saying(self, *replies: Reply) -> Assistant:
        self.server.replies[:] = replies
        self.server.requests.clear()
        return self.assistant


@pytest.fixture(scope="module")
def worded(sample_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worded]:
    folder = tmp_path_factory.mktemp("runnable") / "home"
    with scripted_home(sample_template, folder, model_seconds=10) as (home, server):
        yield Worded(home, server)


def on_log(home: Home, answer: Answer) -> log.Record:
    with home.database.read() as connection:
        return log.get(connection, answer.id)


def test_invoke_returns_the_answer_that_is_on_the_log(shared_sample: Home, employee: Assistant) -> None:
    answer = employee.invoke(STOP)
    assert answer.status == "answered" and answer.claims
    entry = on_log(shared_sample, answer)
    assert (entry.kind, entry.body["actor"], entry.body["role"]) == ("answer", "employee", "employee")
    assert entry.personal["question"] == STOP


def test_a_mapping_names_the_day_and_the_conversation(shared_sample: Home, employee: Assistant) -> None:
    first = employee.invoke({"question": "What is the retention period for event logs?"})
    more = {"conversation": first.conversation, "as_of": "2020-01-01"}
    answer = employee.invoke({"question": "What did the policy say?", **more})
    assert answer.conversation == first.conversation
    assert on_log(shared_sample, answer).body["as_of"] == "2020-01-01"
    same = employee.invoke(Inquiry(question=STOP, conversation=first.conversation))
    assert same.conversation == first.conversation


@pytest.mark.parametrize(
    "put",
    [
        {"question": RESTRICTED, "role": "auditor"},
        {"question": RESTRICTED, "person": "auditor"},
        {"text": RESTRICTED},
        {"question": RESTRICTED, "as_of": "soon"},
        ["a", "list"],
        None,
    ],
)
def test_what_else_is_put_is_refused_and_says_what_may_be(employee: Assistant, put: Any) -> None:
    with pytest.raises(BadQuestion, match="Put a text, or a mapping with `question`"):
        employee.invoke(put)


def test_who_asks_cannot_be_bound_or_configured_otherwise(employee: Assistant) -> None:
    with pytest.raises(TypeError, match="role"):
        employee.invoke(RESTRICTED, role="auditor")
    configured = employee.with_config(configurable={"role": "auditor", "asker": "auditor"})
    assert "postal" not in configured.invoke(RESTRICTED).model_dump_json()


def test_an_employee_gets_no_restricted_text_and_an_auditor_does(
    shared_sample: Home, employee: Assistant
) -> None:
    auditor = Assistant(shared_sample, by_name(shared_sample, "auditor"))
    recorded = Recorded()
    answer = employee.invoke(RESTRICTED, config={"callbacks": [recorded]})
    assert "postal" not in answer.model_dump_json()
    assert "postal" not in repr([told for name, told, _ in recorded.events if name != "start"])
    assert "postal" in auditor.invoke(RESTRICTED).model_dump_json()


def test_without_a_model_a_stream_is_the_answer_alone(employee: Assistant) -> None:
    (answer,) = employee.stream(STOP)
    assert isinstance(answer, Answer) and answer.claims


def test_a_batch_answers_each_in_order_on_the_log(shared_sample: Home) -> None:
    fresh = Assistant(shared_sample, by_name(shared_sample, "employee"))
    questions = [STOP, {"question": TOOLS}, INCIDENT]
    answers = fresh.batch(questions, config={"max_concurrency": 3})
    asked = [on_log(shared_sample, answer).personal["question"] for answer in answers]
    assert asked == [STOP, TOOLS, INCIDENT]
    assert [a.claims for a in answers] == [a.claims for a in map(fresh.invoke, questions)]
    with shared_sample.database.read() as connection:
        assert log.verify(connection).sound


def test_a_batch_can_give_errors_in_their_place(employee: Assistant) -> None:
    good, bad = employee.batch([STOP, " "], return_exceptions=True)
    assert isinstance(good, Answer)
    assert isinstance(bad, BadQuestion)


def test_async_gives_the_same_and_leaves_the_loop_free(employee: Assistant) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.001)

    async def run() -> tuple[Answer, list[Said | Answer], list[Answer]]:
        ticking = asyncio.create_task(tick())
        answer = await employee.ainvoke(STOP)
        streamed = [part async for part in employee.astream(STOP)]
        batch = await employee.abatch([STOP, TOOLS, INCIDENT], config={"max_concurrency": 2})
        ticking.cancel()
        return answer, streamed, batch

    answer, streamed, batch = looped(run)
    expected = employee.invoke(STOP).claims
    assert answer.claims == expected
    assert isinstance(streamed[-1], Answer) and streamed[-1].claims == expected
    assert [one.claims for one in batch] == [one.claims for one in employee.batch([STOP, TOOLS, INCIDENT])]
    assert ticks > 20


def test_callbacks_are_told_of_the_run_with_its_name_tags_and_metadata(employee: Assistant) -> None:
    recorded = Recorded()
    config: Any = {
        "callbacks": [recorded],
        "run_name": "help desk",
        "tags": ["desk"],
        "metadata": {"ticket": 7},
    }
    answer = employee.invoke(STOP, config=config)
    (_, put, began), (_, told, _) = recorded.events
    assert recorded.names == ["start", "end"]
    assert (put, told) == (STOP, answer)
    assert (began["name"], began["tags"], began["metadata"]["ticket"]) == ("help desk", ["desk"], 7)


def test_async_callbacks_are_told_too(employee: Assistant) -> None:
    class Noted(AsyncCallbackHandler):
        seen: list[str] = []  # noqa: RUF012

        async def on_chain_start(self, serialized: Any, inputs: Any, **_: Any) -> None:
            self.seen.append(str(inputs))

        async def on_chain_end(self, outputs: Any, **_: Any) -> None:
            self.seen.append(outputs.status)

    noted = Noted()
    looped(lambda: employee.ainvoke(STOP, config={"callbacks": [noted]}))
    assert noted.seen == [STOP, "answered"]


def test_an_error_is_told_to_callbacks_and_raised(worded: Worded) -> None:
    recorded = Recorded()
    with pytest.raises(BadQuestion):
        worded.assistant.invoke("", config={"callbacks": [recorded]})
    with pytest.raises(BadQuestion):
        list(worded.assistant.stream({"nothing": 1}, config={"callbacks": [recorded]}))
    switches.switch(worded.home, LOCAL, Mode.OFF)
    try:
        with pytest.raises(SwitchedOff):
            looped(lambda: worded.assistant.ainvoke(STOP, config={"callbacks": [recorded]}))
    finally:
        switches.switch(worded.home, LOCAL, Mode.ON)
    assert recorded.names == ["start", "error"] * 3
    assert [type(told) for name, told, _ in recorded.events if name == "error"][-1] is SwitchedOff


def test_claims_are_streamed_before_the_answer_and_each_is_on_the_log(worded: Worded) -> None:
    logged = []
    for part in worded.saying(Says(claims(GOOD, FORGED)), Says(claims())).stream(TOOLS):
        if isinstance(part, Said):
            with worded.home.database.read() as connection:
                (entry,) = [e for e in log.latest(connection, "claim") if e.body["number"] == part.number][:1]
            logged.append(entry.body["claim"]["text"])
            assert part.claim.text == logged[-1]
    assert GOOD[0] in logged
    assert isinstance(part, Answer)
    assert on_log(worded.home, part).kind == "answer"


def test_events_of_a_stream_hold_what_is_said_and_nothing_that_was_struck(worded: Worded) -> None:
    recorded = Recorded()
    assistant = worded.saying(Says(claims(GOOD, FORGED)), Says(claims()))

    async def run() -> list[Any]:
        given: Any = {"callbacks": [recorded]}
        return [event async for event in assistant.astream_events(TOOLS, config=given, version="v2")]

    events = looped(run)
    kinds = [event["event"] for event in events]
    assert (kinds[0], kinds[-1]) == ("on_chain_start", "on_chain_end")
    assert set(kinds[1:-1]) == {"on_chain_stream"}
    chunks = [event["data"]["chunk"] for event in events if event["event"] == "on_chain_stream"]
    assert [type(chunk) for chunk in chunks] == [Said, Answer]
    assert events[-1]["data"]["output"] == chunks[-1]
    told = repr(events) + repr(recorded.events)
    assert GOOD[0] in told
    assert FORGED[0] not in told and FORGED[1] not in told
    assert set(recorded.names) == {"start", "end"}  # of the model nobody is told


def test_a_tracer_around_it_learns_nothing_of_the_model(worded: Worded) -> None:
    assistant = worded.saying(Says(claims(FORGED)), Says(claims()))
    with collect_runs() as collected:
        assistant.invoke(TOOLS)
    (run,) = collected.traced_runs
    assert run.child_runs == []
    assert FORGED[0] not in repr(run.outputs)


def test_it_is_a_part_of_a_chain(employee: Assistant) -> None:
    questions: Runnable[str, Any] = RunnableLambda(lambda topic: {"question": f"Who may stop {topic}?"})
    chain = questions | employee | RunnableLambda(lambda answer: answer.claims[0].citations[0].title)
    title = chain.invoke("an AI system")
    assert title == employee.invoke(STOP).claims[0].citations[0].title
    assert list(chain.stream("an AI system")) == [title]
    assert looped(lambda: chain.ainvoke("an AI system")) == title
    assert chain.batch(["an AI system"] * 2) == [title] * 2
    assert "Assistant" in chain.get_graph().draw_mermaid()


def test_it_says_what_goes_in_and_comes_out(employee: Assistant) -> None:
    put, got = employee.get_input_jsonschema(), employee.get_output_jsonschema()
    assert set(put["$defs"]["Inquiry"]["properties"]) == {"question", "conversation", "as_of"}
    assert {"claims", "status", "note"} <= set(got["properties"])


def test_a_stream_that_is_left_ends_the_models_request(worded: Worded) -> None:
    assistant = worded.saying(Says(claims(GOOD, GOOD, GOOD), size=8, after=0.05))
    parts = assistant.stream(TOOLS)
    assert isinstance(next(parts), Said)
    parts.close()  # type: ignore[attr-defined]
    assert no_call_is_left()


def test_a_stream_that_is_cancelled_ends_the_models_request(worded: Worded) -> None:
    assistant = worded.saying(Says(claims(GOOD, GOOD, GOOD), size=8, after=0.05))

    async def left() -> None:
        async for part in assistant.astream(TOOLS):
            assert isinstance(part, Said)
            break

    async def run() -> float:
        await left()
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(assistant.ainvoke(TOOLS), 0.2)
        return time.monotonic() - began

    assert looped(run) < 1
    assert no_call_is_left()
    with worded.home.database.read() as connection:
        assert log.verify(connection).sound


def no_call_is_left() -> bool:
    """Whether within some seconds nothing is read from a model any more."""
    until = time.monotonic() + 8
    while any(thread.name == "model call" for thread in threading.enumerate()):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
