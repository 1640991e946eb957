"""A language model words a section anew; what can be held to the section is proposed, nothing is stored.

What is sent is on the log before it is sent, and each sentence as it is judged. `writing.reword` takes a
proposal over. When the model fails, is slow or switched off, the section stays as it is and a line says so.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from assistant import claim_record, log, second_gate
from assistant.drafting import sources
from assistant.drafting.document import Section
from assistant.drafting.house import finder
from assistant.drafting.intake import Intake
from assistant.drafting.kept import about, manuscript, newest, writable
from assistant.drafting.manuscript import Manuscript
from assistant.drafting.materials import MOST, Material, Materials, materials
from assistant.drafting.prose import Change, Holding, Reworded, Sentence, reworded
from assistant.drafting.types import followed
from assistant.errors import ModelFailed, NotPossible
from assistant.generation.shape import claims
from assistant.generation.writing import Task, Writer, written_by
from assistant.home import Home
from assistant.local_only import left_out
from assistant.model.pieces import RawClaim
from assistant.models import Citation, Claim, Outcome, Verdict
from assistant.people import Person
from assistant.permissions import Operation, require
from assistant.switches import Mode, current
from assistant.verify import verify
from knowledge.library import folded
from knowledge.models import HOUSE_KINDS
from knowledge.specifications import Specification

if TYPE_CHECKING:
    from assistant.model.chat import Chat

PROMPT = "section"
_SHAPE = claims(
    "The sentences of the section in new words, in order, each with the sentences of a paragraph in whose "
    "place it goes.",
    MOST,
)
_STAYS = "The section stays as it is."
_NO_MODEL = f"No language model is configured. {_STAYS}"
_NOTHING = f"It has no paragraph that can be reworded. {_STAYS}"
_UNHELD = f"Nothing that the language model wrote could be held to the section. {_STAYS}"
_SAME = f"The language model left its words as they are. {_STAYS}"
_OFF = "The language model is switched off."
_KEPT_HERE = "The document is kept from hosted models."
_KEPT_SINCE = "A document whose words it was given is kept from hosted models now."


@dataclass(frozen=True, slots=True)
class Proposal:
    """A section before and after; `line` says why there is no change when there is none.

    `failed` says that there is no use in asking for another section now.

    `stays` says of each block that stays why, by its place; `unheld` is what the model wrote for them that
    cannot stand; `model` is how the log names the model.
    """

    before: Section
    after: Section
    changes: tuple[Change, ...] = ()
    stays: Mapping[int, str] = field(default_factory=dict)
    unheld: tuple[Sentence, ...] = ()
    line: str = ""
    failed: bool = False
    model: Mapping[str, Any] = field(default_factory=dict)

    @property
    def named(self) -> tuple[Citation, ...]:
        """The sources that the new words name."""
        return tuple(cited for change in self.changes for cited in change.now.citations)


def propose(
    home: Home, person: Person, name: str, section: str, seen: int | None = None
) -> Generator[Outcome, None, Proposal]:
    """Have a section reworded; yields what becomes of each sentence, and returns the proposal.

    Raises NotPossible for a section that is locked or is not there.
    """
    require(home.database, person, Operation.WRITE, name[:40])
    with home.database.read() as connection:
        row = writable(connection, person, name, seen)
        held = manuscript(connection, person, row)
        before = _unlocked(newest(connection, row).sections, section)
        answers = sources.current(connection, held.answers)
    if home.chat is None:
        return Proposal(before, before, line=_NO_MODEL, failed=True)
    spec = followed(held.type).spec
    telling = _Rewording(home, person, held, spec, before, answers, home.chat)
    try:
        telling.begin(_house(home, spec, before))
        yield from telling.model()
    except ModelFailed as error:
        return telling.broken_off(error)
    return telling.done()


def finished(
    asked: Generator[Outcome, None, Proposal], heard: Callable[[Outcome], object] = lambda _: None
) -> Proposal:
    """The proposal, once all sentences are judged; `heard` is told what becomes of each."""
    while True:
        try:
            heard(next(asked))
        except StopIteration as ended:
            made: Proposal = ended.value
            return made


def _unlocked(sections: Sequence[Section], name: str) -> Section:
    for section in sections:
        if section.id == name:
            if section.locked:
                raise NotPossible(f"{section.heading!r} is locked. Unlock it before you have it reworded.")
            return section
    raise NotPossible(f"The document has no section {name[:60]!r}.")


def _house(home: Home, spec: Specification, section: Section) -> list[Citation]:
    """House passages on the matter: those that the section quotes, and what the house's documents say."""
    quoted = [c for block in section.blocks for c in block.citations if c.kind in HOUSE_KINDS]
    wanted = next((one.must_contain for one in spec.sections if one.id == section.id), "")
    found = finder(home)(f"{section.heading}: {wanted}")
    return [*quoted, found] if found else quoted


