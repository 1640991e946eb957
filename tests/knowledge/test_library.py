"""The library: versions, dates, status; the same bytes are one version."""

import os
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DatabaseError

from assistant import ingest
from assistant.home import Home, home_at
from assistant.ingest import Declared, add
from assistant.listing import listing
from knowledge import library, stored_passages
from knowledge.errors import KnowledgeError, UnknownDocument
from knowledge.library import Version
from knowledge.models import Role, Status

POLICY = "# Rule\n\nLogs are kept for {} months.\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_at(tmp_path / "home")


def write(folder: Path, words: str, name: str = "rule.md") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(words)
    return path


def versions(home: Home, document: str) -> list[Version]:
    with home.database.read() as connection:
        return library.of_document(connection, document)


def test_a_new_home_holds_the_requirements_and_nothing_else(home: Home) -> None:
    rows = listing(home, Role.ADMINISTRATOR)
    assert len(rows) == 4
    assert all(row.built_in for row in rows)


def test_the_same_bytes_twice_are_one_version(home: Home, tmp_path: Path) -> None:
    path = write(tmp_path, POLICY.format(6))
    assert add(home, path).outcome == "stored"
    assert add(home, path).outcome == "unchanged"
    assert len(listing(home, Role.ADMINISTRATOR)) == 5


def test_a_changed_file_is_a_new_version_and_the_old_one_superseded(home: Home, tmp_path: Path) -> None:
    first = add(home, write(tmp_path, POLICY.format(6)))
    second = add(home, write(tmp_path, POLICY.format(12)))
    assert first.version and second.version
    assert (second.outcome, second.version.number) == ("new version", 2)
    assert second.version.document == first.version.document
    status = {row.number: row.status for row in listing(home, Role.ADMINISTRATOR) if not row.built_in}
    assert status == {1: "superseded", 2: "in force"}


def test_same_named_files_of_two_folders_stay_apart(home: Home, tmp_path: Path) -> None:
    one = add(home, write(tmp_path / "a", POLICY.format(6)))
    two = add(home, write(tmp_path / "b", POLICY.format(6)))
    assert one.version and two.version
    assert one.version.document != two.version.document
    assert one.version.file == two.version.file == "rule.md"


def test_the_version_that_holds_on_a_day(home: Home, tmp_path: Path) -> None:
    add(home, write(tmp_path, POLICY.format(6)), Declared(since=date(2024, 1, 1)))
    added = add(home, write(tmp_path, POLICY.format(12)), Declared(since=date(2026, 1, 1)))
    assert added.version
    held = versions(home, added.version.document)

    def number(day: date) -> int | None:
        chosen = library.in_force(held, day).get(added.version.document)
        return chosen.number if chosen else None

    assert [number(date(y, 6, 1)) for y in (2023, 2024, 2025, 2026)] == [None, 1, 1, 2]


def test_a_version_that_ends_leaves_nothing_in_force(home: Home, tmp_path: Path) -> None:
    declared = Declared(since=date(2024, 1, 1), until=date(2025, 1, 1))
    added = add(home, write(tmp_path, POLICY.format(6)), declared)
    assert added.version
    held = versions(home, added.version.document)
    assert library.in_force(held, date(2024, 12, 31))
    assert not library.in_force(held, date(2025, 1, 1))


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN])
def test_drafts_and_withdrawn_versions_are_never_in_force(home: Home, tmp_path: Path, status: Status) -> None:
    added = add(home, write(tmp_path, POLICY.format(6)), Declared(status=status))
    assert added.version
    held = versions(home, added.version.document)
    assert not library.in_force(held, date(2030, 1, 1))


def test_withdraw_and_reinstate(home: Home, tmp_path: Path) -> None:
    added = add(home, write(tmp_path, POLICY.format(6)))
    assert added.version
    document = added.version.document
    assert len(ingest.withdraw(home, document)) == 1
    assert ingest.withdraw(home, document) == []
    assert versions(home, document)[0].withdrawn_at
    assert len(ingest.reinstate(home, document)) == 1
    assert versions(home, document)[0].withdrawn_at is None


