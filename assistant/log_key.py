"""The key that signs what the log was: Ed25519, made once and kept in the home."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from filelock import FileLock

from assistant.errors import CannotOpen
from assistant.notes import Note, decoded, encoded
from assistant.replacing import PRIVATE, SHARED, replacing

_ED25519 = b"\x01"
"""The algorithm's number in a signed note."""


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key and its name, which is also the origin of the log's checkpoints."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The 32 bytes that verify."""
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def name(self) -> str:
        """A name that follows from the key, so that two logs never share one."""
        return f"clausewise-{hashlib.sha256(self.public).hexdigest()[:8]}"

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    @property
    def verifier(self) -> str:
        """The line that an auditor needs (a signed note's "vkey")."""
        return f"{self.name}+{self.id.hex()}+{encoded(_ED25519 + self.public)}"

    def note(self, text: str) -> str:
        """Text, which ends with a line's end, as a signed note."""
        return f"{text}\n— {self.name} {encoded(self.id + self.private.sign(text.encode()))}\n"

    def signed(self, note: Note) -> bool:
        """Whether a note bears this key's signature."""
        for line in note.signatures:
            _, name, packed = line.split(" ", 2)
            try:
                data = decoded(packed)
                if name == self.name and data[:4] == self.id:
                    self.private.public_key().verify(data[4:], note.text.encode())
                    return True
            except (ValueError, InvalidSignature):
                continue
        return False


def folder_of(home: Path) -> Path:
    """Where a home keeps its keys; nobody but its owner may look into it."""
    folder = home / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def log_key(home: Path) -> LogKey:
    """The key of the log in a home; made, with the file for verifiers, when it is first asked for.

    Raises CannotOpen when the file is no such key.
    """
    folder = folder_of(home)
    path, verifier = folder / "log-key.pem", folder / "log-key.pub"
    with FileLock(folder / "log-key.lock"):
        if not path.exists():
            pem = Ed25519PrivateKey.generate().private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            )
            with replacing(path, PRIVATE) as file:
                file.write(pem)
        key = _loaded(path)
        line = f"{key.verifier}\n".encode()
        if not verifier.exists() or verifier.read_bytes() != line:
            with replacing(verifier, SHARED) as file:
                file.write(line)
    return key


def _loaded(path: Path) -> LogKey:
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise CannotOpen(f"{path} cannot be read as a key ({error}). Put it back from a backup.") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise CannotOpen(f"{path} is no Ed25519 key. Put it back from a backup.")
    if path.stat().st_mode & 0o077:  # as a copy from elsewhere may have it
        path.chmod(PRIVATE)
    return LogKey(private)
