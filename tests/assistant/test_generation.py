"""An answer that a language model words, over real HTTP: held to its sources, logged before it is said."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import answer_record, claim_record, erasure, local_only, log, reading, receipts, switches
from assistant.ask import ask, stream
from assistant.cli.review_text import print_item
from assistant.errors import SwitchedOff, UnknownRecord
from assistant.home import Home
from assistant.log_search import summary
from assistant.models import Answer, Outcome, Question, Said
from assistant.people import LOCAL, Person
from assistant.switches import Mode
from knowledge import library
from knowledge.models import Role
from tests.assistant.chats import scripted_home
from tests.model_server import Asked, Dies, Fails, Garbage, ModelServer, Says, Script, Stalls

TOOLS = "Which AI tools am I allowed to use?"
RULE = 'A new tool is requested with the form "Request an AI tool" in the service portal.'
LISTED = "The register lists every AI tool that may be used for work."
"""Two sentences of the sample organisation's rules on generative AI."""


def claims(*rows: tuple[str, str]) -> str:
    """What a model returns: sentences, each with a quote."""
    return json.dumps(
        {"claims": [{"quotes": [{"passage": 1, "quote": q}], "text": text} for text, q in rows]}
    )


GOOD = ('In the service portal a new tool is requested with the form "Request an AI tool".', RULE)
FALSE = ('A new tool is not requested with the form "Request an AI tool" in the service portal.', RULE)
FORGED = ("Every tool may be used.", "Every tool on the market may be used by anybody at any time.")


def quoted(answer: Answer, words: str) -> bool:
    """Whether some claim is worded as these words of its source."""
    return any(words in " ".join(claim.text.split()) for claim in answer.claims)


Opens = Callable[..., "Opened"]


class Opened:
    """The sample organisation's home with a scripted model."""

    def __init__(self, home: Home, server: ModelServer) -> None:
        self.home, self.server = home, server

    def asked(self, text: str = TOOLS, **more: Any) -> Answer:
        return ask(self.home, Question.model_validate({"text": text, **more}))

    def streamed(self, text: str = TOOLS) -> list[Said | Answer]:
        return list(stream(self.home, Question(text=text)))

    def entry(self, answer: Answer) -> log.Record:
        with self.home.database.read() as connection:
            return log.get(connection, answer.id)

    def of_kind(self, kind: str) -> list[log.Record]:
        with self.home.database.read() as connection:
            return log.latest(connection, kind)[::-1]

    def sound(self) -> bool:
        with self.home.database.read() as connection:
            return log.verify(connection).sound


