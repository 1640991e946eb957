"""`clausewise review …`: the queue and every act on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.options import AsJson, AsPerson, Output, acting, day, opened, out
from knowledge.models import Kind, Role

app = typer.Typer(help="Review what was said and drafted.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="Id of an answer or a draft.")]
Reason = Annotated[str, typer.Option(help="Why; everything but an approval needs a reason.")]
Seen = Annotated[
    int | None,
    typer.Option(help="Number that `review show` gave: the verdict is refused if the item changed since."),
]


@app.command("list")
def list_(
    as_: AsPerson = "administrator",
    state: Annotated[str | None, typer.Option(help="Only items in this state.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Assigned to, or claimed by, the person.")] = False,
    unassigned: Annotated[bool, typer.Option("--unassigned", help="Nobody's yet.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Open for too long.")] = False,
    stale: Annotated[bool, typer.Option("--stale", help="A cited source changed.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also what nothing asks to review.")] = False,
    clause: Annotated[str | None, typer.Option(help="Cites this clause or control.")] = None,
    document: Annotated[str | None, typer.Option(help="Cites this document, by id.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    json_: AsJson = False,
) -> None:
    """List what waits for review, the most urgent first."""
    from assistant.cli.review_text import print_list
    from assistant.standing import State
    from assistant.worklist import Wanted, listed

    home = opened()
    try:
        wanted = Wanted(
            state=State(state) if state else None,
            whose="mine" if mine else "unassigned" if unassigned else "anyone",
            overdue=overdue,
            stale=stale,
            everything=everything,
            clause=clause,
            document=document,
        )
    except ValueError:
        raise typer.BadParameter(f"{state!r} is no state. Choose from {', '.join(State)}.") from None
    print_list(listed(home, acting(home, as_, Role.REVIEWER), wanted, limit), json_)


@app.command()
def show(item: Id, as_: AsPerson = "administrator", json_: AsJson = False) -> None:
    """Show an item: question, answer, each claim with its quote, history, decision."""
    from assistant.cli.review_text import print_item

    home = opened()
    print_item(home, acting(home, as_, Role.REVIEWER), item, json_)


@app.command()
def approve(
    item: Id,
    as_: AsPerson,
    accept: Annotated[
        list[str] | None, typer.Option(help="An open place of a draft that is let stand; repeat for more.")
    ] = None,
    seen: Seen = None,
) -> None:
    """Approve what was said, a correction, or the newest revision of a draft."""
    from assistant import review

    home = opened()
    review.approve(home, acting(home, as_, Role.REVIEWER), item, seen, accept or [])
    _say(item, as_)


@app.command()
def correct(
    item: Id,
    as_: AsPerson,
    reason: Reason = "",
    quote: Annotated[
        list[str] | None, typer.Option(help="Words of a document in force that say what is right; repeat.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="The statement that all the quotes carry.")] = None,
    document: Annotated[str | None, typer.Option(help="Document in which the quotes stand, by id.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="YAML list of statements: {quotes: […], text: …, document: …}.")
    ] = None,
) -> None:
    """Put a correction beside an answer; its quotes are verified, and somebody else can approve it."""
    from assistant import review
    from assistant.cli.review_text import statements

    home = opened()
    said = statements(quote or [], text, document, file)
    review.correct(home, acting(home, as_, Role.REVIEWER), item, said, reason)
    _say(item, as_)


@app.command()
def reject(item: Id, as_: AsPerson, reason: Reason = "", seen: Seen = None) -> None:
    """Say that an answer or a draft must not stand."""
    from assistant import review

    home = opened()
    review.reject(home, acting(home, as_, Role.REVIEWER), item, reason, seen)
    _say(item, as_)


@app.command()
def escalate(item: Id, as_: AsPerson, reason: Reason = "", seen: Seen = None) -> None:
    """Leave an item to somebody else."""
    from assistant import review

    home = opened()
    review.escalate(home, acting(home, as_, Role.REVIEWER), item, reason, seen)
    _say(item, as_)


@app.command()
def reopen(item: Id, as_: AsPerson, reason: Reason = "") -> None:
    """Put a decided item back; the decision stays on the log."""
    from assistant import review

    home = opened()
    review.reopen(home, acting(home, as_, Role.REVIEWER), item, reason)
    _say(item, as_)


@app.command()
def claim(item: Id, as_: AsPerson) -> None:
    """Claim an item for a time."""
    from assistant import review

    home = opened()
    review.claim(home, acting(home, as_, Role.REVIEWER), item)
    _say(item, as_)


@app.command()
def release(item: Id, as_: AsPerson) -> None:
    """Give up a claim."""
    from assistant import review

    home = opened()
    review.release(home, acting(home, as_, Role.REVIEWER), item)
    _say(item, as_)


@app.command()
def assign(
    items: Annotated[list[str], typer.Argument(help="Ids of items.")],
    to: Annotated[str, typer.Option(help="Whose they are to be, as --as takes it.")],
    as_: AsPerson = "administrator",
) -> None:
    """Assign items to a person."""
    from assistant import review

    home = opened()
    whom = acting(home, to, Role.REVIEWER)
    review.assign(home, acting(home, as_, Role.ADMINISTRATOR), items, whom.id)
    out.print(f"{len(items)} assigned to {whom.name}.", markup=False)


@app.command()
def flag(
    answer: Id,
    comment: Annotated[str, typer.Option(help="What is wrong with it.")],
    as_: AsPerson = "employee",
) -> None:
    """Say, as a reader, that an answer is wrong."""
    from assistant import review

    home = opened()
    review.flag(home, acting(home, as_, Role.EMPLOYEE), answer, comment)
    out.print(f"{answer}: flagged. A reviewer looks at it.", markup=False)


@app.command()
def submit(
    file: Annotated[Path, typer.Argument(help="The draft.")],
    as_: AsPerson,
    draft: Annotated[str | None, typer.Option(help="Id of the draft that this is a revision of.")] = None,
    replaces: Annotated[str | None, typer.Option(help="Document that it is to replace, by id.")] = None,
    effective: Annotated[str | None, typer.Option(help="First day on which it is to hold.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="What sort of text it is.")] = None,
    owner: Annotated[str | None, typer.Option(help="The role that is to own it.")] = None,
) -> None:
    """Submit a draft, or a revision of one, for approval by somebody who wrote none of it."""
    from assistant import drafts
    from assistant.cli.review_text import contents

    home = opened()
    proposed = drafts.Proposed(kind, replaces, owner, day(effective))
    who = acting(home, as_, Role.AUTHOR)
    entry = drafts.submit(home, who, contents(file), file.name, proposed, draft)
    out.print(f"{entry.body['item']}: revision {entry.body['number']} of {entry.body['title']}", markup=False)
    for place in entry.body["placeholders"]:
        out.print(f"  open: {place}", markup=False)


@app.command()
def publish(draft: Id, as_: AsPerson) -> None:
    """Make an approved draft the version in force of its document, from its effective date."""
    from assistant import drafts
    from assistant.cli.library import embed_with_progress

    home = opened()
    version = drafts.publish(home, acting(home, as_, Role.REVIEWER), draft)
    out.print(f"{version.title}: version {version.number}, from {version.since}.", markup=False)
    embed_with_progress(home)


@app.command()
def cases(output: Output, as_: AsPerson = "administrator") -> None:
    """Write approved and corrected answers as evaluation cases (JSON lines)."""
    from assistant.cases import export

    home = opened()
    count = export(home, acting(home, as_, Role.REVIEWER), output)
    out.print(f"{output}: {count} cases.", markup=False)


@app.command()
def rebuild(as_: AsPerson = "administrator") -> None:
    """Make the queue anew from the log; nothing that was said or decided changes."""
    from assistant.worklist import rebuilt

    home = opened()
    count = rebuilt(home, acting(home, as_, Role.ADMINISTRATOR))
    out.print(f"The queue is made anew from {count} records.", markup=False)


def _say(item: str, name: str) -> None:
    """Print where the item stands now."""
    from assistant.cli.review_text import standing_line

    home = opened()
    out.print(standing_line(home, acting(home, name, Role.REVIEWER), item), markup=False)