@dataclass
class _Rewording:
    """One section while it is reworded: what was judged so far."""

    home: Home
    person: Person
    held: Manuscript
    spec: Specification
    before: Section
    answers: Intake
    chat: Chat
    given: Materials = field(default_factory=lambda: Materials({}, (), {}))
    sentences: list[Sentence] = field(default_factory=list)
    about: Mapping[str, Any] = field(default_factory=dict)

    def begin(self, house: Sequence[Citation]) -> None:
        """Say on the log what goes to the model, before it goes; nothing where there is nothing to send."""
        writing = written_by(self.home, self.chat, PROMPT)
        with log.recording(self.home.database) as connection:
            row = writable(connection, self.person, self.held.id, self.held.newest)
            away = self._kept_here(connection)
            self.given = materials(self.spec, self.before, self.answers, house, away)
            if not self.given.given:
                return
            of = {"section": self.before.id, "number": self.held.newest}
            told = about(connection, self.person, row, "to be reworded", **of)
            written = [material for material in self.given.given if material.citation is None]
            words = {"handed": "\n\n".join(material.words for material in written)}
            entry = claim_record.handed(
                connection, told, writing, claim_record.places(self.given.given), words
            )
            self.about = {**told, "generation": entry.id}

    def model(self) -> Iterator[Outcome]:
        """What becomes of each sentence that the model writes."""
        if self.given.given:
            task = Task(PROMPT, _SHAPE, {}, MOST)
            writer = Writer(self.chat, task, self.given.given, self._judged, self._may_send)
            for verdict in writer.write(self.chat.seconds):
                yield verdict.outcome

    def _kept_here(self, connection: Connection) -> frozenset[str]:
        """Ids of the documents of which nothing is sent; ModelFailed when what was given may not be sent."""
        if current(connection).mode is not Mode.ON:
            raise ModelFailed("switched off", _OFF)
        away = left_out(self.home, connection)
        if self.held.revises in away:
            raise ModelFailed("kept here", _KEPT_HERE)
        if not self.given.documents.isdisjoint(away):
            raise ModelFailed("kept here", _KEPT_SINCE)
        return away

    def _may_send(self) -> None:
        """Look again, before anything more leaves: what was switched or marked meanwhile holds at once."""
        with self.home.database.read() as connection:
            self._kept_here(connection)

    def _judged(self, raw: RawClaim, given: Sequence[Material]) -> Verdict:
        """Hold a sentence to the section and put it on the log; its words stand beside the log."""
        self._may_send()
        place = f"{self.held.title} - {self.before.heading}"
        holding = Holding(place, self._fault, partial(second_gate.objection, self.home))
        made = holding.held(raw, given)
        verdict = Verdict(
            claim=Claim(text=made.text, citations=made.citations), outcome=made.outcome, reason=made.reason
        )
        with log.recording(self.home.database) as connection:
            if current(connection).mode is not Mode.ON:
                raise ModelFailed("switched off", _OFF)
            self.sentences.append(made)
            body = {
                **self.about,
                "act": "sentence judged",
                "sentence": len(self.sentences),
                "outcome": made.outcome.value,
                "block": made.block,
                "stands_for": list(made.stands_for),
            }
            words = {"unheld" if made.reason else "held": claim_record.told(made.text, made.reason)}
            log.append(connection, claim_record.CLAIM, body, words)
        return verdict

    def _fault(self, citation: Citation) -> str:
        """Why a house passage may not be cited; empty when it may."""
        claim = Claim(text=folded(citation.quote), citations=(citation,))
        with self.home.database.read() as connection:
            verdict = verify(claim, connection, sources.usable(connection))
        return verdict.reason if verdict.outcome is Outcome.STRUCK else ""

    def done(self) -> Proposal:
        """The proposal when the model has finished."""
        if not self.given.given:
            return Proposal(self.before, self.before, stays=self.given.stays, line=_NOTHING)
        found = reworded(self.before, self.given, self.sentences)
        self._ended(found, "")
        line = "" if found.changes else _UNHELD if found.unheld else _SAME
        return replace(self._unchanged(line), **_parts(found))

    def broken_off(self, error: ModelFailed) -> Proposal:
        """The proposal when the model failed: none, and why."""
        if self.about:
            self._ended(None, error.why)
        return replace(self._unchanged(f"{_STAYS} {error}"), failed=error.why != "too long")

    def _unchanged(self, line: str) -> Proposal:
        model = claim_record.writer(written_by(self.home, self.chat, PROMPT))
        model |= {"generation": self.about["generation"]} if self.about else {}
        return Proposal(self.before, self.before, line=line, model=model)

    def _ended(self, found: Reworded | None, failure: str) -> None:
        changed = sorted({change.block for change in found.changes}) if found else []
        body = {**self.about, "act": "reworded", "changed": changed, "failure": failure}
        with log.recording(self.home.database) as connection:
            log.append(connection, claim_record.GENERATION, body)


def _parts(found: Reworded) -> dict[str, Any]:
    return {
        "after": found.section,
        "changes": found.changes,
        "stays": found.stays,
        "unheld": found.unheld,
    }
