"""Load: a file becomes text with its structure, or a clear error."""

from pathlib import Path

from knowledge.errors import LoadError
from knowledge.models import LoadedDocument
from knowledge.sandbox import read_in_child

MOST_BYTES = 200_000_000
"""Size of the largest file that is read."""


def load(path: Path) -> LoadedDocument:
    """Read a file; LoadError names it, what is wrong with it, and what to do."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LoadError(
            path.name,
            f"it cannot be opened ({error.strerror})",
            "Check the path and its permissions",
        ) from error
    return load_bytes(data, path.name)


def load_bytes(data: bytes, name: str) -> LoadedDocument:
    """Read a file's bytes, in a child process; its magic bytes go before its name."""
    if not data.strip():
        raise LoadError(name, "it is empty", "Check the file, and add it again when it has content")
    if len(data) > MOST_BYTES:
        raise LoadError(
            name,
            f"it has {len(data) // 1_000_000} MB, more than the {MOST_BYTES // 1_000_000} MB that are read",
            "Split it and add the parts",
        )
    return read_in_child(data, name)
