"""What callers are told while the database does not answer."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection

from service.api.context import ApiContext
from service.app import create_app
from service.store.engine import StoreFailedError
from tests.api.conftest import BOOTSTRAP


class BrokenStore:
    """A database that is away."""

    slice_size = 250

    async def run(self, work: Callable[[Connection], Any]) -> Any:
        """Fail."""
        raise StoreFailedError("away")

    async def read(self, work: Callable[[Connection], Any]) -> Any:
        """Fail."""
        raise StoreFailedError("away")

    async def close(self) -> None:
        """There is nothing to close."""


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/companies/oak", None),
        ("PUT", "/v1/companies/oak/vendors/v1", {"name": "Oak"}),
        ("POST", "/v1/companies/oak/syncs", {}),
    ],
)
async def test_they_are_asked_to_come_again(
    context: ApiContext, method: str, path: str, body: dict[str, str] | None
) -> None:
    app = create_app(replace(context, store=BrokenStore()))
    transport = httpx.ASGITransport(app=app)
    headers = {"Authorization": f"Bearer {BOOTSTRAP}"}
    async with httpx.AsyncClient(transport=transport, base_url="https://sync.test") as client:
        answer = await client.request(method, path, json=body, headers=headers)

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert answer.json()["type"].endswith("database_unavailable")
    assert "again" in answer.json()["detail"]
