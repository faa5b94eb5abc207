"""The servers that workers stand on, for the session."""

from collections.abc import AsyncIterator

import pytest

from tests.postgres import Postgres
from tests.processes.ground import Ground, running_ground


@pytest.fixture
async def ground(postgres: Postgres) -> AsyncIterator[Ground]:
    """PostgreSQL, Valkey and a QuickBooks over TCP."""
    async with running_ground(postgres) as made:
        yield made
