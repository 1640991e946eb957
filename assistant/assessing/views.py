"""Three documents from one interview: the impact assessment, the view of fundamental rights, the AIA view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from assistant.assessing.interview import NARRATIVE, Interview
from assistant.assessing.narrative import answered, why_not
from assistant.assessing.results import Assessment, SchemeResult
from assistant.assessing.systems import System
from assistant.assessing.words import fired, first, headline, openly, question, told
from assistant.drafting.compose import compose, phrase, sentence
from assistant.drafting.document import Block, Document, Header, Section, missing
from assistant.drafting.house import Finder, nothing
from assistant.drafting.intake import Given
from knowledge.specifications import Question, Specification, specification

View = Literal["assessment", "rights", "aia"]
VIEWS: dict[View, str] = {
    "assessment": "Impact assessment (ISO/IEC 42001, 6.1.4)",
    "rights": "Fundamental rights (AI Act, Article 27)",
    "aia": "Algorithmic Impact Assessment (Canada)",
}
_ELEMENTS = (
    ("(a) Process and intended purpose", ("q3a", "q3b", "q33")),
    ("(b) Period and frequency of use", ("q9c", "q9b")),
    ("(c) Persons and groups", ("q4a", "q4b", "q8")),
    ("(d) Specific risks of harm", ("q10a", "q10d", "q11a")),
    ("(e) Human oversight", ("q6b", "q6c", "q6d", "q6e")),
    ("(f) Measures if the risks come true, governance, complaints", ("q47", "q19c", "q19d", "q40")),
)
"""The elements of Article 27(1), with the questions of the impact assessment that answer each."""


def document(
    view: View,
    held: Interview,
    results: Assessment,
    system: System | None = None,
    find: Finder = nothing,
    organisation: str | None = None,
) -> Document:
    """One of the three documents; what nobody answered is an open place in it."""
    if view == "aia":
        return _of(organisation, _aia(results, system))
    spec = specification(NARRATIVE)
    given = answered(spec, held, results, system)
    if view == "rights":
        return _of(organisation, _rights(spec, given, results, system))
    header = _header(spec.id, spec.title, results, system)
    made = compose(spec, given, header.model_copy(update={"organisation": organisation}), find)
    annex = [
        _section(f"{spec.id}.tiers{number}", f"Annex: {headline(one)}", _told(one), spec.satisfies[:1])
        for number, one in enumerate(results.schemes, 1)
    ]
    return made.model_copy(update={"sections": (*made.sections, *annex)})


def _of(organisation: str | None, made: Document) -> Document:
    header = made.header.model_copy(update={"organisation": organisation})
    return made.model_copy(update={"header": header})


def _header(name: str, title: str, results: Assessment, system: System | None) -> Header:
    facts = system.facts if system else None
    return Header(
        id=f"{name}-{system.id}" if system else name,
        title=f"{title}: {facts.name}" if facts else title,
        form="assessment",
        owner=facts.owner or None if facts else None,
        approver=results.scheme("internal").approver or None,
        next_review=facts.next_assessment if facts else None,
    )


def _section(name: str, heading: str, blocks: Iterable[Block], cites: Iterable[str]) -> Section:
    return Section(id=name, heading=heading, requirements=tuple(cites), blocks=tuple(blocks))


def _text(text: str, legal: bool = False) -> Block:
    return Block(kind="text", text=text, requirements=("6.1.4-a",), legal=legal)


def _list(lead: str, items: Iterable[str], legal: bool = False) -> list[Block]:
    held = tuple(items)
    return [Block(kind="list", text=lead, items=held, requirements=("6.1.4-a",), legal=legal)] if held else []


def _told(one: SchemeResult) -> list[Block]:
    legal = one.scheme == "eu_ai_act"
    blocks = [_text(one.label), *_first(one)]
    for title, rows in told(one):
        blocks += _list(f"{title}:", rows, legal=legal)
    return blocks


def _first(one: SchemeResult) -> list[Block]:
    """What to answer first, when the tier hangs on it."""
    asked = first(one)
    return [_text(asked, legal=one.scheme == "eu_ai_act")] if asked else []


def _rights(
    spec: Specification, given: dict[str, Given], results: Assessment, system: System | None
) -> Document:
    act = results.scheme("eu_ai_act")
    sections = [_section("rights.s1", "Whether Article 27 applies", _applies(act), ["6.1.4-c"])]
    if "fria" in act.duties or any(one.rule == "FRIA" for one in act.unknown):
        for number, (heading, names) in enumerate(_ELEMENTS, 2):
            asked = [spec.questions[f"{spec.id}.{name}"] for name in names]
            blocks = [_answer(one, given.get(one.id)) for one in asked]
            sections.append(_section(f"rights.s{number}", heading, blocks, ["6.1.4-c"]))
        notified = spec.questions[f"{spec.id}.q48"]
        blocks = [
            _text(
                "The market surveillance authority is notified with the template (Art. 27(3)).", legal=True
            ),
            _answer(notified, given.get(notified.id)),
        ]
        sections.append(_section("rights.s8", "Notification", blocks, ["6.1.4-c"]))
    status = _list("To be confirmed:", act.warnings, legal=True)
    sections.append(_section("rights.s9", "Status", [_text(act.label), *status], ["6.1.4-c"]))
    header = _header("fundamental-rights", "Fundamental rights impact assessment", results, system)
    return Document(type="fundamental-rights", header=header, sections=tuple(sections))


def _applies(act: SchemeResult) -> list[Block]:
    held = next((one for one in act.rules_fired if one.rule == "FRIA"), None)
    undecided_ = next((one for one in act.unknown if one.rule == "FRIA"), None)
    who = (
        "Article 27 of Regulation (EU) 2024/1689 asks some deployers for a fundamental "
        "rights impact assessment before the first use of a high-risk system under Annex III but for point "
        "2: bodies governed by public law, private entities that "
        "provide public services, and every deployer for points 5(b) and 5(c)."
    )
    blocks = [_text(who, legal=True), *_first(act)]
    if held:
        blocks.append(_text("As the answers stand, it applies.", legal=True))
        blocks += _list("The reasons:", [fired(held), *held.notes], legal=True)
    elif undecided_:
        text = "It is open whether it applies. Until that is answered, prepare it as if it did."
        blocks += [_text(text, legal=True), *_list("Open:", map(question, undecided_.questions))]
    else:
        blocks.append(_text(f"As the answers stand, it does not apply, because {why_not(act)}.", legal=True))
    return blocks


def _answer(asked: Question, given: Given | None) -> Block:
    """The answer to a narrative question, or its open place."""
    if given is None or not given.known:
        return Block(kind="text", text=missing(asked.says), answers=(asked.id,), requirements=("6.1.4-c",))
    cites, answers = ("6.1.4-c",), (asked.id,)
    if given.rows:
        header = tuple(column[:1].upper() + column[1:] for column in asked.columns)
        return Block(
            kind="table",
            text=asked.question,
            header=header,
            rows=given.rows,
            answers=answers,
            requirements=cites,
        )
    if asked.type == "multi":
        return Block(kind="list", text=asked.question, items=given.lines, answers=answers, requirements=cites)
    said = f"{asked.question} {sentence(phrase(asked, given))}"
    return Block(kind="text", text=said, answers=answers, requirements=cites)


def _aia(results: Assessment, system: System | None) -> Document:
    found = results.scheme("canada_aia")
    points = Block(
        kind="table",
        text="Points by area",
        header=("Area", "From answers", "With what is open", "Most"),
        rows=tuple((one.area, str(one.points), str(one.with_open), str(one.most)) for one in found.parts),
        requirements=("6.1.4-a",),
    )
    required = Block(
        kind="table",
        text=f"Level {found.tier}",
        header=("Topic", "Requirement"),
        rows=tuple(found.requirements.items()),
        requirements=("6.1.4-a",),
    )
    first, *rest = [fired(one) for one in found.rules_fired]
    parts = (
        ("Result", [_text(headline(found) + "."), _text(found.label), *_list("Why:", [first, rest[0]])]),
        ("Points", [points, *_list("Answers that gave points:", rest[1:])]),
        ("What the level requires", [required]),
        ("Open questions", _list("Counted as the worst until answered:", openly(found)) or [_text("None.")]),
        ("Status", _list("To be known:", [*found.warnings, f"Version: {found.version}"])),
    )
    sections = [
        _section(f"aia.s{number}", heading, blocks, ["6.1.4-a"])
        for number, (heading, blocks) in enumerate(parts, 1)
    ]
    header = _header("algorithmic-impact", "Algorithmic impact assessment", results, system)
    return Document(type="algorithmic-impact", header=header, sections=tuple(sections))
