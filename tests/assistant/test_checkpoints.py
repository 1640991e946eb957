"""Checkpoints: signed as C2SP says, one after another in a file, and never of a log that was changed."""

from __future__ import annotations

import base64
import hashlib
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from assistant import checkpoints, log
from assistant.chain import links
from assistant.errors import BadCheckpoint, CannotOpen, CannotWrite, DamagedRecord
from assistant.home import Home, home_at
from assistant.log_key import log_key
from assistant.merkle import Tree
from assistant.notes import notes_of
from assistant.people import LOCAL, SYSTEM
from assistant.settings import Settings
from tests.assistant.logs import cut, grow, opened, rewrite


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A new home; the requirements are on its log as records 1 to 4."""
    home = home_at(tmp_path / "home")
    yield home
    home.close()


def test_a_note_is_signed_as_the_specification_says(home: Home, tmp_path: Path) -> None:
    checkpoints.write(home, LOCAL, tmp_path / "c")
    text, _, signatures = (tmp_path / "c").read_text().partition("\n\n")
    verifier = (home.settings.home / "keys" / "log-key.pub").read_text().removesuffix("\n")
    name, key_id, packed = verifier.split("+", 2)
    algorithm, public = base64.b64decode(packed)[:1], base64.b64decode(packed)[1:]
    assert algorithm == b"\x01"
    assert hashlib.sha256(name.encode() + b"\n\x01" + public).hexdigest()[:8] == key_id
    assert signatures.startswith(f"— {name} ")
    signature = base64.b64decode(signatures.removesuffix("\n").split(" ")[2])
    assert signature[:4].hex() == key_id
    Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], f"{text}\n".encode())
    with home.database.read() as connection:
        held = list(links(connection))
    origin, size, root, head, at, trail = text.split("\n")
    size_then = int(size)
    assert (origin, size_then) == (name, len(held) - 1)  # the checkpoint itself is on the log since
    assert base64.b64decode(root) == Tree(link.leaf for link in held[:-1]).root()
    assert head == f"clausewise-head {held[-2].hash}"
    assert at.startswith("clausewise-at 20")
    hashes = b"".join(bytes.fromhex(link.hash)[:3] for link in held[:-1])
    assert trail == f"clausewise-trail 1 {base64.b64encode(hashes).decode()}"


def test_a_checkpoint_is_on_the_log_by_whom_and_where(home: Home, tmp_path: Path) -> None:
    made = checkpoints.write(home, LOCAL, tmp_path / "c")
    with home.database.read() as connection:
        (entry,) = log.latest(connection, "checkpoint")
    assert entry.body == {
        "size": made.size,
        "root": made.root.hex(),
        "where": "c",
        **LOCAL.acted(),
    }


def test_the_key_is_made_once_and_only_its_owner_may_read_it(home: Home) -> None:
    first = log_key(home.settings.home)
    path = home.settings.home / "keys" / "log-key.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    assert log_key(home.settings.home).public == first.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("no key")
    with pytest.raises(CannotOpen, match="backup"):
        log_key(home.settings.home)


def test_later_notes_continue_the_trail_of_the_earlier(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "c"
    first = checkpoints.write(home, LOCAL, path)
    before = path.read_bytes()
    grow(home, 3)
    second = checkpoints.write(home, LOCAL, path)
    assert path.read_bytes().startswith(before)
    assert [note.checkpoint for note in notes_of(path.read_text())] == [first, second]
    assert (second.first, len(second.trail)) == (first.size + 1, 3 * (second.size - first.size))
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize("first", [5, 7, 8])
def test_no_checkpoint_of_a_log_that_was_rewritten(first: int, home: Home, tmp_path: Path) -> None:
    path = tmp_path / "c"
    grow(home, 2)
    checkpoints.write(home, LOCAL, path)
    grow(home, 2)
    checkpoints.write(home, LOCAL, path)
    before = path.read_bytes()
    rewrite(home, first)
    with home.database.read() as connection:
        assert log.verify(connection).sound
    with pytest.raises(BadCheckpoint, match=f"record {first} is not the one that was there"):
        checkpoints.write(home, LOCAL, path)
    assert path.read_bytes() == before


def test_no_checkpoint_of_a_log_that_was_cut_off_or_altered(home: Home, tmp_path: Path) -> None:
    grow(home, 4)
    checkpoints.write(home, LOCAL, tmp_path / "c")
    cut(home, 6)
    with pytest.raises(BadCheckpoint, match="record 7 is missing"):
        checkpoints.write(home, LOCAL, tmp_path / "c")
    with opened(home) as database:
        database.execute("UPDATE records SET body = '{}' WHERE seq = 5")
    with pytest.raises(DamagedRecord, match="record 5"):
        checkpoints.write(home, LOCAL, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("held", ["minutes of a meeting\n", "a\n1\nb\n\n— a b\n", "\ufeff", "a\n\n"])
def test_a_file_of_something_else_is_left_alone(held: str, home: Home, tmp_path: Path) -> None:
    (tmp_path / "c").write_text(held)
    with pytest.raises(BadCheckpoint, match="Name another file"):
        checkpoints.write(home, LOCAL, tmp_path / "c")
    assert (tmp_path / "c").read_text() == held
    (tmp_path / "bytes").write_bytes(b"\xff\x00")
    with pytest.raises(BadCheckpoint):
        checkpoints.write(home, LOCAL, tmp_path / "bytes")


def test_the_checkpoints_of_another_log_or_a_changed_one_are_refused(home: Home, tmp_path: Path) -> None:
    other = home_at(tmp_path / "other")
    checkpoints.write(other, LOCAL, tmp_path / "theirs")
    other.close()
    with pytest.raises(BadCheckpoint, match="did not sign"):
        checkpoints.write(home, LOCAL, tmp_path / "theirs")
    made = checkpoints.write(home, LOCAL, tmp_path / "ours")
    text = (tmp_path / "ours").read_text()
    (tmp_path / "ours").write_text(
        text.replace(f"\n{made.size}\n", f"\n{made.size - 1}\n").replace(" 1 ", " 0 ")
    )
    with pytest.raises(BadCheckpoint, match="did not sign"):
        checkpoints.write(home, LOCAL, tmp_path / "ours")


def test_a_folder_that_is_not_there_is_named(home: Home, tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="the folder is there"):
        checkpoints.write(home, LOCAL, tmp_path / "unmounted" / "c")
    with home.database.read() as connection:
        assert log.latest(connection, "checkpoint") == []


def test_scheduled_checkpoints_are_written_when_it_is_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path / "home", checkpoint_to=tmp_path, checkpoint_hours=2)
    home = Home(settings)
    assert checkpoints.due(home)
    made = checkpoints.write_if_due(home)
    assert made and not checkpoints.due(home)
    assert checkpoints.write_if_due(home) is None
    (path,) = tmp_path.glob("*.checkpoints")
    assert path == checkpoints.scheduled(home) == tmp_path / f"{made.origin}.checkpoints"
    past = datetime.now(UTC) - timedelta(hours=2, seconds=1)
    monkeypatch.setattr(checkpoints, "now", lambda: past.isoformat().replace("+00:00", "Z"))
    checkpoints.write(home, LOCAL, path)
    assert checkpoints.due(home)
    with home.database.read() as connection:
        assert [e.body["actor"] for e in log.latest(connection, "checkpoint")] == ["local", SYSTEM.id]
    home.close()


def test_without_a_folder_nothing_is_scheduled(home: Home) -> None:
    assert not checkpoints.due(home)
    assert checkpoints.write_if_due(home) is None
    assert not (home.settings.home / "keys").exists()


def test_a_retention_below_the_floor_is_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSEWISE_RETENTION_DAYS", "30")
    refusal = "CLAUSEWISE_RETENTION_DAYS is not usable: 30 days are fewer than the 183 of CLAUSEWISE_LEGAL"
    with pytest.raises(CannotOpen, match=refusal):
        home_at(tmp_path)
    monkeypatch.setenv("CLAUSEWISE_LEGAL_FLOOR_DAYS", "0")
    with pytest.raises(CannotOpen, match="LEGAL_FLOOR_DAYS"):
        home_at(tmp_path)
    monkeypatch.setenv("CLAUSEWISE_LEGAL_FLOOR_DAYS", "30")
    home_at(tmp_path).close()
