"""tap-quickbooks as its users run it: a program in an environment of its own, which speaks on its output.

Nothing of it is imported or copied here. The environment is made once and kept as long as its locked
requirements are the same.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from service.sandbox import CompanyAccess

ROOT = Path(__file__).resolve().parents[3]
REQUIREMENTS = ROOT / "requirements" / "tap.txt"
ENVIRONMENT = ROOT / ".venv-tap"
STAMP = ENVIRONMENT / "requirements.sha256"
LONGEST_INSTALL = 300
LONGEST_RUN = 60
# What pip says where it can reach no index; anything else that goes wrong is a failure.
OFFLINE = ("No matching distribution", "Could not find a version", "Connection", "resolve", "unreachable")


def installed() -> Path:
    """Return the tap's program, installed if it isn't yet; skip the test where there is no network."""
    program = ENVIRONMENT / "bin" / "tap-quickbooks"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    with REQUIREMENTS.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not STAMP.exists() or STAMP.read_text() != wanted:
            _install()
            STAMP.write_text(wanted)
    return program


def _install() -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
    pip = [str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    done = subprocess.run(
        [*pip, "--disable-pip-version-check", "--require-hashes", "-r", str(REQUIREMENTS)],
        check=False,
        capture_output=True,
        text=True,
        timeout=LONGEST_INSTALL,
    )
    if done.returncode and any(sign in done.stderr for sign in OFFLINE):
        pytest.skip(f"tap-quickbooks can't be installed here: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr


@dataclass
class Messages:
    """What a run has said, by the words of the Singer specification."""

    schemas: dict[str, dict[str, Any]] = field(default_factory=dict)
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)

    def ids(self, stream: str) -> list[str]:
        """Return the ids of a stream's records, in the order in which they came."""
        return [one["Id"] for one in self.records.get(stream, ())]


def read_messages(lines: Iterable[str]) -> Messages:
    """Read a run's output; a record before its schema, or a line that is no message, is an error."""
    said = Messages()
    for line in lines:
        message = json.loads(line)
        match message["type"]:
            case "SCHEMA":
                said.schemas[message["stream"]] = message["schema"]
                assert message["key_properties"]
            case "RECORD":
                assert message["stream"] in said.schemas
                said.records.setdefault(message["stream"], []).append(message["record"])
            case "STATE":
                said.state = message["value"]
            case other:
                raise AssertionError(f"no Singer message: {other}")
    return said


@dataclass
class Tap:
    """The program, what it is told about one company, and the way that it reaches QuickBooks' hosts."""

    program: Path
    directory: Path
    proxy: str
    authority: Path

    def configure(self, access: CompanyAccess, **values: Any) -> None:
        """Write the configuration; the tap itself keeps the refresh token in it up to date."""
        config = {
            "client_id": access.client_id,
            "client_secret": access.client_secret,
            "refresh_token": access.refresh_token,
            "realm_id": access.realm_id,
            "user_agent": "Contoso (books@contoso.example)",
            "sandbox": "true",
            **values,
        }
        self._write("config.json", config)

    @property
    def config(self) -> dict[str, Any]:
        """The configuration as the tap has left it."""
        found: dict[str, Any] = json.loads((self.directory / "config.json").read_text())
        return found

    def discover(self) -> dict[str, Any]:
        """Let the tap say which streams there are."""
        catalog: dict[str, Any] = json.loads(self._run("--discover"))
        return catalog

    def sync(
        self, catalog: dict[str, Any], streams: Iterable[str], state: dict[str, Any] | None = None
    ) -> Messages:
        """Run the tap for some streams with all their fields, from a state if there is one."""
        wanted = set(streams)
        for stream in catalog["streams"]:
            for entry in stream["metadata"]:
                entry["metadata"]["selected"] = stream["tap_stream_id"] in wanted
        options = ["--catalog", self._write("catalog.json", catalog)]
        if state is not None:
            options += ["--state", self._write("state.json", state)]
        return read_messages(self._run(*options).splitlines())

    def _write(self, name: str, value: Any) -> str:
        path = self.directory / name
        path.write_text(json.dumps(value), encoding="utf-8")
        return str(path)

    def _run(self, *options: str) -> str:
        ways = {"HTTPS_PROXY": self.proxy, "REQUESTS_CA_BUNDLE": str(self.authority)}
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        done = subprocess.run(
            [str(self.program), "--config", str(self.directory / "config.json"), *options],
            check=False,
            capture_output=True,
            text=True,
            timeout=LONGEST_RUN,
            env=kept | ways,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout
