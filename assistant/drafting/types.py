"""The type that a manuscript follows: its specification, and the hash of the file that says so."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge import specifications
from knowledge.library import sha256
from knowledge.specifications import Specification


@dataclass(frozen=True, slots=True)
class Followed:
    """A specification with the SHA-256 of its file, which every revision's record names."""

    spec: Specification
    sha256: str


def known(name: str) -> Specification | None:
    """The specification of a type; None when the type is not there any more."""
    try:
        return specifications.specification(name)
    except specifications.BadSpecification:
        return None


def followed(name: str) -> Followed:
    """A type by id; BadSpecification says what there is."""
    spec = specifications.specification(name)
    return Followed(spec, sha256((specifications.FOLDER / f"{name}.yaml").read_bytes()))
