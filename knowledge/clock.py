"""Time as the records write it."""

from datetime import UTC, date, datetime, timedelta


def now() -> str:
    """The present moment as records write it."""
    return written(datetime.now(UTC))


def from_now(time: timedelta) -> str:
    """A moment so long after the present one, or before it when negative, as records write it."""
    return written(datetime.now(UTC) + time)


def written(time: datetime) -> str:
    """A time in UTC, to the millisecond, in ISO 8601: `2026-01-31T09:00:00.000Z`."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def today() -> date:
    """The date in this machine's time zone, by which versions come into force."""
    return datetime.now().astimezone().date()
