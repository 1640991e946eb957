"""What makes a revision: composing, editing, rewording, locking, restoring, taking an edited export back in.

No revision is ever changed or lost. What is locked stays as it is; what a person wrote, or took over from a
language model, is not composed over unless they name the section and say so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from assistant import log
from assistant.drafting import sources
from assistant.drafting.compose import compose as composed
from assistant.drafting.document import Document, Section
from assistant.drafting.house import finder
from assistant.drafting.kept import answers, document, header, manuscript, newest, store, writable
from assistant.drafting.manuscript import Kept, Manuscript, Why, Written
from assistant.drafting.types import followed
from assistant.errors import NotPossible
from assistant.home import Home
from assistant.models import Citation
from assistant.people import Person
from assistant.permissions import Operation, require
from knowledge.formats.builder import clean
from knowledge.specifications import Specification

if TYPE_CHECKING:
    from assistant.drafting.rewording import Proposal

_MOST = 200_000
"""Characters that a person may write in one section."""

Made = tuple[Document, tuple[Kept, ...]]
"""A document that is to be the next revision, and the sections that stayed although they were to change."""


def compose(
    home: Home,
    person: Person,
    name: str,
    sections: Collection[str] | None = None,
    over_edits: bool = False,
    seen: int | None = None,
) -> Written:
    """Compose the document, or these sections of it, from the answers as they are now.

    Locked sections stay. One that a person wrote or had reworded stays unless it is named and `over_edits`
    is said.
    What comes out the same makes no revision.
    """
    require(home.database, person, Operation.WRITE, name[:40])
    with home.database.read() as connection:
        row = writable(connection, person, name, seen)
        held = manuscript(connection, person, row)
        given = sources.current(connection, held.answers)
    spec = followed(held.type).spec
    _known(spec, held.document, sections)
    fresh = composed(spec, given, held.header, finder(home))
    made, kept = _merged(spec, held, fresh, sections, over_edits)
    with log.recording(home.database) as connection:
        row = writable(connection, person, name, held.newest)
        changed = _changed(held.document, made)
        sources.held(connection, (c for s in made.sections if s.id in changed for c in _cited(s)))
        if held.document and not changed and made.header == held.document.header:
            return Written(held.newest, held.document, (), kept)
        number = store(connection, person, row, made, held.answers, "composed")
        return Written(number, document(connection, row, number), changed, kept)


def _cited(section: Section) -> Iterable[Citation]:
    return (c for block in section.blocks for c in block.citations) if section.origin == "composed" else ()


def _known(spec: Specification, before: Document | None, wanted: Collection[str] | None) -> None:
    there = {section.id for section in spec.sections}
    there |= set(_by_id(before.sections)) if before else set()
    for name in wanted or ():
        if name not in there:
            raise NotPossible(f"The document has no section {name[:60]!r}.")


def _merged(
    spec: Specification,
    held: Manuscript,
    fresh: Document,
    wanted: Collection[str] | None,
    over_edits: bool,
) -> Made:
    """The fresh sections that are wanted, beside those that stay."""
    old = _by_id(held.document.sections) if held.document else {}
    result, kept = dict(old), list[Kept]()
    for section in fresh.sections:
        if wanted is not None and section.id not in wanted:
            continue
        before = old.get(section.id)
        if before and before.locked:
            kept.append(Kept(section.id, "locked"))
        elif before and before.origin != "composed" and not (over_edits and wanted):
            edited = before.origin == "edited"
            kept.append(Kept(section.id, "edited by hand" if edited else "reworded by a language model"))
        else:
            result[section.id] = section
    return fresh.model_copy(update={"sections": _ordered(spec, result.values())}), tuple(kept)


def _by_id(sections: Iterable[Section]) -> dict[str, Section]:
    return {section.id: section for section in sections}


def _ordered(spec: Specification, sections: Iterable[Section]) -> tuple[Section, ...]:
    """Sections as the specification orders them, then those of the document's own."""
    order = {section.id: place for place, section in enumerate(spec.sections)}
    return tuple(sorted(sections, key=lambda one: order.get(one.id, len(order))))


def _changed(before: Document | None, after: Document) -> tuple[str, ...]:
    """Ids of the sections that are not what they were, those that are gone last."""
    old, new = _by_id(before.sections) if before else {}, _by_id(after.sections)
    gone = tuple(name for name in old if name not in new)
    return (*(name for name, section in new.items() if old.get(name) != section), *gone)


def edit(home: Home, person: Person, name: str, section: str, text: str, seen: int | None = None) -> Written:
    """Put a person's text in the place of a section, as `exporting.markdown.section_text` gave it to them."""
    require(home.database, person, Operation.WRITE, name[:40])
    from assistant.exporting.markdown import section_blocks

    if len(text) > _MOST:
        raise NotPossible(f"The text of a section has at most {_MOST} characters.")

    def make(_: Connection, before: Document, spec: Specification) -> Made:
        old = _section(before, spec, section)
        if old.locked:
            raise NotPossible(f"{old.heading!r} is locked. Unlock it before you edit it.")
        blocks = section_blocks(clean(text), old)
        if blocks == old.blocks:
            return before, ()
        new = old.model_copy(update={"blocks": blocks, "origin": "edited"})
        every = {**_by_id(before.sections), section: new}
        return before.model_copy(update={"sections": _ordered(spec, every.values())}), ()

    return _revise(home, person, name, seen, "edited", make)


