"""The texts in `prompts/`: read once, named parts, a hash that goes into every record."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent.parent / "prompts"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One file of `prompts/`: front matter, and a part for each second-level heading."""

    name: str
    version: int
    purpose: str
    sha256: str
    parts: dict[str, str]

    def say(self, part: str, **values: object) -> str:
        """A part with its `{places}` filled; white space folded."""
        return " ".join(self.text(part, **values).split())

    def text(self, part: str, **values: object) -> str:
        """A part with its `{places}` filled, line by line as it stands."""
        return self.parts[part].format(**values)


@cache
def prompt(name: str) -> Prompt:
    """Read a prompt; KeyError or ValueError when its front matter is not as it should be."""
    data = (FOLDER / f"{name}.md").read_bytes()
    _, front, body = data.decode().split("---\n", 2)
    about = yaml.safe_load(front)
    parts = {}
    for section in body.split("\n## ")[1:]:
        title, _, text = section.partition("\n")
        parts[title.strip()] = text.strip()
    if about["name"] != name:
        raise ValueError(f"prompts/{name}.md calls itself {about['name']!r}")
    digest = hashlib.sha256(data).hexdigest()
    return Prompt(name, about["version"], about["purpose"], digest, parts)
