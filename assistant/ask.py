"""A question's way: understand, search, compose, verify, log, and only then an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from assistant import abstain, compose, log, norms, queue, reuse, structured, wording
from assistant.answer_record import earlier_subject, record
from assistant.boundaries import Boundary, boundary
from assistant.clashes import clashes
from assistant.confidence import THRESHOLD
from assistant.errors import BadQuestion
from assistant.home import Home
from assistant.models import Answer, Citation, Claim, Conflict, Question, Verdict
from assistant.permissions import Operation, require
from assistant.risk import Risk, risk
from assistant.subjects import touched
from assistant.switches import Switches, refuse_when_off
from assistant.told import masked
from assistant.understand import Understanding, too_long, understand
from assistant.verify import shown, verify
from assistant.watch import Watch
from knowledge import library
from knowledge.index import Scope
from knowledge.library import Version
from knowledge.pages import page_of


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be said, before it is held to its sources."""

    claims: Sequence[Claim]
    conflicts: Sequence[Conflict]
    found: compose.Found
    boundary: Boundary | None
    composer: str
    confidence: float | None = None
    """None where the requirements answer themselves and nothing was searched."""
    approved: Answer | None = None
    """The reviewed answer to the same question that is said again."""


def ask(home: Home, question: Question) -> Answer:
    """Answer a question from what the person may see, and log it before it is returned.

    An approved answer to the same question is said again while its sources hold. An answer on a held
    subject is on the log, and returned without its claims. Raises BadQuestion for an empty or overlong
    question, SwitchedOff while the assistant is off, NotLogged when the record cannot be written.
    """
    require(home.database, question.asker, Operation.ASK)
    _refuse_bad(question.text)
    watch = Watch()
    asked = understand(question.text, earlier_subject(home.database, question.conversation, question.asker))
    scope = home.scope(question.role, question.as_of)
    with home.database.read() as connection:
        refuse_when_off(connection)
        again = reuse.approved(connection, question, asked.text)
    watch.step("understand")
    said = _logged(home, question, asked, scope, _again(again), watch) if again else None
    return said or _composed(home, question, asked, scope, watch)


def _composed(home: Home, question: Question, asked: Understanding, scope: Scope, watch: Watch) -> Answer:
    draft = _draft(home, asked, scope)
    watch.step("search_and_compose")
    answer = _logged(home, question, asked, scope, draft, watch)
    assert answer is not None  # only what was approved can be found not to hold
    return answer


def _again(approved: Answer) -> Draft:
    return Draft(approved.claims, approved.conflicts, compose.NOTHING, None, "approved", approved=approved)


def _logged(
    home: Home, question: Question, asked: Understanding, scope: Scope, draft: Draft, watch: Watch
) -> Answer | None:
    """Verify, log and return an answer, in one transaction; None when an approved one does not hold now."""
    with log.recording(home.database) as connection:
        switches = refuse_when_off(connection)
        usable = _usable(connection, scope)
        verdicts = [verify(claim, connection, usable) for claim in draft.claims]
        if draft.approved and not reuse.holds(verdicts):
            return None
        draft = replace(draft, found=draft.found.within(usable))
        watch.step("verify")
        answer = _answer(home, question, asked, draft, verdicts, watch)
        found = _risk(home, asked, answer, verdicts, switches)
        entry = record(connection, home, question, asked, answer, verdicts, draft, found)
        queue.noted(connection, entry)
    return masked(answer, home.subjects, found.held) if found.held else answer