def reword(
    home: Home, person: Person, name: str, proposed: Sequence[Proposal], seen: int | None = None
) -> Written:
    """Put what a language model proposed in the place of the sections that it was proposed for.

    Raises NotPossible for a section that is locked or is not any more what was reworded, and for a source
    that may not be cited any more.
    """
    require(home.database, person, Operation.WRITE, name[:40])

    def make(connection: Connection, before: Document, spec: Specification) -> Made:
        made = before
        for one in proposed:
            old = _section(before, spec, one.before.id)
            if old.locked:
                raise NotPossible(f"{old.heading!r} is locked. Unlock it before you have it reworded.")
            if old != one.before:
                raise NotPossible(f"{old.heading!r} was changed meanwhile. Have it reworded again.")
            sources.held(connection, one.named)
            if one.changes:
                made = made.with_section(one.after.model_copy(update={"origin": "reworded"}))
        return made, ()

    worded = next((one.model for one in proposed if one.changes), None)
    return _revise(home, person, name, seen, "reworded", make, model=worded)


def _section(before: Document, spec: Specification, name: str) -> Section:
    """A section of the document, or an empty one that its type has and the text does not."""
    for one in before.sections:
        if one.id == name:
            return one
    for wanted in spec.sections:
        if wanted.id == name:
            return Section(id=name, heading=wanted.heading, requirements=wanted.cites)
    raise NotPossible(f"The document has no section {name[:60]!r}.")


def lock(
    home: Home, person: Person, name: str, section: str, locked: bool = True, seen: int | None = None
) -> Written:
    """Lock a section, so that nothing changes it until it is unlocked; or unlock it."""
    require(home.database, person, Operation.WRITE, name[:40])

    def make(_: Connection, before: Document, spec: Specification) -> Made:
        if section not in _by_id(before.sections):
            raise NotPossible(f"The document has no section {section[:60]!r}.")
        return before.with_section(before.section(section).model_copy(update={"locked": locked})), ()

    return _revise(home, person, name, seen, "locked" if locked else "unlocked", make)


def restore(home: Home, person: Person, name: str, number: int, seen: int | None = None) -> Written:
    """Make the text of an earlier revision the next one. Sections that are locked now stay as they are."""
    require(home.database, person, Operation.WRITE, name[:40])

    def make(connection: Connection, before: Document, spec: Specification) -> Made:
        row = writable(connection, person, name, None)
        earlier = document(connection, row, number)
        return _beside_locked(spec, before, _by_id(earlier.sections))

    return _revise(home, person, name, seen, "restored", make)


def take_in(
    home: Home,
    person: Person,
    name: str,
    data: bytes,
    file: str,
    exported: int | None = None,
    seen: int | None = None,
) -> Written:
    """An export (DOCX) that was edited elsewhere as the next revision.

    `exported` is the revision that left; without it the newest is taken to be. What the file changed counts
    as edited by hand. Sections that are locked, or that somebody changed here meanwhile, stay and are told.
    Raises NotPossible for a file that is no such export.
    """
    require(home.database, person, Operation.WRITE, name[:40])
    from assistant.exporting.docx import read

    with home.database.read() as connection:
        row = writable(connection, person, name, seen)
        left = document(connection, row, exported) if exported else newest(connection, row)
    back = read(data, left)

    def make(_: Connection, before: Document, spec: Specification) -> Made:
        wanted, kept = _brought(_by_id(left.sections), _by_id(back.sections), _by_id(before.sections))
        made, locked = _beside_locked(spec, before, wanted)
        return made, (*locked, *kept)

    return _revise(home, person, name, row.newest, "taken in", make, file)


def _brought(
    left: Mapping[str, Section], back: Mapping[str, Section], here: Mapping[str, Section]
) -> tuple[dict[str, Section], list[Kept]]:
    """The sections when a file comes back: with its changes to what left, where nobody made others."""
    result, kept = dict(here), list[Kept]()
    for name in dict.fromkeys((*left, *back)):
        before, after, now = left.get(name), back.get(name), here.get(name)
        if _same(before, after) or _same(after, now):
            continue
        if not _same(before, now):
            if now is None or not now.locked:
                kept.append(Kept(name, "changed meanwhile"))
        elif after is None:
            del result[name]
        else:
            result[name] = after.model_copy(update={"origin": "edited"})
    return result, kept


def _same(one: Section | None, other: Section | None) -> bool:
    """Whether two sections say the same, or neither is there."""
    if one is None or other is None:
        return one is other
    return (one.heading, one.blocks) == (other.heading, other.blocks)


def _beside_locked(spec: Specification, before: Document, wanted: Mapping[str, Section]) -> Made:
    """The wanted sections, but for those that are locked now."""
    locked = {one.id: one for one in before.sections if one.locked}
    result = {**{name: one.model_copy(update={"locked": False}) for name, one in wanted.items()}, **locked}
    stayed = [name for name, one in locked.items() if not _same(wanted.get(name), one)]
    made = before.model_copy(update={"sections": _ordered(spec, result.values())})
    return made, tuple(Kept(name, "locked") for name in stayed)


def _revise(
    home: Home,
    person: Person,
    name: str,
    seen: int | None,
    why: Why,
    make: Callable[[Connection, Document, Specification], Made],
    file: str | None = None,
    model: Mapping[str, Any] | None = None,
) -> Written:
    """Keep what is made of the newest revision as the next; the same again makes none."""
    with log.recording(home.database) as connection:
        row = writable(connection, person, name, seen)
        before, given = newest(connection, row), answers(connection, name)
        made, kept = make(connection, before, followed(row.type).spec)
        made = made.model_copy(update={"header": header(connection, row)})
        changed = _changed(before, made)
        if not changed:
            return Written(row.newest, before, (), kept)
        number = store(connection, person, row, made, given, why, file, model)
        return Written(number, document(connection, row, number), changed, kept)
