"""Who acts: a person in one role, known in records by a pseudonym.

A name can be erased; the pseudonym cannot be traced to it afterwards. That two people are two is decided by
the pseudonym, so every account of one person must carry the same one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

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


def by_name(home: Home, name: str, prefer: Role) -> Person:
    """The person that a command names with `--as`; one who is not known is an employee of that name.

    `prefer` is the role that the command is for; it counts for those who hold several.
    """
    return unsigned(name, "command line") or Person(name[:40], name[:40], Role.EMPLOYEE)
