"""PostgreSQL instead of SQLite: the same library, the same answers, the same log that only grows."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DatabaseError

from assistant import (
    accounts,
    checkpoints,
    drafts,
    erasure,
    ingest,
    log,
    reading,
    review,
    switches,
    verifier,
    worklist,
)
from assistant.answer_record import read
from assistant.ask import ask
from assistant.assessing import assessments, held, register
from assistant.detail import detail
from assistant.drafting import manuscripts, revisions, writing
from assistant.drafting.profile import set_profile
from assistant.export import export
from assistant.gaps import applicability
from assistant.gaps.evidence import Status
from assistant.gaps.overrule import overrule, view
from assistant.home import Home
from assistant.models import Answer, Question
from assistant.oversight import oversight
from assistant.people import LOCAL
from assistant.settings import Settings
from assistant.standing import State
from assistant.worklist import Wanted
from knowledge import library, stored_passages
from knowledge.data.sample import sample_files
from knowledge.database import Database, records
from knowledge.embed import Encoder
from knowledge.models import Role
from tests.assistant.assessing import entered
from tests.assistant.reviewing import (
    ADMIN,
    AUDITOR,
    AUTHOR,
    EMPLOYEE,
    LOGS,
    PARKING,
    REVIEWER,
    SECOND,
    added,
    corrected,
    entries,
    queued,
    rebuilt,
    stands,
    submitted,
    tables,
)
from tests.assistant.reviewing import (
    put as given,
)
from tests.assistant.test_model_budget import spent_at_once

ROOT = Path(__file__).parents[2]
WHY = "It is so on this system."
QUESTIONS = (
    "How long are event logs kept?",
    "By when do I have to report an AI incident?",
    "What does A.6.2.8 ask?",
)
WRITER = """
import sys
from assistant import log
from knowledge.database import Database
database = Database(sys.argv[1])
for number in range(int(sys.argv[3])):
    with log.recording(database) as connection:
        log.append(connection, "test", {"number": number, "writer": sys.argv[2]}, {"person": "clerk"})
