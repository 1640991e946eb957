"""The requirements as documents: what is indexed, quoted and opened like any other source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from knowledge.models import Block, Kind, LoadedDocument
from knowledge.requirements import (
    AREAS,
    CrosswalkRow,
    Objective,
    Related,
    Requirement,
    Requirements,
    requirements,
)

CLAUSES, CONTROLS = "iso42001-clauses", "iso42001-controls"
OVERVIEW, CROSSWALK = "iso42001-overview", "iso42001-crosswalk"

MAIN_CLAUSES = {
    "4": "Context of the organization",
    "5": "Leadership",
    "6": "Planning",
    "7": "Support",
    "8": "Operation",
    "9": "Performance evaluation",
    "10": "Improvement",
}
FRAMEWORKS = {
    "eu_ai_act": "the EU AI Act (Regulation (EU) 2024/1689)",
    "nist_ai_rmf": "the NIST AI RMF 1.0",
    "iso27001_2022": "ISO/IEC 27001:2022",
    "iso9001_2015": "ISO 9001:2015",
    "iso23894_2023": "ISO/IEC 23894:2023",
    "iso29119": "ISO/IEC TS 42119-2 and the 29119 series",
}
_STATUS = {
    "mandatory": "mandatory",
    "if_control_applies": "needed when the control applies",
    "implied": "not asked for in words, but usually looked for",
    "as_needed": "as the organisation decides",
}


class Pages:
    """Writes a text and its blocks together, so that every block's span is exact."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._text: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []

    def heading(self, level: int, text: str) -> None:
        """A heading on a line of its own."""
        self._add("heading", text, level)

    def unit(self, text: str, label: str | None = None) -> None:
        """A paragraph that is one passage, labelled where it has an id of its own."""
        self._add("unit", text, label=label)

    def _add(self, role: str, text: str, level: int = 0, label: str | None = None) -> None:
        start = self._length
        block = Block(role, start, start + len(text), level, label)  # type: ignore[arg-type]
        self._blocks.append(block)
        self._text.append(text)
        self._length += len(text) + 2

    def document(self, title: str) -> LoadedDocument:
        """What was written."""
        text = "\n\n".join(self._text)
        return LoadedDocument(text, tuple(self._blocks), title, "text/plain")


@cache
def documents() -> tuple[tuple[str, Kind, LoadedDocument], ...]:
    """(id, kind, document) of each; the same bytes on every run."""
    held = requirements()
    return (
        (CLAUSES, Kind.REQUIREMENT, _clauses(held)),
        (CONTROLS, Kind.CONTROL, _controls(held)),
        (OVERVIEW, Kind.GUIDANCE, _overview(held)),
        (CROSSWALK, Kind.GUIDANCE, _crosswalk(held)),
    )


def _clauses(held: Requirements) -> LoadedDocument:
    pages = Pages()
    for number, title in MAIN_CLAUSES.items():
        pages.heading(1, f"{number} {title}")
        for item in held.group(number):
            _requirement(pages, item)
    return pages.document("ISO/IEC 42001:2023, clauses 4 to 10 (in our words)")


def _controls(held: Requirements) -> LoadedDocument:
    pages = Pages()
    for objective in held.objectives:
        _objective(pages, objective)
        for name in objective.controls:
            _requirement(pages, held.by_id[name])
    return pages.document("ISO/IEC 42001:2023, Annex A controls (in our words)")


def _objective(pages: Pages, objective: Objective) -> None:
    pages.heading(1, f"{objective.id} {objective.title}")
    first, last = objective.controls[0], objective.controls[-1]
    pages.unit(
        f"Objective {objective.statement_id}: {objective.text} Its controls are {first} to {last}.",
        objective.statement_id,
    )


def _requirement(pages: Pages, item: Requirement) -> None:
    pages.heading(2, f"{item.id} {item.title}")
    for obligation in item.obligations:
        pages.unit(obligation.text, obligation.id)
    for text in _about(item):
        pages.unit(text, item.id)
    words = requirements().plain_words[item.id]
    pages.unit(f"In everyday words, {item.id} {item.title} is about {words}.", item.id)


def _about(item: Requirement) -> Iterable[str]:
    what = "control" if item.kind == "control" else "clause"
    if item.documented_information:
        listed = "; ".join(f"{d.what} ({_STATUS[d.status]})" for d in item.documented_information)
        yield f"Documented information for {what} {item.id}, {item.title}: {listed}."
    if item.evidence_examples:
        listed = "; ".join(item.evidence_examples)
        yield f"Evidence to ask for on {what} {item.id}, {item.title}: {listed}."
    if item.typical_nonconformities:
        listed = "; ".join(item.typical_nonconformities)
        yield f"Typical nonconformities with {what} {item.id}, {item.title}: {listed}."
    if item.note:
        yield f"Note on {what} {item.id}, {item.title}: {item.note}"


def documented(held: Requirements, status: str) -> list[str]:
    """ "4.3 (AIMS scope statement)" for each clause or control with documents of this status."""
    rows = []
    for item in held.items:
        wanted = [d.what for d in item.documented_information if d.status == status]
        if wanted:
            rows.append(f"{item.id} ({', '.join(wanted)})")
    return rows


