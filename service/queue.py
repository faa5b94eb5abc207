"""The doorbell: wakes a worker for a company. The only module that rings through arq.

Nothing depends on a ring: the database holds what is to be done, and the sweep rings again. Job ids are
random, since arq drops a job whose id it still remembers.
"""

import contextlib
from collections.abc import Callable
from typing import Any

import msgspec
from arq.connections import ArqRedis, RedisSettings, create_pool
from redis.exceptions import RedisError

QUEUE = "quickbooks-sync"
SYNC_JOB = "sync_company"
INBOX_JOB = "sweep"

serialize: Callable[[dict[str, Any]], bytes] = msgspec.json.encode
deserialize: Callable[[bytes], dict[str, Any]] = msgspec.json.decode


def redis_settings(url: str) -> RedisSettings:
    """Read a Redis URL (`redis://`, `rediss://`, `unix://`)."""
    settings = RedisSettings.from_dsn(url)
    settings.conn_timeout = 2
    settings.conn_retries = 0
    return settings


class QueueDoorbell:
    """Rings by enqueueing a job; connects at the first ring and again after Redis was away."""

    def __init__(self, url: str) -> None:
        self._settings = redis_settings(url)
        self._pool: ArqRedis | None = None

    async def ring(self, company: str) -> None:
        """Wake a worker for a company. Raises what Redis raises: whoever rings may ignore it."""
        await self._enqueue(SYNC_JOB, company)

    async def ring_inbox(self) -> None:
        """Wake a worker because a webhook has come."""
        await self._enqueue(INBOX_JOB)

    async def _enqueue(self, job: str, *arguments: str) -> None:
        if self._pool is None:
            self._pool = await create_pool(
                self._settings,
                default_queue_name=QUEUE,
                job_serializer=serialize,
                job_deserializer=deserialize,
            )
        try:
            await self._pool.enqueue_job(job, *arguments)
        except (RedisError, OSError):
            await self.close()
            raise

    async def close(self) -> None:
        """Hang up."""
        pool, self._pool = self._pool, None
        if pool is not None:
            with contextlib.suppress(RedisError, OSError):
                await pool.aclose()
