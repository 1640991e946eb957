"""`clausewise switch …` and `clausewise oversight`: the hand on the assistant, and the figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.options import AsJson, AsPerson, acting, day, opened, out, to_file
from knowledge.models import Role

switch_app = typer.Typer(
    help="Switch the assistant on, off, or to quotes only; hold a subject.", invoke_without_command=True
)


@switch_app.callback()
def state(context: typer.Context) -> None:
    """Say how the assistant is switched."""
    if context.invoked_subcommand is None:
        _say()


@switch_app.command("on")
def on(as_: AsPerson = "administrator") -> None:
    """Let the assistant answer."""
    _switch("on", as_)


@switch_app.command("quotes-only")
def quotes_only(as_: AsPerson = "administrator") -> None:
    """Let the assistant answer with quotes, never in words of a language model."""
    _switch("quotes only", as_)


@switch_app.command("off")
def off(
    message: Annotated[str, typer.Option(help="What readers are told meanwhile.")] = "",
    as_: AsPerson = "administrator",
) -> None:
    """Switch the assistant off, at once and in every open session."""
    _switch("off", as_, message)


@switch_app.command("hold")
def hold(subject: str, as_: AsPerson = "administrator") -> None:
    """Hold answers on a subject until a reviewer approves them."""
    _hold(subject, as_, True)


@switch_app.command("free")
def free(subject: str, as_: AsPerson = "administrator") -> None:
    """Stop holding answers on a subject."""
    _hold(subject, as_, False)


def _switch(mode: str, name: str, message: str = "") -> None:
    from assistant.switches import Mode, switch

    home = opened()
    switch(home, acting(home, name, Role.ADMINISTRATOR), Mode(mode), message)
    _say()


def _hold(subject: str, name: str, on: bool) -> None:
    from assistant.switches import hold

    home = opened()
    hold(home, acting(home, name, Role.ADMINISTRATOR), subject, on)
    _say()


def _say() -> None:
    from assistant.switches import now

    found = now(opened())
    held = f"; held subjects: {', '.join(sorted(found.held))}" if found.held else ""
    said = f" ({found.message})" if found.message else ""
    out.print(f"The assistant is {found.mode}{said}{held}.", markup=False)


def oversight(
    since: Annotated[str | None, typer.Option("--from", help="First day (ISO date).")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last day (ISO date).")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write .md, .csv or .json instead of printing.")
    ] = None,
    as_: AsPerson = "administrator",
    json_: AsJson = False,
) -> None:
    """What was asked, answered, left open and decided, by week and clause."""
    from assistant.oversight import oversight as figures
    from assistant.oversight_text import as_csv, as_markdown

    home = opened()
    found = figures(home, acting(home, as_, Role.AUDITOR), day(since), day(until))
    text = found.model_dump_json(indent=2)
    if output is None:
        print(text if json_ else as_markdown(found))
        return
    shapes = {".md": as_markdown(found), ".csv": as_csv(found), ".json": text}
    if output.suffix not in shapes:
        raise typer.BadParameter(f"{output} ends neither in .md nor in .csv nor in .json.")
    to_file(output, shapes[output.suffix].encode())
    out.print(f"{output}: written.", markup=False)
