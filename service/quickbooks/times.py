"""Instants as QuickBooks writes them: Pacific offsets, Z, nanoseconds, or the gateway's milliseconds."""

from datetime import UTC, datetime


def read_instant(value: object) -> datetime | None:
    """Return an aware UTC instant, or None where there is none to be read; never fails.

    A text without an offset is none: nobody could say which zone it means.
    """
    try:
        if isinstance(value, bool):
            return None
        if isinstance(value, int):
            return datetime.fromtimestamp(value / 1_000, UTC)
        if not isinstance(value, str):
            return None
        at = datetime.fromisoformat(value.strip())
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError, OSError):
        return None
