"""Prompts: read from their files, known by their hash, filled without a gap."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import prompts
from assistant.prompts import FOLDER, prompt

FRONT = (
    "---\nname: {}\nversion: 2\npurpose: To be tested.\n---\n\n"
    "## one\nIt says\n  {{what}}.\n\n## two\n{{what}}\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Prompts of the test's own."""
    monkeypatch.setattr(prompts, "FOLDER", tmp_path)
    prompt.cache_clear()
    yield tmp_path
    prompt.cache_clear()


def test_the_hash_is_that_of_the_file() -> None:
    data = (FOLDER / "quotes.md").read_bytes()
    assert prompt("quotes").sha256 == hashlib.sha256(data).hexdigest()


def test_every_prompt_calls_itself_as_its_file() -> None:
    names = [path.stem for path in FOLDER.glob("*.md")]
    assert "quotes" in names
    for name in names:
        assert (prompt(name).name, prompt(name).version >= 1) == (name, True)
        assert prompt(name).parts


def test_every_place_of_a_part_can_be_filled() -> None:
    for text in prompt("quotes").parts.values():
        places = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in places)


def test_a_part_is_said_with_its_places_filled_and_on_one_line(folder: Path) -> None:
    (folder / "mine.md").write_text(FRONT.format("mine"))
    assert prompt("mine").say("one", what="{what} of\nit") == "It says {what} of it."


def test_what_is_filled_in_is_never_read_as_a_place(folder: Path) -> None:
    (folder / "mine.md").write_text(FRONT.format("mine"))
    assert prompt("mine").say("two", what="{0.__class__} {owner}") == "{0.__class__} {owner}"


def test_a_missing_value_or_part_is_an_error(folder: Path) -> None:
    (folder / "mine.md").write_text(FRONT.format("mine"))
    with pytest.raises(KeyError):
        prompt("mine").say("one")
    with pytest.raises(KeyError):
        prompt("mine").say("three", what="x")


def test_a_prompt_with_the_name_of_another_is_refused(folder: Path) -> None:
    (folder / "mine.md").write_text(FRONT.format("other"))
    with pytest.raises(ValueError, match="'other'"):
        prompt("mine")


def test_a_changed_prompt_has_another_hash(folder: Path) -> None:
    file = folder / "mine.md"
    file.write_text(FRONT.format("mine"))
    before = prompt("mine").sha256
    prompt.cache_clear()
    file.write_text(FRONT.format("mine") + " ")
    assert prompt("mine").sha256 != before
