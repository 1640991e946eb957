"""How a question is understood in its conversation: what was said before it, as far as its asker may read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from assistant import answer_record, log
from assistant.asking import Writing
from assistant.claim_record import handed
from assistant.errors import ModelFailed
from assistant.generation.follow_ups import PROMPT, Turn, own_words, rewritten, room, within
from assistant.local_only import left_out, sendable
from assistant.log import Record
from assistant.models import Choice, Claim
from assistant.prompts import prompt
from assistant.standing import State
from assistant.switches import Mode, refuse_when_off
from assistant.told import Told, told
from assistant.understand import Understanding, reworded, standing, understand
from assistant.visibility import hidden_versions, may_read, versions_in
from knowledge.library import folded

if TYPE_CHECKING:
    from assistant.home import Home
    from assistant.model.chat import Chat
    from assistant.models import Question

_TURNS = 12
"""Questions, the newest, of which a language model is told; what they say is bounded by tokens besides."""


@dataclass(frozen=True, slots=True)
class Before:
    """What a conversation holds for its next question: by what a follow-up is completed, and all questions.

    `questions` are as they were understood, the newest first; `behind` the versions of which they may hold
    words that nobody typed.
    """

    subject: str | None = None
    questions: tuple[str, ...] = ()
    behind: frozenset[str] = frozenset()
    asked_back: tuple[Choice, ...] | None = None
    """The choices that the last answer offered, when it was a question of ours."""
    meant: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The versions of which the question of each choice holds words."""

    def picked(self, typed: str) -> str | None:
        """The question of the choice that is taken, by its number, its label or its own words."""
        for number, choice in enumerate(self.asked_back or (), start=1):
            if folded(typed).rstrip(".").casefold() in (
                str(number),
                choice.label.casefold(),
                choice.question.casefold(),
            ):
                return choice.question
        return None


@dataclass(frozen=True, slots=True)
class _Heard:
    """An earlier answer, with the versions of which its question as it was understood may hold words."""

    entry: Record
    behind: frozenset[str] = frozenset()
    chosen: bool = False

    def question(self, may_go: frozenset[str] | None) -> str | None:
        """As it was understood; as it was typed where words of a document that stays here may be in it.

        What was typed to take a choice may be the document's own heading, and says nothing by itself.
        """
        typed = self.entry.personal.get("question")
        if self.stays(may_go):
            return None if self.chosen else typed
        return self.entry.personal.get("understood_as") or typed

    def stays(self, may_go: frozenset[str] | None) -> bool:
        """Whether its question as it was understood is kept from the language model."""
        return may_go is not None and not self.behind <= may_go


def understood(home: Home, question: Question, answer: str) -> Understanding:
    """A question with what its conversation adds to it; `answer` is the id that its answer will have.

    Rules say whether it leans on what was before, and complete it. Where a language model is configured, its
    wording stands in place of theirs if nothing in it is its own. Raises SwitchedOff.
    """
    with home.database.read() as connection:
        heard = _heard(connection, question)
        earlier = _before(heard, sendable(home, connection))
    picked = earlier.picked(question.text)
    if picked:
        behind = earlier.meant.get(picked, frozenset())
        asked = replace(standing(picked), asked=folded(question.text), by="choice", behind=behind)
        return replace(asked, reply=True)
    reply = earlier.asked_back is not None
    asked = replace(understand(question.text, earlier.subject, earlier.questions, reply), reply=reply)
    if not asked.completed:
        return asked
    asked = replace(asked, behind=earlier.behind)
    return _Worded(home, home.chat, question, answer, asked).by(heard[:_TURNS]) if home.chat else asked


def _before(heard: Sequence[_Heard], may_go: frozenset[str] | None) -> Before:
    """What was asked in a conversation, without words that stay here when a follow-up may be sent."""
    if not heard:
        return Before()
    last = heard[0].entry
    unclear = last.body["answer"]["status"] == "unclear"
    kept = [one for one in heard if not one.stays(may_go)]
    return Before(
        subject=kept[0].entry.personal.get("subject") if kept else None,
        questions=tuple(text for one in heard if (text := one.question(may_go))),
        behind=frozenset(version for one in kept for version in one.behind),
        asked_back=answer_record.read(last).choices if unclear else None,
        meant=answer_record.meant(last) if unclear else {},
    )


def _heard(connection: Connection, question: Question) -> list[_Heard]:
    """The answers of a conversation that are its asker's own, the newest first.

    Another person's are none of it, also for who may read them: words of theirs would stand in records that
    are not erased with theirs.
    """
    if question.conversation is None:
        return []
    hidden = hidden_versions(connection, question.role)
    heard: list[_Heard] = []
    named: set[str] = set()
    offered: set[str] = set()
    beyond = False
    for entry in answer_record.of_conversation(connection, question.conversation):
        if not _own(entry, question, hidden):
            continue
        by = entry.body.get("understood", {}).get("by")
        chosen = by == "choice" or _plain(entry.personal.get("question", "")) in offered
        beyond = beyond or chosen or by == "model"
        behind = frozenset(named) if beyond and (by or chosen) else frozenset()
        heard.append(_Heard(entry, behind, chosen))
        named.update(versions_in(entry.body))
        offered = {_plain(text) for text in answer_record.meant(entry)}
    return heard[::-1]


