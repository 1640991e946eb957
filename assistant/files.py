"""Files that the program writes for people: whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from assistant.errors import CannotOpen


def written(path: Path, data: bytes) -> None:
    """Write a file through a temporary one beside it; CannotOpen when the place cannot be written."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError as error:
        raise CannotOpen(
            f"{path} cannot be written ({error.strerror}). Check the folder and its permissions."
        ) from error


def read(path: Path) -> bytes:
    """A file's bytes; CannotOpen when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotOpen(f"{path} cannot be read ({error.strerror}). Check the path.") from error
