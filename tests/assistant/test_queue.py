"""The queue is a view of the log: made anew, it is the same row for row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import pytest

from assistant import drafts, ingest, review, switches
from assistant.errors import AssistantError, NotAllowed, NotPossible, UnknownRecord
from assistant.home import Home
from assistant.queue import question_key
from knowledge.errors import KnowledgeError
from tests.assistant.reviewing import (
    ADMIN,
    AUTHOR,
    CHATBOT,
    DRAFT,
    EMPLOYEE,
    INCIDENT,
    LOGS,
    PARKING,
    REVIEWER,
    SECOND,
    THIRD,
    added,
    corrected,
    document,
    entries,
    person,
    put,
    queued,
    rebuilt,
    submitted,
    tables,
    with_settings,
)

ASKED = (LOGS, CHATBOT, INCIDENT, PARKING, "What does A.6.2.8 require?", "May AI decide on a dismissal?")
FILES = ("human-oversight-standard.md", "ai-lifecycle-standard.docx", "ai-incident-procedure.pdf")
POSSIBLE = (NotAllowed, NotPossible, UnknownRecord, KnowledgeError)


class Office:
    """A home in which people act by chance."""

    def __init__(self, home: Home, seed: int) -> None:
        self.home, self.chance, self.seed = home, Random(seed), seed
        self.items: list[str] = []

    def any_item(self) -> str:
        return self.chance.choice(self.items) if self.items else self.ask()

    def any_reviewer(self) -> Sequence[object]:
        return self.home, self.chance.choice([REVIEWER, SECOND, THIRD]), self.any_item()

    def any_document(self) -> str:
        return document(self.home, self.chance.choice(FILES))

    def ask(self) -> str:
        who = self.chance.choice([EMPLOYEE, REVIEWER, person("employee-2")])
        self.items.append(put(self.home, self.chance.choice(ASKED), who).id)
        return self.items[-1]

    def submit(self) -> None:
        text = f"{DRAFT}Number {self.chance.random()}.\n"
        again = self.any_item() if self.chance.random() < 0.5 else None
        self.items.append(submitted(self.home, self.chance.choice([AUTHOR, THIRD]), text, draft=again))

    def supersede(self) -> None:
        added(self.home, f"# Gate\n\nThe gate number {self.chance.random()} is closed.\n", name="gate.md")

    def step(self) -> None:
        acts: list[Callable[[], object]] = [
            self.ask,
            self.ask,
            self.submit,
            self.supersede,
            lambda: review.claim(*self.any_reviewer()),
            lambda: review.release(*self.any_reviewer()),
            lambda: review.approve(*self.any_reviewer()),
            lambda: review.approve(*self.any_reviewer()),
            lambda: review.reject(*self.any_reviewer(), "By chance."),
            lambda: review.escalate(*self.any_reviewer(), "By chance."),
            lambda: review.reopen(*self.any_reviewer(), "By chance."),
            lambda: review.flag(self.home, EMPLOYEE, self.any_item(), "By chance."),
            lambda: review.assign(self.home, ADMIN, [self.any_item()], SECOND.id),
            lambda: corrected(*self.any_reviewer()),
            lambda: ingest.withdraw(self.home, self.any_document(), ADMIN),
            lambda: ingest.reinstate(self.home, self.any_document(), ADMIN),
            lambda: drafts.publish(self.home, ADMIN, self.any_item()),
            lambda: switches.hold(self.home, ADMIN, "employment", on=self.chance.random() < 0.5),
            lambda: with_settings(self.home, reviewers=self.chance.choice([1, 2])),
        ]
        try:
            self.chance.choice(acts)()
        except POSSIBLE as error:
            assert isinstance(error, AssistantError | KnowledgeError)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_history_the_queue_can_be_made_anew_the_same(org: Home, seed: int) -> None:
    office = Office(org, seed)
    for _ in range(160):
        office.step()
    acts = {entry.body["act"] for entry in entries(org, "review")}
    assert len(acts) >= 7 and len(office.items) > 20
    kept = tables(org)
    assert [len(rows) > 0 for rows in kept] == [True] * 3
    assert rebuilt(org) == kept


def test_what_was_written_before_there_was_a_queue_is_left_out(org: Home) -> None:
    from assistant import log

    put(org, LOGS)
    with org.database.write() as connection:
        entry = entries(org, "answer")[-1]
        body = {name: value for name, value in entry.body.items() if name not in ("review", "personal")}
        old = log.append(connection, "answer", body, {"question": LOGS})
    kept = tables(org)
    assert rebuilt(org) == kept
    assert old.id not in queued(org, everything=True)


@pytest.mark.parametrize("same", [LOGS.lower(), f"  {LOGS} ", "How long  are event\nlogs kept", LOGS + "!?"])
def test_the_same_question_has_the_same_key(same: str) -> None:
    assert question_key(same) == question_key(LOGS)


def test_another_question_has_another_key() -> None:
    assert len({question_key(text) for text in (*ASKED, "How long are events logs kept?")}) == len(ASKED) + 1