"""


def binaries() -> Path | None:
    """The folder of the server's own programs; Debian keeps them off the path."""
    beside = shutil.which("initdb")
    found = [Path(beside).parent] if beside else []
    found += [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    return found[-1] if found else None


@dataclass(frozen=True)
class Cluster:
    """A server of our own on a loopback port, in a folder that is deleted at the end."""

    port: int
    numbers: Iterator[int]

    def new(self) -> str:
        """The address of a new, empty database."""
        name = f"test{next(self.numbers)}"
        engine = create_engine(self._address("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sql(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self._address(name)

    def _address(self, name: str) -> str:
        return f"postgresql+psycopg://clerk@127.0.0.1:{self.port}/{name}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A real server; its language is not the C that would sort as SQLite does."""
    programs = binaries()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine: install the package postgresql")
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'clausewise[postgres]'")
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="clausewise-postgres-"))  # below a folder that all may enter
    data, port = folder / "data", _free_port()
    if user:
        shutil.chown(folder, user)

    def program(name: str, *arguments: str) -> None:
        command = [str(programs / name), *arguments]
        with (folder / "output.txt").open("ab") as output:
            done = subprocess.run(
                command, user=user, cwd=folder, stdout=output, stderr=output, timeout=120, check=False
            )
        assert done.returncode == 0, (folder / "output.txt").read_text()

    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off"
    language = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en")
    try:
        program("initdb", "-D", str(data), "-U", "clerk", "--auth=trust", "--no-sync", *language)
        program("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log.txt"), "-o", options, "start")
        yield Cluster(port, count(1))
    finally:
        if (data / "postmaster.pid").exists():
            program("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def database(cluster: Cluster) -> Iterator[Database]:
    database = Database(cluster.new())
    yield database
    database.close()


@pytest.fixture(scope="module")
def home(
    cluster: Cluster, sample_template: Path, tmp_path_factory: pytest.TempPathFactory, encoder: Encoder
) -> Iterator[Home]:
    """The sample organisation on PostgreSQL, with the vectors that the same texts have on SQLite."""
    folder = tmp_path_factory.mktemp("postgres") / "home"
    shutil.copytree(sample_template / "index", folder / "index")
    home = Home(Settings(home=folder, database=cluster.new()))
    home.encoder = encoder
    for file in sample_files():
        assert ingest.add(home, file).outcome == "stored"
    yield home
    home.close()


def put(home: Home, question: str, role: Role = Role.EMPLOYEE) -> Answer:
    return ask(home, Question(text=question, role=role))


def test_tables_are_made_once(cluster: Cluster) -> None:
    address = cluster.new()
    first = Database(address)
    with log.recording(first) as connection:
        log.append(connection, "test", {"n": 1})
    second = Database(address)
    with second.read() as connection:
        assert library.revision(connection) == 0
        assert log.verify(connection).count == 1
    first.close()
    second.close()


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_those_of_sqlite(question: str, home: Home, shared_sample: Home) -> None:
    ours, theirs = put(home, question), put(shared_sample, question)
    assert ours.status == "answered"
    assert ours.claims == theirs.claims
    assert (ours.conflicts, ours.nearest, ours.text) == (theirs.conflicts, theirs.nearest, theirs.text)
    with home.database.read() as connection:
        assert read(log.get(connection, ours.id)) == ours


def test_who_may_see_what_is_decided_as_on_sqlite(home: Home) -> None:
    question = "What share of applications did the credit pre-check refuse in two postal areas?"

    def sources(role: Role) -> set[str]:
        return {c.file for claim in put(home, question, role).claims for c in claim.citations}

    assert "credit-model-investigation.docx" not in sources(Role.EMPLOYEE)
    assert "credit-model-investigation.docx" in sources(Role.AUDITOR)


def test_a_withdrawn_document_is_not_cited_and_the_log_is_sound(home: Home) -> None:
    cited = put(home, QUESTIONS[0]).claims[0].citations[0]
    ingest.withdraw(home, cited.document)
    after = {c.document for claim in put(home, QUESTIONS[0]).claims for c in claim.citations}
    ingest.reinstate(home, cited.document)
    assert cited.document not in after
    assert put(home, QUESTIONS[0]).claims[0].citations[0] == cited
    with home.database.read() as connection:
        found = log.verify(connection)
        assert (found.sound, found.count) == (True, len(log.latest(connection, limit=1000)))


def test_letters_of_every_script_keep_their_places(home: Home, tmp_path: Path) -> None:
    words = "Für 𝔸 gilt 🙂: Otterdaten werden nach neun Tagen gelöscht."
    (tmp_path / "otter.md").write_text(f"# Öl und Übel\n\n{words}\n")
    version = ingest.add(home, tmp_path / "otter.md").version
    assert version
    with home.database.read() as connection:
        text = library.text_of(connection, version.id)
        (passage,) = stored_passages.of_version(connection, version.id)
        span = (passage.start, passage.end)
        assert (
            library.stretches(connection, version.id, [span]) == {span: text[slice(*span)]} == {span: words}
        )
        assert library.data_of(connection, version.id) == (tmp_path / "otter.md").read_bytes()
    ingest.remove(home, version.document)


def test_a_question_with_a_character_that_postgresql_cannot_hold_is_answered(
    home: Home, shared_sample: Home
) -> None:
    question = "How long are event\x00 logs kept?"
    assert put(home, question).claims == put(shared_sample, question).claims


def test_a_file_with_a_character_that_postgresql_cannot_hold_is_no_hindrance(
    home: Home, tmp_path: Path
) -> None:
    (tmp_path / "odd.json").write_text('{"rule": "Otters\\u0000 are fed at noon."}')
    added = ingest.add(home, tmp_path / "odd.json")
    assert added.outcome in ("stored", "failed")
    if added.version:
        ingest.remove(home, added.version.document)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET kind = 'x'",
        "UPDATE records SET kind = 'x' WHERE seq = 2",
        "DELETE FROM records WHERE seq = 2",
        "TRUNCATE records CASCADE",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(statement: str, database: Database) -> None:
    with log.recording(database) as connection:
        log.append(connection, "test", {"n": 1})
        log.append(connection, "test", {"n": 2})
    with pytest.raises(DatabaseError, match="the log only grows"), database.write() as connection:
        connection.execute(sql(statement))
    with database.read() as connection:
        assert log.verify(connection).count == 2


def test_tampering_is_found(database: Database) -> None:
    for number in range(3):
        with log.recording(database) as connection:
            log.append(connection, "test", {"n": number}, {"person": "clerk"})
    with database.write() as connection:
        connection.execute(sql("ALTER TABLE records DISABLE TRIGGER ALL"))
        connection.exec_driver_sql("UPDATE records SET body = replace(body, '1', '7') WHERE seq = 2")
    with database.read() as connection:
        assert log.verify(connection).broken_at == 2


def test_four_processes_append_to_one_chain(cluster: Cluster) -> None:
    address, each = cluster.new(), 25  # the tables, too, are made by all four at once
    command = [sys.executable, "-c", WRITER, address]
    writers = [
        subprocess.Popen([*command, str(n), str(each)], cwd=ROOT, stderr=subprocess.PIPE) for n in range(4)
    ]
    for writer in writers:
        _, problem = writer.communicate(timeout=120)
        assert writer.returncode == 0, problem.decode()
    database = Database(address)
    with database.read() as connection:
        found = log.verify(connection)
        bodies = [record.body for record in log.latest(connection, limit=1000)]
    database.close()
    assert (found.sound, found.count) == (True, 4 * each)
    assert {(b["writer"], b["number"]) for b in bodies} == {
        (str(w), n) for w in range(4) for n in range(each)
    }


def test_fifty_records_at_once_under_checkpoints_are_one_chain(cluster: Cluster, tmp_path: Path) -> None:
    """Five processes append while a sixth party signs, erases and exports; then an auditor checks."""
    home = Home(Settings(home=tmp_path / "home", database=cluster.new()))
    command = [sys.executable, "-c", WRITER, str(home.settings.database)]
    writers = [subprocess.Popen([*command, str(n), "10"], cwd=ROOT, stderr=subprocess.PIPE) for n in range(5)]
    while any(writer.poll() is None for writer in writers):
        checkpoints.write(home, LOCAL, tmp_path / "checkpoints")
        time.sleep(0.1)
    assert [writer.communicate()[1] for writer in writers] == [b""] * 5
    assert erasure.erase(home, LOCAL, actor="clerk", reason="test") == 50
    checkpoints.write(home, LOCAL, tmp_path / "checkpoints")
    export(home, LOCAL, tmp_path / "log.jsonl")
    with home.database.read() as connection:
        assert log.verify(connection).sound
        said = [(r.body["writer"], r.body["number"]) for r in log.latest(connection, "test")]
    assert sorted(said) == [(str(writer), number) for writer in range(5) for number in range(10)]
    home.close()
    key = home.settings.home / "keys" / "log-key.pub"
    arguments = [tmp_path / "log.jsonl", "--checkpoint", tmp_path / "checkpoints", "--key", key]
    with pytest.raises(SystemExit) as ended:
        verifier.main([str(argument) for argument in arguments])
    assert ended.value.code == 0


def test_a_second_writer_waits_for_the_first(database: Database) -> None:
    order: list[str] = []

    def second() -> None:
        with database.write():
            order.append("second")

    def waiting(expected: int) -> bool:
        query = sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        with database.read() as connection:
            return bool(connection.execute(query).scalar_one() == expected)

    thread = threading.Thread(target=second)
    with database.write():
        thread.start()
        end = time.monotonic() + 30
        while not waiting(1):
            assert time.monotonic() < end, "nobody waits for the writer's lock"
            time.sleep(0.02)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    number = select(func.count()).select_from(records)
    with database.read() as connection:
        before = connection.execute(number).scalar_one()
        with log.recording(database) as other:
            log.append(other, "test", {"n": 1})
        assert connection.execute(number).scalar_one() == before == 0
    with database.read() as connection:
        assert connection.execute(number).scalar_one() == 1


def test_a_days_tokens_are_not_spent_twice(cluster: Cluster) -> None:
    address = cluster.new()
    ours, theirs = Database(address), Database(address)
    assert spent_at_once([ours, theirs], limit=1_000, wanted=150, settled=40) == 6
    ours.close()
    theirs.close()


def test_a_failed_write_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError, match="on purpose"), log.recording(database) as connection:
        log.append(connection, "test", {"n": 1})
        raise RuntimeError("on purpose")
    with database.read() as connection:
        assert log.verify(connection).count == 0
    with log.recording(database) as connection:  # the writer's lock was given back
        assert log.append(connection, "test", {"n": 2}).seq == 1


