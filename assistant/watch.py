"""How long each step of an answer took."""

import time


class Watch:
    """Times steps in whole milliseconds, from the moment it is made."""

    def __init__(self) -> None:
        """Start."""
        self._began = self._last = time.perf_counter()
        self._steps: dict[str, int] = {}

    def step(self, name: str) -> None:
        """End a step: its time is what passed since the one before."""
        present = time.perf_counter()
        self._steps[name] = round((present - self._last) * 1000)
        self._last = present

    def stop(self) -> dict[str, int]:
        """The steps and their total."""
        return {**self._steps, "total": round((time.perf_counter() - self._began) * 1000)}
