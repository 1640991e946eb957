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
    from assistant.drafting.manuscript import HeaderFields

    fields = HeaderFields(owner=owner, approver=approver, effective=day(effective))
    own = contents(template) if template else None
    home = opened()
    who = acting(home, as_, Role.AUTHOR)
    made, data = _write(home, who, type_, answers(intake), output, title, fields, revise, own)
    _told(home, made, data, output, json_)


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


def _write(
    home: Home,
    who: Person,
    type_: str,
    raw: dict[str, Any],
    output: Path,
    title: str,
    fields: HeaderFields,
    revise: str | None,
    template: bytes | None,
) -> tuple[Manuscript, bytes]:
    """Begin a manuscript, compose it, and put its export into the file."""
    from assistant.drafting import manuscripts, submitting, writing
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
    number = writing.compose(home, who, name).number
    data = submitting.leave(home, who, name, number, suffix, template)
    to_file(output, data)
    return manuscripts.read(home, who, name), data


def _told(home: Home, made: Manuscript, data: bytes, output: Path, json_: bool) -> None:
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
            }
        )
        return
    out.print(f"{output}: {made.title}, revision {made.newest} of manuscript {made.id}", markup=False)
    listed = ", ".join(f"{count} {state}" for state, count in counts.items())
    out.print(f"obligations that it claims to serve: {listed}", markup=False)
    for place in document.placeholders:
        out.print(f"  open: {place}", markup=False)
    for one in found:
        if one.kind not in ("open place", "law"):
            out.print(f"  {one.kind}: {one.text} ({one.problem})", markup=False)
