"""From a composed draft to one whose claims a language model worded; when it fails, the draft is left."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from assistant import claim_record, compose, log, second_gate
from assistant.asking import Asking, Draft, Writing
from assistant.errors import ModelFailed, ModelFault
from assistant.generation.located import located, markup
from assistant.generation.passages import Given, given
from assistant.generation.shape import CLAIMS
from assistant.generation.writing import Task, Writer, written_by
from assistant.local_only import left_out, sendable
from assistant.merging import beyond, in_groups, unquoted
from assistant.model.pieces import RawClaim
from assistant.models import Claim, Outcome, Said, Verdict
from assistant.people import ROLES
from assistant.prompts import prompt
from assistant.switches import Mode, Switches, refuse_when_off
from assistant.verify import shown, usable, verify
from knowledge.terms import stems

if TYPE_CHECKING:
    from assistant.model.chat import Chat

NAME = "model"
PROMPT = "answer"
_MOST = 8
"""Claims that one turn may bring."""

_SINCE: Mapping[ModelFault, str] = {
    "stalled": "it took too long",
    "gone": "it cannot be reached",
    "busy": "it is busy",
    "limited": "it is busy",
    "refused": "it cannot be used at the moment",
    "garbled": "it wrote nothing that can be read",
    "over budget": "what it may use in a day is used up",
    "too long": "the question with its sources is too long for it",
    "switched off": "an administrator has switched to quotes only",
    "kept here": "what was found may not be sent to it",
}
"""What a reader is told; the record and `doctor` tell more."""
_SURE = 0.5
"""Confidence below which a model that finds nothing in the sources is believed, and nothing is answered."""


def written(asking: Asking, draft: Draft) -> Generator[Said, None, Draft]:
    """Have the model word a draft; yields each claim once it is verified and logged, returns what to say.

    Without a model, or when there is nothing to word, it is the draft as it was composed. When the model
    fails, is slow or switched off, it is that draft with a line that says so.
    """
    chat = asking.home.chat
    if chat is None or draft.composer != compose.NAME or not draft.claims:
        return draft
    telling = _Telling(asking, chat, draft)
    try:
        telling.begin()
        yield from telling.named()
        yield from telling.model()
    except ModelFailed as error:
        return telling.broken_off(error)
    return telling.done()


@dataclass
class _Telling:
    """One answer while it is written: what was judged so far."""

    asking: Asking
    chat: Chat
    draft: Draft
    passages: Sequence[Given] = ()
    verdicts: list[Verdict] = field(default_factory=list)
    doubts: dict[Claim, str] = field(default_factory=dict)
    number: int = 0
    found_nothing: bool = False

    def begin(self) -> None:
        """Choose what may go to the model."""
        with self.asking.home.database.read() as connection:
            _refuse_when_switched(connection)
            may_go = sendable(self.asking.home, connection)
            if may_go is not None and not self.asking.asked.behind <= may_go:
                raise ModelFailed("kept here", "What was asked holds words that may not be sent to it.")
            away = left_out(self.asking.home, connection)
            self.passages = given(connection, self.asking, self.draft.found, away)
            if not self.passages:
                raise ModelFailed("kept here", "What was found may not be sent to it.")

    def named(self) -> Iterator[Said]:
        """What needs no model: quotes that the question named, and both sides of a conflict."""
        for claim in self.draft.named:
            yield from self._judged(claim, "")[1]

    def model(self) -> Iterator[Said]:
        """What the model writes, as far as it can be shown; what goes to it is on the log before it goes."""
        said: list[Said] = []

        def judge(raw: RawClaim, passages: Sequence[Given]) -> Verdict:
            verdict, said[:] = self._judged(*_stated(raw, passages))
            self.verdicts.append(verdict)
            return verdict

        role = ROLES[self.asking.question.role].lower()
        task = Task(PROMPT, CLAIMS, {"role": role, "question": self.asking.asked.text}, _MOST)
        writer = Writer(self.chat, task, self.passages, judge, self._may_send)
        self.passages = writer.fit()
        with log.recording(self.asking.home.database) as connection:
            claim_record.begun(connection, self.asking, self._writing(), self.passages)
        for _ in writer.write(self.chat.seconds):
            yield from said
        self.found_nothing = writer.found_nothing

    def _may_send(self) -> None:
        """Look again, before anything more leaves: what was switched or marked meanwhile holds at once."""
        with self.asking.home.database.read() as connection:
            _refuse_when_switched(connection)
            away = left_out(self.asking.home, connection)
        if any(passage.version.document in away for passage in self.passages):
            raise ModelFailed("kept here", "What was found may not be sent to it any more.")

    def _judged(self, claim: Claim, doubt: str) -> tuple[Verdict, list[Said]]:
        """Verify a claim and put it on the log, in one transaction; what a reader may see of it now.

        While a subject is held nothing is shown before the whole answer was looked at. Raises ModelFailed
        when the model was switched off meanwhile.
        """
        self._may_send()
        doubt = doubt or second_gate.doubt(self.asking.home, claim)
        with log.recording(self.asking.home.database) as connection:
            switches = _refuse_when_switched(connection)
            verdict = verify(claim, connection, usable(connection, self.asking.scope), doubt)
            self.number += 1
            claim_record.claimed(connection, self.asking, self.number, verdict)
        if doubt:
            self.doubts[claim] = doubt
        visible = None if switches.held else shown(verdict)
        said = [Said(number=self.number, claim=visible, outcome=verdict.outcome)] if visible else []
        return verdict, said

    def _kept(self) -> list[Claim]:
        """The model's claims that are shown: those held, and quotes that nothing else quotes."""
        kept = [
            v.claim for v in self.verdicts if v.outcome is Outcome.HELD and beyond(self.draft.named, v.claim)
        ]
        order = {id(v.claim): place for place, v in enumerate(self.verdicts)}
        for verdict in self.verdicts:
            if verdict.outcome is Outcome.QUOTE_ONLY and beyond([*self.draft.named, *kept], verdict.claim):
                kept.append(verdict.claim)
        return sorted({c.text: c for c in kept}.values(), key=lambda claim: order[id(claim)])

    def done(self) -> Draft:
        """What to say when the model has finished.

        What answers surest of the quotes is always among it: a weak model may pass it over.
        """
        kept = self._kept()
        if any(verdict.outcome is Outcome.HELD for verdict in self.verdicts) and (kept or self.draft.named):
            known = [*self.draft.named, *kept]
            return self._worded([*known, *self._lead(known)])
        if not self.found_nothing:
            return self._beside_quotes(kept, "model unheld", "unheld")
        sure = self.draft.confidence is None or self.draft.confidence >= _SURE
        if sure or self.draft.named:
            return self._beside_quotes([], "model found nothing", "found nothing")
        return replace(self.draft, writing=self._writing("found nothing"), claims=[], conflicts=[])

    def _lead(self, known: Sequence[Claim]) -> list[Claim]:
        """What of the surest quote the question is about, if the model passed over the better half of it."""
        wanted = set(stems(self.asking.asked.text))
        pieces = unquoted(self.asking.home, known, self.draft.claims[:1])
        return sorted(pieces, key=lambda piece: -len(wanted & set(stems(piece.text))))[:1]

    def broken_off(self, error: ModelFailed) -> Draft:
        """What to say when the model failed: what it had said by then, and the quotes beside it."""
        kept = self._kept()
        part = "model stopped" if kept else "model failed"
        return self._beside_quotes(kept, part, error.why, _SINCE[error.why])

    def _beside_quotes(self, kept: Sequence[Claim], part: str, failure: str, problem: str = "") -> Draft:
        """What is kept of the model's claims, if any, before the quotes; with a line that tells why."""
        line = prompt("quotes").say(part, problem=problem)
        if not kept:
            return replace(self.draft, writing=self._writing(failure), line=line)
        known = [*self.draft.named, *kept]
        rest = unquoted(self.asking.home, known, self.draft.claims)
        return replace(self._worded([*known, *rest], failure), line=line)

    def _worded(self, claims: Sequence[Claim], failure: str = "") -> Draft:
        return replace(
            self.draft,
            claims=in_groups(claims),
            composer=NAME,
            plain=replace(
                self.draft, line=prompt("quotes").say("model failed", problem=_SINCE["switched off"])
            ),
            writing=self._writing(failure),
            doubts=self.doubts,
        )

    def _writing(self, failure: str = "") -> Writing:
        unheld = [v for v in self.verdicts if v.outcome is not Outcome.HELD]
        writing = written_by(self.asking.home, self.chat, PROMPT)
        return replace(writing, unheld=unheld, failure=failure)


def _refuse_when_switched(connection: Connection) -> Switches:
    """The switches, unless the model may not write now: then ModelFailed, or SwitchedOff."""
    switches = refuse_when_off(connection)
    if switches.mode is Mode.QUOTES:
        raise ModelFailed("switched off", "It is switched off.")
    return switches


def _stated(raw: RawClaim, passages: Sequence[Given]) -> tuple[Claim, str]:
    """A claim with its quotes where they stand, and what speaks against it already."""
    found = located(raw, passages)
    if isinstance(found, Verdict):
        return found.claim, found.reason
    return found, markup(found.text, " ".join(citation.quote for citation in found.citations))
