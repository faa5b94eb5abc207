"""The wire: one request, one whole answer, or an error that says whether the request may have arrived.

The only module that imports httpx. Nothing is retried here, nothing redirected, no cookie kept (one client
serves many companies). Every wait has an end.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import quote

import httpx

from service.quickbooks.errors import NoAnswerError, NotSentError

CONNECT_SECONDS = 5.0
READ_SECONDS = 60.0
WRITE_SECONDS = 130.0
"""QuickBooks gives a request up after 120 s; we outwait it, so that fewer outcomes stay unknown."""

_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A whole answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http:
    """A connection pool for QuickBooks' hosts; close it in the end."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None, *, connections: int = 100) -> None:
        # httpx logs whole URLs, and a query in an URL holds names and numbers of a company's books.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._client = httpx.AsyncClient(
            transport=transport,
            http2=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            limits=httpx.Limits(
                max_connections=connections, max_keepalive_connections=20, keepalive_expiry=5.0
            ),
            headers={"User-Agent": "quickbooks-sync"},
        )

    async def request(
        self,
        method: str,
        url: str,
        *,
        parameters: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        read_seconds: float = READ_SECONDS,
    ) -> HttpAnswer:
        """Send one request and return its whole answer, whatever its status.

        Raises:
            NotSentError: no connection came about; nothing was applied.
            NoAnswerError: it was sent, or begun, and no whole answer came.
        """
        timeout = httpx.Timeout(connect=CONNECT_SECONDS, read=read_seconds, write=30.0, pool=30.0)
        request = self._client.build_request(
            method, _address(url, parameters), headers=dict(headers or {}), content=body, timeout=timeout
        )
        try:
            # `read` bounds the pause between two pieces of an answer; this bounds the whole.
            async with asyncio.timeout(2 * read_seconds + CONNECT_SECONDS):
                response = await self._client.send(request)
        except _NEVER_LEFT as error:
            raise NotSentError(_words(error)) from error
        except Exception as error:
            # Broad on purpose: whatever a transport raises after it began, the request may have arrived.
            # CancelledError is no Exception and passes.
            raise NoAnswerError(_words(error)) from error
        return HttpAnswer(response.status_code, dict(response.headers), response.content)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def _address(url: str, parameters: Sequence[tuple[str, str]]) -> str:
    """Append parameters, all percent-encoded: a bare `+` would reach QuickBooks as a space."""
    if not parameters:
        return url
    pairs = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in parameters)
    return f"{url}?{pairs}"


def _words(error: Exception) -> str:
    """Name an error; one about our own headers would quote the token."""
    if isinstance(error, httpx.LocalProtocolError) or not str(error):
        return type(error).__name__
    return f"{type(error).__name__}: {error}"
