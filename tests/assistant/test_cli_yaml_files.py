"""Files of answers: what would fill the memory is told, not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.cli.yaml_files import answers
from assistant.errors import CannotOpen


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: &a [x, x]\nb: [*a, *a]\n", "aliases .* are not read here"),
        (f"a: {'[' * 3000}{']' * 3000}\n", "nested too deeply"),
        (f"a: {'x' * 5_000_001}\n", "more than 5 MB"),
        ("- a\n", "does not hold answers by question id. Try"),
        ("a: 'open\n", "is no YAML"),
        ("a: 2026-13-45\n", "is no YAML"),
    ],
)
def test_a_file_that_cannot_be_answers_is_told(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "intake.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(CannotOpen, match=told):
        answers(file, "Try again.")


def test_an_empty_file_has_no_answers(tmp_path: Path) -> None:
    file = tmp_path / "intake.yaml"
    file.write_text("# nothing\n", "utf-8")
    assert answers(file, "") == {}
