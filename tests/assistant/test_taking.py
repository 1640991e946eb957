"""A file that a page makes when asked for it outlives the runs of other pages until it is fetched."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from streamlit import runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from assistant.ui import taking

NAME, DATA, VISITOR = "log.csv", b"seq,kind\n1,answer\n", "a visitor's session"
KIND = "application/octet-stream; n=1"


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> MediaFileManager:
    """Streamlit's own keeper of files, in no running app, with a page drawn for one visitor."""
    made = MediaFileManager(MemoryMediaFileStorage("/media"))
    here = SimpleNamespace(media_file_mgr=made, is_active_session=lambda session: session == VISITOR)
    monkeypatch.setattr(runtime, "get_instance", lambda: here)
    monkeypatch.setattr(taking, "get_script_run_ctx", lambda: SimpleNamespace(session_id=VISITOR))
    return made


def pressed(files: MediaFileManager, make: Callable[[], bytes], kind: str = KIND) -> str:
    """The name under which a browser may fetch what a pressed button made."""
    button = files.add_deferred(make, kind, "1.2.3", NAME)
    return files.execute_deferred(button).rpartition("/")[2].partition(".")[0]


def after_two_runs(files: MediaFileManager, name: str) -> bytes | None:
    """What a browser gets once two pages have run."""
    for _ in range(2):
        files.remove_orphaned_files()
    found = files.read_file(name)
    return found.content if found else None


def test_streamlit_alone_takes_a_file_away_before_it_is_fetched(files: MediaFileManager) -> None:
    assert after_two_runs(files, pressed(files, lambda: DATA)) is None


def test_a_kept_file_is_there_until_the_visitors_page_is_drawn_anew(files: MediaFileManager) -> None:
    name = pressed(files, taking.kept(lambda: DATA, NAME, KIND))
    assert after_two_runs(files, name) == DATA
    files.clear_session_refs(VISITOR)
    assert after_two_runs(files, name) is None


def test_what_cannot_be_made_is_said_to_the_page(files: MediaFileManager) -> None:
    def fails() -> bytes:
        raise ValueError("no such revision")

    with pytest.raises(Exception, match="no such revision"):
        pressed(files, taking.kept(fails, NAME, KIND))


def test_nothing_is_held_for_a_visitor_who_has_left(
    files: MediaFileManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "get_script_run_ctx", lambda: SimpleNamespace(session_id="gone"))
    assert after_two_runs(files, pressed(files, taking.kept(lambda: DATA, NAME, KIND))) is None


def test_the_last_file_of_a_button_takes_the_place_of_the_one_before(files: MediaFileManager) -> None:
    made = iter((DATA, DATA + b"2,answer\n"))
    make = taking.kept(lambda: next(made), NAME, KIND)
    first, second = pressed(files, make), pressed(files, make)
    assert after_two_runs(files, first) is None
    assert after_two_runs(files, second) == DATA + b"2,answer\n"


def test_large_files_that_differ_in_the_middle_are_two(files: MediaFileManager) -> None:
    one, other = (b" " * 500_000 + word + b" " * 2_500_000 for word in (b"must", b"may "))
    kinds = [f"application/octet-stream; n={number}" for number in (1, 2)]
    names = [
        pressed(files, taking.kept(lambda data=data: data, NAME, kind), kind)  # type: ignore[misc]
        for data, kind in zip((one, other), kinds, strict=True)
    ]
    assert [after_two_runs(files, name) for name in names] == [one, other]
