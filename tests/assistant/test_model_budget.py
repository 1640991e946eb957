"""A day's budget: nobody spends more, however many ask at once, and what was not used is given back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from assistant.errors import ModelFailed
from assistant.model import answering, budget
from assistant.model.budget import Budget, Use
from assistant.model.counting import counted
from knowledge.database import Database
from tests.assistant.chats import CLAIMS, PROVIDERS, QUESTION, SHAPE, SYSTEM, chat_with, put
from tests.model_server import Asked, Dies, Fails, ModelServer, Reply, Says, Stalls

pytestmark = pytest.mark.usefixtures("bare_environment")
ASKED = counted(SYSTEM) + counted(QUESTION[0].text)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.in_home(tmp_path)
    yield database
    database.close()


def spent_at_once(databases: list[Database], limit: int, wanted: int, settled: int) -> int:
    """How many of twelve callers, each with a database of its own to go by, are let through."""
    through: list[Use] = []
    start = threading.Barrier(12)

    def spend(number: int) -> None:
        mine = Budget(databases[number % len(databases)], limit)
        start.wait()
        try:
            through.append(mine.reserve(wanted))
        except ModelFailed as error:
            assert error.why == "over budget"

    threads = [threading.Thread(target=spend, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Budget(databases[0], limit).used().tokens == wanted * len(through) <= limit
    for reserved in through:
        Budget(databases[0], limit).settle(reserved, 1, settled)
    assert Budget(databases[0], limit).used().tokens == settled * len(through)
    return len(through)


def test_those_who_ask_at_once_do_not_spend_the_same_rest(database: Database, tmp_path: Path) -> None:
    other = Database.in_home(tmp_path)  # as another process has it open
    assert spent_at_once([database, other], limit=1_000, wanted=150, settled=40) == 6
    other.close()


def test_a_new_day_has_a_new_budget(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Budget(database, 100)
    reserved = ours.reserve(100)
    with pytest.raises(ModelFailed, match="100 tokens for today are used up"):
        ours.reserve(1)
    monkeypatch.setattr(budget, "today", lambda: date(2031, 1, 1))
    ours.reserve(60)
    ours.settle(reserved, 1, 10)  # of the day before
    assert ours.used() == Use(date(2031, 1, 1), 1, 60)


def test_without_a_budget_what_is_used_is_counted(database: Database) -> None:
    with ModelServer([Says(CLAIMS, usage=(700, 80))]) as server:
        chat = chat_with(server, database)
        put(chat)
        put(chat)
        assert (chat.budget.used().requests, chat.budget.used().tokens) == (2, 1_560)


def test_nothing_is_asked_beyond_the_budget(database: Database) -> None:
    with ModelServer([Says(CLAIMS, usage=(900, 100))]) as server:
        chat = chat_with(server, database, model_tokens_per_day=2_500)
        assert put(chat) == CLAIMS
        assert put(chat) == CLAIMS
        with pytest.raises(ModelFailed, match="2,500 tokens for today are used up") as failed:
            put(chat)
        assert (failed.value.why, len(server.requests)) == ("over budget", 2)


@pytest.mark.parametrize(
    ("reply", "tokens"),
    [
        (Says("Words that are counted.", usage=None), ASKED + 6),
        (Fails(400), 0),
        (Fails(429), 0),
        (Stalls(), ASKED),
        (Stalls("Words"), ASKED + 1),
        (Dies("Words"), ASKED + 1),
    ],
    ids=["no usage told", "refused", "limited", "stalled", "stalled in the middle", "died"],
)
def test_what_is_not_told_is_estimated(
    reply: Says | Fails | Stalls | Dies, tokens: int, database: Database
) -> None:
    with ModelServer([reply]) as server:
        chat = chat_with(server, database, model_retries=0)
        with suppress(ModelFailed):
            put(chat, None, seconds=1 if isinstance(reply, Stalls) else 20)
        assert (chat.budget.used().requests, chat.budget.used().tokens) == (1, tokens)


def test_who_leaves_has_used_what_came(database: Database) -> None:
    with ModelServer([Stalls("Words")]) as server:
        pieces = chat_with(server, database).stream(SYSTEM, QUESTION, None, 20)
        next(pieces)
        pieces.close()
        assert Budget(database, None).used().tokens == ASKED + 1


def test_a_request_that_was_never_made_costs_nothing(database: Database) -> None:
    with ModelServer([Says(CLAIMS)]) as server:
        chat = chat_with(server, database, model_per_minute=1)
        put(chat)
        before = chat.budget.used()
        with pytest.raises(ModelFailed):
            put(chat)
        assert chat.budget.used() == before


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("told", [-5_000_000, 10_000_001, 10**30])
def test_a_number_that_cannot_be_is_not_believed(told: int, provider: str, database: Database) -> None:
    with ModelServer([Says("Words that are counted.", usage=(told, 0))]) as server:
        chat = chat_with(server, database, provider)
        assert put(chat, None) == "Words that are counted."
        assert chat.budget.used().tokens == ASKED + 6


def test_after_a_number_that_cannot_be_none_is_believed() -> None:
    for told in ([5, -1, 7], [10_000_000, 1], [5, 1.5], [True]):
        request = answering.Request(None)
        for tokens in told:
            request.told(tokens)
        assert request.tokens == 0
    request.told(5)
    assert request.tokens == 0


def test_nothing_is_settled_below_nothing(database: Database) -> None:
    ours = Budget(database, 100)
    ours.settle(ours.reserve(60), 1, -500)
    assert ours.used().tokens == 0


ONE = ASKED + counted(SHAPE.in_words()) + 1_024
"""What one request with a shape may use at the most."""


def test_a_simpler_request_is_reserved_for_too(database: Database) -> None:
    """The first spends most of the budget on prose, so that there must be no second."""
    with ModelServer([Says("I think " + "so " * 20, tools=False, usage=(ONE - 10, 10))]) as server:
        chat = chat_with(server, database, model_tokens_per_day=ONE + 9)
        with pytest.raises(ModelFailed) as failed:
            put(chat)
        assert (failed.value.why, len(server.requests)) == ("over budget", 1)
        used = chat.budget.used()
        assert used.requests == 1 and 0 < used.tokens <= ONE + 9


def test_a_new_try_is_reserved_for_too(database: Database) -> None:
    """Each try has its question read, and then dies."""
    with ModelServer([Dies()]) as server:
        chat = chat_with(server, database, model_tokens_per_day=ONE, model_retries=5)
        with pytest.raises(ModelFailed) as failed:
            put(chat)
        assert (failed.value.why, len(server.requests)) == ("over budget", 1)


def test_what_was_refused_is_given_back_before_the_next_try(database: Database) -> None:
    def reply(asked: Asked) -> Reply:
        return Fails(400, "Unsupported parameter: 'tools'") if asked.tool else Says(CLAIMS, usage=(300, 40))

    with ModelServer([reply]) as server:
        chat = chat_with(server, database, model_tokens_per_day=ONE)
        assert put(chat) == CLAIMS
        assert (chat.budget.used().requests, chat.budget.used().tokens) == (2, 340)
