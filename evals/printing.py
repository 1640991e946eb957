"""How measures print what they found."""

from __future__ import annotations

import json
from collections.abc import Mapping


def print_figures(found: dict[str, float | int], as_json: bool) -> None:
    """Named figures, as a table or as JSON."""
    if as_json:
        print(json.dumps(found, indent=2))
        return
    for name, value in found.items():
        print(f"{name:24} {value:.4f}" if isinstance(value, float) else f"{name:24} {value}")


def print_line(row: Mapping[str, float | str], digits: int = 4) -> None:
    """A row as one line of JSON, at once."""
    print(
        json.dumps({k: round(v, digits) if isinstance(v, float) else v for k, v in row.items()}), flush=True
    )
