"""JSON over HTTP as an outside caller speaks it: exact amounts, and refusals that can be read."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from service.quickbooks.errors import NoAnswerError, NotSentError
from service.quickbooks.http import Http, HttpAnswer

Json = dict[str, Any]
Found = TypeVar("Found")

CALL_SECONDS = 20.0
POLL_SECONDS = 0.05
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


class DemoError(Exception):
    """The demo can't go on; the message is for its reader."""


class RefusedError(DemoError):
    """A call was answered with an error."""

    def __init__(self, call: str, status: int, problem: Any) -> None:
        self.status = status
        self.code = problem.get("code") if isinstance(problem, dict) else None
        said = problem.get("detail") if isinstance(problem, dict) else None
        self.detail = str(said or problem)
        super().__init__(f"{call} was answered with {status}: {self.detail}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is decoded JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Caller:
    """Calls one server."""

    def __init__(self, http: Http, url: str, *, key: str | None = None) -> None:
        self._http = http
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and return its answer.

        Raises:
            RefusedError: the answer was an error.
            DemoError: there was none.
        """
        sent = dict(self._headers) | dict(headers or {})
        encoded = None if body is None else _ENCODER.encode(body)
        if encoded is not None:
            sent["Content-Type"] = "application/json"
        named = tuple((parameters or {}).items())
        answer = await self._send(method, path, named, sent, encoded)
        shown = _DECODER.decode(answer.body) if answer.body else None
        if answer.status >= 400:
            raise RefusedError(f"{method} {path}", answer.status, shown)
        return Answer(answer.status, answer.headers, shown)

    async def get(self, path: str, **parameters: str) -> Any:
        """Read one resource."""
        return (await self.call("GET", path, parameters=parameters)).body

    async def post(self, path: str, body: Any) -> Any:
        """Post a body and return what is answered."""
        return (await self.call("POST", path, body)).body

    async def all_of(self, path: str, **parameters: str) -> list[Json]:
        """Read a list to its end."""
        found: list[Json] = []
        wanted = {"limit": "1000", **parameters}
        while True:
            page = await self.get(path, **wanted)
            found += page["items"]
            if not page["next"]:
                return found
            wanted["cursor"] = str(page["next"])

    async def _send(
        self,
        method: str,
        path: str,
        parameters: tuple[tuple[str, str], ...],
        headers: dict[str, str],
        body: bytes | None,
    ) -> HttpAnswer:
        try:
            return await self._http.request(
                method,
                f"{self._url}{path}",
                parameters=parameters,
                headers=headers,
                body=body,
                read_seconds=CALL_SECONDS,
            )
        except (NotSentError, NoAnswerError) as error:
            raise DemoError(f"{method} {self._url}{path} got no answer: {error}") from error


async def until(look: Callable[[], Awaitable[Found | None]], *, seconds: float) -> Found | None:
    """Look again and again until something is found, or the time is over: None."""
    clock = asyncio.get_running_loop().time
    limit = clock() + seconds
    while True:
        if (found := await look()) is not None:
            return found
        if clock() >= limit:
            return None
        await asyncio.sleep(POLL_SECONDS)