def _overview(held: Requirements) -> LoadedDocument:
    pages = Pages()
    pages.heading(1, "Structure")
    for label, text in _structure(held):
        pages.unit(text, label)
    pages.heading(1, "Documented information")
    mandatory = documented(held, "mandatory")
    controls = documented(held, "if_control_applies")
    _listed(pages, "documented-mandatory", "Clauses that ask for documented information", mandatory)
    _listed(pages, "documented-controls", "Controls that ask for documentation", controls)
    pages.heading(1, "Annexes")
    for annex in held.annexes:
        pages.unit(f"Annex {annex.id}, {annex.title}, is {annex.status}. {annex.gist}")
    pages.heading(1, "Terms")
    for word, meaning in held.glossary.items():
        pages.unit(f"{word}: {meaning}")
    pages.heading(1, "Often misunderstood")
    for text in _MISUNDERSTOOD:
        pages.unit(text)
    pages.heading(1, "Not covered by ISO/IEC 42001")
    for text in held.not_covered:
        pages.unit(f"Not covered by ISO/IEC 42001: {text}.")
    return pages.document("ISO/IEC 42001:2023, structure and terms")


def _listed(pages: Pages, label: str, what: str, rows: Sequence[str]) -> None:
    """A list in units short enough to be read and found."""
    step = 9
    pages.unit(f"{what}: {len(rows)} in all. What each asks for follows.", label)
    for start in range(0, len(rows), step):
        pages.unit(f"{what}: {'; '.join(rows[start : start + step])}.", label)


def _structure(held: Requirements) -> Iterable[tuple[str, str]]:
    areas = ", ".join(f"{area} has {number}" for area, number in AREAS.items())
    yield (
        "counts",
        f"ISO/IEC 42001 has {len(held.clauses)} clauses with requirements (4.1 to 10.2) and "
        f"{len(held.controls)} controls in Annex A (A.2.2 to A.10.4).",
    )
    yield (
        "counts",
        f"The {len(held.controls)} controls stand in {len(AREAS)} areas: {areas}. There are "
        f"{len(held.objectives)} objective statements, since A.6 has two.",
    )
    yield (
        "counts",
        f"Clauses and controls together are listed here as {len(held.obligations)} single "
        "obligations, a count of our own that depends on how the text is divided.",
    )
    for number, title in MAIN_CLAUSES.items():
        members = ", ".join(f"{i.id} {i.title}" for i in held.group(number))
        yield "structure", f"Clause {number}, {title}, consists of: {members}."
    yield (
        "edition",
        "These sources hold ISO/IEC 42001:2023, the first edition, of December 2023. Clause numbers "
        "and short titles are the standard's; everything else is in our own words, since its text "
        "is protected by copyright and is not held here.",
    )


_MISUNDERSTOOD = (
    "Human oversight has no control of its own in Annex A; it comes in through guidance to A.6.1.3, "
    "A.8.2, A.9.2 and A.9.3 and through the roles of A.3.2.",
    "Bias testing has no clause of its own; bias matters through data quality (A.7.4), verification "
    "and validation (A.6.2.4) and impact on individuals (A.5.4). Clause 8 ends at 8.4.",
    "Certification to ISO/IEC 42001 concerns a management system with its scope (4.3). It does not "
    "show that a product conforms to the EU AI Act, and gives no presumption of conformity.",
    "Neither a gap assessment nor remediation is part of certification; certification is a stage 1 "
    "and a stage 2 audit, then surveillance and recertification.",
    "The risk assessment is 6.1.2, risk treatment 6.1.3, the AI system impact assessment 6.1.4; they "
    "are carried out under 8.2, 8.3 and 8.4.",
    "A data protection impact assessment can be input to the AI system impact assessment (6.1.4), "
    "but does not replace it: groups, societies, intended use, foreseeable misuse and harms without "
    "personal data must be added (A.5.4, A.5.5).",
    "The statement of applicability needs the necessary controls and a reason for each one taken in "
    "or left out (6.1.3-f). A column for implementation status is good practice, not a requirement.",
    "Annex B items are guidance on the controls and get no rows of their own in the statement of "
    "applicability.",
    "That a vendor does something is by itself no reason to leave a control out; A.10.3 does not "
    "take the place of A.6.2.4.",
    "External reporting (A.8.3) is a way in for people outside the organisation to report adverse "
    "impacts; it does not mean reports to regulators. Concerns of the organisation's own people are A.3.3.",
    "A policy (5.2) gives direction and commitments by top management; a procedure is a specified "
    "way to carry out an activity, written down where the standard or the organisation needs it (7.5.1).",
    "ISO/IEC 42005 is guidance on AI system impact assessment and cannot be certified; 6.1.4 and "
    "A.5.2 to A.5.5 hold the requirements.",
)


def _crosswalk(held: Requirements) -> LoadedDocument:
    pages = Pages()
    pages.heading(1, "How to read this")
    for text in held.disclaimers:
        pages.unit(text)
    pages.heading(1, "Sources of the mapping")
    for name, what in held.crosswalk_sources.items():
        pages.unit(f"{name}: {what}.")
    pages.heading(1, "Related law and frameworks")
    for row in held.crosswalk:
        pages.heading(2, f"{row.iso42001} {row.title}")
        for text in _row(held, row):
            pages.unit(text)
    return pages.document("ISO/IEC 42001:2023, related law and frameworks")


def _row(held: Requirements, row: CrosswalkRow) -> Iterable[str]:
    none = [name for key, name in FRAMEWORKS.items() if not row.targets[key].refs]
    for key, name in FRAMEWORKS.items():
        target = row.targets[key]
        if target.refs:
            yield _related(row, target, name)
    if none:
        yield f"No supported mapping of {row.iso42001} is known to {', '.join(none)}."


def _related(row: CrosswalkRow, target: Related, name: str) -> str:
    doubtful = f" Doubtful: {', '.join(target.doubtful_refs)}." if target.doubtful_refs else ""
    note = f" {target.note[0].upper()}{target.note[1:]}." if target.note else ""
    return (
        f"{row.iso42001}, {row.title}, is related to {name}: {', '.join(target.refs)} (confidence "
        f"{target.confidence}, source {', '.join(target.source)}).{doubtful}{note} "
        "Related is not equal, and the mapping is not official."
    )
