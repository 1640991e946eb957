"""How much a model is given: what fits, with room for a second turn, and less when its server takes less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from assistant.errors import ContextTooLong
from assistant.generation.shape import CLAIMS
from assistant.generation.writing import Task, Writer
from assistant.model.pieces import RawClaim
from assistant.models import Claim, Outcome, Verdict
from knowledge.database import Database
from tests.assistant.chats import chat_with
from tests.model_server import Asked, Fails, ModelServer, Reply, Says

SENTENCE = "The register lists every tool that may be used for work. "
CLAIM = '{"claims": [{"quotes": [{"passage": 1, "quote": "a quote"}], "text": "A sentence."}]}'
TOO_LONG = Fails(400, "This model's maximum context length is 2048 tokens.", "context_length_exceeded")


@dataclass(frozen=True)
class Passage:
    number: int
    words: str = SENTENCE * 8
    about: Mapping[str, str] = field(
        default_factory=lambda: {"kind": "house policy", "title": "Tools", "section": "Register"}
    )
    spans: Sequence[tuple[str, int, int]] = ()


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer([Says(CLAIM)]) as listening:
        yield listening


def written(server: ModelServer, ledger: Database, context: int, passages: int = 40) -> list[Verdict]:
    """What comes of the task; no claim is held, so that each is to be mended."""

    def struck(raw: RawClaim, _: Sequence[Passage]) -> Verdict:
        claim = Claim(text=raw.text, citations=())
        return Verdict(claim=claim, outcome=Outcome.STRUCK, reason="its quote stands nowhere")

    settings: dict[str, Any] = {"model_context": context, "model_answer_tokens": context // 8}
    chat = chat_with(server, ledger, model_retries=0, **settings)
    task = Task("answer", CLAIMS, {"role": "employee", "question": "Which tools may be used?"}, 8)
    given = [Passage(number) for number in range(1, passages + 1)]
    return list(Writer(chat, task, given, struck, lambda: None).write(20))


@pytest.mark.parametrize("context", [2_048, 4_096, 8_192])
def test_a_second_turn_has_its_room_beside_the_first(
    server: ModelServer, ledger: Database, context: int
) -> None:
    assert len(written(server, ledger, context)) == 2
    first, second = server.requests
    assert 0 < sent(first) < 40
    assert "its quote stands nowhere" in second.words


def test_where_there_is_no_room_for_a_second_turn_there_is_a_first(
    server: ModelServer, ledger: Database
) -> None:
    assert len(written(server, ledger, 1_300)) == 1
    (only,) = server.requests
    assert sent(only) > 0


def test_a_server_that_takes_less_than_was_set_is_sent_half(server: ModelServer, ledger: Database) -> None:
    def small(asked: Asked) -> Reply:
        return TOO_LONG if sent(asked) > 15 else Says(CLAIM)

    server.replies[:] = [small]
    assert written(server, ledger, 60_000, passages=20)
    assert [sent(asked) for asked in server.requests][:2] == [20, 10]


def test_a_source_that_does_not_fit_is_not_sent(server: ModelServer, ledger: Database) -> None:
    server.replies[:] = [TOO_LONG]
    with pytest.raises(ContextTooLong):
        written(server, ledger, 60_000, passages=1)
    assert len(server.requests) == 1


def sent(asked: Asked) -> int:
    """How many passages a request holds beside those of the example."""
    return asked.words.count('title="Tools"')
