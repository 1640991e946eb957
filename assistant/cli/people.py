"""`clausewise people …`: who may sign in, and in which roles."""

from __future__ import annotations

import getpass
import json
import sys
from typing import Annotated, Any

import typer

from assistant import accounts
from assistant.accounts import Account
from assistant.cli.options import opened
from assistant.cli.tables import print_table
from assistant.cli.terminal import Terminal
from assistant.errors import BadAccount
from assistant.home import Home
from assistant.people import LOCAL
from knowledge.clock import now
from knowledge.models import Role

people_app = typer.Typer(help="Manage the accounts of those who may sign in.", no_args_is_help=True)
out = Terminal()

_NOBODY = "No account yet: clausewise people add LOGIN --role administrator"
Login = Annotated[str, typer.Argument(help="Their login, as `people list` shows it.")]
Roles = Annotated[list[Role], typer.Option("--role", help="A role they have; repeat for more.")]
FromInput = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input, one line.")
]


@people_app.command("list")
def show(
    json_: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """List the accounts, with roles and state."""
    found = accounts.every(opened(), LOCAL)
    if json_:
        print(json.dumps([_as_dict(account) for account in found], ensure_ascii=False, indent=2))
    elif not found:
        out.print(_NOBODY)
    else:
        headings = ("Login", "Name", "Roles", "State", "Person", "Added (UTC)")
        rows = [(a.login, a.name, ", ".join(sorted(a.roles)), _state(a), a.person, a.added_at) for a in found]
        print_table(headings, rows, whole="Login")


@people_app.command("add")
def add(
    login: Annotated[str, typer.Argument(help="What they type to sign in.")],
    role: Roles,
    name: Annotated[str, typer.Option(help="Their name; otherwise the login.")] = "",
    same_person_as: Annotated[
        str | None, typer.Option(help="Login of another account of the same person.")
    ] = None,
    password_stdin: FromInput = False,
) -> None:
    """Make an account. The password is asked for twice; there is none by default."""
    password = _password(password_stdin)
    made = accounts.add(opened(), LOCAL, login, password, role, name, same_person_as)
    _tell(made)


@people_app.command("roles")
def roles(login: Login, role: Roles) -> None:
    """Give an account these roles and no others; it is signed out."""
    _tell(accounts.set_roles(opened(), LOCAL, login, role))


@people_app.command("disable")
def disable(login: Login) -> None:
    """Let nobody sign in by an account; it is signed out at once."""
    _tell(accounts.disable(opened(), LOCAL, login))


@people_app.command("enable")
def enable(login: Login) -> None:
    """Undo `disable`, and a lock after wrong passwords."""
    _tell(accounts.enable(opened(), LOCAL, login))


@people_app.command("password")
def password(login: Login, password_stdin: FromInput = False) -> None:
    """Give an account a new password; it is signed out."""
    _tell(accounts.set_password(opened(), LOCAL, login, _password(password_stdin)))


def say_if_nobody_can_sign_in(home: Home) -> None:
    """Tell whoever starts the app with accounts that there are none yet."""
    if home.settings.sign_in == "accounts" and not accounts.every(home, LOCAL):
        out.print(_NOBODY)


def _password(from_input: bool) -> str:
    """The password, typed twice without being shown, or the first line of the input."""
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise BadAccount("No terminal to ask for the password: give it with --password-stdin.")
    first = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != first:
        raise BadAccount("The two are not the same. Nothing was changed.")
    return first


def _tell(account: Account) -> None:
    out.print(f"{account.login}: {', '.join(sorted(account.roles))}; {_state(account)}.")


def _state(account: Account) -> str:
    if account.disabled:
        return "disabled"
    if account.locked_until and account.locked_until > now():
        return f"locked until {account.locked_until}"
    return "enabled"


def _as_dict(account: Account) -> dict[str, Any]:
    return {
        "login": account.login,
        "name": account.name,
        "person": account.person,
        "provider": account.provider,
        "roles": sorted(account.roles),
        "state": _state(account),
        "added_at": account.added_at,
    }
