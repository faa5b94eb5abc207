"""A sandbox over TCP in a thread of its own, with a clock that can be moved."""

import contextlib
import random
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import uvicorn

from service.sandbox import Company, CompanyAccess, Knobs, Sandbox
from service.sandbox.deviations import NONE, Deviations
from service.sandbox.server import WallClock, tcp_app

LONGEST_START = 10


@dataclass
class Notifications:
    """Who subscribes to webhooks here: it keeps every post and acknowledges it."""

    posts: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.posts.append((headers, body))
        return 200


@dataclass
class Served:
    """A running sandbox: where it listens, its clock, what it has notified of, and itself to look into."""

    sandbox: Sandbox
    clock: WallClock
    notifications: Notifications
    address: tuple[str, int]

    def company(self, name: str, *, sample: bool = False) -> tuple[CompanyAccess, Company]:
        """Open a company and connect the application to it."""
        access = self.sandbox.create_company(name=name, sample=sample)
        return access, self.sandbox.company(access.realm_id)


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and let the waiting thread go on."""
        await super().startup(sockets)
        self.listening.set()


@contextlib.contextmanager
def running_sandbox(deviations: Deviations = NONE) -> Iterator[Served]:
    """Run a sandbox on an ephemeral port of 127.0.0.1 until the block ends."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address: tuple[str, int] = listener.getsockname()
        clock, notifications = WallClock(), Notifications()
        url = f"http://{address[0]}:{address[1]}"
        knobs = Knobs(webhook_timers=False)
        sandbox = Sandbox(clock, random.Random(20), knobs, notifications, url, deviations=deviations)
        server = _Server(uvicorn.Config(tcp_app(sandbox), log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        if not server.listening.wait(LONGEST_START):
            raise AssertionError("the sandbox did not start")
        yield Served(sandbox, clock, notifications, address)
        server.should_exit = True
        thread.join()
