"""What every command shares: the home that the options name, printing JSON, reading days and people."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from assistant.home import Home, home_at
from assistant.people import LOCAL, Person, by_name, unsigned
from knowledge.models import Role

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
AsPerson = Annotated[
    str,
    typer.Option("--as", help="Who acts: a login, or without sign-in a role such as reviewer or reviewer-2."),
]
Output = Annotated[Path, typer.Option("--output", "-o", help="File to write.")]


class Options:
    """What the global options say."""

    home: Path | None = None


def opened() -> Home:
    """The home that the options name."""
    return home_at(Options.home)


def acting(home: Home, name: str, prefer: Role) -> Person:
    """The person that `--as` names, in the role that the command is for where they hold it."""
    return by_name(home, name, prefer)


def asking(home: Home, name: str) -> Person:
    """Who asks on the command line: with sign-in a login, or whoever holds the machine in a role.

    Without sign-in it is a role's name, or one of several such as `employee-2`.
    """
    who = unsigned(name, "command line")
    if home.settings.sign_in != "switcher":
        return replace(LOCAL, role=Role(name)) if name in list(Role) else by_name(home, name, Role.EMPLOYEE)
    if who is None:
        raise typer.BadParameter(f"{name!r} is none of the roles {', '.join(Role)}.", param_hint="'--as'")
    return who


def day(value: str | None) -> date | None:
    """An ISO date, or none."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter(f"{value!r} is not a date like 2026-01-31.") from None


def as_json(value: Any) -> None:
    """Print a value as JSON."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, StrEnum):
        return value.value
    raise TypeError(type(value).__name__)


def to_file(path: Path, data: bytes) -> None:
    """Write what a command was asked for: the whole file, or nothing. Raises CannotWrite."""
    from assistant.replacing import SHARED, replacing

    with replacing(path, SHARED) as file:
        file.write(data)
