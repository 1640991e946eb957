"""A home: the database, the index and the log of one organisation, opened together."""

from __future__ import annotations

import shutil
import threading
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import SQLAlchemyError

import assistant.assessing.tables
import assistant.drafting.tables
import assistant.gaps.tables
import assistant.model.tables
import assistant.tables  # noqa: F401  their tables are made with the database
from assistant import log
from assistant.errors import CannotOpen
from assistant.people import SYSTEM
from assistant.settings import Settings
from assistant.subjects import subjects
from knowledge import library
from knowledge.clock import today
from knowledge.database import Database
from knowledge.embed import Encoder
from knowledge.glossary import Glossary
from knowledge.index import Index, Progress, Scope
from knowledge.library import Version
from knowledge.models import Role
from knowledge.requirement_documents import documents
from knowledge.split import split

if TYPE_CHECKING:
    from assistant.model.chat import Chat
    from assistant.second_gate import Gate
    from knowledge.late import EncodedQuestion


class Home:
    """What every face works with. Open one for a process; it is safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        """Open the database, and store the ISO/IEC 42001 requirements when they are not there."""
        self.settings = settings
        settings.home.mkdir(parents=True, exist_ok=True)
        self.database = Database(settings.database) if settings.database else Database.in_home(settings.home)
        self.encoder = Encoder(settings.embedding_model)
        self.subjects = subjects(settings.home)
        self._glossary = Glossary.with_own(settings.home / "glossary.yaml")
        self._store_requirements()

    @cached_property
    def index(self) -> Index:
        """The index, which follows the database."""
        return Index(self.database, self.settings.home / "index", self.encoder, self._glossary)

    @cached_property
    def chat(self) -> Chat | None:
        """The language model, when one is configured. Raises `CannotOpen` for one that cannot be used."""
        if self.settings.model is None:
            return None
        from assistant.model.chat import Chat

        return Chat(self.settings, self.database)

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """The second gates that are configured. Raises `CannotOpen` for one that cannot be used."""
        from assistant.second_gate import gates

        return gates(self.settings, self.database)

    def close(self) -> None:
        """Release the index and the database."""
        if "index" in self.__dict__:
            self.index.close()
        self.database.close()

    def _store_requirements(self) -> None:
        with self.database.read() as connection:
            held = {(v.document, v.sha256) for v in library.all_versions(connection) if v.built_in}
        arrivals = [
            library.Arrival(
                source=f"{library.BUILT_IN}{name}",
                file=f"{name}.txt",
                data=loaded.text.encode(),
                loaded=loaded,
                passages=(),
                kind=kind,
                document=name,
                always=True,
            )
            for name, kind, loaded in documents()
        ]
        for arrival in arrivals:
            if (arrival.document, library.sha256(arrival.data)) in held:
                continue
            passages = tuple(split(arrival.loaded, self.encoder.count))
            with log.recording(self.database) as connection:
                version = library.store(connection, library.with_passages(arrival, passages))
                log.append(connection, "ingest", {**ingest_body(version), **SYSTEM.acted()})

    def scope(self, role: Role, day: date | None = None) -> Scope:
        """What a person in a role may be answered from on a day."""
        return Scope(role=role, day=day or today())

    def encoded(self, text: str) -> EncodedQuestion | None:
        """The encoded question; None while no passage has a vector to compare it with."""
        return self.index.encoded(text) if self.index.state().embedded else None

    def embed(self, progress: Progress | None = None) -> bool:
        """Give every passage its vector, if no other process does so; say whether we did."""
        state = self.index.state()
        if state.passages == state.embedded:
            return True
        if not self.index.own():
            return False
        self.index.state()
        self.index.embed_missing(progress)
        return True

    def forget_vectors(self) -> None:
        """Delete the index's files; they come back the same."""
        self.index.close()
        del self.index
        shutil.rmtree(self.settings.home / "index", ignore_errors=True)


def ingest_body(version: Version) -> dict[str, object]:
    """What the log says of a version that came in."""
    return {
        "document": version.document,
        "version": version.id,
        "number": version.number,
        "file": version.file,
        "sha256": version.sha256,
        "title": version.title,
        "kind": version.kind.value,
        "owner": version.owner,
        "audience": sorted(version.audience),
        "status": version.status.value,
        "since": version.since.isoformat() if version.since else None,
        "until": version.until.isoformat() if version.until else None,
    }


class Embedder(threading.Thread):
    """Embeds in the background while the app runs, and whenever the library has grown.

    `wake` makes it look at once; otherwise it looks every few seconds, since other processes write
    to the library too.
    """

    def __init__(self, home: Home, every: float = 2.0) -> None:
        """Prepare; `start` it as any thread."""
        super().__init__(name="embedder", daemon=True)
        self.home, self.every = home, every
        self.wake = threading.Event()
        self.done, self.total = 0, 0
        self.ready = threading.Event()
        self.problem: str | None = None

    def run(self) -> None:
        """Load the model, then follow the library for as long as the process lives."""
        while True:
            try:
                self.home.index.own()
                self.home.embed(self._progress)
                if not self.ready.is_set():
                    self.home.encoder.warm()
                    self.ready.set()
                    if self.home.chat:
                        self.home.chat.warm()
                    for gate in self.home.gates:
                        gate.warm()
                self.problem = None
            except Exception as error:  # the border of the background work: shown on the page
                self.problem = f"{type(error).__name__}: {error}"
            self.done = self.total = 0
            self.wake.wait(self.every)
            self.wake.clear()

    def _progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total


def home_at(folder: Path | None) -> Home:
    """Open the home in a folder, or the configured one."""
    try:
        settings = Settings(home=folder) if folder else Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        name = f"CLAUSEWISE_{str(fault['loc'][0]).upper()}"
        why = fault["msg"].removeprefix("Value error, ")
        raise CannotOpen(f"{name} is not usable: {why}. docs/settings.md lists what it takes.") from error
    except SettingsError as error:  # what should be JSON is none
        raise CannotOpen(
            f"A setting is not usable: {error}. docs/settings.md lists what it takes."
        ) from error
    if settings.model is not None:
        from assistant.model.opening import check

        check(settings)
    try:
        return Home(settings)
    except (ImportError, OSError, SQLAlchemyError, ValueError) as error:
        cause = " ".join(str(getattr(error, "orig", None) or error).split())
        raise CannotOpen(
            f"{settings.home} cannot be opened ({cause}). Check --home and the settings in docs/settings.md."
        ) from error
