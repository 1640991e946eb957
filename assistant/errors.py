"""Errors of `assistant`: each names the thing, what was wrong, and what to do next."""

from typing import Literal


class AssistantError(Exception):
    """Base of every error that a user may read."""


class NotLogged(AssistantError):
    """The record could not be written, so nothing is shown."""


class UnknownRecord(AssistantError):
    """No such record is on the log, or not for the person who asks."""


class DamagedRecord(AssistantError):
    """A record was altered behind the program's back and cannot be read."""


class CannotOpen(AssistantError):
    """A setting, the home folder or the database is not usable."""


class CannotWrite(AssistantError):
    """A file that was asked for cannot be written."""


class BadCheckpoint(AssistantError):
    """A file holds no checkpoints of this log, or the log is not the one they were made of."""


class BadQuestion(AssistantError):
    """A question that cannot be asked: empty, or far too long."""


class NotAllowed(AssistantError):
    """The role, or the rule that nobody approves their own work, does not let a person do this."""


class NotPossible(AssistantError):
    """Something that cannot be done as things stand: decided already, claimed by another, not verified."""


class NotHeld(NotPossible):
    """A statement of a correction that its quotes do not carry; `number` counts from 1."""

    def __init__(self, number: int, problem: str) -> None:
        """Name the statement and what is wrong with it."""
        super().__init__(f"Statement {number}: {problem}")
        self.number, self.problem = number, problem


class SwitchedOff(AssistantError):
    """An administrator has switched the assistant off."""


class NotSignedIn(AssistantError):
    """Nobody is signed in, or not any more; `why` is a word for it that may stand in an address."""

    def __init__(self, why: str, message: str) -> None:
        """`message` says it to whom it concerns."""
        super().__init__(message)
        self.why = why


class BadAccount(AssistantError):
    """An account that cannot be made or changed like this: its name, its password, its roles."""


class UnknownPerson(AssistantError):
    """Nobody of that name has an account."""


ModelFault = Literal[
    "stalled",
    "gone",
    "busy",
    "limited",
    "refused",
    "garbled",
    "over budget",
    "too long",
    "switched off",
    "kept here",
]
"""Why there is nothing from a model: it was too slow; could not be reached or broke off; we ask too often;
its server says so; it did not take the request; it wrote what cannot be read; the day's tokens are used up;
the request does not fit; an administrator switched it off; nothing that was found may be sent to it."""


class ModelFailed(AssistantError):
    """The language model gave no answer, or only the beginning of one; the message says it to the reader."""

    def __init__(self, why: ModelFault, message: str) -> None:
        """`message` holds no secret and nothing that the server wrote."""
        super().__init__(message)
        self.why = why


class ContextTooLong(ModelFailed):
    """The request is longer than the model can take; a shorter one may do."""

    def __init__(self, message: str) -> None:
        """`message` says it to the reader."""
        super().__init__("too long", message)
