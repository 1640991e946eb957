"""YAML files that people give: read without what makes a small file fill the memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from assistant.errors import CannotOpen

_LARGEST = 5_000_000
"""Bytes that a file of answers may have."""


class _Plain(yaml.SafeLoader):
    """YAML without aliases, by which a few lines can stand for millions."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """One node; an alias is refused."""
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases (*name) are not read here", mark)
        return super().compose_node(parent, index)


def answers(file: Path, remedy: str) -> dict[str, Any]:
    """The mapping that a file holds; an empty file is an empty one. Raises CannotOpen with the remedy."""
    try:
        if file.stat().st_size > _LARGEST:
            raise CannotOpen(f"{file} has more than {_LARGEST // 1_000_000} MB. {remedy}")
        held = yaml.load(file.read_bytes(), _Plain)  # noqa: S506 - a safe loader
    except OSError as error:
        raise CannotOpen(f"{file} cannot be read ({error.strerror}). Check the path.") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise CannotOpen(f"{file} is no YAML ({' '.join(str(error).split())}).") from error
    except RecursionError as error:
        raise CannotOpen(f"{file} is nested too deeply. {remedy}") from error
    if not isinstance(held, dict | None):
        raise CannotOpen(f"{file} does not hold answers by question id. {remedy}")
    return held or {}
