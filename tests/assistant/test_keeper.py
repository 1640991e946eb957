"""The keeper: checkpoints and erasures in time, and a failure that is shown and passes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import log
from assistant.home import Home
from assistant.keeper import Keeper
from assistant.settings import Settings
from tests.assistant.logs import grow


def test_what_is_due_is_done_and_what_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted = tmp_path / "mounted"
    home = Home(Settings(home=tmp_path / "home", checkpoint_to=mounted, retention_days=183))
    with monkeypatch.context() as patch:
        patch.setattr(log, "now", lambda: "2020-01-01T00:00:00.000Z")
        grow(home, 2)
    keeper = Keeper(home, every=0.02)
    keeper.start()
    wait(lambda: keeper.problem is not None)
    assert "Check that the folder is there" in (keeper.problem or "")
    mounted.mkdir()
    wait(lambda: keeper.problem is None)
    keeper.stop.set()
    keeper.join()
    assert len(list(mounted.iterdir())) == 1
    with home.database.read() as connection:
        assert [entry.kind for entry in log.latest(connection)[:2]] == ["checkpoint", "erase"]
        assert not any(entry.personal for entry in log.latest(connection))
    home.close()


def wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
