"""From question to logged answer with a hosted model, or a judge: what they get, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from assistant import answer_record, log
from assistant.home import Home
from assistant.local_only import mark
from assistant.models import Answer
from assistant.switches import Mode, switch
from assistant.whereabouts import destination
from knowledge import library
from tests.assistant.reviewing import ADMIN, put, with_settings
from tests.model_server import ModelServer, Reply, Says

TOOLS = "Which AI tools am I allowed to use?"
RULE = 'A new tool is requested with the form "Request an AI tool" in the service portal.'
WORDED = 'In the service portal a new tool is requested with the form "Request an AI tool".'
CLAIM = {"quotes": [{"passage": 1, "quote": RULE}], "text": WORDED}
WRITES = Says(json.dumps({"claims": [CLAIM]}))
YES, NO = Says('{"supported": true}'), Says('{"supported": false}')


class Models:
    """A home with a model that writes, and the servers that it and a judge are at."""

    def __init__(self, home: Home, writer: ModelServer, judge: ModelServer | None) -> None:
        self.home, self.writer, self.judge = home, writer, judge

    def asked(self) -> Answer:
        return put(self.home, TOOLS)

    def sent(self) -> str:
        servers = (self.writer, self.judge) if self.judge else (self.writer,)
        told = "\n".join(request.words for server in servers for request in server.requests)
        return " ".join(told.split())


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def opened(servers: ExitStack, home: Home, judge: Reply | None = None, **more: Any) -> Models:
    writer = servers.enter_context(ModelServer([WRITES]))
    settings = {"model": "openai:writer", "model_url": writer.url, "model_retries": 0}
    second = servers.enter_context(ModelServer([judge])) if judge else None
    if second:
        settings |= {"judge_model": "openai:judge", "judge_url": second.url}
    for name in ("chat", "gates"):  # what was opened under other settings
        vars(home).pop(name, None)
    return Models(with_settings(home, **{**settings, **more}), writer, second)


def words(answer: Answer) -> list[str]:
    return [" ".join(claim.text.split()) for claim in answer.claims]


def source(home: Home) -> str:
    """The document that holds the rule."""
    cited = [citation for claim in put(home, TOOLS).claims for citation in claim.citations]
    found = {citation.document for citation in cited if RULE in " ".join(citation.quote.split())}
    assert len(found) == 1
    return found.pop()


def test_a_wording_that_the_judge_stands_behind_is_said(servers: ExitStack, org: Home) -> None:
    models = opened(servers, org, YES)
    assert WORDED in words(models.asked())
    assert models.judge and len(models.judge.requests) == 1
    assert WORDED in models.judge.requests[0].words and RULE in models.judge.requests[0].words


def test_one_that_it_turns_down_is_shown_as_its_quote_and_the_log_says_why(
    servers: ExitStack, org: Home
) -> None:
    models = opened(servers, org, NO)
    answer = models.asked()
    assert words(answer)[0] == RULE and WORDED not in words(answer)
    with org.database.read() as connection:
        entry = log.get(connection, answer.id)
        assert log.verify(connection).sound
    assert models.judge
    assert entry.body["model"]["gates"] == [
        f"judge openai:judge at 127.0.0.1:{models.judge.port} (it gets each wording with its quotes)"
    ]
    assert entry.body["model"]["prompts"].keys() == {"answer", "judge"}
    outcome, text, reason = answer_record.not_held(entry)[0]
    assert (outcome, text) == ("quote only", WORDED)
    assert reason == "the judge openai:judge does not find that the quotes say it"


HOSTED = {"hosted model": {"model_hosted": True}, "hosted judge": {"judge_hosted": True}}


@pytest.mark.parametrize("which", HOSTED)
def test_a_reader_is_told_that_text_leaves_for_either(servers: ExitStack, org: Home, which: str) -> None:
    assert "nothing leaves it" in destination(opened(servers, org, YES).home)
    models = opened(servers, org, YES, **HOSTED[which])
    assert "nothing leaves" not in destination(models.home)
    asked = models.writer if which == "hosted model" else models.judge
    assert asked and str(asked.port) in destination(models.home)


def test_a_reader_is_told_that_nothing_leaves_an_assistant_that_is_off(servers: ExitStack, org: Home) -> None:
    models = opened(servers, org, YES, model_hosted=True)
    switch(models.home, ADMIN, Mode.OFF)
    assert destination(models.home) == "The assistant is switched off: nothing leaves this machine."


@pytest.mark.parametrize("which", HOSTED)
def test_a_marked_document_is_left_out_of_all_that_is_sent_and_quoted_as_before(
    servers: ExitStack, org: Home, which: str
) -> None:
    name = source(org)
    mark(org, name, True)
    models = opened(servers, org, YES, **HOSTED[which])
    answer = models.asked()
    assert any(RULE in told for told in words(answer)) and WORDED not in words(answer)
    assert models.writer.requests and RULE not in models.sent()
    with org.database.read() as connection:
        (begun,) = log.latest(connection, "generation")
        marked = {version.id for version in library.of_document(connection, name)}
    sent = {row["version"] for row in begun.body["passages"]}
    assert sent and not sent & marked

    mark(org, name, False)
    assert WORDED in words(models.asked())
    assert RULE in models.sent()


def test_models_on_this_machine_get_marked_documents(servers: ExitStack, org: Home) -> None:
    mark(org, source(org), True)
    models = opened(servers, org, YES)
    assert WORDED in words(models.asked())
    assert RULE in models.sent()
