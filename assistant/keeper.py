"""What the log needs while the app runs: checkpoints in time, and words erased in time."""

from __future__ import annotations

import threading
from datetime import date

from assistant import log
from assistant.checkpoints import write_if_due
from assistant.erasure import retain
from assistant.home import Home
from assistant.staleness import sweep
from knowledge.clock import today


class Keeper(threading.Thread):
    """Looks every minute whether a checkpoint is due and whether words are too old.

    `problem` says why the last look failed; each look tries both, whatever became of the other.
    """

    def __init__(self, home: Home, every: float = 60.0) -> None:
        """Prepare; `start` it as any thread."""
        super().__init__(name="keeper", daemon=True)
        self.home, self.every = home, every
        self.stop = threading.Event()
        self.problem: str | None = None
        self._swept: date | None = None

    def run(self) -> None:
        """Look after the log until `stop` is set, which nobody need do."""
        while True:
            self.look()
            if self.stop.wait(self.every):
                return

    def _sweep(self, home: Home) -> None:
        """Once a day: what came into force or ended by its date makes what cites it stale."""
        if self._swept != today():
            with log.recording(home.database) as connection:
                sweep(connection)
            self._swept = today()

    def look(self) -> None:
        """Do what is due."""
        problems = []
        for act in (write_if_due, retain, self._sweep):
            try:
                act(self.home)
            except Exception as error:  # the border of the background work: shown on the page
                problems.append(str(error) or type(error).__name__)
        self.problem = " ".join(problems) or None
