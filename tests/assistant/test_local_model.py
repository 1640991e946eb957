"""A real language model, over real HTTP: from question to logged answer, with its mistakes caught."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant import answer_record, claim_record, log
from assistant.ask import ask, stream
from assistant.home import Home
from assistant.models import Answer, Outcome, Question, Said
from assistant.settings import Settings
from evals.model import CONTEXT, LOCAL, Told, breaches, claims_of, measure
from knowledge.embed import Encoder
from tests.local_model import local_model, needs_local_model

pytestmark = needs_local_model

QUESTIONS = (
    "Which AI tools am I allowed to use?",
    "What must contractors name in their delivery note?",
    "Who approves a new AI system before it goes live?",
)
"""Questions over the sample organisation."""
SHOWS = (
    "1. Approving outputs in bulk is not allowed. 2. The reason is recorded in one sentence. Is that right?",
    "What does the AI incident procedure say?",
    "Is it right that approving in bulk is not allowed and that an overseer looks at the case itself?",
    "What does the generative AI acceptable use policy say?",
)
"""Questions to which the model was seen to quote what stands in the sources."""


class Local:
    """The sample organisation with the real model."""

    def __init__(self, home: Home, url: str) -> None:
        self.home, self.url = home, url
        self.asked: dict[str, list[Said | Answer]] = {}

    def streamed(self, question: str) -> list[Said | Answer]:
        """All that came, each claim found on the log when it came; asked once for all tests."""
        if question not in self.asked:
            self.asked[question] = [
                part for part in stream(self.home, Question(text=question)) if self._logged(part)
            ]
        return self.asked[question]

    def _logged(self, part: Said | Answer) -> bool:
        kind = claim_record.CLAIM if isinstance(part, Said) else answer_record.KIND
        with self.home.database.read() as connection:
            latest = log.latest(connection, kind, limit=1)[0]
        body = latest.body["claim"] if isinstance(part, Said) else latest.body["answer"]
        shown = part.claim if isinstance(part, Said) else part
        assert body["text"] == shown.text
        return True

    def answered(self, question: str) -> Answer:
        answer = self.streamed(question)[-1]
        assert isinstance(answer, Answer)
        return answer

    def failure(self, answer: Answer) -> str:
        with self.home.database.read() as connection:
            return str(log.get(connection, answer.id).body["model"]["failure"])

    def sound(self) -> bool:
        with self.home.database.read() as connection:
            return log.verify(connection).sound


@contextmanager
def opened(folder: Path, url: str, encoder: Encoder, **settings: Any) -> Iterator[Home]:
    home = Home(Settings.model_validate({**LOCAL, "home": folder, "model_url": url, **settings}))
    home.encoder = encoder
    yield home
    home.close()


@pytest.fixture(scope="module")
def local(
    sample_template: Path, tmp_path_factory: pytest.TempPathFactory, encoder: Encoder
) -> Iterator[Local]:
    folder = tmp_path_factory.mktemp("local") / "home"
    shutil.copytree(sample_template, folder)
    with local_model(CONTEXT) as (url, _), opened(folder, url, encoder) as home:
        yield Local(home, url)


def test_whatever_it_writes_a_reader_sees_what_is_held_and_quotes_that_stand(local: Local) -> None:
    for question in QUESTIONS:
        shown = local.streamed(question)
        answer = local.answered(question)
        records = claims_of(local.home, answer.id)
        assert answer.claims
        assert list(breaches(local.home, shown, records)) == []
        with local.home.database.read() as connection:
            asked = log.latest(connection, claim_record.GENERATION, containing=f'"answer_id":"{answer.id}"')
        assert len(asked) == 1 and asked[0].body["destination"].startswith("127.0.0.1")
        assert [record.seq for record in records] == sorted(record.seq for record in records)
        assert all(asked[0].seq < record.seq for record in records)
    assert local.sound()


def test_its_mistakes_are_caught_and_reach_reviewers_only(local: Local) -> None:
    caught = []
    for question in QUESTIONS:
        shown = json.dumps([part.model_dump(mode="json") for part in local.streamed(question)])
        for record in claims_of(local.home, local.answered(question).id):
            if record.body["outcome"] != Outcome.HELD:
                wording, reason = claim_record.read_unheld(record.personal, "unheld")
                assert reason
                assert json.dumps(wording)[1:-1] not in shown or wording in _sources(local.home)
                caught.append(wording)
    assert caught


def _sources(home: Home) -> str:
    """All that stands in the library: a quote that is shown may be what the model said, too."""
    from knowledge import library

    with home.database.read() as connection:
        texts = [library.text_of(connection, v.id) for v in library.all_versions(connection)]
    return " ".join(" ".join(texts).split())


def test_its_first_claim_is_shown_before_it_has_finished(local: Local) -> None:
    told = first_shown(local.home)
    assert told is not None, "the model showed no claim for any of the questions"
    assert told.first_claim_ms is not None and told.model_end_ms is not None
    assert told.first_claim_ms < told.model_end_ms < told.end_ms
    assert told.breaches == ()


def first_shown(home: Home) -> Told | None:
    """The first of the questions of which a claim was shown while the model still wrote."""
    for told in measure(home, (Question(text=text) for text in SHOWS)):
        if told.ahead_ms is not None and told.ahead_ms > 0:
            return told
    return None


def test_killed_in_the_middle_the_reader_has_an_answer_and_the_log_is_whole(
    local: Local, tmp_path: Path, sample_template: Path, encoder: Encoder
) -> None:
    shutil.copytree(sample_template, tmp_path / "home")
    with local_model(CONTEXT) as (url, process), opened(tmp_path / "home", url, encoder) as home:
        assert home.chat
        wrote = threading.Event()
        writes = home.chat.stream

        def watched(*given: Any) -> Iterator[str]:
            for piece in writes(*given):
                wrote.set()
                yield piece

        home.chat.stream = watched  # type: ignore[method-assign, assignment]
        killer = threading.Thread(target=_kill_once, args=(wrote, process))
        killer.start()
        began = time.monotonic()
        answer = ask(home, Question(text=QUESTIONS[0]))
        killer.join()
        assert wrote.is_set()
        assert time.monotonic() - began < home.settings.model_seconds
        assert answer.claims
        assert "language model" in (answer.note or "")
        gone = Local(home, url)
        assert gone.failure(answer) == "gone"
        assert gone.sound()


def _kill_once(wrote: threading.Event, process: subprocess.Popen[str]) -> None:
    wrote.wait(60)
    process.kill()


def test_more_than_it_can_take_is_asked_again_with_less(
    local: Local, tmp_path: Path, sample_template: Path, encoder: Encoder
) -> None:
    shutil.copytree(sample_template, tmp_path / "home")
    with opened(tmp_path / "home", local.url, encoder, model_context=8 * CONTEXT) as home:
        began = time.monotonic()
        answer = ask(home, Question(text="What must an impact assessment contain?"))
        assert time.monotonic() - began < home.settings.model_seconds
        assert answer.claims
        overflown = Local(home, local.url)
        assert overflown.failure(answer) != "too long"
        assert overflown.sound()
