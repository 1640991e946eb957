"""What a parser returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.formats.builder import Builder


@dataclass(frozen=True, slots=True)
class Parsed:
    """Text and blocks, with what the file's own metadata say."""

    builder: Builder
    media_type: str
    title: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
