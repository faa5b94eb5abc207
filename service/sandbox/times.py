"""QuickBooks' times: Pacific offsets, seconds in MetaData and milliseconds in `time` (recorded).

The offset follows the United States' rule since 2007, computed here so that no time-zone database is needed.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

STANDARD = timezone(timedelta(hours=-8))
DAYLIGHT = timezone(timedelta(hours=-7))
INSTANT = re.compile(
    r"^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+ -]\d{2}:?\d{2})?)?$", re.IGNORECASE
)


@lru_cache(maxsize=64)
def _daylight_saving(year: int) -> tuple[datetime, datetime]:
    """Answer when it begins (second Sunday of March, 2:00) and ends (first Sunday of November), in UTC."""
    march, november = date(year, 3, 8), date(year, 11, 1)
    begins = march + timedelta(days=(6 - march.weekday()) % 7)
    ends = november + timedelta(days=(6 - november.weekday()) % 7)
    return (
        datetime(begins.year, begins.month, begins.day, 10, tzinfo=UTC),
        datetime(ends.year, ends.month, ends.day, 9, tzinfo=UTC),
    )


def pacific(at: datetime) -> datetime:
    """Move an instant to the Pacific zone, daylight saving included."""
    begins, ends = _daylight_saving(at.year)
    return at.astimezone(DAYLIGHT if begins <= at < ends else STANDARD)


@lru_cache(maxsize=4096)
def seconds_text(epoch: int) -> str:
    """Write an instant as MetaData does: `2026-05-05T03:19:47-07:00`."""
    return pacific(datetime.fromtimestamp(epoch, UTC)).isoformat(timespec="seconds")


def millis_text(at: datetime) -> str:
    """Write an instant as the envelope's `time` does: `2026-05-05T03:19:47.456-07:00`."""
    return pacific(at).isoformat(timespec="milliseconds")


def today(at: datetime) -> str:
    """Answer the company's calendar day, `YYYY-MM-DD`."""
    return pacific(at).date().isoformat()


def _local(text: str, offset: timedelta | None) -> datetime:
    """Read a time without offset, as Pacific where none is given (unsettled)."""
    naive = datetime.fromisoformat(text)
    if offset is not None:
        return naive.replace(tzinfo=timezone(offset))
    guess = pacific(naive.replace(tzinfo=STANDARD))
    return naive.replace(tzinfo=guess.tzinfo)


def parse_instant(text: str, bare_offset: timedelta | None = None) -> datetime | None:
    """Read a date or an instant; a space in front of the offset is a `+` that nobody encoded.

    `bare_offset` counts where the text has none; without it, Pacific time does.
    """
    found = INSTANT.match(text.strip())
    if found is None:
        return None
    day, clock, offset = found.groups()
    try:
        if clock is None:
            return _local(f"{day}T00:00:00", bare_offset)
        clock = clock if clock.count(":") == 2 else f"{clock}:00"
        if "." in clock:
            whole, fraction = clock.split(".")
            clock = f"{whole}.{fraction[:6]:0<6}"
        if offset is None:
            return _local(f"{day}T{clock}", bare_offset)
        return datetime.fromisoformat(f"{day}T{clock}{offset.upper().replace(' ', '+')}")
    except ValueError:
        return None


def is_day(text: str) -> bool:
    """Say whether a text is a calendar day, `YYYY-MM-DD`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
