"""The present moment, always handed in: nothing below the entry points reads the machine's clock itself."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's present moment in UTC."""
    return datetime.now(UTC)
