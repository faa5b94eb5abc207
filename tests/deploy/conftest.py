"""Whatever the machine has set for the service does not count here."""

import pytest

from tests.deploy.files import SETTINGS


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take all settings out of the environment."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