def test_review_sign_in_oversight_and_the_way_out_are_the_same_there(home: Home, tmp_path: Path) -> None:
    """One long way over every part that speaks SQL of its own: what works on SQLite works here."""
    asked = {text: given(home, text).id for text in (LOGS, PARKING, "Who may stop an AI system?")}
    review.approve(home, REVIEWER, asked[LOGS])
    assert given(home, LOGS).approved
    corrected(home, REVIEWER, asked[PARKING])
    review.approve(home, SECOND, asked[PARKING])
    review.flag(home, EMPLOYEE, asked["Who may stop an AI system?"], "This is the old rule.")
    assert asked["Who may stop an AI system?"] in queued(home)
    assert worklist.counted(home, REVIEWER, Wanted(state=State.APPROVED, everything=True)) >= 2
    assert worklist.progress(home, AUDITOR).open >= 1
    assert reading.news(home, EMPLOYEE)[0].correction
    assert detail(home, AUDITOR, asked[LOGS]).history
    added(home, "# Otters\n\nOtters of the house are fed at noon.\n", name="otters.md")
    fed = given(home, "When are the otters of the house fed?").id
    added(home, "# Otters\n\nOtters of the house are fed at dusk.\n", name="otters.md")
    assert stands(home, fed).stale
    before = tables(home)
    assert rebuilt(home) == before
    draft = submitted(home)
    review.approve(home, REVIEWER, draft)
    assert drafts.publish(home, ADMIN, draft).number == 1
    assert oversight(home, AUDITOR).totals["approved"] >= 2
    accounts.add(home, LOCAL, "wren", "seven otters in a boat", [Role.REVIEWER])
    assert accounts.sign_in(home, "wren", "seven otters in a boat")
    assert accounts.sign_in(home, "wren", "eight otters in a boat") is None
    switches.hold(home, ADMIN, "biometrics")
    assert given(home, "Does A.6.2.8 apply to biometric systems?").status == "held"
    switches.hold(home, ADMIN, "biometrics", on=False)
    assert export(home, AUDITOR, tmp_path / "log.csv", format="csv", status=State.APPROVED).records
    assert erasure.erase(home, LOCAL, actor="wren", reason="They left.")
    with home.database.read() as connection:
        assert log.verify(connection).sound


