"""Over TCP: a dropped connection is a broken one for whoever is on the other side."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn

from service.sandbox import FaultRule
from service.sandbox.server import new_sandbox, tcp_app


@pytest.fixture
async def served() -> AsyncIterator[tuple[str, object]]:
    sandbox = new_sandbox(seed=1, throttle=False)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(tcp_app(sandbox), log_level="critical", lifespan="off")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", sandbox
        server.should_exit = True
        await task


async def test_a_dropped_connection_breaks(served: tuple[str, object]) -> None:
    url, sandbox = served
    access = sandbox.create_company()  # type: ignore[attr-defined]
    headers = {"Authorization": f"Bearer {access.access_token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers) as client:
        path = f"/v3/company/{access.realm_id}/vendor"
        for action, known in (("drop_before", 0), ("drop_after", 1)):
            sandbox.faults.add(FaultRule(action=action, kind="write"))  # type: ignore[attr-defined,arg-type]
            with pytest.raises(httpx.RemoteProtocolError):
                await client.post(path, json={"DisplayName": "Acme"})
            assert len(sandbox.company(access.realm_id).all("Vendor")) == known  # type: ignore[attr-defined]

        after = await client.get(f"{path}/1")
        assert after.json()["Vendor"]["DisplayName"] == "Acme"


async def test_the_port_serves_control_and_consent(served: tuple[str, object]) -> None:
    url, _ = served
    async with httpx.AsyncClient(base_url=url) as client:
        access = (await client.post("/sandbox/companies", json={"sample": True})).json()
        page = await client.get(
            "/connect/oauth2",
            params={"client_id": access["client_id"], "response_type": "code", "state": "s",
                    "redirect_uri": "http://localhost:1/cb"},
        )  # fmt: skip

    assert "Tidewater Joinery" in page.text


async def test_serving_ends_quietly(served: tuple[str, object]) -> None:
    with contextlib.suppress(httpx.HTTPError):
        async with httpx.AsyncClient(base_url=served[0]) as client:
            assert (await client.get("/nowhere")).status_code == 404
