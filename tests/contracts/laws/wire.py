"""One company's wire for code that isn't asynchronous: each call runs the application to its end."""

import asyncio
from types import TracebackType
from typing import Any

import httpx

from service.sandbox.wire import decode
from tests.contracts.laws.office import Office
from tests.sandbox.conftest import Wire


class Line:
    """A connection to an office's company; close it when done."""

    def __init__(self, office: Office) -> None:
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app=office.sandbox.app)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://sandbox.test")
        self.wire = Wire(self._http, office.access)

    def __enter__(self) -> "Line":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, work: Any) -> Any:
        """Run something asynchronous to its end."""
        return self._runner.run(work)

    def get(self, path: str, **params: str) -> Any:
        """Read; the answer has to be 200."""
        response = self.run(self.wire.call("GET", path, params=params))
        assert response.status_code == 200, response.text
        return decode(response.content)

    def close(self) -> None:
        """Let go."""
        self.run(self._http.aclose())
        self._runner.close()