def _risk(
    home: Home, asked: Understanding, answer: Answer, verdicts: Sequence[Verdict], switches: Switches
) -> Risk:
    """Why the answer is to be reviewed; one that was approved before is not, unless a reader flags it."""
    if answer.approved:
        return Risk()
    touches = touched(home.subjects, asked.text, *(claim.text for claim in answer.claims))
    names = [subject.id for subject in touches]
    return risk(answer, verdicts, names, switches.held, home.settings.review_sample)


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
    if stopped or (chosen.sure < THRESHOLD and not direct.claims):
        return Draft([], [], found, limit, compose.NAME, chosen.sure)
    conflicts = clashes(found.house, asked)
    norm = [] if direct.claims else norms.claims(home, scope, asked, speaking)
    composed = compose.compose(chosen, found, asked, scope.role, norm)
    claims = _merged(home, direct.claims, composed, conflicts)
    return Draft(claims, conflicts, found, limit, compose.NAME, chosen.sure)


def _merged(
    home: Home, direct: Sequence[Claim], composed: Sequence[Claim], conflicts: Sequence[Conflict]
) -> list[Claim]:
    """Each quote once: both sides of a conflict, what the question named, then what was found.

    What is of one group stands together, in the order in which the groups begin.
    """
    sides = [
        Claim(text=library.folded(citation.quote), citations=(citation,))
        for conflict in conflicts
        for citation in conflict.citations
    ]
    pages = {version.id: version.pages for version in home.index.state().versions}
    kept: list[Claim] = []
    for claim in [*sides, *direct, *composed]:
        kept += _beyond(kept, claim, pages)
    order = list(dict.fromkeys(map(_group, kept)))
    return sorted(kept, key=lambda claim: order.index(_group(claim)))


def _group(claim: Claim) -> str:
    return wording.group_of(claim.citations[0].kind)


def _beyond(kept: Sequence[Claim], claim: Claim, pages: Mapping[str, Sequence[int]]) -> list[Claim]:
    """A claim without what is quoted already: whole, in pieces, or nothing."""
    citation = claim.citations[0]
    quoted = sorted((c.start, c.end) for k in kept for c in k.citations if c.version == citation.version)
    pieces, at = [], citation.start
    for start, end in [*quoted, (citation.end, citation.end)]:
        if at < min(start, citation.end):
            pieces.append((at, min(start, citation.end)))
        at = max(at, end)
    if pieces == [(citation.start, citation.end)]:
        return [claim]
    cut = [_piece(citation, *piece, pages.get(citation.version, ())) for piece in pieces]
    return [piece for piece in cut if piece]


def _piece(citation: Citation, start: int, end: int, pages: Sequence[int]) -> Claim | None:
    """A claim of one stretch of a citation; None when it holds no word."""
    part = citation.quote[start - citation.start : end - citation.start]
    quote = part.strip()
    if not any(c.isalnum() for c in quote):
        return None
    start += len(part) - len(part.lstrip())
    place = {"start": start, "end": start + len(quote), "page": page_of(pages, start), "quote": quote}
    return Claim(text=library.folded(quote), citations=(citation.model_copy(update=place),))


def _usable(connection: Connection, scope: Scope) -> Mapping[str, Version]:
    """What may be cited, read inside the writing transaction, so that it is true when it is logged."""
    held = library.in_force(library.all_versions(connection), scope.day)
    return {v.id: v for v in held.values() if scope.admits(v)}


def _answer(
    home: Home,
    question: Question,
    asked: Understanding,
    draft: Draft,
    verdicts: Sequence[Verdict],
    watch: Watch,
) -> Answer:
    claims = tuple(claim for verdict in verdicts if (claim := shown(verdict)))
    held = {c for claim in claims for c in claim.citations}
    conflicts = tuple(c for c in draft.conflicts if set(c.citations) <= held)
    approved = draft.approved
    note = approved.note if approved else wording.note(home, asked, question.role, draft, claims, conflicts)
    return Answer(
        id=log.new_id(),
        status="answered" if claims else "abstained",
        text=wording.text(claims, question.role, note),
        claims=claims,
        nearest=() if claims else abstain.nearest(draft.found),
        conflicts=conflicts,
        note=note,
        approved=approved.approved if approved else None,
        understood_as=asked.text if asked.completed else None,
        conversation=question.conversation or log.new_id(),
        timing_ms=watch.stop(),
    )
