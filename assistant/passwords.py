"""Passwords: what may be one, and argon2id with the library's parameters."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.errors import BadAccount

SHORTEST, LONGEST = 12, 256
_HASHER = PasswordHasher()
_AT_ONCE = threading.BoundedSemaphore(2)
"""Each check takes 64 MB: this many at once, whatever number of visitors tries."""


def hashed(password: str, login: str) -> str:
    """The hash of a new password. Raises BadAccount when it may not be one."""
    folded = _folded(password)
    if len(folded) < SHORTEST:
        raise BadAccount(f"The password is too short: it needs at least {SHORTEST} characters.")
    if len(folded) > LONGEST:
        raise BadAccount(f"The password is too long: at most {LONGEST} characters.")
    if login in folded.casefold():
        raise BadAccount("The password contains the login; choose one that does not.")
    if len(set(folded)) < 4:
        raise BadAccount("The password repeats so few characters that it is guessed at once.")
    with _AT_ONCE:
        return _HASHER.hash(folded)


def matches(password: str, stored: str | None) -> bool:
    """Whether a password is the stored one; without a stored one it takes as long and never is."""
    folded, nobodys = _folded(password), _nobodys()
    with _AT_ONCE:
        try:
            right = _HASHER.verify(stored or nobodys, folded[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return right and stored is not None and len(folded) <= LONGEST


def renewed(password: str, stored: str) -> str | None:
    """A new hash of a right password when the stored one was made with other parameters; otherwise None."""
    if not _HASHER.check_needs_rehash(stored):
        return None
    with _AT_ONCE:
        return _HASHER.hash(_folded(password))


def _folded(password: str) -> str:
    """One form of what looks the same, whatever keyboard it was typed on (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    """A hash that is compared when a login does not exist."""
    return _HASHER.hash("nobody's")
