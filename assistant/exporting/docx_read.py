"""An edited Word file back as the next revision of its document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assistant.drafting.document import PLACEHOLDER, Document, Header, Section
from assistant.errors import NotPossible
from assistant.exporting.docx_child import taken_apart
from assistant.exporting.docx_pages import Line
from assistant.exporting.docx_parts import BACK_MARK, LEAD, ORIGIN, QUOTED, section_mark
from assistant.exporting.front import BACK, FIELDS, control
from assistant.exporting.returning import Former, Found, blocks, folded, unmarked

_ALIKE = 0.5
"""Share of a section's blocks by which a heading that was typed anew is taken for the section's."""


def read(data: bytes, before: Document) -> Document:
    """An edited export of `before` as a document; a Word file of another origin is read by its headings.

    Raises NotPossible for a broken file, one with macros, tracked changes or no heading.
    """
    came = taken_apart(data)
    if came.tracked:
        raise NotPossible(
            f"The file has {came.tracked} tracked change{'s' if came.tracked > 1 else ''}. Accept or reject "
            "them in Word (Review, then Accept all changes), save, and bring it again."
        )
    opening, parts = _parted(came.lines)
    kept = _without_back(parts)
    if not kept:
        raise NotPossible(
            "The file has no heading. Give the title of each section the style Heading 1, and bring it again."
        )
    header, loose = _opening(opening, before.header)
    kept[0].lines[:0] = loose
    return before.model_copy(
        update={"header": header, "sections": tuple(_sections(kept, before)), "type": before.type}
    )


def left_out(data: bytes) -> tuple[str, ...]:
    """What an edited file holds that `read` does not take over (comments, pictures …), in words."""
    return taken_apart(data).beside


@dataclass
class _Part:
    """A heading and what stands below it."""

    heading: str
    marks: tuple[str, ...]
    lines: list[Line]


def _without_back(parts: Sequence[_Part]) -> list[_Part]:
    """The sections, without the parts that are made anew with every export.

    Those carry bookmarks of ours; a program that dropped these still has all four at the end.
    """
    tail = tuple(part.heading for part in parts[-len(BACK) :])
    kept = parts[: -len(BACK)] if tail == BACK else parts
    return [part for part in kept if not any(mark.startswith(BACK_MARK) for mark in part.marks)]


def _parted(lines: Sequence[Line]) -> tuple[list[Line], list[_Part]]:
    opening: list[Line] = []
    parts: list[_Part] = []
    for line in lines:
        if line.level is not None and folded(line.text):
            parts.append(_Part(folded(line.text), line.marks, []))
        else:
            (parts[-1].lines if parts else opening).append(line)
    return opening, parts


def _opening(lines: Sequence[Line], header: Header) -> tuple[Header, list[Line]]:
    """The header as the control table says it now, and what stands before the first heading besides."""
    loose: list[Line] = []
    title = ""
    changed: dict[str, Any] | None = None
    for line in lines:
        said = {folded(row[0]): folded(row[1]) for row in line.rows if len(row) == 2}
        if len(said.keys() & FIELDS.keys()) >= 3:
            changed = _fields(said, header)
        elif line.title:
            title = folded(line.text) if line.style == "Title" else title
        else:
            loose.append(line)
    if changed is None:
        return header, loose
    changed = {"title": title, **changed} if title and title != folded(header.title) else changed
    return header.model_copy(update=changed), loose


def _fields(said: dict[str, str], header: Header) -> dict[str, Any]:
    """What people filled in or changed; open places and unreadable dates leave the field as it was."""
    changed: dict[str, Any] = {}
    shown = dict(control(header))
    for label, field in FIELDS.items():
        value = said.get(label, "")
        if not value or PLACEHOLDER.search(value) or value == folded(shown[label]):
            continue
        if field in ("effective", "next_review"):
            day = _day(value)
            changed |= {field: day} if day else {}
        else:
            changed[field] = value
    return changed


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%d.%m.%Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _sections(parts: Sequence[_Part], before: Document) -> Iterator[Section]:
    former = Former(before.sections)
    ours = any(part.marks for part in parts)
    founds = [list(_founds(part.lines, former, ours)) for part in parts]
    owners = _owners(parts, founds, before, former)
    taken = {section.id for section in before.sections}
    for part, found, owner in zip(parts, founds, owners, strict=True):
        name = owner.id if owner else _new_id(before.type, taken)
        taken.add(name)
        made = blocks(found, name, former)
        if owner is None:
            yield Section(id=name, heading=part.heading, blocks=made, origin="edited")
        elif made == owner.blocks and part.heading == folded(owner.heading):
            yield owner
        else:
            heading = owner.heading if part.heading == folded(owner.heading) else part.heading
            yield owner.model_copy(update={"heading": heading, "blocks": made, "origin": "edited"})


def _new_id(type_: str, taken: set[str]) -> str:
    """An id that no section has, not even one that was taken out."""
    number = 1
    while f"{type_}.own{number}" in taken:
        number += 1
    return f"{type_}.own{number}"


def _owners(
    parts: Sequence[_Part], founds: Sequence[Sequence[Found]], before: Document, former: Former
) -> list[Section | None]:
    """Which section each heading belongs to: by its hidden bookmark, its words, or what stands below it."""
    owners: list[Section | None] = [None] * len(parts)
    left = {section_mark(section.id): section for section in before.sections}
    for i, part in enumerate(parts):
        mark = next((mark for mark in part.marks if mark in left), None)
        owners[i] = left.pop(mark) if mark else None
    for i, part in enumerate(parts):
        same = [m for m, s in left.items() if folded(s.heading).casefold() == part.heading.casefold()]
        if owners[i] is None and same:
            owners[i] = left.pop(same[0])
    for i in range(len(parts)):
        if owners[i] is None:
            alike = [m for m, s in left.items() if _alike(s, founds[i], former)]
            owners[i] = left.pop(alike[0]) if alike else None
    return owners


def _alike(section: Section, found: Sequence[Found], former: Former) -> bool:
    return bool(section.blocks) and former.count(section.id, found) > _ALIKE * len(section.blocks)


def _founds(lines: Sequence[Line], former: Former, ours: bool) -> Iterator[Found]:
    """The blocks that lines make: a lead-in belongs to the list, table or quote right below it."""
    lead = ""
    place = 0
    while place < len(lines):
        line = lines[place]
        body, after = _body(lines, place, former)
        if body is not None:
            yield Found(lead, body.items, body.header, body.rows, body.quote)
            lead, place = "", after
            continue
        place += 1
        if not folded(line.text):
            continue
        if lead:
            yield Found(text=lead)
        lead = ""
        if _leads(line, ours):
            lead = line.text
        else:
            yield Found(text=line.text)
    if lead:
        yield Found(text=lead)


def _leads(line: Line, ours: bool) -> bool:
    """Whether a paragraph introduces what comes next; in a file of ours the style says so first."""
    if line.style == LEAD:
        return True
    return unmarked(line.text)[0].endswith(":")


def _is_quote(line: Line, former: Former) -> bool:
    """Whether a paragraph quotes: by its style, or by its words when no paragraph of ours says the same."""
    if line.style in (LEAD, QUOTED):
        return line.style == QUOTED
    return former.quoted(line.text) is not None and not former.holds(Found(text=line.text).folded)


def _body(lines: Sequence[Line], place: int, former: Former) -> tuple[Found | None, int]:
    """A list, table or quote that begins at a place, and where it ends."""
    line = lines[place]
    after = place + 1
    if line.rows:
        return Found(header=line.header, rows=line.rows), after
    if line.list_ is not None:
        while after < len(lines) and lines[after].list_ == line.list_:
            after += 1
        return Found(items=tuple(one.text for one in lines[place:after])), after
    if folded(line.text) and _is_quote(line, former):
        cited = former.quoted(line.text)
        words = [line.text]
        while cited is None and after < len(lines) and lines[after].style == QUOTED:
            words.append(lines[after].text)
            after += 1
        if after < len(lines) and lines[after].style == ORIGIN:
            after += 1
        return Found(quote="\n".join(words)), after
    return None, place
