"""Homes of made-up organisations for the tests of the gap assessment."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.gaps.assessment import Assessment, assess
from assistant.home import Home, home_at
from assistant.ingest import add, files_below
from assistant.people import Person
from knowledge.embed import Encoder
from tests.assistant.reviewing import person

DATA = Path(__file__).parents[1] / "data" / "gaps"
AUDITOR = person("auditor")


@contextmanager
def organisation(name: str, template: Path, folder: Path, encoder: Encoder) -> Iterator[Home]:
    """A home with the documents of one of the made-up organisations."""
    shutil.copytree(template, folder)
    home = home_at(folder)
    home.encoder = encoder
    for file in files_below([DATA / name]):
        assert add(home, file).outcome == "stored"
    assert home.embed()
    yield home
    home.close()


def quoted(found: Assessment, name: str) -> str:
    """Everything that a finding quotes."""
    return " ".join(citation.quote for citation in found.by_id[name].evidence)


def status(home: Home, name: str, who: Person = AUDITOR) -> str:
    """How a requirement stands by the program."""
    return str(assess(home, who).by_id[name].status)
