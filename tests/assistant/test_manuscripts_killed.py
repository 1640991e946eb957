"""A process that is killed while somebody writes: every acknowledged answer and edit is there."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from assistant import log
from assistant.drafting import manuscripts, revisions
from assistant.home import Home, home_at
from tests.assistant.reviewing import AUTHOR

WRITER = """
import sys
from itertools import count
from pathlib import Path

from assistant.drafting import manuscripts, writing
from assistant.home import home_at
from tests.assistant.reviewing import AUTHOR

home, name, section = home_at(Path(sys.argv[1])), sys.argv[2], sys.argv[3]
for number in count():
    manuscripts.answer(home, AUTHOR, name, "q1", [f"answer {number}"])
    print("answer", number, flush=True)
    made = writing.edit(home, AUTHOR, name, section, f"Edit {number} by hand.")
    print("edit", number, made.number, flush=True)
"""


def test_a_killed_process_loses_no_acknowledged_answer_and_no_edit(bare: Home) -> None:
    from assistant.drafting import writing

    name = manuscripts.begin(bare, AUTHOR, "ai-policy").id
    section = writing.compose(bare, AUTHOR, name).document.sections[0].id
    folder = bare.settings.home
    bare.close()
    for _ in range(3):
        told = killed(folder, name, section)
        home = home_at(folder)
        try:
            holds(home, name, section, told)
        finally:
            home.close()


def killed(folder: Path, name: str, section: str) -> list[list[str]]:
    """What a writer said was done before it was killed, in the middle of its next write."""
    command = [sys.executable, "-c", WRITER, str(folder), name, section]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert process.stdout
    lines = [process.stdout.readline() for _ in range(13)]
    process.send_signal(signal.SIGKILL)
    lines += process.stdout.read().splitlines(keepends=True)
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    return [line.split() for line in lines if line.endswith("\n")]


def holds(home: Home, name: str, section: str, told: list[list[str]]) -> None:
    held = manuscripts.read(home, AUTHOR, name)
    last = max(int(line[1]) for line in told if line[0] == "answer")
    assert held.answers["ai-policy.q1"].lines in ((f"answer {last}",), (f"answer {last + 1}",))
    edits = [
        (int(number), int(revision)) for kind, number, *more in told if kind == "edit" for revision in more
    ]
    assert len(edits) >= 6
    for number, revision in edits:
        block = revisions.revision(home, AUTHOR, name, revision).section(section).blocks[0]
        assert block.text == f"Edit {number} by hand."
    assert held.newest in (edits[-1][1], edits[-1][1] + 1)
    with home.database.read() as connection:
        assert log.verify(connection).sound
