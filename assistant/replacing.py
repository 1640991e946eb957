"""A file that appears whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from assistant.errors import CannotWrite

PRIVATE, SHARED = 0o600, 0o666
"""Modes of a new file, before the user's mask: for its owner, or for whoever the mask lets in."""


@contextmanager
def replacing(path: Path, mode: int = PRIVATE) -> Iterator[BinaryIO]:
    """Write beside a file and put it in its place, on disk, once all is written; else nothing changes.

    Raises CannotWrite with the system's reason.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _settle(path.parent)
    except OSError as error:
        why = error.strerror or error
        raise CannotWrite(
            f"{path} cannot be written ({why}). Check that the folder is there and has room."
        ) from error
    finally:
        beside.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Have the new name itself on disk, where folders can be opened at all."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
