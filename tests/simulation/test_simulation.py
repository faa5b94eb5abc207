"""A slice of the simulation with fixed seeds: all that the long runs show, in little."""

import json
import os
import subprocess
import sys

import pytest

from tests.simulation.corpus import CORPUS
from tests.simulation.faults import FAULTS
from tests.simulation.forgetful import MEMORIES, play_memory
from tests.simulation.history import Result
from tests.simulation.kinds import KINDS
from tests.simulation.orders import compare_orders
from tests.simulation.report import OUTCOMES
from tests.simulation.runner import MODULE, play_many, play_one, play_script
from tests.simulation.script import Script
from tests.simulation.shrink import shrink

SEEDS = [*CORPUS, *range(100, 170)]


@pytest.mark.slow
def test_both_sides_agree_after_every_history() -> None:
    report = play_many(SEEDS)

    assert report.failures(f"python -m {MODULE}") == []
    assert all(report.outcomes[each] for each in OUTCOMES)
    assert all(report.struck[each] for each in FAULTS)


def test_a_seed_decides_everything() -> None:
    seeds = [3, 4]

    again = subprocess.run(
        [sys.executable, "-m", MODULE, "--digests", *map(str, seeds)],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )

    assert json.loads(again.stdout) == {str(seed): play_one(seed).digest for seed in seeds}


@pytest.mark.slow
def test_the_order_of_what_arrives_does_not_matter() -> None:
    report = compare_orders(range(4))

    assert report.differing == []
    assert report.runs == 40


@pytest.mark.slow
@pytest.mark.parametrize("name", list(MEMORIES))
def test_a_quickbooks_that_forgets_doubles_nothing_that_is_not_named(name: str) -> None:
    report = play_memory(name, range(24))

    assert report.failed == []
    assert report.doubled == report.named
    assert bool(report.doubled) == report.memory.may_double


def test_a_failure_is_made_short() -> None:
    def play(script: Script) -> Result:
        """Call every history a failure in which the owner turns the direction."""
        result = play_script(script)
        if any("transactions_direction" in line for line in result.lines):
            result.violations.append(("turned", "the direction was turned"))
        return result

    failing = next(each for each in map(play, (Script(seed=seed) for seed in range(50))) if each.violations)

    short = shrink(failing, play)

    assert short.violations[-1][0] == "turned"
    assert short.events == 1 < failing.events
    assert play_script(short.script).digest == short.digest


def test_kinds_join_by_being_there() -> None:
    assert list(KINDS) == [
        "account",
        "accounting_class",
        "location",
        "vendor",
        "customer",
        "item",
        "bill",
        "invoice",
        "vendor_credit",
        "bill_payment",
        "invoice_payment",
        "funds_transfer",
    ]