@pytest.fixture(scope="module")
def kept(sample_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A home with a scripted model, opened once."""
    with scripted_home(sample_template, tmp_path_factory.mktemp("generation") / "home") as (home, server):
        yield Opened(home, server)


@pytest.fixture
def opens(kept: Opened) -> Iterator[Opens]:
    """The home with a model that replies as scripted, within some seconds."""

    def open_(*replies: Script, seconds: float = 60) -> Opened:
        assert kept.home.chat
        kept.home.chat.seconds = seconds
        kept.server.replies[:] = replies
        kept.server.requests.clear()
        return kept

    yield open_
    switches.switch(kept.home, LOCAL, Mode.ON)
    for subject in switches.now(kept.home).held:
        switches.hold(kept.home, LOCAL, subject, on=False)


def test_a_claim_that_its_quote_carries_is_said_in_the_models_words(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD)))
    answer = opened.asked()
    claim = answer.claims[0]
    assert claim.text == GOOD[0]
    assert RULE in [" ".join(c.quote.split()) for c in claim.citations]
    body = opened.entry(answer).body
    assert (body["composer"]["name"], body["model"]["model"]) == ("model", "openai:scripted")
    assert body["model"]["prompts"].keys() >= {"answer"}


def test_a_wording_that_says_more_is_shown_as_its_quote(opens: Opens) -> None:
    answer = opens(Says(claims(FALSE))).asked()
    assert " ".join(answer.claims[0].text.split()) == RULE
    assert FALSE[0] not in answer.model_dump_json()


def test_what_answers_surest_is_quoted_though_the_model_passes_it_over(opens: Opens) -> None:
    answer = opens(
        Says(claims(("All AI tools that may be used for work are listed in the register.", LISTED)))
    ).asked()
    assert len(answer.claims) == 2
    assert "Only tools in the AI tool register" in answer.claims[1].text


def test_a_forged_quote_reaches_reviewers_only(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD, FORGED)), Says(claims()))
    answer = opened.asked()
    assert FORGED[0] not in answer.model_dump_json()
    assert FORGED[1] not in answer.model_dump_json()
    entry = opened.entry(answer)
    ((outcome, text, reason),) = answer_record.not_held(entry)
    assert (outcome, text) == ("struck", FORGED[0])
    assert "does not stand" in reason
    assert "a citation failed" in entry.body["review"]["reasons"]
    assert FORGED[0] not in json.dumps(entry.body)


def test_nothing_held_gives_the_quotes_and_says_so(opens: Opens) -> None:
    answer = opens(Says(claims(FORGED))).asked()
    assert quoted(answer, RULE)
    assert "could not be confirmed in the sources" in (answer.note or "")


def test_one_turn_mends_what_failed(opens: Opens) -> None:
    opened = opens(Says(claims(FORGED)), Says(claims(GOOD)))
    answer = opened.asked()
    assert answer.claims[0].text == GOOD[0]
    assert FALSE[0] not in answer.model_dump_json()
    first, second = opened.server.requests
    assert FORGED[0] not in first.words
    assert FORGED[0] in second.words and "does not stand in the passages" in second.words


def test_a_wording_that_failed_gives_way_to_the_mended_one(opens: Opens) -> None:
    answer = opens(Says(claims(FALSE)), Says(claims(GOOD))).asked()
    assert answer.claims[0].text == GOOD[0]
    assert FALSE[0] not in answer.model_dump_json()


def test_there_is_one_turn_to_mend_and_no_more(opens: Opens) -> None:
    opened = opens(Says(claims(FORGED)))
    opened.asked()
    assert len(opened.server.requests) == 2


def test_each_claim_is_on_the_log_before_it_is_said(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD, FALSE)), Says(claims()))
    logged = []
    for part in stream(opened.home, Question(text=TOOLS)):
        if isinstance(part, Said):
            logged.append((part.number, opened.of_kind("claim")[-1].body["claim"]["text"]))
            assert logged[-1] == (part.number, part.claim.text)
    assert len(logged) == 2
    begun = opened.of_kind("generation")[-1]
    assert begun.personal["question"] == TOOLS
    assert begun.body["passages"] and begun.body["destination"].startswith("127.0.0.1")


def test_a_claim_is_said_while_the_model_still_writes(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD, GOOD, GOOD), size=40, after=0.05))
    parts = stream(opened.home, Question(text=TOOLS))
    first = next(parts)
    assert isinstance(first, Said) and first.outcome is Outcome.HELD
    answered = {entry.id for entry in opened.of_kind("answer")}
    *_, last = parts
    assert isinstance(last, Answer)
    assert [claim.text for claim in last.claims].count(GOOD[0]) == 1
    assert last.id not in answered


def test_a_model_that_finds_nothing_is_told_of(opens: Opens) -> None:
    answer = opens(Says(claims())).asked()
    assert "found no answer in these sources" in (answer.note or "") or answer.status == "abstained"


FAULTS: dict[str, Script] = {
    "gone": Dies(),
    "garbage": Garbage(),
    "prose": Says("I would rather talk about the weather, {really}."),
    "stalls": Stalls(),
    "drips": Stalls(drip=0.1),
    "too many requests": Fails(429),
    "broken": Fails(500),
    "no key": Fails(401),
    "too long": Fails(400, "This model's maximum context length is 100 tokens.", "context_length_exceeded"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_goes_wrong_the_reader_gets_the_quotes_and_a_line(opens: Opens, fault: str) -> None:
    opened = opens(FAULTS[fault], seconds=2)
    answer = opened.asked()
    assert quoted(answer, RULE)
    assert "The language model did not answer" in (answer.note or "") or fault == "prose"
    assert answer.timing_ms["total"] < 4_000
    assert opened.sound()


@pytest.mark.parametrize(
    "fault", [Dies(claims(GOOD)[:-2]), Stalls(claims(GOOD)[:-2])], ids=["dies", "stalls"]
)
def test_what_was_held_before_it_broke_off_stands_with_the_quotes(opens: Opens, fault: Script) -> None:
    opened = opens(fault, seconds=2)
    *said, answer = opened.streamed()
    assert isinstance(answer, Answer)
    assert [part.claim.text for part in said if isinstance(part, Said)] == [GOOD[0]]
    assert answer.claims[0].text == GOOD[0] and len(answer.claims) > 1
    assert "stopped before it had finished" in (answer.note or "")
    assert opened.sound()


def test_quotes_only_sends_nothing_to_the_model(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD)))
    switches.switch(opened.home, LOCAL, Mode.QUOTES)
    answer = opened.asked()
    assert opened.server.requests == []
    assert quoted(answer, RULE)
    assert "switched to quotes only" in (answer.note or "")


def test_switched_to_quotes_meanwhile_nothing_more_of_the_model_is_said(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD, (LISTED, LISTED)), size=30, after=0.02))
    said = []
    for part in stream(opened.home, Question(text=TOOLS)):
        if isinstance(part, Said):
            said.append(part)
            switches.switch(opened.home, LOCAL, Mode.QUOTES)
        else:
            answer = part
    assert len(said) == 1
    assert GOOD[0] not in [claim.text for claim in answer.claims]


def test_switched_off_meanwhile_nothing_more_is_said(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD, (LISTED, LISTED)), size=30, after=0.02))
    parts = stream(opened.home, Question(text=TOOLS))
    next(parts)
    switches.switch(opened.home, LOCAL, Mode.OFF)
    with pytest.raises(SwitchedOff):
        list(parts)
    assert opened.sound()


def test_while_a_subject_is_held_nothing_is_said_before_the_whole_was_looked_at(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD)))
    switches.hold(opened.home, LOCAL, opened.home.subjects[0].id)
    assert [part for part in opened.streamed() if isinstance(part, Said)] == []


def test_the_model_gets_only_what_the_asker_may_see(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD)))
    opened.asked("How was the credit assessment investigated and what did it find?")
    sent = "\n".join(request.words for request in opened.server.requests)
    with opened.home.database.read() as connection:
        from knowledge import library

        barred = [
            v
            for v in library.all_versions(connection)
            if not opened.home.scope(Question(text="x").role).admits(v)
        ]
    assert barred
    assert not any(version.title in sent for version in barred)


def test_the_requirements_answer_for_themselves_without_the_model(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD)))
    assert opened.asked("What does A.6.2.8 require?").claims
    assert opened.server.requests == []


def test_erasing_an_answer_erases_what_the_model_was_asked_and_wrote_for_it(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD, FORGED)), Says(claims()))
    answer = opened.asked()
    beside = [*opened.of_kind("generation"), *opened.of_kind("claim")]
    written = [entry for entry in beside if entry.body["answer_id"] == answer.id]
    assert {word for entry in written for word in entry.personal} == {"question", "unheld"}
    erasure.erase(opened.home, LOCAL, [opened.entry(answer).seq], reason="asked for")
    beside = [*opened.of_kind("generation"), *opened.of_kind("claim")]
    assert not any(entry.personal for entry in beside if entry.body["answer_id"] == answer.id)
    assert answer_record.not_held(opened.entry(answer))[0][1:] == ("[erased]", "[erased]")
    assert opened.sound()


def test_records_of_a_model_are_found_and_told_in_one_line(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD, FORGED)), Says(claims()))
    opened.asked()
    told = [summary(entry) for entry in [*opened.of_kind("claim")[-2:], *opened.of_kind("generation")[-1:]]]
    assert told[:2] == [f"held: {GOOD[0]}", f"struck: {FORGED[0]}"]
    assert told[2].endswith(TOOLS) and "openai:scripted at 127.0.0.1" in told[2]
    auditor = Person("auditor", "Auditor", Role.AUDITOR)
    assert reading.records(opened.home, auditor, "service portal", kind="claim")


def test_who_asks_may_not_read_the_records_of_claims(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD, FORGED)), Says(claims()))
    answer = opened.asked()
    entry = opened.of_kind("claim")[-1]
    with pytest.raises(UnknownRecord):
        reading.record(opened.home, Person("employee", "Employee", Role.EMPLOYEE), entry.id)
    assert answer.worded_by == "openai:scripted"


EMPLOYEE = Person("employee", "Employee", Role.EMPLOYEE)


def test_what_was_struck_reaches_the_asker_by_no_way(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD, FORGED)), Says(claims()))
    name = opened.asked().id
    assert FORGED[0] not in repr(reading.record(opened.home, EMPLOYEE, name))
    assert FORGED[0] not in repr(reading.answer(opened.home, EMPLOYEE, name))
    assert FORGED[0] not in json.dumps(receipts.receipt(opened.home, EMPLOYEE, name))
    assert not reading.records(opened.home, EMPLOYEE, "market anybody")
    auditor = Person("auditor", "Auditor", Role.AUDITOR)
    assert FORGED[0] in repr(reading.record(opened.home, auditor, name))
    assert FORGED[0] in json.dumps(receipts.receipt(opened.home, auditor, name))


def test_reviewers_read_what_became_of_each_claim_and_who_wrote_it(
    opens: Opens, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = opens(Says(claims(GOOD, FALSE, FORGED)), Says(claims()))
    name = opened.asked().id
    print_item(opened.home, Person("reviewer", "Reviewer", Role.REVIEWER), name, json=False)
    told = capsys.readouterr().out
    assert f"Shown as its quote: {FALSE[0]} (" in told
    assert f"Struck: {FORGED[0]} (" in told
    assert "Language model: openai:scripted at 127.0.0.1" in told


def test_a_receipt_without_what_was_struck_is_sound(opens: Opens, tmp_path: Path) -> None:
    opened = opens(Says(claims(GOOD, FORGED)), Says(claims()))
    file = tmp_path / "receipt.json"
    receipts.write(opened.home, EMPLOYEE, opened.asked().id, file)
    done = subprocess.run(
        [sys.executable, "-m", "assistant.verifier", str(file)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("act", ["off", "marked"])
def test_nothing_more_is_sent_once_it_is_switched_or_marked(opens: Opens, act: str) -> None:
    opened = opens(Says(claims(FORGED)), Says(claims(GOOD)))
    home = opened.home
    assert home.chat

    def happens(_: Asked) -> Script:
        if act == "off":
            switches.switch(home, LOCAL, Mode.OFF)
        else:
            with home.database.read() as connection:
                every = library.all_versions(connection)
            for document in {v.document for v in every}:
                local_only.mark(home, document, True)
        return Says(claims(FORGED))

    opened.server.replies[:] = [happens]
    home.chat.hosted = act == "marked"
    try:
        if act == "off":
            with pytest.raises(SwitchedOff):
                opened.asked()
        else:
            opened.asked()
        assert len(opened.server.requests) == 1
    finally:
        home.chat.hosted = False
        for document in _marked(home):
            local_only.mark(home, document, False)


def _marked(home: Home) -> frozenset[str]:
    with home.database.read() as connection:
        return local_only.kept_local(connection)


def test_thousands_of_answers_are_erased_at_once(opens: Opens) -> None:
    opened = opens(Says(claims(GOOD)))
    with opened.home.database.read() as connection:
        assert claim_record.beside(connection, range(1, 5_000)) >= set()
        assert claim_record.naming(connection, "answer_id", [f"{n:016x}" for n in range(3_000)]) == set()
