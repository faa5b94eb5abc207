"""The sandbox over TCP: dropped connections really break, throttles are on, the clock is the wall's."""

import logging
import random
import sys
from datetime import UTC, datetime, timedelta

import uvicorn
from rich.console import Console
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.sandbox.generate import generate
from service.sandbox.greeting import greet, greeting_lines
from service.sandbox.injection import DroppedConnection
from service.sandbox.knobs import Knobs
from service.sandbox.sandbox import CompanyAccess, Sandbox

PROMISED = b"1000000"
UNFINISHED = "ASGI callable returned without completing response."


def tcp_app(sandbox: Sandbox) -> ASGIApp:
    """Wrap a sandbox's application so that a dropped connection breaks off in the middle of its answer.

    The answer promises more bytes than it sends and ends without being completed; uvicorn then closes the
    socket.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await sandbox.app(scope, receive, send)
            return
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        try:
            await sandbox.app(scope, receive, hold)
        except DroppedConnection:
            await send(
                {"type": "http.response.start", "status": 200, "headers": [(b"content-length", PROMISED)]}
            )
            await send({"type": "http.response.body", "body": b"{", "more_body": True})
            return
        for message in held:
            await send(message)

    return app


class WallClock:
    """The real time, and as far ahead of it as somebody has moved it."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        """Answer aware UTC."""
        return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the clock; back is refused, as nothing here expects it."""
        if seconds < 0:
            raise ValueError(seconds)
        self._ahead += timedelta(seconds=seconds)


def new_sandbox(
    *,
    seed: int | None = None,
    public_url: str = "http://127.0.0.1:8500",
    throttle: bool = True,
    client_id: str | None = None,
    client_secret: str | None = None,
) -> Sandbox:
    """Make a sandbox on the wall clock; without a seed its ids and tokens differ each time."""
    return Sandbox(
        WallClock(),
        random.Random(seed),
        Knobs(throttle=throttle, hold_lone_clients=True),
        public_url=public_url,
        client_id=client_id,
        client_secret=client_secret,
    )


def serve(
    host: str = "127.0.0.1",
    port: int = 8500,
    *,
    sandbox: Sandbox | None = None,
    seed: int | None = None,
    throttle: bool = True,
    bills: int = 0,
    log_level: str = "warning",
) -> None:
    """Serve until interrupted; without a sandbox, one with the sample company, and say how to use it.

    `bills` more are made in that company, of a tenth as many vendors.
    """
    if sandbox is None:
        sandbox = new_sandbox(seed=seed, public_url=f"http://{host}:{port}", throttle=throttle)
        access = sandbox.create_company(sample=True)
        if bills:
            generate(sandbox.company(access.realm_id), vendors=max(1, bills // 10), bills=bills)
        greet(Console(), sandbox, access)
        sys.stdout.flush()
    logging.getLogger("uvicorn.error").addFilter(_is_worth_saying)
    uvicorn.run(
        tcp_app(sandbox), host=host, port=port, log_level=log_level, access_log=False, server_header=False
    )


def greeting(sandbox: Sandbox, access: CompanyAccess) -> str:
    """Say how to point a client at a sandbox, as plain text."""
    return "".join(f"{line}\n" for _, line in greeting_lines(sandbox, access))


def _is_worth_saying(record: logging.LogRecord) -> bool:
    return record.getMessage() != UNFINISHED
