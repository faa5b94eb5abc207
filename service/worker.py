"""The worker's door: arq hands it rings, the sweep finds what was not rung for, SIGTERM hands syncs over.

arq is used with its traps disarmed: random job ids, no results kept, no retries of its own (the database's
lease decides who runs), its signal handling off, and a Redis that goes away restarts the listener only.
"""

import asyncio
import contextlib
import signal
from collections.abc import Coroutine
from typing import Any

import structlog
from arq.worker import Worker as ArqWorker
from arq.worker import func
from redis.exceptions import RedisError

from service import failpoints
from service.queue import INBOX_JOB, QUEUE, SYNC_JOB, deserialize, redis_settings, serialize
from service.settings import Settings
from service.store.migrate import require_head
from service.sync.work import work
from service.wiring import House, open_house, services_of, sweep_of

SWEEP_SECONDS = 3.0
MOST_JOBS = 50
POLL_SECONDS = 0.05
RECONNECT_SECONDS = 1.0
GRACE_SECONDS = 25.0
LONGEST_JOB_SECONDS = 12 * 3600

_log = structlog.get_logger("worker")


class Worker:
    """Runs syncs as they are rung for, and sweeps."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._services = services_of(house)
        self._sweep = sweep_of(house, self._ring)
        self._stopping = asyncio.Event()
        self._local: set[asyncio.Task[Any]] = set()
        self._places = asyncio.Semaphore(MOST_JOBS)

    async def run(self) -> None:
        """Work until asked to stop; then hand over what is under way within the grace period."""
        self._listen_to_signals()
        _log.info("worker started", owner=self._services.owner)
        tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._sweep_for_ever())]
        await self._stopping.wait()
        _log.info("worker stopping")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._local:
            await asyncio.wait(self._local, timeout=GRACE_SECONDS)
        await self._house.close()
        _log.info("worker stopped")

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)

    async def _listen(self) -> None:
        """Take rings from Redis; while it is away the sweep does without it."""
        while True:
            listener = self._listener()
            try:
                await listener.main()
            except (RedisError, OSError) as error:
                _log.warning("redis is away", error=type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)
            finally:
                with contextlib.suppress(RedisError, OSError, asyncio.CancelledError):
                    await listener.close()

    def _listener(self) -> ArqWorker:
        jobs: list[tuple[Any, str]] = [(self._sync_company, SYNC_JOB), (self._sweep_once, INBOX_JOB)]
        return ArqWorker(
            functions=[func(job, name=name, max_tries=1) for job, name in jobs],
            queue_name=QUEUE,
            redis_settings=redis_settings(self._house.settings.redis_url),
            handle_signals=False,
            max_jobs=MOST_JOBS,
            poll_delay=POLL_SECONDS,
            job_timeout=LONGEST_JOB_SECONDS,
            keep_result=0,
            retry_jobs=False,
            health_check_interval=60,
            health_check_key=f"{QUEUE}:health:{self._services.owner}",
            job_serializer=serialize,
            job_deserializer=deserialize,
            log_results=False,
        )

    async def _sync_company(self, _: dict[Any, Any], company: str) -> None:
        """A ring: arq's job ends at once, the run goes on as a task of ours that no listener can cancel."""
        self._start(self._work(company))

    async def _sweep_once(self, _: dict[Any, Any]) -> None:
        await self._sweep.once()

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await self._sweep.once()
            except Exception as error:  # noqa: BLE001 - a sweep that fails is followed by another
                _log.warning("sweep failed", error=repr(error))
            await asyncio.sleep(SWEEP_SECONDS)

    async def _ring(self, company: str) -> None:
        """Ring through Redis, so that any worker may answer; without Redis this one does."""
        try:
            await self._house.doorbell.ring(company)
        except (RedisError, OSError):
            self._start(self._work(company))

    async def _work(self, company: str) -> None:
        async with self._places:
            try:
                await work(self._services, company, stopping=self._stopping.is_set)
            except Exception as error:  # noqa: BLE001 - the lease expires and the sweep rings again
                _log.warning("run broke off", company=company, error=repr(error))

    def _start(self, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(job)
        self._local.add(task)
        task.add_done_callback(self._local.discard)


async def run_worker(settings: Settings) -> None:
    """Run a worker; it refuses to start on a schema that is not at head."""
    failpoints.arm(failpoints.parse(settings.failpoint) if settings.failpoint else None)
    await require_head(settings.database)
    await Worker(open_house(settings)).run()
