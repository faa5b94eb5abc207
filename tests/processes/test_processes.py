"""Real workers, a few trials at a time; `python -m tests.processes` makes all of them."""

import asyncio

import pytest

from tests.processes.__main__ import is_slow
from tests.processes.ground import Ground
from tests.processes.storm import storm
from tests.processes.trials import asked_to_stop, killed_at, stood_still_at


@pytest.mark.slow
async def test_workers_die_end_and_stand_still(ground: Ground) -> None:
    """A death between wire and ledger, one within a commit, one at random, an end asked for, a zombie.

    The zombie stands still in mid-transaction, and holds the lease's row.
    """
    dying = storm(ground, kills=1, companies=2, workers=2)
    trials = [
        killed_at(ground, "request.answered", nth=3),
        killed_at(ground, "slice.uncommitted"),
        asked_to_stop(ground, "query"),
        stood_still_at(ground, "slice.uncommitted"),
    ]

    random, made = await asyncio.gather(dying, asyncio.gather(*trials))
    recovered = [each.recovered for each in made if each.recovered is not None]

    assert random.wrong == []
    assert random.kills == 1
    assert [words for each in made for words in each.wrong] == []
    assert len(recovered) == len(trials)
    assert not is_slow(recovered + random.recovered)
