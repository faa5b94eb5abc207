"""The main job in front of a reader: two sides that never met, until every record agrees or bears a reason.

Real processes on free ports, driven over HTTP alone. The exit code is 0 only if the comparison at the end
leaves nothing unexplained and every check on the way held. Every wait has an end.
"""

import asyncio
import io
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Protocol

from service.demo.books import Books
from service.demo.calls import Caller, DemoError
from service.demo.checks import Checks
from service.demo.platform import Platform
from service.demo.screen import Screen
from service.demo.stage import Stage
from service.demo.story import tell
from service.demo.surroundings import free_ports, own_environment
from service.quickbooks.http import Http


class Running(Protocol):
    """The parts, running; URLs have no slash at their end."""

    api_url: str
    sandbox_url: str | None

    @property
    def api_key(self) -> str:
        """A key with all scopes."""

    async def ended(self) -> str:
        """Wait until a part ends by itself; return its name."""


Start = Callable[[Path, int, int], AbstractAsyncContextManager[Running]]
"""Starts everything in a directory, with the API and the sandbox on these ports."""


def run_demo(start: Start, *, folder: Path | None = None, keep_numbers: bool = False) -> int:
    """Run the demo and return its exit code; with a folder, on the QuickBooks objects recorded there."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    screen = Screen()
    with own_environment(), tempfile.TemporaryDirectory(prefix="qbs-demo-") as directory:
        try:
            return asyncio.run(_run(start, Path(directory), screen, folder, keep_numbers))
        except DemoError as error:
            screen.fail(str(error))
        except (KeyboardInterrupt, asyncio.CancelledError):
            screen.fail("It was stopped before its end.")
    return 1


async def _run(start: Start, directory: Path, screen: Screen, folder: Path | None, keep: bool) -> int:
    _let_sigterm_cancel()
    port, sandbox_port = free_ports(2)
    began = time.monotonic()
    async with start(directory, port, sandbox_port) as stack:
        screen.opening(stack.api_url, stack.sandbox_url or "", time.monotonic() - began)
        http = Http()
        try:
            story = tell(_stage_of(stack, http, screen), folder=folder, keep_numbers=keep)
            return await _unless_ended(stack, story)
        finally:
            await http.close()


def _let_sigterm_cancel() -> None:
    """A demo that is asked to end takes its processes along, as with Ctrl-C."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def _stage_of(stack: Running, http: Http, screen: Screen) -> Stage:
    api = Caller(http, stack.api_url, key=stack.api_key)
    books = Books(Caller(http, stack.sandbox_url or ""))
    return Stage(api=api, platform=Platform(api), books=books, screen=screen, checks=Checks(screen))


async def _unless_ended(stack: Running, story: Coroutine[Any, Any, int]) -> int:
    """Tell the story to its end, or say which process ended first."""
    told, ended = asyncio.create_task(story), asyncio.create_task(stack.ended())
    try:
        await asyncio.wait({told, ended}, return_when=asyncio.FIRST_COMPLETED)
        if told.done():
            return told.result()
        raise DemoError(f"The {ended.result()} ended by itself.")
    finally:
        for task in (told, ended):
            task.cancel()
        await asyncio.gather(told, ended, return_exceptions=True)
