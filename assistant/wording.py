"""The words around the quotes: headings by kind, and what the reader must know beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant import abstain
from assistant.models import Choice, Citation, Claim, Conflict, Nearest
from assistant.prompts import prompt
from knowledge.models import HOUSE_KINDS, Kind, Role
from knowledge.requirement_documents import CLAUSES, CONTROLS, CROSSWALK, OVERVIEW
from knowledge.requirements import requirements

if TYPE_CHECKING:
    from assistant.asking import Asking, Draft

LABELS = {
    Kind.POLICY: "house policy",
    Kind.PROCEDURE: "house procedure",
    Kind.RECORD: "house record",
    Kind.REQUIREMENT: "requirement",
    Kind.CONTROL: "control",
    Kind.GUIDANCE: "guidance",
    Kind.LAW: "law",
}
"""What each kind is called to a reader."""


def label(citation: Citation) -> str:
    """What a quote is to a reader: an obligation with its id, or what else it is."""
    kind = LABELS[citation.kind]
    if citation.document in _ABOUT:
        return _ABOUT[citation.document]
    if citation.document not in (CLAUSES, CONTROLS):
        return kind
    name = citation.section.rpartition(" > ")[2].split(" ")[0]
    held = requirements()
    if name in held.obligations:
        return f"{kind} {name}"
    return f"guidance on {name}" if name in held.by_id else kind


def labels(claim: Claim) -> str:
    """What the quotes of a claim are to a reader, each once."""
    return ", ".join(dict.fromkeys(map(label, claim.citations)))


def places(claim: Claim) -> str:
    """Where the quotes of a claim stand, each place once."""
    return "; ".join(dict.fromkeys(map(where, claim.citations)))


_ABOUT = {OVERVIEW: "about the standard", CROSSWALK: "mapping, not official"}
_OURS = re.compile(r"\b(we|us|our|ours|my|i)\b", re.IGNORECASE)


def group_of(kind: Kind) -> str:
    """The part of an answer under which a kind of source stands."""
    if kind in HOUSE_KINDS:
        return "house"
    return "standard" if kind in (Kind.REQUIREMENT, Kind.CONTROL) else "related"


def where(source: Citation | Nearest) -> str:
    """Title, section and page of a source; the title is not said twice."""
    section = source.section.removeprefix(source.title).removeprefix(" > ")
    page = f", page {source.page}" if source.page else ""
    return f"{source.title}, {section or 'opening'}{page}"


def heading(group: str) -> str:
    """The line above a group of claims."""
    return prompt("quotes").say(group)


def grouped(claims: Sequence[Claim]) -> list[tuple[str, list[tuple[int, Claim]]]]:
    """Claims with their numbers from 1, by group, in the order in which they stand."""
    groups: dict[str, list[tuple[int, Claim]]] = {}
    for number, claim in enumerate(claims, start=1):
        groups.setdefault(group_of(claim.citations[0].kind), []).append((number, claim))
    return list(groups.items())


def text(claims: Sequence[Claim], role: Role, note: str | None, choices: Sequence[Choice] = ()) -> str:
    """The answer as plain text, each claim with the number of its source, each choice with its own."""
    lines = [note] if note else []
    lines += [f"{number}. {choice.label}" for number, choice in enumerate(choices, start=1)]
    for group, members in grouped(claims):
        lines.append(heading(group))
        lines += [f"[{number}] {claim.text} ({labels(claim)})" for number, claim in members]
    return "\n".join(lines)


def note(asking: Asking, draft: Draft, claims: Sequence[Claim], conflicts: Sequence[Conflict]) -> str | None:
    """What the reader must know beside the quotes; for an abstention, all there is to say."""
    said, asked = prompt("quotes").say, asking.asked
    owner = abstain.whom_to_ask(draft.found, asking.home.settings.whom_to_ask)
    notes = [said("unknown id", problem=requirements().refusal(mention.id)) for mention in asked.unknown]
    notes += [draft.line] if draft.line else []
    if draft.boundary:
        notes.append(draft.boundary.says)
    if draft.meanings:
        notes.append(said("unclear"))
    elif not claims and draft.composer != "requirements":
        if not draft.found.all:
            notes.append(said("abstain empty", owner=owner))
        elif draft.boundary is None:
            notes.append(said("abstain", searched=_searched(draft), owner=owner))
    notes += [said("conflict", about=c.about, reason=c.reason, owner=_owners(c, owner)) for c in conflicts]
    quoted = {group_of(claim.citations[0].kind) for claim in claims}
    about_us = asking.question.role is Role.EMPLOYEE or _OURS.search(asked.text)
    if claims and draft.composer != "requirements" and "house" not in quoted and about_us:
        notes.append(said("no house", owner=owner))
    return " ".join(notes) or None


def _owners(conflict: Conflict, otherwise: str) -> str:
    owners = list(dict.fromkeys(c.owner for c in conflict.citations if c.owner))
    return " or ".join(owners) or otherwise


def _searched(draft: Draft) -> str:
    titles = list(dict.fromkeys(hit.version.title for hit in draft.found.all))
    shown = ", ".join(titles[:5])
    return f"{shown} and {len(titles) - 5} more" if len(titles) > 5 else shown
