"""One task put to a language model: its claims as they come, and one turn to mend those that failed."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from assistant.asking import Writing
from assistant.errors import ContextTooLong, ModelFailed
from assistant.generation.located import Numbered
from assistant.generation.passages import fitting
from assistant.model.asked import Message, Shape
from assistant.model.pieces import RawClaim, claims, says_nothing
from assistant.models import Outcome, Verdict
from assistant.prompts import prompt

if TYPE_CHECKING:
    from assistant.home import Home
    from assistant.model.chat import Chat


class Passage(Numbered, Protocol):
    """Something that is handed to the model as data."""

    @property
    def about(self) -> Mapping[str, str]:
        """What its mark tells of it: kind, title, section."""

    @property
    def spans(self) -> Sequence[tuple[str, int, int]]:
        """Where it stands in the library: version, start, end."""


P = TypeVar("P", bound=Passage)
Judge = Callable[[RawClaim, Sequence[P]], Verdict]
"""Holds a claim to the passages that were sent, and puts it on the log."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a prompt asks: `values` fill its part "question", `most` claims are read of a turn."""

    prompt: str
    shape: Shape
    values: Mapping[str, str]
    most: int


_REMEMBERED = 20_000
"""Characters of what the model said that it is told again."""
_REASONS = 100
"""Tokens kept for what was wrong with the claims of the first turn, beside the words around it."""
_LEAST_SECONDS = 4.0
"""Time that must be left for a second turn to be worth beginning."""


def written_by(home: Home, chat: Chat, name: str) -> Writing:
    """Which model writes by a prompt, where it runs, and what else is asked about a wording."""
    prompts = {name: prompt(name).sha256, **{k: v for gate in home.gates for k, v in gate.prompts.items()}}
    told = tuple(gate.told for gate in home.gates)
    return Writing(chat.name, chat.destination, chat.hosted, told, prompts)


@dataclass
class Writer(Generic[P]):
    """Asks once, and once more for what failed; `verdicts` holds all that came of it, in order."""

    chat: Chat
    task: Task
    passages: Sequence[P]
    judge: Judge[P]
    may_send: Callable[[], None]
    """Raises ModelFailed or SwitchedOff when what the passages hold may not be sent, or not any more."""
    verdicts: list[Verdict] = field(default_factory=list)
    mark: str = field(default_factory=lambda: secrets.token_hex(4))
    said: str = ""
    sent: int = 0
    """Tokens of the passages that were put into the task."""

    @property
    def _room(self) -> int:
        """Tokens for all that is asked."""
        return self.chat.context - self.chat.answer_tokens

    def fit(self) -> Sequence[P]:
        """The passages that will be sent: as many as the model can take. ContextTooLong when it is none."""
        self._first()
        return self.passages

    def write(self, seconds: float) -> Iterator[Verdict]:
        """Each claim as soon as it is verified and logged. Raises ModelFailed; what came before stays."""
        ends = time.monotonic() + seconds
        asked = self._first()
        try:
            yield from self._turn([asked], seconds)
        except ContextTooLong:  # tokens are shorter than was reckoned, or the server takes fewer than was set
            asked = self._asked(self._frame() + self.sent // 2)
            yield from self._turn([asked], ends - time.monotonic())
        failed = [v for v in self.verdicts if v.outcome is not Outcome.HELD]
        left = ends - time.monotonic()
        if failed and left > _LEAST_SECONDS:
            yield from self._mended([asked, *self._again(failed)], left)

    def _first(self) -> Message:
        """The task with what fits beside a second turn; where nothing does, with what fits without one."""
        room = self._room
        second = self.chat.answer_tokens + self.chat.counted(self._repair("")) + _REASONS
        try:
            return self._asked(room - second)
        except ContextTooLong:
            return self._asked(room)

    def _mended(self, messages: Sequence[Message], seconds: float) -> Iterator[Verdict]:
        """One more turn for what failed; when that fails too, what was held stands without it."""
        try:
            yield from self._turn(messages, seconds)
        except ModelFailed as error:
            if error.why in ("switched off", "kept here"):
                raise

    @property
    def found_nothing(self) -> bool:
        """Whether the model said, in the form that was asked for, that the passages hold no answer."""
        return not self.verdicts and says_nothing(self.said)

    def _turn(self, messages: Sequence[Message], seconds: float) -> Iterator[Verdict]:
        """The claims of one turn; what the model said stays in `said`."""
        self.may_send()
        self.said = ""
        task, say = self.task, prompt(self.task.prompt).text
        shown = [Message("user", say("example")), Message("assistant", say("example answer"))]
        with closing(self.chat.stream(say("system"), [*shown, *messages], task.shape, seconds)) as pieces:
            for raw in islice(claims(self._kept(pieces)), task.most):
                verdict = self.judge(raw, self.passages)
                self.verdicts.append(verdict)
                yield verdict

    def _kept(self, pieces: Iterator[str]) -> Iterator[str]:
        for piece in pieces:
            self.said = (self.said + piece)[:_REMEMBERED]
            yield piece

    def _asked(self, room: int) -> Message:
        """The task with as many passages as fit; `room` in tokens."""
        written = [self._passage(passage) for passage in self.passages]
        sizes = [self.chat.counted(text) for text in written]
        fit = fitting(self.passages, sizes, room - self._frame())
        if not fit:
            raise ContextTooLong(f"Not one of the sources fits into what {self.chat.name} can take.")
        self.passages, self.sent = fit, sum(sizes[: len(fit)])
        return Message("user", self._question("\n".join(written[: len(fit)])))

    def _frame(self) -> int:
        """Tokens of all that is sent beside the passages."""
        say, shape = prompt(self.task.prompt).text, self.task.shape.in_words()
        system = "\n".join((say("system"), shape, say("example"), say("example answer")))
        return self.chat.counted(system) + self.chat.counted(self._question(""))

    def _question(self, passages: str) -> str:
        say = prompt(self.task.prompt).text
        return say("question", mark=self.mark, passages=passages, **self.task.values)

    def _passage(self, passage: P) -> str:
        about = {name: _attribute(words) for name, words in passage.about.items()}
        say = prompt(self.task.prompt).text
        return say("passage", mark=self.mark, number=passage.number, words=passage.words, **about)

    def _again(self, failed: Sequence[Verdict]) -> list[Message]:
        """What the model said, and what was wrong with it."""
        say = prompt(self.task.prompt).text
        told = [
            say("failed", number=number, text=verdict.claim.text, reason=verdict.reason)
            for number, verdict in enumerate(failed, start=1)
        ]
        return [Message("assistant", self.said), Message("user", self._repair("\n".join(told)))]

    def _repair(self, failed: str) -> str:
        return prompt(self.task.prompt).text("repair", failed=failed)


def _attribute(words: str) -> str:
    """Words that stand inside the mark of a passage: no quote ends it, no line breaks it."""
    return " ".join(words.replace('"', "'").replace("<", "(").replace(">", "›").split())
