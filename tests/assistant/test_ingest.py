"""Ingest: every change of the library stands on the log, and one bad file stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from assistant import ingest, log
from assistant.errors import NotLogged
from assistant.home import Home, home_at
from assistant.ingest import Declared, add, add_bytes, files_below
from assistant.log import Record
from assistant.people import LOCAL, Person
from knowledge import library
from knowledge.errors import KnowledgeError
from knowledge.library import Version
from knowledge.models import RESTRICTED, Kind, Role, Status
from tests import files

CONTROLLED = (
    "---\nowner: Head of X\nkind: procedure\nstatus: In force\nclassification: Restricted\n"
    "effective from: 2026-03-01\neffective until: 2027-01-01\n---\n# Rule\n\nLogs are kept for six months.\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = home_at(tmp_path / "home")
    yield home
    home.close()


KIM = Person("p-kim", "Kim", Role.ADMINISTRATOR, frozenset({Role.ADMINISTRATOR}))


def write(folder: Path, name: str, data: str | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def records(home: Home) -> list[Record]:
    """Records after those of the built-in documents, oldest first."""
    with home.database.read() as connection:
        return log.latest(connection)[::-1][4:]


def stored(home: Home, path: Path, declared: Declared = Declared(), person: Person = LOCAL) -> Version:
    result = add(home, path, declared, person)
    assert result.version, result.problem
    return result.version


def break_the_log(home: Home) -> None:
    with home.database.write() as connection:
        connection.execute(
            sql("CREATE TRIGGER full BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'no room left'); END")
        )


def test_a_file_that_is_added_is_on_the_log(home: Home, tmp_path: Path) -> None:
    version = stored(home, write(tmp_path, "rule.md", CONTROLLED), person=KIM)
    (entry,) = records(home)
    assert (entry.kind, entry.personal) == ("ingest", {})
    assert entry.body == {
        **KIM.acted(),
        "document": version.document,
        "version": version.id,
        "number": 1,
        "file": "rule.md",
        "sha256": library.sha256(CONTROLLED.encode()),
        "title": "Rule",
        "kind": "procedure",
        "owner": "Head of X",
        "audience": sorted(role.value for role in RESTRICTED),
        "status": "in force",
        "since": "2026-03-01",
        "until": "2027-01-01",
    }


def test_what_is_built_in_is_on_the_log_once(home: Home) -> None:
    again = home_at(home.settings.home)
    with again.database.read() as connection:
        entries = log.latest(connection)
    again.close()
    assert [entry.kind for entry in entries] == ["ingest"] * 4


def test_what_is_declared_goes_before_what_the_file_says(home: Home, tmp_path: Path) -> None:
    declared = Declared(
        kind=Kind.GUIDANCE,
        owner="Head of Y",
        audience=frozenset({Role.AUTHOR}),
        status=Status.DRAFT,
        since=date(2026, 5, 1),
        until=date(2026, 6, 1),
    )
    version = stored(home, write(tmp_path, "rule.md", CONTROLLED), declared)
    assert declared == Declared(
        version.kind, version.owner, version.audience, version.status, version.since, version.until
    )


def test_what_is_not_declared_is_taken_from_the_file(home: Home, tmp_path: Path) -> None:
    version = stored(home, write(tmp_path, "rule.md", CONTROLLED), Declared(owner="Head of Y"))
    assert (version.owner, version.kind, version.audience) == ("Head of Y", Kind.PROCEDURE, RESTRICTED)
    assert (version.since, version.until) == (date(2026, 3, 1), date(2027, 1, 1))


def test_a_batch_goes_on_without_its_bad_files(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "batch"
    write(folder, "a.md", "")
    write(folder, "b.pdf", files.encrypted_pdf())
    write(folder, "c.pdf", files.scanned_pdf())
    write(folder, "d.docx", b"PK\x03\x04 cut off")
    write(folder / "deep", "e.md", CONTROLLED)
    write(folder, "f.pdf", files.pdf("= Rule\n\n" + "Logs are kept for six months by the system owner. " * 4))
    results = [add(home, path) for path in files_below([folder, folder / "gone.md"])]
    good = {result.file for result in results if result.outcome == "stored"}
    assert good == {"e.md", "f.pdf"}
    for result in results:
        assert (result.outcome == "failed") == bool(result.problem), result
    assert len(records(home)) == 2


def test_hidden_files_are_left_out_and_the_order_is_always_the_same(tmp_path: Path) -> None:
    for name in ("b.md", "a.md", ".hidden.md", "~c.md"):
        write(tmp_path, name, "x")
    write(tmp_path / ".git", "d.md", "x")
    write(tmp_path / "aa", "e.md", "x")
    found = [path.relative_to(tmp_path).as_posix() for path in files_below([tmp_path])]
    assert found == list(dict.fromkeys(found))
    assert set(found) == {"a.md", "b.md", "~c.md", "aa/e.md"}
    assert found == [path.relative_to(tmp_path).as_posix() for path in files_below([tmp_path])]


def test_the_same_bytes_again_leave_no_second_record(home: Home, tmp_path: Path) -> None:
    path = write(tmp_path, "rule.md", CONTROLLED)
    first = stored(home, path)
    again = add(home, path)
    assert (again.outcome, again.version) == ("unchanged", first)
    assert len(records(home)) == 1


def test_a_new_version_is_recorded_with_its_number(home: Home, tmp_path: Path) -> None:
    path = write(tmp_path, "rule.md", CONTROLLED)
    stored(home, path)
    write(tmp_path, "rule.md", CONTROLLED.replace("six", "nine"))
    assert add(home, path).outcome == "new version"
    assert [(entry.kind, entry.body["number"]) for entry in records(home)] == [("ingest", 1), ("ingest", 2)]


def test_withdrawal_reinstatement_and_removal_are_on_the_log(home: Home, tmp_path: Path) -> None:
    version = stored(home, write(tmp_path, "rule.md", CONTROLLED))
    for act in (ingest.withdraw, ingest.reinstate, ingest.remove):
        assert [v.id for v in act(home, version.document, KIM)] == [version.id]
    entries = records(home)[1:]
    assert [entry.kind for entry in entries] == ["withdraw", "reinstate", "remove"]
    for entry in entries:
        assert (entry.body["document"], entry.body["versions"]) == (version.document, [version.id])
        assert entry.body["actor"] == KIM.id


def test_a_change_that_changes_nothing_leaves_no_record(home: Home, tmp_path: Path) -> None:
    version = stored(home, write(tmp_path, "rule.md", CONTROLLED))
    assert ingest.reinstate(home, version.document) == []
    assert ingest.withdraw(home, version.document) != ingest.withdraw(home, version.document) == []
    assert [entry.kind for entry in records(home)] == ["ingest", "withdraw"]


def test_a_removed_document_stays_on_the_log_and_the_log_sound(home: Home, tmp_path: Path) -> None:
    version = stored(home, write(tmp_path, "rule.md", CONTROLLED))
    ingest.remove(home, version.document)
    assert records(home)[0].body["version"] == version.id
    with home.database.read() as connection:
        assert log.verify(connection).sound


def test_a_change_that_cannot_be_leaves_no_record(home: Home) -> None:
    for document in ("iso42001-clauses", "nothing"):
        with pytest.raises(KnowledgeError):
            ingest.remove(home, document)
    assert records(home) == []


def test_what_cannot_be_logged_is_not_done(home: Home, tmp_path: Path) -> None:
    version = stored(home, write(tmp_path, "rule.md", CONTROLLED))
    break_the_log(home)
    for act in (ingest.withdraw, ingest.remove):
        with pytest.raises(NotLogged, match="no room left"):
            act(home, version.document)
    with pytest.raises(NotLogged):
        add_bytes(home, b"# New\n\nWords stand here.\n", "new.md", "test:new")
    with home.database.read() as connection:
        held = [v for v in library.all_versions(connection) if not v.built_in]
    assert [(v.id, v.withdrawn_at) for v in held] == [(version.id, None)]


def test_the_same_bytes_with_other_words_about_them_are_declared_anew(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "rule.md"
    path.write_text("# Rule\n\nOtters are fed at noon.\n")
    first = add(home, path)
    narrowed = Declared(audience=frozenset({Role.AUDITOR, Role.ADMINISTRATOR}), owner="Head of Otters")
    again = add(home, path, narrowed)
    assert first.version and again.version
    assert (again.outcome, again.version.id) == ("declared anew", first.version.id)
    assert (again.version.audience, again.version.owner) == (narrowed.audience, "Head of Otters")
    assert add(home, path, narrowed).outcome == "unchanged"
    with home.database.read() as connection:
        newest = log.latest(connection, limit=1)[0]
    assert (newest.kind, newest.body["owner"]) == ("declare", "Head of Otters")
