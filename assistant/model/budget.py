"""What a day's requests have used and may use, over all processes.

Before a request its tokens are put down at the most that they can be, in one transaction with the
look at what is left; afterwards they are corrected to what they were. So no two callers can spend
the same rest, and a process that dies has spent too much rather than too little.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select, update

from assistant.errors import ModelFailed
from assistant.model.tables import model_use
from knowledge.clock import today
from knowledge.database import Database


@dataclass(frozen=True)
class Use:
    """What was used on a day."""

    day: date
    requests: int
    tokens: int


@dataclass(frozen=True)
class Budget:
    """A day's tokens, or any number. Writes: never call it inside `database.write()`."""

    database: Database
    tokens_per_day: int | None

    def used(self) -> Use:
        """What was used today."""
        with self.database.read() as connection:
            return _used(connection, today())

    def reserve(self, tokens: int) -> Use:
        """Put down one request and its tokens; give back what to settle. Raises `ModelFailed`."""
        reserved = Use(day=today(), requests=1, tokens=tokens)
        with self.database.write() as connection:
            used = _used(connection, reserved.day)
            if self.tokens_per_day is not None and used.tokens + tokens > self.tokens_per_day:
                raise ModelFailed(
                    "over budget",
                    f"The language model's {self.tokens_per_day:,} tokens for today are used up, or too few "
                    "are left.",
                )
            if not _changed(connection, reserved.day, 1, tokens):
                connection.execute(insert(model_use).values(day=reserved.day, requests=1, tokens=tokens))
        return reserved

    def settle(self, reserved: Use, requests: int, tokens: int) -> None:
        """Say what the reserved request used in the end; never less than nothing."""
        tokens = max(tokens, 0)
        if (requests, tokens) != (reserved.requests, reserved.tokens):
            with self.database.write() as connection:
                _changed(connection, reserved.day, requests - reserved.requests, tokens - reserved.tokens)


def _used(connection: Connection, day: date) -> Use:
    row = connection.execute(select(model_use).where(model_use.c.day == day)).first()
    return Use(day, row.requests, row.tokens) if row else Use(day, 0, 0)


def _changed(connection: Connection, day: date, requests: int, tokens: int) -> bool:
    """Add to a day's numbers; false when the day has none yet."""
    done = connection.execute(
        update(model_use)
        .where(model_use.c.day == day)
        .values(requests=model_use.c.requests + requests, tokens=model_use.c.tokens + tokens)
    )
    return done.rowcount > 0
