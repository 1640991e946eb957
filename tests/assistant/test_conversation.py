"""Follow-ups that a language model rewrites, over real HTTP: used only when nothing in them is its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from assistant import answer_record, conversation, local_only, log, switches
from assistant.ask import ask
from assistant.generation.follow_ups import Turn, own_words, rewritten, within
from assistant.home import Home
from assistant.models import Answer, Question
from assistant.people import LOCAL
from assistant.review import reject
from assistant.settings import Settings
from assistant.switches import Mode
from knowledge.embed import Encoder
from knowledge.models import Role
from tests.assistant.reviewing import REVIEWER
from tests.model_server import Asked, Fails, ModelServer, Reply, Says, Stalls

TOOLS = "Which AI tools am I allowed to use?"
MEANT = "Who decides on a new tool that is requested in the service portal?"
"""What a good model makes of "Who decides on it?", from the answer that it is told."""
BY_RULES = f"{TOOLS[:-1]}, and who decides on it?"

Opens = Callable[..., "Talking"]


class Talking:
    """The sample organisation's home with a model that rewrites follow-ups as scripted."""

    def __init__(self, sample: Home, encoder: Encoder, rewrites: Reply, **more: object) -> None:
        self.server = ModelServer([self._reply]).__enter__()
        self._rewrites = rewrites
        given = {"home": sample.settings.home, "model": "openai:scripted", "model_url": self.server.url}
        settings = {"model_key": "none", "model_retries": 0, "model_seconds": 5, "model_output": "text"}
        self.home = Home(Settings.model_validate({**given, **settings, **more}))
        self.home.encoder = encoder

    def _reply(self, asked: Asked) -> Reply:
        return self._rewrites if "You rewrite" in asked.words else Says('{"claims": []}')

    def close(self) -> None:
        self.home.close()
        self.server.__exit__()

    @property
    def told(self) -> list[str]:
        """What the model was told to rewrite."""
        return [asked.words for asked in self.server.requests if "You rewrite" in asked.words]

    def ask(self, text: str, after: Answer | None = None, **more: Any) -> Answer:
        conversation = after.conversation if after else None
        return ask(self.home, Question.model_validate({"text": text, "conversation": conversation, **more}))

    def follow(self, text: str = "Who decides on it?") -> Answer:
        return self.ask(text, self.ask(TOOLS))

    def record(self, answer: Answer) -> log.Record:
        with self.home.database.read() as connection:
            return log.get(connection, answer.id)


@pytest.fixture
def opens(sample: Home, encoder: Encoder) -> Iterator[Opens]:
    sample.close()
    made: list[Talking] = []

    def open_(rewrites: Reply, **settings: object) -> Talking:
        made.append(Talking(sample, encoder, rewrites, **settings))
        return made[-1]

    yield open_
    for one in made:
        one.close()


def test_a_rewriting_without_a_word_of_its_own_is_what_is_answered(opens: Opens) -> None:
    talking = opens(Says(f' "{MEANT}"\n'))
    answer = talking.follow()
    assert answer.understood_as == MEANT
    understood = talking.record(answer).body["understood"]
    assert (understood["by"], understood["model"]) == ("model", "openai:scripted")
    assert (list(understood["prompts"]), understood["failure"]) == (["rewrite"], "")


def test_what_the_model_is_told_is_on_the_log_before_it_is_told(opens: Opens) -> None:
    talking = opens(Fails(500))
    first = talking.ask(TOOLS)
    then = talking.ask("Who decides on it?", first)
    (words,) = talking.told
    assert first.claims[0].text in words and "Who decides on it?" in words
    with talking.home.database.read() as connection:
        entries = [e for e in log.latest(connection, "generation") if e.body["answer_id"] == then.id]
    rewriting = next(e for e in entries if list(e.body["prompts"]) == ["rewrite"])
    sent = {(place["version"], place["start"], place["end"]) for place in rewriting.body["passages"]}
    assert sent == {(c.version, c.start, c.end) for claim in first.claims for c in claim.citations}
    assert rewriting.seq < talking.record(then).seq


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Who decides on a new AI tool within 30 days?", "figure"),
        ("Who decides on a new tool under A.9.2?", "id"),
        ("Who decides on the tool Copilot?", "name"),
        ("Who does not decide on a new tool?", "negation"),
        ("Who decides on the purchase of a new tool?", "words"),
        ("Which AI tools am I allowed to use in the service portal?", "lost words"),
        ("Who decides on it?", "leans"),
        ("The Head of Digital Workplace decides on it.", "form"),
        ("Who decides on a new tool?\nAnd who pays?", "form"),
        ("Who decides on [a new tool](http://evil.example)?", "form"),
        ("Who decides on a new tool" + " or a new tool" * 12 + "?", "length"),
        ("", "form"),
    ],
)
def test_a_rewriting_with_something_of_its_own_gives_way_to_the_rules(text: str, why: str) -> None:
    said = "A new tool is requested in the service portal. The Head of Digital Workplace decides."
    assert own_words(text, "Who decides on it?", [Turn(TOOLS, (said,))]) == why


