"""A slice of the planted-fault run: a few deviations, each held against the part that knows it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from service.sandbox.deviations import Deviation, Deviations
from tests.contracts.deviations.planting import AT_ONCE, Verdict, try_out

SLICE = {
    Deviation.STALE_TOKEN_ACCEPTED: "tests/contracts/laws/test_tokens.py",
    Deviation.ONLY_FIRST_LINE_PAYS: "tests/contracts/laws/test_balances.py",
    Deviation.REQUESTID_IGNORED: "tests/contracts/laws/test_replays.py",
    Deviation.NO_TOMBSTONES: "tests/contracts/laws/test_copies.py",
    Deviation.AMOUNTS_SHORTENED: "tests/sandbox/test_writes.py",
}


@pytest.fixture(scope="module", autouse=True)
def _ordinary_run_only(deviations: Deviations) -> None:
    if deviations:
        pytest.skip("a planted-fault run doesn't plant again")


def test_a_few_planted_faults_are_noticed() -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda one: try_out(one[0], [one[1]]), SLICE.items()))

    unnoticed = [one.deviation for one in outcomes if one.verdict is not Verdict.CAUGHT]
    assert unnoticed == [], [one.output for one in outcomes if one.deviation in unnoticed]
