"""Every scenario, on both databases, with either side's edits first."""

from typing import Any

import pytest

from service.core.actions import Action
from tests.scenarios import (
    customers,
    directions,
    eligibility,
    invoice_payments,
    invoices,
    lists,
    merges,
    offline_payments,
    online_payments,
    paid_there,
    payments_from_quickbooks,
    preferences,
    refusals,
    removals,
    trees,
    untouched,
    vendor_credits,
)
from tests.scenarios.scenario import Scenario, Side, play
from tests.scenarios.world import World

THEMES = (
    preferences,
    directions,
    eligibility,
    lists,
    merges,
    customers,
    invoices,
    invoice_payments,
    online_payments,
    offline_payments,
    paid_there,
    payments_from_quickbooks,
    vendor_credits,
    refusals,
    removals,
    trees,
    untouched,
)


def _case(theme: str, scenario: Scenario, first: Side) -> Any:
    order = f", edits {first} first" if len(scenario.orders) > 1 else ""
    return pytest.param(scenario, first, id=f"{theme}: {scenario.name}{order}")


CASES = [
    _case(theme.__name__.rpartition(".")[2], scenario, first)
    for theme in THEMES
    for scenario in theme.SCENARIOS
    for first in scenario.orders
]


@pytest.mark.parametrize(("scenario", "first"), CASES)
async def test_scenario(world: World, scenario: Scenario, first: Side) -> None:
    await play(world, scenario, first=first)


def test_every_action_is_shown() -> None:
    rounds = [each for theme in THEMES for scenario in theme.SCENARIOS for each in scenario.rounds]
    taken = [step.says for each in rounds for step in each.edits if step.says.startswith("here.acts(")]

    assert {action for action in Action if any(f"'{action}'" in says for says in taken)} == {*Action}