def test_a_changed_file_of_a_withdrawn_document_stays_withdrawn(home: Home, tmp_path: Path) -> None:
    added = add(home, write(tmp_path, POLICY.format(6)))
    assert added.version
    ingest.withdraw(home, added.version.document)
    add(home, write(tmp_path, POLICY.format(12)))
    assert library.in_force(versions(home, added.version.document), date(2030, 1, 1)) == {}
    ingest.reinstate(home, added.version.document)
    held = library.in_force(versions(home, added.version.document), date(2030, 1, 1))
    assert [v.number for v in held.values()] == [2]


def test_a_restriction_holds_for_the_next_version(home: Home, tmp_path: Path) -> None:
    auditors = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
    add(home, write(tmp_path, POLICY.format(6)), Declared(audience=auditors))
    second = add(home, write(tmp_path, "---\naudience: Employees\n---\n" + POLICY.format(12)))
    assert second.version and second.version.audience == auditors


def test_what_is_no_ordinary_file_is_refused(home: Home, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "no ordinary file" in add(home, tmp_path / "pipe").problem
    assert "no such file" in add(home, tmp_path / "nothing.md").problem


def test_control_characters_of_names_and_titles_are_not_kept(home: Home, tmp_path: Path) -> None:
    text = '---\ntitle: "Okapi \\e[31m red"\nowner: "Boss \\u202e x"\n---\nOkapis are fed.\n'
    added = add(home, write(tmp_path, text, "o\x1bk.md"))
    assert added.version
    told = added.version.title + str(added.version.owner) + added.version.file
    assert not set(told) & {"\x1b", "\u202e"}


def test_remove_deletes_text_and_bytes(home: Home, tmp_path: Path) -> None:
    added = add(home, write(tmp_path, POLICY.format(6)))
    assert added.version
    ingest.remove(home, added.version.document)
    with home.database.read() as connection, pytest.raises(UnknownDocument):
        library.text_of(connection, added.version.id)


def test_what_comes_with_the_program_cannot_be_withdrawn(home: Home) -> None:
    with pytest.raises(KnowledgeError, match="comes with Clausewise"):
        ingest.withdraw(home, "iso42001-clauses")


def test_an_unknown_document_is_named(home: Home) -> None:
    with pytest.raises(UnknownDocument, match="'nothing-here'"):
        ingest.withdraw(home, "nothing-here")


def test_a_batch_goes_on_without_the_bad_file(home: Home, tmp_path: Path) -> None:
    write(tmp_path / "c", "", "a.md")
    write(tmp_path / "c", POLICY.format(6), "b.md")
    results = [add(home, path) for path in ingest.files_below([tmp_path / "c"])]
    assert [result.outcome for result in results] == ["failed", "stored"]
    assert "empty" in results[0].problem


def test_every_passage_stands_at_its_span(home: Home, tmp_path: Path) -> None:
    added = add(home, write(tmp_path, "# A\n\n" + "One sentence here. " * 300))
    assert added.version
    with home.database.read() as connection:
        text = library.text_of(connection, added.version.id)
        passages = stored_passages.of_version(connection, added.version.id)
        spans = [(p.start, p.end) for p in passages]
        assert library.stretches(connection, added.version.id, spans) == {(a, b): text[a:b] for a, b in spans}


def test_offsets_are_code_points_whatever_the_letters(home: Home, tmp_path: Path) -> None:
    added = add(home, write(tmp_path, "# Ünï\n\n𝔸 emoji 🙂 stands before the rule: logs are kept.\n"))
    assert added.version
    with home.database.read() as connection:
        text = library.text_of(connection, added.version.id)
        passage = stored_passages.of_version(connection, added.version.id)[0]
        found = library.stretches(connection, added.version.id, [(passage.start, passage.end)])
    assert found[passage.start, passage.end] == text[passage.start : passage.end]
    assert text[passage.start : passage.end].endswith("logs are kept.")


def test_records_cannot_be_changed_in_the_database(home: Home) -> None:
    for statement in ("UPDATE records SET kind = 'x'", "DELETE FROM records"):
        with pytest.raises(DatabaseError, match="only grows"), home.database.write() as connection:
            connection.execute(sql(statement))
