"""One `quickbooks-sync worker` as a process, with its log."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from tests.processes.ground import POLL_SECONDS

START_SECONDS = 60.0


class WorkerEndedError(Exception):
    """A worker ended before it had started."""


@dataclass(slots=True)
class Worker:
    """A worker process and what it has logged so far."""

    process: asyncio.subprocess.Process
    lines: list[dict[str, Any]] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)
    """What it wrote that is no line of a log."""
    _reader: asyncio.Task[None] | None = None

    @property
    def owner(self) -> str:
        """The name under which it takes leases."""
        return next(each["owner"] for each in self.lines if each["event"] == "worker started")

    @property
    def is_alive(self) -> bool:
        """Say whether the process has not ended."""
        return self.process.returncode is None

    def has_logged(self, event: str) -> bool:
        """Say whether it has logged an event."""
        return any(each["event"] == event for each in self.lines)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    async def ended(self, within: float) -> float:
        """Wait for its end; return the moment, by the monotonic clock.

        Raises:
            TimeoutError: it lives on.
        """
        await asyncio.wait_for(self.process.wait(), within)
        return time.monotonic()

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            try:
                self.lines.append(json.loads(line))
            except ValueError:
                self.noise.append(line.decode(errors="replace"))


async def start_worker(environment: dict[str, str]) -> Worker:
    """Start a worker and wait until it works, or has met a failpoint at once.

    Raises:
        WorkerEndedError: it ended first, without having started.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SYNC_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "service.cli",
        "worker",
        env=inherited | environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        limit=1024 * 1024,
    )
    worker = Worker(process)
    worker._reader = asyncio.create_task(worker._read())
    deadline = time.monotonic() + START_SECONDS
    while not worker.has_logged("worker started"):
        if worker._reader.done() or time.monotonic() > deadline:
            await _end(worker)
            raise WorkerEndedError("".join(worker.noise[-20:]))
        await asyncio.sleep(POLL_SECONDS)
    return worker


class Crew:
    """Workers that are ended with the trial, whatever became of it."""

    def __init__(self) -> None:
        self.workers: list[Worker] = []

    async def start(self, environment: dict[str, str]) -> Worker:
        """Start one."""
        worker = await start_worker(environment)
        self.workers.append(worker)
        return worker


@contextlib.asynccontextmanager
async def hired() -> AsyncIterator[Crew]:
    """Have a crew, and end it."""
    crew = Crew()
    try:
        yield crew
    finally:
        await asyncio.gather(*(_end(each) for each in crew.workers))


async def _end(worker: Worker) -> None:
    if worker.is_alive:
        with contextlib.suppress(ProcessLookupError):
            worker.process.kill()
        await worker.process.wait()
    if worker._reader is not None:
        await worker._reader
