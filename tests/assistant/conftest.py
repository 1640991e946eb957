"""Homes for the tests of review: the sample organisation, with the model loaded once for all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import switches
from assistant.home import Home, home_at
from assistant.people import LOCAL
from assistant.switches import Mode
from knowledge.database import Database
from knowledge.embed import Encoder
from tests.assistant.chats import scripted_home
from tests.assistant.manuscripts import follow_otters
from tests.assistant.rewordings import Desk


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


@pytest.fixture(scope="session")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database in which chat models keep what they used."""
    database = Database.in_home(tmp_path_factory.mktemp("ledger"))
    yield database
    database.close()


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable by which a model, its address, its key, a proxy or tracing is set."""
    words = ("OPENAI", "ANTHROPIC", "OLLAMA", "LANGSMITH", "LANGCHAIN", "CLAUSEWISE_MODEL", "PROXY")
    for name in list(os.environ):
        if any(word in name.upper() for word in words):
            monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def kept_desk(
    sample_template: Path, tmp_path_factory: pytest.TempPathFactory, encoder: Encoder
) -> Iterator[Desk]:
    """A home with a scripted model, one for the tests of a module."""
    with scripted_home(sample_template, tmp_path_factory.mktemp("rewording") / "home") as (home, server):
        home.encoder = encoder
        yield Desk(home, server)


@pytest.fixture
def desk(kept_desk: Desk, otters: None) -> Iterator[Desk]:
    """A document that is being written; afterwards the assistant is on, and its model on this machine."""
    yield kept_desk.begins()
    switches.switch(kept_desk.home, LOCAL, Mode.ON)
    assert kept_desk.home.chat
    kept_desk.home.chat.hosted = False
