"""What the client is given instead of the real thing: time, tokens, a log, recorded payloads."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

START = datetime(2026, 11, 20, 8, tzinfo=UTC)


class VirtualClock:
    """Time that passes only while everybody sleeps."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._until: list[datetime] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        until = self._now + timedelta(seconds=seconds)
        self._until.append(until)
        while self._now < until:
            for _ in range(5):
                await asyncio.sleep(0)
            if until == min(self._until):
                self._now = max(self._now, until)
        self._until.remove(until)

    def passed(self) -> float:
        """Return the seconds since the start."""
        return (self._now - START).total_seconds()


class Tokens:
    """A token source that hands out token-1, and the next one at each refresh."""

    def __init__(self) -> None:
        self.number = 1
        self.refreshed: list[str] = []

    async def access_token(self) -> str:
        return f"token-{self.number}"

    async def refresh(self, stale: str) -> str:
        self.refreshed.append(stale)
        self.number += 1
        return await self.access_token()


class ListLog:
    """A log that can be looked at."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def info(self, event: str, **fields: Any) -> None:
        self.events.append({"event": event, **fields})


def payload_folder() -> Path | None:
    """Find the recorded payloads: QUICKBOOKS_PAYLOADS, or shared/payloads beside a parent folder."""
    named = os.environ.get("QUICKBOOKS_PAYLOADS")
    candidates = [Path(named)] if named else [up / "shared" / "payloads" for up in Path(__file__).parents]
    return next((folder for folder in candidates if folder.is_dir()), None)


def payload_files(pattern: str) -> list[Any]:
    """Return pytest parameters for recorded files, one that skips where there are none."""
    folder = payload_folder()
    found = sorted(folder.glob(pattern)) if folder else []
    if not found:
        return [pytest.param(None, marks=pytest.mark.skip(reason="no recorded payloads here"))]
    return [pytest.param(path, id=path.stem) for path in found]


def load(path: Path) -> Any:
    """Read a recorded file."""
    return json.loads(path.read_text())
