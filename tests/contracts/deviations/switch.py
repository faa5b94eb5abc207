"""The fixture through which every sandbox of the suite gets the deviation that is being tried."""

import pytest

from service.sandbox.deviations import NONE, Deviation, Deviations


@pytest.fixture(scope="session")
def deviations(pytestconfig: pytest.Config) -> Deviations:
    """What `--deviation` switched on; nothing in an ordinary run."""
    name = pytestconfig.getoption("deviation", default=None)
    return frozenset({Deviation(name)}) if name else NONE
