"""The option `--deviation NAME` of pytest; a plugin, because only the planted-fault run knows it."""

import hypothesis
import pytest

from service.sandbox.deviations import Deviation


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--deviation", choices=[one.value for one in Deviation], default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Look for no smaller example: one that fails is enough here."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("planted", phases=phases, database=None, derandomize=True)
    hypothesis.settings.load_profile("planted")
