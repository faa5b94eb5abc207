"""Where the demo runs: a directory of its own, free ports, and none of the settings of a real service."""

import contextlib
import os
import socket
from collections.abc import Iterator

_OURS = "SYNC_"
_NO_PROXY = ("NO_PROXY", "no_proxy")
_HOME = "127.0.0.1,localhost"


@contextlib.contextmanager
def own_environment() -> Iterator[None]:
    """Hide the settings that the environment has: they may lead to a real database, or a real QuickBooks.

    What is local is also not asked for through a proxy.
    """
    before = dict(os.environ)
    for name in [name for name in before if name.startswith(_OURS)]:
        del os.environ[name]
    for name in _NO_PROXY:
        os.environ[name] = ",".join(filter(None, (before.get(name), _HOME)))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def free_ports(number: int) -> list[int]:
    """Return ports that nobody listens on."""
    with contextlib.ExitStack() as closing:
        found = []
        for _ in range(number):
            listener = closing.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            found.append(int(listener.getsockname()[1]))
        return found
