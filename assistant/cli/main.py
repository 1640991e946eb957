"""The command line: `clausewise …`. Thin: it reads options, calls the assistant, prints."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import assess, draft, gaps, oversight, profile, review
from assistant.cli.log_app import log_app
from assistant.cli.options import AsJson, Options, as_json, asking, day, err, opened, out
from assistant.cli.people import people_app
from assistant.errors import AssistantError
from knowledge.errors import KnowledgeError
from knowledge.models import Kind, Role, Status

app = typer.Typer(
    help="Answers from your AI policies and ISO/IEC 42001, every sentence with its source.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(log_app, name="log")
app.command()(draft.draft)
app.command()(profile.profile)
app.add_typer(review.app, name="review")
app.add_typer(oversight.switch_app, name="switch")
app.command("oversight")(oversight.oversight)
app.add_typer(people_app, name="people")
app.command("assess")(assess.assess)
app.add_typer(assess.systems_app, name="systems")
app.add_typer(gaps.gaps_app, name="gaps")
app.add_typer(gaps.soa_app, name="soa")

As = Annotated[
    str, typer.Option("--as", help="Who asks: a login, or without sign-in a role such as employee.")
]


AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="Answer from what was in force on this day (ISO date)."),
]


@app.callback()
def options(
    home: Annotated[
        Path | None,
        typer.Option("--home", help="Folder of the database and index.", envvar="CLAUSEWISE_HOME"),
    ] = None,
) -> None:
    """Remember the global options."""
    Options.home = home


@app.command()
def init(
    sample: Annotated[bool, typer.Option(help="Add the sample organisation's documents.")] = False,
) -> None:
    """Prepare a home: the ISO/IEC 42001 requirements, and the sample organisation if asked."""
    from assistant.cli.library import add_files, embed_with_progress

    home = opened()
    if sample:
        from knowledge.data.sample import sample_files

        add_files(home, sample_files(), quiet=True)
    embed_with_progress(home)
    state = home.index.state()
    out.print(
        f"{home.settings.home}: {len({v.document for v in state.versions})} documents, "
        f"{state.passages} passages, {state.embedded} with vectors.",
        markup=False,
    )


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.")],
    kind: Annotated[Kind | None, typer.Option(help="What sort of text they are.")] = None,
    owner: Annotated[str | None, typer.Option(help="The role that owns them.")] = None,
    audience: Annotated[
        list[Role] | None, typer.Option(help="A role that may see them; repeat for more.")
    ] = None,
    status: Annotated[Status | None, typer.Option(help="Their status.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="First day in force.")] = None,
    until: Annotated[str | None, typer.Option(help="First day no longer in force.")] = None,
    never_hosted: Annotated[
        bool, typer.Option("--never-hosted", help="Never send them to a hosted model.")
    ] = False,
    json_: AsJson = False,
) -> None:
    """Add files; the same bytes again cost nothing, a changed file is a new version.

    A file that cannot be read is named and the rest go on; the status is then 1.
    """
    from assistant.cli.library import add_files, embed_with_progress, gone_from
    from assistant.ingest import Declared, files_below

    declared = Declared(
        kind, owner, frozenset(audience) if audience else None, status, day(since), day(until), never_hosted
    )
    home = opened()
    results = add_files(home, list(files_below(paths)), declared, quiet=json_)
    embed_with_progress(home, quiet=json_)
    if json_:
        as_json([asdict(result) for result in results])
    for version in gone_from(home, paths):
        err.print(
            f"{version.file} is no longer on disk but still cited: clausewise withdraw {version.document}",
            markup=False,
        )
    if any(result.outcome == "failed" for result in results):
        raise typer.Exit(1)


@app.command()
def library(json_: AsJson = False) -> None:
    """List the documents with their versions and status."""
    from assistant.cli.library import show_library

    show_library(opened(), json_)


@app.command()
def withdraw(document: Annotated[str, typer.Argument(help="Id, as `library` lists it.")]) -> None:
    """Take a document out of use: from now on no answer cites it."""
    _change("withdraw", document)


@app.command()
def reinstate(document: Annotated[str, typer.Argument(help="Id, as `library` lists it.")]) -> None:
    """Undo a withdrawal."""
    _change("reinstate", document)


@app.command()
def remove(document: Annotated[str, typer.Argument(help="Id, as `library` lists it.")]) -> None:
    """Delete a document with all its versions; the log keeps what was said from it."""
    _change("remove", document)


@app.command()
def mark(
    document: Annotated[str, typer.Argument(help="Id, as `library` lists it.")],
    never_hosted: Annotated[
        bool,
        typer.Option("--never-hosted/--hosted-allowed", help="Keep it from hosted models, or undo that."),
    ],
) -> None:
    """Say whether a hosted language model may get a document, whatever its version."""
    from assistant import local_only

    changed = local_only.mark(opened(), document, never_hosted)
    now = "is never sent to a hosted model" if never_hosted else "may be sent to a hosted model"
    out.print(f"{document} {now}{'.' if changed else '; it was already so.'}", markup=False)


def _change(verb: str, document: str) -> None:
    from assistant import ingest

    home = opened()
    done = {"withdraw": "withdrawn", "reinstate": "in use again", "remove": "removed"}[verb]
    changed = getattr(ingest, verb)(home, document)
    if not changed:
        out.print(f"{document}: nothing to do, it was already so.", markup=False)
    for version in changed:
        out.print(f"{version.title}, version {version.number}: {done}.", markup=False)
    if verb == "remove" and home.index.own():
        home.index.state()
        home.index.embed_missing()


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    as_: As = "employee",
    as_of: AsOf = None,
    after: Annotated[str | None, typer.Option(help="Id of an answer that this question follows up.")] = None,
    json_: AsJson = False,
) -> None:
    """Answer a question; the answer is on the log before it is shown."""
    from assistant.cli.answers import asked

    home = opened()
    asked(home, question, asking(home, as_), day(as_of), after, json_)


@app.command()
def search(
    query: str,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    as_: As = "employee",
    as_of: AsOf = None,
    json_: AsJson = False,
) -> None:
    """Find the passages nearest to a question."""
    from assistant.cli.answers import found

    home = opened()
    found(home, query, k, asking(home, as_).role, day(as_of), json_)


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Port of the web app.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Start the web app; without sign-in, on the loopback address only."""
    from assistant.cli.people import say_if_nobody_can_sign_in
    from assistant.serve import run

    home = opened()
    _ = home.chat, home.gates  # one that cannot be used is told now, not to whoever asks first
    say_if_nobody_can_sign_in(home)
    run(home.settings, port, browser)


@app.command()
def doctor(
    json_: AsJson = False,
    ask_model: Annotated[
        bool, typer.Option("--try", help="Ask the language model for one word; without it, nothing is sent.")
    ] = False,
) -> None:
    """Say what is installed, which model is used and where text goes, and whether everything is sound."""
    from assistant.cli.doctor import examine

    examine(opened(), json_, ask_model)


def main() -> None:
    """Run a command; a known error is one sentence, not a trace."""
    try:
        app(standalone_mode=True)
    except (AssistantError, KnowledgeError) as error:
        err.print(f"Error: {error}", markup=False)
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output left, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
