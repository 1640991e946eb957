"""Files into the library and out of it, each change with its record on the log."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Literal

from assistant import local_only, log
from assistant.gaps.kept import forget
from assistant.home import Home, ingest_body
from assistant.people import LOCAL, Person
from assistant.permissions import Operation, require
from assistant.staleness import sweep, sweep_document
from knowledge import library
from knowledge.errors import KnowledgeError, LoadError, UnknownDocument
from knowledge.formats.builder import clean
from knowledge.library import Arrival, Version
from knowledge.load import MOST_BYTES, load_bytes
from knowledge.models import EVERYONE, Kind, LoadedDocument, Role, Status, may_see
from knowledge.split import split

Outcome = Literal["stored", "new version", "declared anew", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file."""

    file: str
    outcome: Outcome
    version: Version | None = None
    problem: str = ""
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Declared:
    """What the person who adds a file says of it; it goes before what the file says of itself.

    `never_hosted` keeps the document from hosted models; without it the mark stays as it is.
    """

    kind: Kind | None = None
    owner: str | None = None
    audience: frozenset[Role] | None = None
    status: Status | None = None
    since: date | None = None
    until: date | None = None
    never_hosted: bool = False

    def beyond(self, version: Version) -> dict[str, Any]:
        """The declared values that a stored version does not have yet."""
        said = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "never_hosted"}
        return {k: v for k, v in said.items() if v is not None and v != getattr(version, k)}


def files_below(paths: Iterable[Path]) -> Iterator[Path]:
    """The files of the given files and folders, sorted, hidden ones left out."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, names, files in os.walk(path):
            names[:] = sorted(n for n in names if not n.startswith("."))
            yield from (Path(folder, f) for f in sorted(files) if not f.startswith("."))


def add(home: Home, path: Path, declared: Declared = Declared(), person: Person = LOCAL) -> Result:
    """Add one file; a file that cannot be read is a result, not an exception."""
    shown = printable(str(path))
    try:
        if not path.is_file():
            why = "it is no ordinary file" if path.exists() else "there is no such file"
            return Result(shown, "failed", problem=f"it cannot be opened ({why}). Check the path")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        problem = f"it cannot be opened ({error.strerror}). Check the path and its permissions"
        return Result(shown, "failed", problem=problem)
    return add_bytes(home, data, path.name, f"file:{printable(str(path.resolve()))}", declared, person)


def printable(name: str) -> str:
    """A file name as it can be stored and printed: no control characters, no bytes that are no text."""
    return clean(os.fsencode(name).decode("utf-8", "replace"))


def add_bytes(
    home: Home,
    data: bytes,
    name: str,
    source: str,
    declared: Declared = Declared(),
    person: Person = LOCAL,
) -> Result:
    """Add a file's bytes under the source by which later versions are recognised."""
    require(home.database, person, Operation.ADD, printable(name)[:120])
    name = printable(name)
    digest = library.sha256(data)
    with home.database.read() as connection:
        known = library.find(connection, source, digest)
        before = library.latest_from(connection, source)
    if known:
        return _known(home, name, known, declared, person)
    try:
        loaded = load_bytes(data, name)
    except LoadError as error:
        return Result(name, "failed", problem=f"{error.problem}. {error.remedy}")
    arrival = _arrival(home, data, name, source, loaded, declared, before)
    with log.recording(home.database) as connection:
        version = library.store(connection, arrival)
        log.append(connection, "ingest", {**ingest_body(version), **person.acted()})
        if declared.never_hosted or loaded.control.never_hosted:
            local_only.note(connection, version.document, True, person)
        sweep_document(connection, version.document)
    outcome: Outcome = "stored" if version.number == 1 else "new version"
    return Result(name, outcome, version, passages=len(arrival.passages))


def _known(home: Home, name: str, version: Version, declared: Declared, person: Person) -> Result:
    """The same bytes again: nothing to do, unless something else is said of them now."""
    changes = declared.beyond(version)
    if not changes and not declared.never_hosted:
        return Result(name, "unchanged", version)
    with log.recording(home.database) as connection:
        marked = declared.never_hosted and local_only.note(connection, version.document, True, person)
        if changes:
            version = library.declare(connection, version.id, changes)
            log.append(connection, "declare", {**ingest_body(version), **person.acted()})
            sweep_document(connection, version.document)
    return Result(name, "declared anew" if changes or marked else "unchanged", version)


def _arrival(
    home: Home,
    data: bytes,
    name: str,
    source: str,
    loaded: LoadedDocument,
    declared: Declared,
    before: Version | None,
) -> Arrival:
    """What is declared goes first, then what the file says, then what held for the version before.

    A file can narrow the audience of the version before it, never widen it.
    """
    control = loaded.control
    audience = (before.audience if before else EVERYONE) & (control.audience or EVERYONE)
    return Arrival(
        source=source,
        file=name,
        data=data,
        loaded=loaded,
        passages=tuple(split(loaded, home.encoder.count)),
        kind=declared.kind or (before.kind if before else control.kind) or Kind.POLICY,
        owner=declared.owner or control.owner or (before.owner if before else None),
        audience=declared.audience or audience,
        status=declared.status or control.status or Status.IN_FORCE,
        since=declared.since or control.effective_from,
        until=declared.until or control.effective_until,
    )


def withdraw(home: Home, document: str, person: Person = LOCAL) -> list[Version]:
    """Take a document out of use at once: no later answer cites it."""
    return _change(home, "withdraw", document, person)


def reinstate(home: Home, document: str, person: Person = LOCAL) -> list[Version]:
    """Undo a withdrawal."""
    return _change(home, "reinstate", document, person)


def remove(home: Home, document: str, person: Person = LOCAL) -> list[Version]:
    """Delete a document, its versions and bytes; what was logged about it stays."""
    return _change(home, "remove", document, person)


def _change(home: Home, kind: str, document: str, person: Person) -> list[Version]:
    operation = Operation.REMOVE if kind == "remove" else Operation.WITHDRAW
    require(home.database, person, operation, document[:120])
    act = {"withdraw": library.withdraw, "reinstate": library.reinstate, "remove": library.remove}
    with log.recording(home.database) as connection:
        seen = {v.id for v in library.of_document(connection, document) if may_see(person.role, v.audience)}
        if not seen:
            raise UnknownDocument.named(document)
        if any(v.built_in for v in library.of_document(connection, document)):
            raise KnowledgeError(
                f"{document} comes with Clausewise and stays in the library; answers cite it."
            )
        changed = act[kind](connection, document)
        if kind == "remove":
            forget(connection)
        if changed:
            audiences = {v.id: sorted(v.audience) for v in changed}
            body = {"document": document, "versions": [v.id for v in changed], "audiences": audiences}
            log.append(connection, kind, {**body, **person.acted()})
            sweep(connection, body["versions"])
    return [version for version in changed if version.id in seen]
