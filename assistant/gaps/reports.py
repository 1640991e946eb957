"""The gap report and the statement of applicability as documents and as sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.drafting.document import Block, Document, Header, Section, missing
from assistant.gaps.applicability import Row
from assistant.gaps.evidence import Status
from assistant.gaps.overrule import Item, Overruled, View
from assistant.gaps.statement import Line, Statement
from assistant.models import Citation
from assistant.people import ROLES
from assistant.wording import where
from knowledge.library import folded
from knowledge.requirements import Requirement, requirements

if TYPE_CHECKING:
    from assistant.exporting.xlsx import Sheet

GROUPS = ("4", "5", "6", "7", "8", "9", "10", "A.2", "A.3", "A.4", "A.5", "A.6", "A.7", "A.8", "A.9", "A.10")
"""Clauses and areas of controls, in the order of the standard."""
TITLES = {
    "4": "Context of the organisation",
    "5": "Leadership",
    "6": "Planning",
    "7": "Support",
    "8": "Operation",
    "9": "Performance evaluation",
    "10": "Improvement",
    "A.6": "AI system life cycle",
}
NOTE = (
    "What is found here is what the organisation's own documents in force state, quoted. It does not say "
    "that a requirement is met, and what is done without being written down is not seen."
)
"""What every reader of the assessment has to know."""
_SOA_NOTE = (
    "A status of practice is good practice; ISO/IEC 42001 asks for the necessary controls and a reason for "
    "each that is included and each that is excluded (6.1.3)."
)


def group_title(name: str) -> str:
    """What a clause or an area of controls is called."""
    if name in TITLES:
        return TITLES[name]
    return next(o.title for o in requirements().objectives if o.id == name or o.id.startswith(f"{name}."))


def members(name: str) -> tuple[Requirement, ...]:
    """The clauses or controls of a group."""
    return tuple(item for item in requirements().items if item.id.startswith(f"{name}."))


def overruled_words(said: Overruled) -> str:
    """What a person set, when and why, in one sentence."""
    since = " Documents that are quoted changed after that." if said.before_change else ""
    reason = said.reason or "[the reason was erased]"
    return f"{ROLES[said.role]}, {said.at[:10]}: {said.status}, because: {reason}{since}"


def gap_document(seen: View, organisation: str | None, day: str) -> Document:
    """The gap report: one section for each clause and area, a table and the quotes of each requirement."""
    header = Header(
        id="GAP",
        title="Gap assessment",
        form="report",
        organisation=organisation,
        version=day,
        status="Record",
    )
    sections = [Section(id="about", heading="How to read this", blocks=(Block(kind="text", text=NOTE),))]
    for name in GROUPS:
        items = members(name)
        blocks = tuple(block for item in items for block in _requirement_blocks(item, seen))
        ids = tuple(item.id for item in items)
        heading = f"{'Clause' if name[0] != 'A' else 'Controls'} {name}: {group_title(name)}"
        sections.append(Section(id=f"group-{name}", heading=heading, requirements=ids, blocks=blocks))
    return Document(type="gap-assessment", header=header, sections=tuple(sections))


def _requirement_blocks(item: Requirement, seen: View) -> Iterator[Block]:
    known = seen.by_id
    held = [known[item.id], *(known[o.id] for o in item.obligations)]
    rows = tuple(
        (one.finding.id, str(one.standing), _why(one), _places(one.finding.evidence)) for one in held[1:]
    )
    yield Block(
        kind="table",
        text=f"{item.id} {item.title}: {held[0].standing}",
        header=("Obligation", "Status", "Reason", "Found in"),
        rows=rows,
        requirements=(item.id,),
    )
    for quote in held[0].finding.evidence:
        served = tuple(one.finding.id for one in held[1:] if quote in one.finding.evidence)
        yield Block(kind="quote", citations=(quote,), requirements=served or (item.id,))


def _why(one: Item) -> str:
    reason = one.finding.reason
    if one.overruled is None:
        return reason
    return f"{overruled_words(one.overruled)} The program: {one.finding.status}. {reason}"


def _places(quotes: Sequence[Citation]) -> str:
    return "; ".join(dict.fromkeys(where(quote) for quote in quotes))


def gap_sheets(seen: View) -> tuple[Sheet, ...]:
    """The assessment as one sheet, an obligation a row, and its quotes as another."""
    from assistant.exporting.xlsx import Sheet

    obligations = requirements().obligations
    titles = {item.id: item.title for item in requirements().items}
    rows = [
        (
            one.finding.id,
            one.finding.kind,
            titles.get(one.finding.id) or obligations[one.finding.id].text,
            str(one.finding.status),
            one.finding.reason,
            overruled_words(one.overruled) if one.overruled else "",
            _places(one.finding.evidence),
        )
        for one in seen.items
    ]
    quotes = [
        (one.finding.id, c.title, c.number, c.section, c.page, folded(c.quote))
        for one in seen.items
        if one.finding.kind == "obligation"
        for c in one.finding.evidence
    ]
    head = ("Id", "Kind", "What is asked", "Found", "Reason", "Overruled by a person", "Where")
    return (
        Sheet("Gap assessment", head, tuple(rows), (NOTE,)),
        Sheet("Quotes", ("Id", "Document", "Version", "Section", "Page", "Quote"), tuple(quotes)),
    )


_HEAD = (
    "Control",
    "Title",
    "Decision",
    "Reason",
    "Risk or requirement",
    "AI systems",
    "Status",
    "Owner",
    "Date",
    "Evidence",
)


def decision(row: Row) -> str:
    """Included, excluded, or an open place."""
    if row.included is None:
        return missing("included or excluded")
    return "included" if row.included else "excluded"


def _cells(line: Line) -> tuple[str, ...]:
    row = line.row
    open_ = row.included is None
    reason = row.reason or missing("the reason")
    link = row.link or (missing("the risk or requirement") if row.included else "")
    return (
        row.id,
        f"{row.title} (own control; source: {row.source or missing('the source')})" if row.own else row.title,
        decision(row),
        "" if open_ and not row.reason else reason,
        link,
        row.systems,
        str(row.status or ""),
        row.owner or (missing("the owner") if row.included else ""),
        row.on.isoformat() if row.on else "",
        _places(line.evidence),
    )


def soa_document(held: Statement, organisation: str | None, day: str) -> Document:
    """The statement of applicability: all its rows in one table, and the evidence quoted below."""
    header = Header(
        id="SOA",
        title="Statement of applicability",
        form="statement",
        organisation=organisation,
        version=day,
    )
    about = Block(kind="text", text=_SOA_NOTE, requirements=("6.1.3-f",))
    ids = tuple(line.row.id for line in held.lines if not line.row.own)
    table = Block(kind="table", header=_HEAD, rows=tuple(map(_cells, held.lines)), requirements=ids)
    quotes = [
        Block(kind="quote", text=f"{line.row.id} {line.row.title}:", citations=(quote,))
        for line in held.lines
        for quote in line.evidence
    ]
    evidence = (Block(kind="text", text=NOTE), *quotes)
    sections = (
        Section(id="about", heading="About this statement", requirements=("6.1.3",), blocks=(about,)),
        Section(id="controls", heading="Controls", requirements=ids, blocks=(table,)),
        Section(id="evidence", heading="What our documents say", blocks=evidence),
    )
    return Document(type="statement-of-applicability", header=header, sections=sections)


def soa_sheets(held: Statement) -> tuple[Sheet, ...]:
    """The statement as one sheet of 38 rows and the own controls, its evidence, and what is to be mended."""
    from assistant.exporting.xlsx import Sheet

    quotes = [
        (line.row.id, c.title, c.number, c.section, c.page, folded(c.quote))
        for line in held.lines
        for c in line.evidence
    ]
    head = ("Control", "Document", "Version", "Section", "Page", "Quote")
    return (
        Sheet("Statement of applicability", _HEAD, tuple(map(_cells, held.lines)), (_SOA_NOTE,)),
        Sheet("Evidence", head, tuple(quotes), (NOTE,)),
        Sheet(
            "To be mended",
            ("Control", "Rule", "What to do"),
            tuple((f.control, f.rule, f.message) for f in held.faults),
        ),
    )


def as_json(seen: View) -> dict[str, object]:
    """What `gaps --json` prints: 244 items in order; `overruled` where a person set another status."""
    return {"items": [_json(one) for one in seen.items]}


def _json(one: Item) -> dict[str, object]:
    evidence = [
        {"document": c.document, "version": c.version, "section": c.section, "page": c.page, "quote": c.quote}
        for c in one.finding.evidence
    ]
    found: dict[str, object] = {
        "id": one.finding.id,
        "kind": one.finding.kind,
        "status": one.finding.status.value,
        "reason": one.finding.reason,
        "evidence": evidence,
    }
    if one.overruled:
        found["overruled"] = one.overruled.model_dump(mode="json")
    return found


def counts(items: Sequence[Item]) -> dict[Status, int]:
    """How many items stand how: numbers of requirements, never a share."""
    return {status: sum(item.standing is status for item in items) for status in Status}
