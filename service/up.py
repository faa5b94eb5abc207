"""Everything in one command: the parts as processes of their own, watched until one of them ends."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.embedded import SANDBOX_WEBHOOK_TOKEN, EmbeddedPartError, embedded_environment, embedded_redis
from service.store.migrate import upgrade

READY_SECONDS = 60.0
POLL_SECONDS = 0.05
STOP_SECONDS = 30.0


class PartFailedError(EmbeddedPartError):
    """A part ended, or did not become ready."""


@dataclass(slots=True)
class Stack:
    """The running parts; URLs have no slash at their end."""

    environment: dict[str, str]
    api_url: str
    sandbox_url: str | None
    processes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    @property
    def api_key(self) -> str:
        """The key with all scopes."""
        return self.environment["SYNC_BOOTSTRAP_KEY"]

    async def ended(self) -> str:
        """Wait until a part ends by itself; return its name."""
        waits = {asyncio.create_task(each.wait()): name for name, each in self.processes.items()}
        done, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        return waits[done.pop()]


@contextlib.asynccontextmanager
async def running(
    directory: Path, *, port: int = 8000, sandbox_port: int | None = 8500
) -> AsyncIterator[Stack]:
    """Run the service on embedded parts, with a sandbox QuickBooks unless its port is None."""
    sandbox_url = f"http://127.0.0.1:{sandbox_port}" if sandbox_port is not None else None
    with embedded_redis() as redis_url:
        environment = embedded_environment(directory, redis_url=redis_url, port=port, sandbox_url=sandbox_url)
        await upgrade(environment["SYNC_DATABASE_URL"])
        stack = Stack(environment, f"http://127.0.0.1:{port}", sandbox_url)
        try:
            if sandbox_port is not None:
                await _start(stack, "sandbox", "sandbox", "--port", str(sandbox_port), "--bare")
            await _start(stack, "api", "serve")
            await _start(stack, "worker", "worker")
            await _become_ready(stack)
            yield stack
        finally:
            await _stop(stack)


async def _start(stack: Stack, name: str, *arguments: str) -> None:
    stack.processes[name] = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "service.cli",
        *arguments,
        env=os.environ | stack.environment,
        start_new_session=True,
    )


async def _become_ready(stack: Stack) -> None:
    await _answers(stack, f"{stack.api_url}/readyz")
    if stack.sandbox_url is not None:
        await _answers(stack, f"{stack.sandbox_url}/sandbox/companies")
        hook = {
            "url": f"{stack.api_url}/webhooks/quickbooks",
            "verifier_token": stack.environment.get("SYNC_QUICKBOOKS_WEBHOOK_TOKENS", SANDBOX_WEBHOOK_TOKEN),
        }
        await asyncio.to_thread(_post, f"{stack.sandbox_url}/sandbox/webhooks", hook)


async def add_sample_company(stack: Stack) -> None:
    """Give the sandbox a company to connect to."""
    await asyncio.to_thread(_post, f"{stack.sandbox_url}/sandbox/companies", {"sample": True})


async def _answers(stack: Stack, url: str) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + READY_SECONDS
    while not await asyncio.to_thread(_is_ok, url):
        dead = [name for name, each in stack.processes.items() if each.returncode is not None]
        if dead:
            raise PartFailedError(f"{dead[0]} ended while it was starting")
        if loop.time() > deadline:
            raise PartFailedError(f"{url} did not answer within {READY_SECONDS:.0f} s")
        await asyncio.sleep(POLL_SECONDS)


def _is_ok(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status < 300)
    except (urllib.error.URLError, OSError):
        return False


def _post(url: str, body: dict[str, Any]) -> None:
    request = urllib.request.Request(  # noqa: S310 - our own address
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=5).close()  # noqa: S310


async def _stop(stack: Stack) -> None:
    """Stop the parts in order: no new requests, then no work, then QuickBooks."""
    for name in ("api", "worker", "sandbox"):
        process = stack.processes.get(name)
        if process is None or process.returncode is not None:
            continue
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
