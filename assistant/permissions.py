"""Which role may do what: the one table, and the check that every function which acts makes itself.

`python -m assistant.permissions` prints docs/permissions.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NoReturn

from assistant import log
from assistant.errors import NotAllowed
from assistant.people import ROLES, Person
from knowledge.models import EVERYONE, Role

if TYPE_CHECKING:
    from knowledge.database import Database

REFUSED = "refused"
"""The kind of a record that says that somebody was refused something."""

_READERS = frozenset({Role.REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR})
_REVIEWER = frozenset({Role.REVIEWER})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_WRITERS = frozenset({Role.AUTHOR, Role.REVIEWER})
_KEEPERS = frozenset({Role.REVIEWER, Role.ADMINISTRATOR})
_PROVERS = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})


_ID = re.compile(r"[\w.,:-]{1,120}")
"""What may stand in the chain as a target: an id, never what somebody typed in its place."""


class Operation(StrEnum):
    """What can be done; the value is how a reader is told of it."""

    ASK = "ask a question"
    SEARCH = "search the library"
    READ_OWN = "read one's own answers and keep their receipts"
    FLAG = "flag an answer as wrong"
    LIBRARY = "list the library"
    ADD = "add documents, and say what they are"
    WITHDRAW = "withdraw and reinstate documents"
    REMOVE = "remove documents"
    HOSTING = "say whether a hosted model may get a document"
    QUEUE = "read the review queue"
    CLAIM = "claim and release an item"
    ASSIGN = "assign items"
    DECIDE = "approve, correct, reject or escalate"
    REOPEN = "reopen a decided item"
    CASES = "export evaluation cases"
    SUBMIT = "submit a draft or a revision of it"
    READ_DRAFTS = "read drafts"
    APPROVE_DRAFT = "approve or reject a draft"
    PUBLISH = "publish an approved draft"
    WRITE = "write documents"
    REGISTER = "see the register of AI systems and their assessments"
    KEEP_REGISTER = "change the register of AI systems"
    ASSESS = "assess an AI system"
    DECIDE_TIER = "decide on a proposed tier"
    GAPS = "see the gap assessment and the statement of applicability"
    OVERRULE = "overrule the gap assessment, and fill the statement of applicability"
    LOG = "read every record, and check the chain"
    EXPORT = "export the log"
    CHECKPOINT = "write a signed checkpoint"
    ERASE = "erase a person's words"
    OVERSIGHT = "see the oversight figures"
    SWITCH = "switch the assistant, or hold a subject"
    PEOPLE = "manage accounts"


ALLOWED: Mapping[Operation, frozenset[Role]] = {
    Operation.ASK: EVERYONE,
    Operation.SEARCH: EVERYONE,
    Operation.READ_OWN: EVERYONE,
    Operation.FLAG: EVERYONE - {Role.AUDITOR},
    Operation.LIBRARY: EVERYONE,
    Operation.ADD: _ADMINISTRATOR,
    Operation.WITHDRAW: _KEEPERS,
    Operation.REMOVE: _ADMINISTRATOR,
    Operation.HOSTING: _KEEPERS,
    Operation.QUEUE: _READERS,
    Operation.CLAIM: _REVIEWER,
    Operation.ASSIGN: _KEEPERS,
    Operation.DECIDE: _REVIEWER,
    Operation.REOPEN: _KEEPERS,
    Operation.CASES: _READERS,
    Operation.SUBMIT: _WRITERS,
    Operation.READ_DRAFTS: _READERS | _WRITERS,
    Operation.APPROVE_DRAFT: _REVIEWER,
    Operation.PUBLISH: _KEEPERS,
    Operation.WRITE: _WRITERS,
    Operation.REGISTER: _READERS | _WRITERS,
    Operation.KEEP_REGISTER: _WRITERS | _ADMINISTRATOR,
    Operation.ASSESS: _WRITERS,
    Operation.DECIDE_TIER: _REVIEWER,
    Operation.GAPS: _READERS | _WRITERS,
    Operation.OVERRULE: _WRITERS,
    Operation.LOG: _READERS,
    Operation.EXPORT: _PROVERS,
    Operation.CHECKPOINT: _PROVERS,
    Operation.ERASE: _ADMINISTRATOR,
    Operation.OVERSIGHT: _READERS,
    Operation.SWITCH: _ADMINISTRATOR,
    Operation.PEOPLE: _ADMINISTRATOR,
}
"""Who may do what. An auditor reads everything and decides nothing."""


def allowed(person: Person, operation: Operation) -> bool:
    """Whether the role in which a person acts may do this; for pages that hide what would be refused."""
    return person.role in ALLOWED[operation]


def require(database: Database, person: Person, operation: Operation, target: str = "") -> None:
    """Let an operation pass, or refuse it on the record.

    Every function that writes a record or returns restricted text calls this first. Raises NotAllowed.
    """
    if not allowed(person, operation):
        who = " or ".join(ROLES[role].lower() for role in Role if role in ALLOWED[operation])
        reason = f"The role {ROLES[person.role].lower()} may not {operation}; a {who} may."
        refuse(database, person, operation, target, reason)


def refuse(database: Database, person: Person, operation: Operation, target: str, reason: str) -> NoReturn:
    """Put a refusal on the log and raise NotAllowed with its reason; `target` is an id of ours."""
    with log.recording(database) as connection:
        named = target if _ID.fullmatch(target) else ""
        body = {**person.acted(), "operation": operation.value, "target": named, "reason": reason}
        log.append(connection, REFUSED, body)
    raise NotAllowed(reason)


def as_markdown() -> str:
    """The page docs/permissions.md."""
    names = " | ".join(ROLES[role] for role in Role)
    rows = [
        f"| {operation} | {' | '.join('yes' if role in ALLOWED[operation] else '' for role in Role)} |"
        for operation in Operation
    ]
    return "\n".join([_HEAD, f"| operation | {names} |", f"| --- |{' --- |' * len(Role)}", *rows, ""])


_HEAD = """# Who may do what

Made from the table that every function checks (`assistant/permissions.py`); a test tries each cell. A
refusal is on the log.
Beyond the table: nobody approves what they wrote, whatever their role and by whichever of their accounts.
"""

if __name__ == "__main__":
    print(as_markdown(), end="")
