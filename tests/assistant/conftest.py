"""Homes for the tests of review: the sample organisation, with the model loaded once for all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.home import Home, home_at
from knowledge.embed import Encoder
from tests.assistant.manuscripts import follow_otters


@pytest.fixture
def org(sample: Home, encoder: Encoder) -> Home:
    """The sample organisation, to be changed at will."""
    sample.encoder = encoder
    return sample


@pytest.fixture(scope="module")
def kept_org(
    sample_template: Path, tmp_path_factory: pytest.TempPathFactory, encoder: Encoder
) -> Iterator[Home]:
    """The sample organisation, one for the tests of a module: what they do to it stays."""
    folder = tmp_path_factory.mktemp("kept") / "home"
    shutil.copytree(sample_template, folder)
    home = home_at(folder)
    home.encoder = encoder
    yield home
    home.close()


@pytest.fixture
def otters(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The rule for otters is the one type of document there is."""
    follow_otters(monkeypatch, tmp_path_factory.mktemp("types"))
