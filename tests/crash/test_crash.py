"""A slice of the crash points with fixed seeds."""

import pytest

from tests.crash.points import POINTS
from tests.crash.runner import crash_all, crash_on_postgres


@pytest.mark.slow
def test_no_crash_doubles_or_loses_anything() -> None:
    report = crash_all(range(3), double=40)

    assert report.failed == []
    assert report.missed == []
    assert {name for name in POINTS if not report.reached[name]} <= {
        "before a token refresh",
        "before a refresh's answer",
    }


@pytest.mark.slow
def test_none_does_on_postgresql_either() -> None:
    report = crash_on_postgres(range(3), number=8)

    assert report.failed == []
    assert report.missed == []
    assert report.single + report.double > 6
