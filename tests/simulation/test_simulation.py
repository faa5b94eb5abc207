"""A slice of the simulation, and whether it would notice."""

import json
import os
import subprocess
import sys

import pytest

from service.sync.mistakes import Mistake
from tests.simulation.report import OUTCOMES
from tests.simulation.runner import MODULE, play_many, play_one

SEEDS = range(50)
MOST_SEEDS_TO_NOTICE = 20


@pytest.mark.slow
def test_both_sides_agree_after_every_history() -> None:
    report = play_many(SEEDS)

    assert report.failures(f"python -m {MODULE}") == []
    assert all(report.outcomes[each] for each in OUTCOMES)


@pytest.mark.parametrize("mistake", list(Mistake))
def test_a_planted_mistake_is_noticed(mistake: Mistake) -> None:
    seeds = range(MOST_SEEDS_TO_NOTICE)

    assert any(play_one(seed, frozenset({mistake})).violations for seed in seeds)


def test_a_seed_decides_everything() -> None:
    seeds = [3, 4]

    again = subprocess.run(
        [sys.executable, "-m", MODULE, "--digests", *map(str, seeds)],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )

    assert json.loads(again.stdout) == {str(seed): play_one(seed).digest for seed in seeds}
