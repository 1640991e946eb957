"""Texts of versions, the last used kept in memory: a search reads ten short stretches of long texts.

The text under a version's id never changes, so that what is kept cannot be out of date. Whether a version
may still be shown is not decided here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from sqlalchemy import Connection

from knowledge import library

MOST = 32_000_000
"""Characters kept."""


class Texts:
    """Reads texts of versions from SQL and remembers the last used; safe to share between threads."""

    def __init__(self, most: int = MOST) -> None:
        """Keep nothing yet, and `most` characters later; a longer text is read each time."""
        self._most, self._held = most, 0
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, connection: Connection, version: str) -> str:
        """The text of a version; UnknownDocument when it is not in the library."""
        with self._lock:
            if version in self._texts:
                self._texts.move_to_end(version)
                return self._texts[version]
        text = library.text_of(connection, version)
        if len(text) > self._most:
            return text
        with self._lock:
            if version not in self._texts:
                self._texts[version] = text
                self._held += len(text)
            while self._held > self._most:
                self._held -= len(self._texts.popitem(last=False)[1])
        return text
