"""The example of docs/langchain.md runs as it stands there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from assistant.home import home_at

PAGE = Path(__file__).parents[2] / "docs" / "langchain.md"


def test_the_example_runs(
    sample_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    shutil.copytree(sample_template, tmp_path / "home")
    monkeypatch.chdir(tmp_path)
    exec(compile(example, str(PAGE), "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("answered ")
    assert any(" | " in line for line in lines)
    assert any(line.startswith("answer:") for line in lines)
    assert any("Incident" in line for line in lines if line.startswith("[["))
    home = home_at(tmp_path / "home")
    with home.database.read() as connection:
        from assistant import log

        assert len(log.latest(connection, "answer")) == 4
    home.close()
