"""`clausewise draft`: a document from its questions, as a file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli.options import AsJson, acting, as_json, day, opened, out, to_file
from assistant.cli.review_text import contents
from knowledge.library import sha256
from knowledge.models import Role

if TYPE_CHECKING:
    from assistant.drafting.manuscript import HeaderFields, Manuscript
    from assistant.drafting.rewording import Proposal
    from assistant.home import Home
    from assistant.people import Person

Type = Annotated[str | None, typer.Argument(help="Type of document; without one the types are listed.")]


def draft(
    type_: Type = None,
    intake: Annotated[
        Path | None, typer.Option(help="YAML file with the answers by question id; it may be empty.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write: .docx, .pdf or .md.")
    ] = None,
    questions: Annotated[
        bool, typer.Option("--questions", help="Print the questions of the type as an intake file.")
    ] = False,
    as_: Annotated[
        str, typer.Option("--as", help="Who writes: a login, or a role such as author.")
    ] = "author",
    title: Annotated[str, typer.Option(help="Title of the document.")] = "",
    owner: Annotated[str | None, typer.Option(help="The role that owns it.")] = None,
    approver: Annotated[str | None, typer.Option(help="Who approves it.")] = None,
    effective: Annotated[str | None, typer.Option(help="First day on which it is to hold.")] = None,
    revise: Annotated[
        str | None, typer.Option(help="Document in force whose next version this becomes, by id.")
    ] = None,
    template: Annotated[Path | None, typer.Option(help="Your Word template.")] = None,
    reword: Annotated[
        bool,
        typer.Option("--reword", help="Have the language model reword each section, as far as it holds."),
    ] = False,
    json_: AsJson = False,
) -> None:
    """Write a document from its questions; what nobody answered stays an open place."""
    if type_ is None:
        _types(json_)
        return
    if questions:
        _questions(type_)
        return
    if output is None:
        raise typer.BadParameter("Say where the document goes.", param_hint="'--output' / '-o'")
    from assistant.drafting import manuscripts, submitting
    from assistant.drafting.manuscript import HeaderFields

    fields = HeaderFields(owner=owner, approver=approver, effective=day(effective))
    own = contents(template) if template else None
    home = opened()
    who = acting(home, as_, Role.AUTHOR)
    name = _begun(home, who, type_, answers(intake), output, title, fields, revise)
    reworded = _reworded(home, who, name) if reword else None
    made = manuscripts.read(home, who, name)
    data = submitting.leave(home, who, name, made.newest, output.suffix.lower(), own)
    to_file(output, data)
    _told(home, made, data, output, json_, reworded)


def _types(json_: bool) -> None:
    from knowledge.specifications import specifications

    held = specifications().values()
    if json_:
        as_json([{"id": one.id, "title": one.title, "purpose": one.purpose} for one in held])
        return
    for one in held:
        out.print(f"{one.id:20} {one.title}: {one.purpose}", markup=False)


def _questions(type_: str) -> None:
    from knowledge.specifications import specification

    for question in specification(type_).intake:
        about = [question.question, question.help, ", ".join(question.options or question.columns)]
        for line in about:
            if line:
                out.print(f"# {line}", markup=False)
        out.print(f"{question.id}:\n", markup=False)


def answers(file: Path | None) -> dict[str, Any]:
    """The answers of an intake file by question id; an empty file has none."""
    from assistant.cli.yaml_files import answers as read

    return read(file, "`draft TYPE --questions` prints one that does.") if file else {}


def _begun(
    home: Home,
    who: Person,
    type_: str,
    raw: dict[str, Any],
    output: Path,
    title: str,
    fields: HeaderFields,
    revise: str | None,
) -> str:
    """Begin a manuscript and compose it; its id."""
    from assistant.drafting import manuscripts, writing
    from assistant.drafting.intake import intake
    from assistant.exporting.formats import FORMATS
    from knowledge.specifications import specification

    suffix = output.suffix.lower()
    if suffix not in FORMATS:
        known = ", ".join(FORMATS)
        raise typer.BadParameter(f"{output.name} ends in none of {known}.", param_hint="'--output' / '-o'")
    given = intake(specification(type_), raw)
    name = manuscripts.begin(home, who, type_, title, revise).id
    manuscripts.set_header(home, who, name, fields)
    for question, answer in given.items():
        manuscripts.answer(home, who, name, question, answer)
    writing.compose(home, who, name)
    return name


def _reworded(home: Home, who: Person, name: str) -> list[Proposal]:
    """Have every section reworded, and take over what holds as one revision.

    When the model fails, it is not asked again.
    """
    from assistant.drafting import manuscripts, writing
    from assistant.drafting.rewording import finished, propose

    held = manuscripts.read(home, who, name)
    assert held.document is not None
    made: list[Proposal] = []
    for section in held.document.sections:
        made.append(finished(propose(home, who, name, section.id, held.newest)))
        if made[-1].failed:
            break
    writing.reword(home, who, name, made, held.newest)
    return made


def _told(
    home: Home, made: Manuscript, data: bytes, output: Path, json_: bool, reworded: list[Proposal] | None
) -> None:
    """What was written, what it serves, and what a reviewer would stop at."""
    from assistant.drafting.against import against
    from assistant.drafting.coverage import coverage
    from assistant.drafting.lint import lint
    from knowledge.specifications import specification

    spec, document = specification(made.type), made.document
    assert document is not None
    served = coverage(spec, document)
    found = [*lint(spec, document), *against(home, document, made.revises)]
    counts = Counter(one.coverage.value for one in served)
    if json_:
        as_json(
            {
                "manuscript": made.id,
                "file": str(output),
                "sha256": sha256(data),
                "placeholders": document.placeholders,
                "coverage": [{"id": one.id, "coverage": one.coverage} for one in served],
                "findings": [one.model_dump(mode="json") for one in found],
                **({} if reworded is None else {"reworded": [_as_row(one) for one in reworded]}),
            }
        )
        return
    out.print(f"{output}: {made.title}, revision {made.newest} of manuscript {made.id}", markup=False)
    for proposal in reworded or ():
        _of_section(proposal)
    listed = ", ".join(f"{count} {state}" for state, count in counts.items())
    out.print(f"obligations that it claims to serve: {listed}", markup=False)
    for place in document.placeholders:
        out.print(f"  open: {place}", markup=False)
    for one in found:
        if one.kind not in ("open place", "law"):
            out.print(f"  {one.kind}: {one.text} ({one.problem})", markup=False)


def _of_section(made: Proposal) -> None:
    """What was reworded of a section, and what stayed, with the reason."""
    blocks = sorted({change.block + 1 for change in made.changes})
    taken = f"reworded in block {', '.join(map(str, blocks))}" if blocks else made.line
    taken += " So do those after it." if made.failed else ""
    out.print(f"{made.before.heading}: {taken}", markup=False)
    for place, why in made.stays.items():
        out.print(f"  block {place + 1} stays: {why}", markup=False)
    for one in made.unheld:
        out.print(f"  not held: “{one.text}”: {one.reason}", markup=False)


def _as_row(made: Proposal) -> dict[str, Any]:
    return {
        "section": made.before.id,
        "line": made.line,
        "changes": [
            {"block": one.block + 1, "before": one.was, "after": one.now.text} for one in made.changes
        ],
        "stays": [{"block": place + 1, "reason": why} for place, why in made.stays.items()],
        "not_held": [{"text": one.text, "reason": one.reason} for one in made.unheld],
    }