def test_what_is_declined_is_not_what_is_answered_and_the_record_says_why(opens: Opens) -> None:
    talking = opens(Says("Who decides on a new AI tool within 30 days?"))
    answer = talking.follow()
    assert answer.understood_as == BY_RULES
    understood = talking.record(answer).body["understood"]
    assert (understood["by"], understood["failure"]) == ("rules", "figure")
    assert "30 days" not in str(talking.record(answer))


def test_a_not_is_neither_lost_nor_made_up() -> None:
    before = [Turn("Which data must not be entered into a tool?")]
    asked = "And into the internal assistant?"
    assert own_words("Which data must not be entered into the internal assistant?", asked, before) == ""
    told = [Turn("Which data may be entered?", ("Passwords must not be entered.",))]
    assert own_words("Which passwords must not be entered?", "Which passwords?", told) == "negation"
    assert own_words("Why may data be entered?", "Why not?", told) == "negation"


@pytest.mark.parametrize("fault", [Fails(500), Stalls(), Says("")])
def test_a_model_that_fails_or_is_slow_leaves_it_to_the_rules(opens: Opens, fault: Reply) -> None:
    talking = opens(fault)
    first = talking.ask(TOOLS)
    began = time.monotonic()
    answer = talking.ask("Who decides on it?", first)
    assert answer.understood_as == BY_RULES
    assert time.monotonic() - began < 4  # of the five seconds for the model in all, a share
    assert talking.record(answer).body["understood"]["failure"]


@pytest.mark.parametrize("text", ["How long are event logs kept?", "And who approves the impact assessment?"])
def test_a_question_that_stands_alone_is_not_sent_to_be_rewritten(opens: Opens, text: str) -> None:
    talking = opens(Says(MEANT))
    answer = talking.follow(text)
    assert (answer.understood_as, talking.told) == (None, [])
    assert "understood" not in talking.record(answer).body


def test_quotes_only_leaves_it_to_the_rules(opens: Opens) -> None:
    talking = opens(Says(MEANT))
    first = talking.ask(TOOLS)
    switches.switch(talking.home, LOCAL, Mode.QUOTES)
    assert talking.ask("Who decides on it?", first).understood_as == BY_RULES
    assert talking.told == []


CREDIT = "What share of credit applications was refused in the two areas?"


def test_the_model_is_told_only_what_the_asker_may_read(opens: Opens) -> None:
    talking = opens(Says("Who decides on it?"))
    first = talking.ask(CREDIT, role=Role.AUDITOR)
    assert "31 percent" in first.text
    middle = talking.ask(TOOLS, first)
    talking.ask("Who decides on it?", middle)
    (words,) = talking.told
    assert TOOLS in words
    assert "31 percent" not in words and "credit" not in words.lower()


def test_a_document_kept_from_hosted_models_is_not_sent_as_an_earlier_answer(opens: Opens) -> None:
    talking = opens(Says(MEANT), model_hosted=True)
    first = talking.ask(TOOLS)
    document = first.claims[0].citations[0].document
    local_only.mark(talking.home, document, True)
    talking.ask("Who decides on it?", first)
    (words,) = talking.told
    assert first.claims[0].text not in words and TOOLS in words


def test_a_rejected_answer_is_not_sent(opens: Opens) -> None:
    talking = opens(Says(MEANT))
    first = talking.ask(TOOLS)
    reject(talking.home, REVIEWER, first.id, "It is wrong.")
    talking.ask("Who decides on it?", first)
    assert first.claims[0].text not in talking.told[0]


def test_a_long_conversation_keeps_within_its_budget(opens: Opens) -> None:
    talking = opens(Says(MEANT), model_context=4_096, model_answer_tokens=500)
    last = talking.ask(TOOLS)
    for number in range(14):
        last = talking.ask(f"What is said on case number {number} of {'very ' * 95}long questions?", last)
    talking.ask("Who decides on it?", last)
    words = talking.told[-1]
    assert "case number 13" in words and "case number 2 " not in words
    chat = talking.home.chat
    assert chat is not None and chat.counted(words.partition("The conversation stands")[2]) < 1_200


def _letters(text: str) -> int:
    return len(text)


def test_the_newest_turns_are_kept_whole_and_older_ones_dropped() -> None:
    turns = [Turn(f"Question {n}?", ("x" * 80,)) for n in range(5)]
    size = len("Asked: Question 0?\nAnswered: " + "x" * 80)
    assert within(turns, 3 * size, _letters) == turns[:3]
    assert within(turns, 3 * size - 1, _letters) == turns[:2]
    assert within([], 10, _letters) == []


