"""Who acts: a person and the role in which they do."""

from dataclasses import dataclass

from knowledge.models import Role


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts, in the role they act in now, with all the roles they may take."""

    id: str
    name: str
    role: Role
    roles: frozenset[Role] = frozenset()


LOCAL = Person("local", "command line", Role.ADMINISTRATOR)
"""Whoever may run commands on the machine itself."""
PROGRAM = Person("clausewise", "Clausewise by itself", Role.ADMINISTRATOR)
"""The background work, which acts on the settings of an administrator."""
