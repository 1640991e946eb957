"""Who acts: a person in one role, known in records by a pseudonym.

A name can be erased; the pseudonym cannot be traced to it afterwards. That two people are two is decided by
the pseudonym, so every account of one person must carry the same one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import NotAllowed, UnknownPerson
from knowledge.models import Role

if TYPE_CHECKING:
    from assistant.home import Home

ROLES = {
    Role.EMPLOYEE: "Employee",
    Role.AUTHOR: "Policy author",
    Role.REVIEWER: "Reviewer",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Administrator",
}
"""What each role is called to a reader."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts, in the role in which they act.

    `id` stands in records and tells people apart; `roles` are all that they hold; `via` says how they came:
    the role switcher of a home without sign-in, a local account, a provider, or the command line.
    """

    id: str
    name: str
    role: Role
    roles: frozenset[Role] = frozenset()
    via: str = "command line"

    def acted(self) -> dict[str, str]:
        """What every record of an act holds of who did it."""
        return {"actor": self.id, "role": self.role.value, "via": self.via}


LOCAL = Person("local", "command line", Role.ADMINISTRATOR, frozenset(Role))
"""Whoever runs commands on this machine: they hold the database's files."""

SYSTEM = Person("clausewise", "Clausewise", Role.ADMINISTRATOR, via="schedule")
"""The program itself, where it notes what time or a change of the library brought about."""

_UNSIGNED = re.compile(rf"({'|'.join(Role)})(-[a-z0-9]{{1,30}})?")


def unsigned(name: str, via: str = "switcher") -> Person | None:
    """The person of a home without sign-in: a role's name, or one of several, such as `reviewer-2`."""
    found = _UNSIGNED.fullmatch(name)
    if found is None:
        return None
    role = Role(found.group(1))
    shown = ROLES[role] + (found.group(2) or "").replace("-", " ")
    return Person(name, shown, role, frozenset({role}), via)


_USUAL = (Role.REVIEWER, Role.AUTHOR, Role.EMPLOYEE, Role.AUDITOR, Role.ADMINISTRATOR)


def usual(roles: Collection[Role], prefer: Role | None = None) -> Role:
    """The role in which somebody acts who did not choose: what they prefer if they have it, or their daily
    work; an administrator's powers are never taken up by chance."""
    ordered = _USUAL if prefer is None else (prefer, *_USUAL)
    return next((role for role in ordered if role in roles), Role.EMPLOYEE)


def by_name(home: Home, name: str, prefer: Role = Role.EMPLOYEE) -> Person:
    """Whom a command means that is given for somebody (`--as`), in the role `prefer` if they have it.

    Without sign-in that is a role's name, or one of several such as `reviewer-2`; any other name is an
    employee's, so that what they may not do is refused on the record. With sign-in it is the login of an
    account. Raises UnknownPerson, and NotAllowed for an account that is disabled.
    """
    from assistant import accounts

    if home.settings.sign_in == "switcher":
        roles = frozenset({Role.EMPLOYEE})
        return unsigned(name, "command line") or Person(name[:40], name, Role.EMPLOYEE, roles)
    with home.database.read() as connection:
        account = accounts.get(connection, name)
    if account is None:
        raise UnknownPerson(f"{name!r} has no account. {_how_to_add(home)}")
    if account.disabled:
        raise NotAllowed(f"The account {name!r} is disabled: `clausewise people enable {name}` undoes it.")
    return Person(account.person, account.name, usual(account.roles, prefer), account.roles)


def _how_to_add(home: Home) -> str:
    if home.settings.sign_in == "oidc":
        return "People of the provider get one when they first sign in; `clausewise people list` shows them."
    return "`clausewise people add LOGIN --role ROLE` makes one; `clausewise people list` shows them."
