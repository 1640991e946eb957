"""Time as the records write it."""

from datetime import UTC, date, datetime


def now() -> str:
    """The present moment in UTC, to the millisecond, in ISO 8601: `2026-01-31T09:00:00.000Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def today() -> date:
    """The date in this machine's time zone, by which versions come into force."""
    return datetime.now().astimezone().date()
