"""A slice of the simulation, and whether it would notice."""

import json
import os
import subprocess
import sys

import pytest

from tests.simulation.report import OUTCOMES
from tests.simulation.runner import MODULE, play_many, play_one

SEEDS = range(50)


@pytest.mark.slow
def test_both_sides_agree_after_every_history() -> None:
    report = play_many(SEEDS)

    assert report.failures(f"python -m {MODULE}") == []
    assert all(report.outcomes[each] for each in OUTCOMES)


def test_a_seed_decides_everything() -> None:
    seeds = [3, 4]

    again = subprocess.run(
        [sys.executable, "-m", MODULE, "--digests", *map(str, seeds)],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )

    assert json.loads(again.stdout) == {str(seed): play_one(seed).digest for seed in seeds}
