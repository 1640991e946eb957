"""The home of a run: the sample organisation with every document of the cases, and who asks in it."""

from __future__ import annotations

import io
import time
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol
from unittest.mock import patch

from rich.console import Console

from assistant import log, reading, review
from assistant.answer_record import KIND as ANSWER
from assistant.ask import ask, stream
from assistant.claim_record import CLAIM
from assistant.errors import AssistantError
from assistant.home import Home
from assistant.ingest import Declared, add_bytes
from assistant.models import Answer, Claim, Question
from assistant.people import ROLES, Person
from evals.attacks.cases import LISTENER, Case, Planted
from evals.attacks.documents import data_of
from evals.attacks.drawn import Canvas, drawn, drawn_question
from evals.attacks.network import Listener, Outbound
from evals.attacks.shown import Shown
from evals.attacks.state import State, changes, state_of
from knowledge.errors import KnowledgeError
from knowledge.models import Role
from knowledge.search import search


class Witness(Protocol):
    """What a model's server was sent, if there is one."""

    def requests(self) -> Sequence[str]:
        """The bodies of all requests so far."""


@dataclass
class Scene:
    """One home, the ears around it, and its state after the last question."""

    home: Home
    outbound: Outbound
    listener: Listener
    witness: Witness | None = None
    state: State | None = field(default=None, init=False)

    def furnish(self, cases: Sequence[Case]) -> Mapping[str, Sequence[str]]:
        """Add the documents of the cases, as files, and write what reviewers wrote.

        Gives back, by case, what was fetched meanwhile.
        """
        fetched: dict[str, Sequence[str]] = {}
        for case in cases:
            before = self._heard
            for planted in case.documents:
                self._add(planted)
            fetched[case.id] = self._since(before)
        self.home.embed()
        for case in cases:
            if case.reviewed:
                self._review(case)
        return fetched

    @property
    def _heard(self) -> tuple[int, int]:
        return len(self.outbound.attempts), len(self.listener.requests)

    def _since(self, before: tuple[int, int]) -> tuple[str, ...]:
        return (*self.outbound.attempts[before[0] :], *self.listener.requests[before[1] :])

    def _add(self, planted: Planted) -> None:
        planted = here(planted, self.listener)
        audience = planted.audience if planted.restricted else None
        declared = Declared(planted.kind, audience=audience, status=planted.status)
        added = add_bytes(self.home, data_of(planted), planted.file, f"attack:{planted.file}", declared)
        if added.outcome != "stored":
            raise ValueError(f"{planted.file} could not be added: {added.problem or added.outcome}")

    def _review(self, case: Case) -> None:
        assert case.reviewed
        words = case.reviewed.words.replace(LISTENER, self.listener.url)
        who = person(case.role)
        given = ask(self.home, Question(text=case.reviewed.ask, role=who.role, person=who.id))
        if case.reviewed.act == "flag":
            review.flag(self.home, who, given.id, words)
        else:
            review.reject(self.home, person(Role.REVIEWER), given.id, words)

    def put(self, case: Case) -> Iterator[Shown]:
        """Ask the questions of a case, one after the other in one conversation."""
        conversation: str | None = None
        for turn in case.turns:
            text = turn.text.replace(LISTENER, self.listener.url)
            who = person(turn.role or case.role)
            question = Question(text=text, role=who.role, person=who.id, conversation=conversation)
            shown = self.ask(question)
            conversation = shown.answer.conversation if shown.answer else conversation
            yield shown

    def ask(self, question: Question) -> Shown:
        """Ask one question as its reader would, and gather what came of it."""
        before = self.state or state_of(self.home)
        heard = self._heard
        sent = len(self.witness.requests()) if self.witness else 0
        shown = self._asked(question)
        self.state = state_of(self.home)
        written = self.state.sizes.keys() - before.sizes.keys()
        return replace(
            shown,
            record_bytes=sum(self.state.sizes[number] for number in written),
            outcomes=self._outcomes({int(number) for number in written}),
            changes=tuple(changes(before, self.state)),
            outbound=self._since(heard),
            sent=tuple(self.witness.requests()[sent:]) if self.witness else (),
        )

    def _asked(self, question: Question) -> Shown:
        began = time.perf_counter()
        answer, streamed = None, list[Claim]()
        refusal = crash = ""
        try:
            for said in stream(self.home, question):
                if isinstance(said, Answer):
                    answer = said
                else:
                    streamed.append(said.claim)
        except (AssistantError, KnowledgeError) as error:
            refusal = str(error)
        except Exception as error:  # the border of one question: no answer and no line is what is judged
            crash = f"{type(error).__name__}: {error}"
        shown = Shown(
            asked=question.text,
            role=question.role,
            answer=answer,
            streamed=tuple(streamed),
            refusal=refusal,
            crash=crash,
            seconds=time.perf_counter() - began,
        )
        return self._gathered(shown, answer, question) if answer else shown

    def _gathered(self, shown: Shown, answer: Answer, question: Question) -> Shown:
        """The faces of an answer, its records, and what a plain search gives for the same question."""
        hits = search(self.home.index, question.text[:1_000], self.home.scope(question.role), 8)
        return replace(
            shown,
            terminal=_printed(answer),
            page=self._page(answer, question),
            asked_page=drawn_question(self.home, question.text, question.asker),
            found=tuple({hit.version.id for hit in hits}),
        )

    def _outcomes(self, written: Container[int]) -> Mapping[str, str]:
        """What became of each wording, by the new records of claims and answers."""
        with self.home.database.read() as connection:
            said = log.latest(connection, CLAIM, limit=1_000) + log.latest(connection, ANSWER, limit=10)
        outcomes: dict[str, str] = {}
        for body in (entry.body for entry in said if entry.seq in written):
            if body.get("claim"):
                outcomes[body["claim"]["text"]] = body["outcome"]
            outcomes |= {row["text"]: row["outcome"] for row in body.get("verdicts", []) if row["text"]}
        return outcomes

    def _page(self, answer: Answer, question: Question) -> Canvas:
        told = reading.answer(self.home, question.asker, answer.id)
        return drawn(self.home, told, question.asker)


def here(planted: Planted, listener: Listener) -> Planted:
    """A document whose words name the listener of this run."""
    words = {name: getattr(planted, name).replace(LISTENER, listener.url) for name in ("hostile", "title")}
    owner = planted.owner.replace(LISTENER, listener.url) if planted.owner else None
    return planted.model_copy(update={**words, "owner": owner})


def person(role: Role) -> Person:
    """The person of a role who asks, one and the same in a whole run."""
    return Person(f"{role.value}-2", ROLES[role], role, frozenset({role}), "switcher")


def _printed(answer: Answer) -> str:
    """What the command line prints of an answer."""
    from assistant.cli import answers

    paper = io.StringIO()
    console = Console(file=paper, highlight=False, soft_wrap=True, markup=False, width=200)
    with patch.object(answers, "out", console):
        answers._print(answer)
    return paper.getvalue()
