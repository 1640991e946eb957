"""`clausewise profile`: what the organisation says of itself once, for every document."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.cli.options import AsJson, as_json, asking, opened, out


def profile(
    key: Annotated[str | None, typer.Argument(help="Entry to set; without one all are listed.")] = None,
    lines: Annotated[
        list[str] | None, typer.Argument(help="What it says, one argument a line; none clears it.")
    ] = None,
    as_: Annotated[str, typer.Option("--as", help="Who acts: a login, or a role such as author.")] = "author",
    json_: AsJson = False,
) -> None:
    """List or set the organisation's profile, from which documents are filled."""
    from assistant.drafting.profile import entries, set_profile
    from assistant.drafting.profile import profile as held

    home = opened()
    if key is not None:
        set_profile(home, asking(home, as_), key, lines or [])
    said = held(home)
    if json_:
        as_json(said)
        return
    for name, entry in entries().items():
        if key in (None, name):
            out.print(
                f"{name:24} {'; '.join(said.get(name, ())) or f'({entry.label}: not said)'}", markup=False
            )
