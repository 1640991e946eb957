"""The YAML that comes with the program, read by the parser in C where there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def data(file: Path) -> Any:
    """What a file of ours holds. Raises OSError, UnicodeDecodeError or YAMLError."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_text("utf-8"), loader)  # noqa: S506 - a safe loader in C
