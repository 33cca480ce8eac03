"""The only place that asks for the time, so that tests can move it."""

from datetime import UTC, datetime, timedelta

_ahead = timedelta()


def now() -> datetime:
    """The present instant in UTC, in whole milliseconds: what is stored is exactly what is shown."""
    moment = datetime.now(UTC) + _ahead
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def move(by: timedelta) -> None:
    """Set this process's clock ahead of the true one, for tests of what happens after days."""
    global _ahead
    _ahead = by