def _plain(text: str) -> str:
    return folded(text).casefold()


def _own(entry: Record, question: Question, hidden: frozenset[str]) -> bool:
    own = entry.body["actor"] == question.asker.id
    return own and may_read(entry, question.asker, hidden)


@dataclass(frozen=True, slots=True)
class _Worded:
    """A follow-up that rules completed, for a language model to word."""

    home: Home
    chat: Chat
    question: Question
    answer: str
    asked: Understanding

    def by(self, heard: Sequence[_Heard]) -> Understanding:
        """The follow-up in the model's words, or in those of the rules when those cannot be used.

        That the conversation goes to the model is on the log before it goes. What it says is not used when
        the model was switched off meanwhile.
        """
        prompts = {PROMPT: prompt(PROMPT).sha256}
        chat = self.chat
        writing = Writing(chat.name, chat.destination, chat.hosted, gates=(), prompts=prompts)
        said = self._sent(heard, writing)
        if said is None:
            return self.asked
        turns = [one.turn for one in said]
        try:
            text = rewritten(chat, turns, self.asked.asked)
        except ModelFailed as error:
            return replace(self.asked, writing=replace(writing, failure=error.why))
        with self.home.database.read() as connection:
            switched = refuse_when_off(connection).mode is not Mode.ON
        failure = "switched off" if switched else own_words(text, self.asked.asked, turns)
        if failure:
            return replace(self.asked, writing=replace(writing, failure=failure))
        behind = self.asked.behind.union(*(one.behind for one in said))
        return replace(reworded(self.asked, text), by="model", writing=writing, behind=behind)

    def _sent(self, heard: Sequence[_Heard], writing: Writing) -> list[_Said] | None:
        """What the model is told of these, once it is on the log; None when it is switched off."""
        with log.recording(self.home.database) as connection:
            if refuse_when_off(connection).mode is not Mode.ON:
                return None
            said = self._told(connection, heard)
            about = {**self.question.asker.acted(), "answer_id": self.answer}
            places = [place for one in said for place in one.places]
            handed(connection, about, writing, places, {"question": self.question.text})
        return said

    def _told(self, connection: Connection, heard: Sequence[_Heard]) -> list[_Said]:
        """What may be told of these now: they are read again, since marks and rights may have changed."""
        away, may_go = left_out(self.home, connection), sendable(self.home, connection)
        hidden = hidden_versions(connection, self.question.role)
        said: list[_Said] = []
        for one in heard:
            one = replace(one, entry=log.get(connection, one.entry.id))
            words = one.question(may_go) or ("" if one.chosen else "[erased]")
            if words and _own(one.entry, self.question, hidden):
                known = told(connection, one.entry, self.question.asker, self.home.subjects)
                behind = frozenset() if one.stays(may_go) else one.behind
                said.append(_Said.of(words, known, away, behind))
        turns = within([one.turn for one in said], room(self.chat), self.chat.counted)
        return [one.cut(turn) for one, turn in zip(said, turns, strict=False)]


@dataclass(frozen=True, slots=True)
class _Said:
    """What a model is told of an earlier turn: the question, and of the answer what may be sent to it."""

    question: str
    claims: Sequence[Claim]
    asked_behind: frozenset[str]

    @classmethod
    def of(cls, asked: str, one: Told, away: frozenset[str], behind: frozenset[str]) -> _Said:
        """An answer as its asker is told it now, without documents (by id) that stay `away`."""
        claims = () if one.state is State.REJECTED else (one.correction or one.answer).claims
        kept = [c for c in claims if away.isdisjoint(citation.document for citation in c.citations)]
        return cls(asked, kept, behind)

    def cut(self, turn: Turn) -> _Said:
        """As much of it as a turn holds that had to fit."""
        return self if turn.said else replace(self, claims=())

    @property
    def turn(self) -> Turn:
        """What of it is written out."""
        return Turn(self.question, tuple(claim.text for claim in self.claims))

    @property
    def places(self) -> list[dict[str, Any]]:
        """Where in the library stands what it quotes."""
        cited = [citation for claim in self.claims for citation in claim.citations]
        return [{"version": c.version, "start": c.start, "end": c.end} for c in cited]

    @property
    def behind(self) -> frozenset[str]:
        """The versions of which it may hold words."""
        return self.asked_behind.union(c.version for claim in self.claims for c in claim.citations)