def test_a_manuscript_is_answered_composed_edited_and_erased(home: Home) -> None:
    set_profile(home, AUTHOR, "organisation", ["Otter \x00House"])
    name = manuscripts.begin(home, AUTHOR, "ai-policy", "Ours").id
    manuscripts.answer(home, AUTHOR, name, "q1", ["uses AI systems\x00"])
    section = writing.compose(home, AUTHOR, name).document.sections[0].id
    writing.edit(home, AUTHOR, name, section, "Otters\x00 first.")
    assert [one.why for one in revisions.revisions(home, AUTHOR, name)] == ["composed", "edited"]
    (change,) = revisions.differences(home, AUTHOR, name, 1, 2)
    assert (change.section, change.change) == (section, "reworded")
    assert [row.id for row in manuscripts.listed(home, AUTHOR)] == [name]
    assert erasure.erase(home, LOCAL, actor=AUTHOR.id, reason="asked")
    assert manuscripts.read(home, REVIEWER, name).answers == {}
    with home.database.read() as connection:
        assert log.verify(connection).sound


def test_systems_assessments_gaps_and_the_statement_are_kept_and_read_there(home: Home) -> None:
    system = entered(home, name="Otter counter").id
    held.answer(home, AUTHOR, system, "eu_nexus", "no")
    kept = assessments.make(home, AUTHOR, system)
    assessments.decide(home, REVIEWER, kept.id, "T1 light", WHY)
    assert [one.tier for one in register.listed(home, AUDITOR)] == ["T1 light"]
    overrule(home, AUTHOR, "5.3", Status.PARTLY, WHY)
    assert view(home, AUDITOR).by_id["5.3"].overruled
    row = applicability.rows(home, AUTHOR)[0].model_copy(update={"included": True, "reason": WHY})
    assert applicability.fill(home, AUTHOR, row).included
    assert applicability.undo(home, AUTHOR, row.id) is not None
    assert entries(home, "gap assessment")
