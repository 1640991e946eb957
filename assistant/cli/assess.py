"""`clausewise assess` and `clausewise systems …`: proposals of tiers, and the register of AI systems."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.assessing.interview import Interview
from assistant.assessing.results import Assessment
from assistant.assessing.systems import System
from assistant.assessing.views import View
from assistant.cli.options import AsJson, AsPerson, Output, acting, as_json, day, err, opened, out, to_file
from assistant.cli.tables import print_table
from assistant.errors import CannotWrite, NotPossible
from assistant.home import Home
from assistant.people import Person
from knowledge.models import Role

if TYPE_CHECKING:
    from assistant.assessing.outputs import Format

systems_app = typer.Typer(help="The register of AI systems.", no_args_is_help=True)
_FORMATS: Mapping[str, Format] = {".docx": "docx", ".pdf": "pdf", ".md": "md"}


def assess(
    intake: Annotated[Path, typer.Option(help="YAML file of answers by id of question; may be empty.")],
    out_: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write: .docx, .pdf or .md.")
    ] = None,
    view: Annotated[
        str, typer.Option(help="Which document: assessment (ISO/IEC 42001, 6.1.4), rights or aia.")
    ] = "assessment",
    system: Annotated[
        str | None, typer.Option(help="Id of a system in the register, on which the assessment is kept.")
    ] = None,
    as_: AsPerson = "author",
    json_: AsJson = False,
) -> None:
    """Propose the tier of an AI system by every scheme, with the reasons; nothing is decided.

    With --system the assessment is kept. Without, the log holds that it was made, with the tiers and a salted
    hash of the answers, and no answer is stored. A file that is written is on the log with its SHA-256.
    """
    held, form = _interview(intake), _form(out_, view)
    home = opened()
    who = acting(home, as_, Role.AUTHOR)
    made = _kept(home, who, system, held) if system is not None else _alone(home, who, held)
    if out_ is not None and form is not None:
        to_file(out_, made.file(*form))
    if json_:
        as_json({**made.results.model_dump(mode="json"), **made.named})
    else:
        _print(made.results)
    err.print(made.told, markup=False)
    if out_ is not None:
        err.print(f"{out_} is written.", markup=False)


@dataclass(frozen=True, slots=True)
class _Made:
    """An assessment, how it is found again, and how a view of it becomes a file."""

    results: Assessment
    named: Mapping[str, str]
    told: str
    file: Callable[[View, Format], bytes]


def _interview(file: Path) -> Interview:
    from assistant.assessing.interview import interview
    from assistant.cli.yaml_files import answers

    return interview(answers(file, "Write one answer a line, such as `profiling: no`."))


def _form(file: Path | None, view: str) -> tuple[View, Format] | None:
    """What is to be written; checked before anything is assessed."""
    from assistant.assessing.views import VIEWS

    if file is None:
        return None
    names: dict[str, View] = {name: name for name in VIEWS}
    if view not in names:
        raise NotPossible(f"There is no view {view!r}. There are: {', '.join(VIEWS)}.")
    if file.suffix.lower() not in _FORMATS:
        raise CannotWrite(f"{file}: name a file that ends with {', '.join(_FORMATS)}.")
    return names[view], _FORMATS[file.suffix.lower()]


def _kept(home: Home, who: Person, system: str, held: Interview) -> _Made:
    from assistant.assessing import assessments, outputs

    kept = assessments.make(home, who, system, held)
    return _Made(
        kept.results,
        {"assessment": kept.id},
        f"Kept as assessment {kept.number} of {system}: {kept.id}",
        lambda view, format: outputs.exported(home, who, kept.id, view, format),
    )


def _alone(home: Home, who: Person, held: Interview) -> _Made:
    from assistant.assessing import alone, outputs

    found = alone.assessed(home, who, held)
    return _Made(
        found.results,
        {"record": found.record, "salt": found.salt},
        f"On the log as {found.record}, without an answer. With the salt {found.salt}, which is kept "
        "nowhere, the file of answers proves what was assessed.",
        lambda view, format: outputs.exported_alone(home, who, held, found, view, format),
    )


def _print(results: Assessment) -> None:
    from assistant.assessing.words import first, headline, told

    out.print(results.label, markup=False)
    for one in results.schemes:
        out.print(f"\n{headline(one)}", markup=False)
        asked = first(one)
        if asked:
            out.print(f"  {asked}", markup=False)
        for title, rows in told(one):
            out.print(f"  {title}:", markup=False)
            for row in rows:
                out.print(f"    - {row}", markup=False)


@systems_app.command("list")
def list_(
    words: Annotated[str, typer.Option("--search", help="Words that name, purpose, owner … hold.")] = "",
    status: Annotated[str | None, typer.Option(help="Only systems of this status.")] = None,
    tier: Annotated[str | None, typer.Option(help="Only systems of this tier; none: without one.")] = None,
    overdue: Annotated[bool, typer.Option(help="Only systems whose reassessment is overdue.")] = False,
    as_: AsPerson = "author",
    json_: AsJson = False,
) -> None:
    """List the systems in the register."""
    from assistant.assessing.register import Wanted, listed

    home = opened()
    found = listed(home, acting(home, as_, Role.AUTHOR), Wanted(words, status, tier, overdue))
    if json_:
        as_json([{"id": one.id, "tier": one.tier, **one.facts.model_dump(mode="json")} for one in found])
        return
    rows = [
        (one.id, one.facts.name, one.facts.status, one.tier or "not decided", _due(one), one.facts.owner)
        for one in found
    ]
    print_table(("id", "name", "status", "tier", "next assessment", "owner"), rows, "id")
    if not found:
        out.print("No system is in the register yet, or none like this. `systems add` enters one.")


def _due(one: System) -> str:
    due = one.facts.next_assessment
    return f"{due}{' (overdue)' if one.overdue else ''}" if due else "not set"


@systems_app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    purpose: Annotated[str, typer.Option(help="What it is for.")] = "",
    role: Annotated[str, typer.Option(help="What your organisation is to it, such as deployer.")] = "",
    owner: Annotated[str, typer.Option(help="Who answers for it.")] = "",
    supplier: Annotated[str, typer.Option(help="Who supplies it.")] = "",
    status: Annotated[str, typer.Option(help="idea, in development, in use, suspended or retired.")] = "",
    again: Annotated[
        str | None, typer.Option("--next", help="Day of its next assessment (ISO date).")
    ] = None,
    notes: Annotated[str, typer.Option(help="What else is to be known.")] = "",
    as_: AsPerson = "author",
) -> None:
    """Enter a system in the register; its id is printed."""
    from assistant.assessing import systems

    home = opened()
    facts = systems.checked(
        {
            "name": name,
            "purpose": purpose,
            "role": role,
            "owner": owner,
            "supplier": supplier,
            "status": status,
            "next_assessment": day(again),
            "notes": notes,
        }
    )
    out.print(systems.add(home, acting(home, as_, Role.AUTHOR), facts).id, markup=False)


@systems_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV: our own export, or a table that is recognised.")],
    preview: Annotated[bool, typer.Option(help="Only say what would be done.")] = False,
    as_: AsPerson = "author",
    json_: AsJson = False,
) -> None:
    """Import systems; rows that cannot be taken are named by line, and the status is then 1."""
    from dataclasses import asdict

    from assistant.assessing import exchange

    home = opened()
    who = acting(home, as_, Role.AUTHOR)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise NotPossible(f"{file} cannot be read ({error.strerror}).") from error
    found = (exchange.preview if preview else exchange.take)(home, who, data)
    for bad in found.bad:
        err.print(f"Line {bad.line}: {bad.problem}", markup=False)
    if json_:
        counts = {"new": len(found.new), "changed": len(found.changed), "known": found.known}
        as_json({"layout": found.layout, **counts, "bad": [asdict(bad) for bad in found.bad]})
    else:
        would = "would be " if preview else ""
        out.print(
            f"{found.layout}: {len(found.new)} {would}entered, {len(found.changed)} {would}changed, "
            f"{found.known} known already, {len(found.bad)} left out.",
            markup=False,
        )
    if found.bad:
        raise typer.Exit(1)


@systems_app.command("export")
def export(out_: Output, as_: AsPerson = "author") -> None:
    """Write the register as CSV."""
    from assistant.assessing.exchange import exported

    home = opened()
    to_file(out_, exported(home, acting(home, as_, Role.AUTHOR)))
    err.print(f"{out_} is written.", markup=False)
