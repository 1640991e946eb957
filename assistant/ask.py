"""A question's way: understand, search, compose, verify, log, and only then an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant import abstain, compose, log, norms, queue, reuse, structured, wording
from assistant.answer_record import record
from assistant.asking import Asking, Draft
from assistant.boundaries import boundary
from assistant.clarify import unclear
from assistant.clashes import clashes
from assistant.confidence import THRESHOLD
from assistant.conversation import understood
from assistant.errors import BadQuestion
from assistant.generation import answering
from assistant.home import Home
from assistant.merging import merged, sides
from assistant.models import Answer, Question, Said, Verdict
from assistant.permissions import Operation, require
from assistant.risk import Risk, risk
from assistant.subjects import touched
from assistant.switches import Mode, Switches, refuse_when_off
from assistant.told import masked
from assistant.understand import Understanding, too_long
from assistant.verify import shown, usable, verify
from assistant.watch import Watch
from knowledge.index import Scope


def ask(home: Home, question: Question) -> Answer:
    """Answer a question from what the person may see, and log it before it is returned.

    An approved answer to the same question is said again while its sources hold. An answer on a held
    subject is on the log, and returned without its claims. Raises BadQuestion for an empty or overlong
    question, SwitchedOff while the assistant is off, NotLogged when the record cannot be written.
    """
    *_, last = stream(home, question)
    assert isinstance(last, Answer)
    return last


def stream(home: Home, question: Question) -> Iterator[Said | Answer]:
    """The claims that a language model writes, each once it is verified and logged, and last the answer.

    Without a model the answer comes alone. What it holds is what stands: a claim that was said is missing
    from it when its source was withdrawn meanwhile. Raises as `ask` does, also between claims.
    """
    require(home.database, question.asker, Operation.ASK)
    _refuse_bad(question.text)
    asking = _begun(home, question)
    with home.database.read() as connection:
        refuse_when_off(connection)
        again = reuse.approved(connection, question, asking.asked.text)
    asking.watch.step("understand")
    said = _logged(asking, _again(again)) if again else None
    if said is None:
        draft = _draft(home, asking.asked, asking.scope)
        asking.watch.step("search_and_compose")
        draft = yield from answering.written(asking, draft)
        if draft.writing:
            asking.watch.step("model")
        said = _logged(asking, draft)
    assert said is not None  # only what was approved can be found not to hold
    yield said


def _begun(home: Home, question: Question) -> Asking:
    watch = Watch()
    answer, conversation = log.new_id(), question.conversation or log.new_id()
    asked = understood(home, question, answer)
    scope = home.scope(question.role, question.as_of)
    return Asking(home, question, asked, scope, watch, answer, conversation)


def _again(approved: Answer) -> Draft:
    return Draft(approved.claims, approved.conflicts, compose.NOTHING, None, "approved", approved=approved)


def _logged(asking: Asking, draft: Draft) -> Answer | None:
    """Verify, log and return an answer, in one transaction; None when an approved one does not hold now."""
    home = asking.home
    with log.recording(home.database) as connection:
        switches = refuse_when_off(connection)
        if draft.plain and switches.mode is Mode.QUOTES:
            draft = replace(draft.plain, writing=draft.writing)
        may_cite = usable(connection, asking.scope)
        verdicts = [verify(c, connection, may_cite, draft.doubts.get(c, "")) for c in draft.claims]
        if draft.approved and not reuse.holds(verdicts):
            return None
        draft = replace(draft, found=draft.found.within(may_cite))
        asking.watch.step("verify")
        answer = _answer(asking, draft, verdicts)
        found = _risk(asking, draft, answer, verdicts, switches)
        entry = record(connection, asking, answer, verdicts, draft, found)
        queue.noted(connection, entry)
    return masked(answer, home.subjects, found.held) if found.held else answer


def _risk(
    asking: Asking, draft: Draft, answer: Answer, verdicts: Sequence[Verdict], switches: Switches
) -> Risk:
    """Why the answer is to be reviewed; one that was approved before is not, unless a reader flags it."""
    if answer.approved:
        return Risk()
    home = asking.home
    touches = touched(home.subjects, asking.asked.text, *(claim.text for claim in answer.claims))
    names = [subject.id for subject in touches]
    worded = draft.writing if draft.composer == answering.NAME else None
    judged = [*verdicts, *(worded.unheld if worded else ())]
    return risk(answer, judged, names, switches.held, home.settings.review_sample)


def _refuse_bad(text: str) -> None:
    if not text.strip():
        raise BadQuestion("The question is empty. Type what you want to know.")
    if too_long(text):
        raise BadQuestion("The question is too long. Ask in fewer than 4,000 characters.")


def _draft(home: Home, asked: Understanding, scope: Scope) -> Draft:
    """The requirements answer for themselves before anything is encoded or searched."""
    limit = boundary(asked.text)
    stopped = limit is not None and limit.abstains
    direct = structured.Direct() if stopped else structured.answer(home, asked, scope)
    if direct.complete:
        return Draft(direct.claims, [], compose.NOTHING, limit, structured.NAME)
    found = compose.find(home.index, asked, scope, home.encoded(asked.text))
    speaking = norms.speaking(found.norm, found.house)
    chosen = compose.choose(found, speaking.hits)
    meanings = () if limit or direct.claims else unclear(home.index, scope, found, asked)
    if meanings:
        found = found.beside(meaning.hit for meaning in meanings)
        return Draft([], [], found, limit, compose.NAME, chosen.sure, meanings=meanings)
    if stopped or (chosen.sure < THRESHOLD and not direct.claims):
        return Draft([], [], found, limit, compose.NAME, chosen.sure)
    conflicts = clashes(found.house, asked)
    norm = [] if direct.claims else norms.claims(home, scope, asked, speaking)
    composed = compose.compose(chosen, found, asked, scope.role, norm)
    claims = merged(home, direct.claims, composed, conflicts)
    named = [*sides(conflicts), *direct.claims]
    return Draft(claims, conflicts, found, limit, compose.NAME, chosen.sure, named=named)


def _answer(asking: Asking, draft: Draft, verdicts: Sequence[Verdict]) -> Answer:
    claims = tuple(claim for verdict in verdicts if (claim := shown(verdict)))
    held = {c for claim in claims for c in claim.citations}
    conflicts = tuple(c for c in draft.conflicts if set(c.citations) <= held)
    approved, role = draft.approved, asking.question.role
    choices = tuple(meaning.choice for meaning in draft.meanings if meaning.hit in draft.found.house)
    note = approved.note if approved else wording.note(asking, draft, claims, conflicts)
    return Answer(
        id=asking.answer,
        status="unclear" if choices else "answered" if claims else "abstained",
        text=wording.text(claims, role, note, choices),
        claims=claims,
        nearest=() if claims or choices else abstain.nearest(draft.found),
        conflicts=conflicts,
        choices=choices,
        note=note,
        approved=approved.approved if approved else None,
        worded_by=_worded_by(draft),
        understood_as=asking.asked.text if asking.asked.completed else None,
        conversation=asking.conversation,
        timing_ms=asking.watch.stop(),
    )


def _worded_by(draft: Draft) -> str | None:
    if draft.approved:
        return draft.approved.worded_by
    return draft.writing.model if draft.writing and draft.composer == answering.NAME else None
