"""At most so many requests a minute from this process."""

from __future__ import annotations

import threading
from collections import deque
from time import monotonic


class Rate:
    """Lets `most` requests through in any minute. LangChain's own limiter would have the first one wait,
    and waits without end; this one says how long the wait is."""

    def __init__(self, most: int, seconds: float = 60) -> None:
        """`seconds` is how long a minute is."""
        self._times: deque[float] = deque(maxlen=most)
        self._most, self._seconds = most, seconds
        self._lock = threading.Lock()

    def wait(self) -> float:
        """Take a place and return 0, or return the seconds until there may be one."""
        with self._lock:
            now = monotonic()
            if len(self._times) == self._most and (left := self._times[0] + self._seconds - now) > 0:
                return left
            self._times.append(now)
            return 0
