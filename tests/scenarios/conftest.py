"""A world for each scenario, on each database."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from service.api.application import bare_app
from service.store.engine import Store
from tests.clocks import FixedClock
from tests.scenarios.world import World


@pytest.fixture(scope="package")
def routes() -> FastAPI:
    """The API without anything behind it: making its routes takes longer than most scenarios."""
    return bare_app()


@pytest.fixture
async def world(store: Store, clock: FixedClock, routes: FastAPI) -> AsyncIterator[World]:
    """An empty world."""
    made = World(store, clock, routes)
    yield made
    await made.close()