def test_of_an_answer_too_long_by_itself_the_question_is_kept() -> None:
    turns = [Turn("Question?", ("x" * 500,)), Turn("Older?")]
    assert within(turns, 40, _letters) == [Turn("Question?"), Turn("Older?")]
    assert within(turns, 10, _letters) == []


def test_once_marked_a_documents_words_are_not_sent_in_a_question_that_was_completed(opens: Opens) -> None:
    at_home = opens(Says(MEANT))
    first = at_home.ask(TOOLS)
    assert at_home.ask("Who decides on it?", first).understood_as == MEANT
    hosted = opens(Says(MEANT), model_hosted=True)
    for document in {c.document for claim in first.claims for c in claim.citations}:
        local_only.mark(hosted.home, document, True)
    then = hosted.ask("And why?", first)
    sent = [asked.words for asked in hosted.server.requests]
    assert "Who decides on it?" in hosted.told[0]
    assert not any("service portal" in words for words in sent)
    assert "service portal" not in (then.understood_as or "")


@pytest.mark.parametrize("typed", ["1", "{label}", "{question}"])
def test_a_choice_of_a_document_kept_from_hosted_models_is_quoted_and_never_sent(
    opens: Opens, typed: str
) -> None:
    talking = opens(Says(MEANT), model_hosted=True)
    unclear = talking.ask("How long do we keep it?")
    choice = unclear.choices[0]
    (version,) = talking.record(unclear).body["meant"]["versions"][:1]
    held = next(v for v in talking.home.index.state().versions if v.id == version)
    assert held.title in choice.question
    local_only.mark(talking.home, held.document, True)
    taken = talking.ask(typed.format(label=choice.label, question=choice.question), unclear)
    assert (taken.status, taken.worded_by, talking.server.requests) == ("answered", None, [])
    assert talking.record(taken).body["model"]["failure"] == "kept here"
    talking.ask("And why?", taken)
    assert not any(held.title in asked.words for asked in talking.server.requests)


def test_a_choice_of_another_document_is_sent(opens: Opens) -> None:
    talking = opens(Says(MEANT), model_hosted=True)
    unclear = talking.ask("How long do we keep it?")
    versions = {v.id: v.document for v in talking.home.index.state().versions}
    documents = [versions[name] for name in talking.record(unclear).body["meant"]["versions"]]
    other = next(n for n, document in enumerate(documents) if document != documents[0])
    local_only.mark(talking.home, documents[0], True)
    talking.ask(str(other + 1), unclear)
    assert talking.server.requests


@pytest.mark.parametrize("unseen", ["\ud800", "\x1b", "\x9b", "\u202e", "\u200d", "\u2062", "\U000e0049"])
def test_what_nobody_sees_in_a_rewriting_is_dropped(opens: Opens, unseen: str) -> None:
    asked, told = "Who decides on it?", [Turn(TOOLS, ("A new tool is requested in the service portal.",))]
    assert own_words(f"{MEANT[:-1]}{unseen}?", asked, told) == "form"
    if unseen == "\ud800":  # cannot be sent but as an escape of JSON
        return
    assert opens(Says(MEANT.replace(" tool", f" tool{unseen}"))).follow().understood_as == MEANT


def test_another_persons_conversation_is_not_continued_by_who_may_read_it(opens: Opens) -> None:
    talking = opens(Says(MEANT))
    first = talking.ask(TOOLS, person="employee")
    then = talking.ask("Who decides on it?", first, role=Role.REVIEWER, person="reviewer")
    assert (then.understood_as, talking.told) == (None, [])
    again = talking.ask("Who decides on it?", first, person="employee")
    assert again.understood_as == MEANT


def test_switched_to_quotes_only_while_it_is_rewritten_leaves_it_to_the_rules(
    opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    talking = opens(Says(MEANT))
    first = talking.ask(TOOLS)

    def meanwhile(*given: Any) -> str:
        switches.switch(talking.home, LOCAL, Mode.QUOTES)
        return rewritten(*given)

    monkeypatch.setattr(conversation, "rewritten", meanwhile)
    answer = talking.ask("Who decides on it?", first)
    assert (answer.understood_as, len(talking.told)) == (BY_RULES, 1)
    assert talking.record(answer).body["understood"]["failure"] == "switched off"


def test_the_log_is_searched_for_a_conversation_once_and_not_in_a_write(
    opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    talking = opens(Says(MEANT))
    first = talking.ask(TOOLS)
    searched: list[str] = []
    real = answer_record.of_conversation

    def counted(connection: Connection, name: str) -> list[log.Record]:
        searched.append(name)
        with log.recording(talking.home.database) as other:  # waits, and fails, inside another write
            assert log.size(other)
        return real(connection, name)

    monkeypatch.setattr(answer_record, "of_conversation", counted)
    assert talking.ask("Who decides on it?", first).understood_as == MEANT
    assert searched == [first.conversation]
