"""What syncs which way, and why."""

import pytest

from service.core.directions import TABLE, direction
from service.core.policy import AccountProfile, Flow, Policy, Preferences
from service.core.records import LISTS, Kind

PROFILES = list(AccountProfile)


def policy(profile: AccountProfile, **preferences: Flow) -> Policy:
    return Policy(profile=profile, preferences=Preferences(**preferences))


COMES_BACK = {
    AccountProfile.ONE_WAY: {*LISTS, Kind.BILL, Kind.INVOICE},
    AccountProfile.TWO_WAY: {*LISTS, Kind.BILL, Kind.INVOICE, Kind.BILL_PAYMENT, Kind.INVOICE_PAYMENT},
}
"""The FAQ: payments sync both ways only for accounts signed up after 9/15/17, outside accountant consoles."""


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("kind", list(Kind))
def test_everything_goes_to_quickbooks_and_the_profile_says_what_comes_back(kind, profile) -> None:
    way = direction(kind, policy(profile))

    assert way.into_quickbooks
    assert way.into_platform is (kind in COMES_BACK[profile])


@pytest.mark.parametrize("kind", [Kind.BILL, Kind.INVOICE])
@pytest.mark.parametrize("profile", PROFILES)
def test_bills_and_invoices_go_to_quickbooks_only_where_the_company_chose_so(kind, profile) -> None:
    way = direction(kind, policy(profile, transactions_direction=Flow.TO_QUICKBOOKS))

    assert way.flow is Flow.TO_QUICKBOOKS
    assert (way.into_platform, way.into_quickbooks) == (False, True)
    assert "transactions_direction" in way.reason


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("kind", sorted(LISTS))
def test_lists_stay_two_way_whatever_transactions_do(kind, profile) -> None:
    assert direction(kind, policy(profile, transactions_direction=Flow.TO_QUICKBOOKS)).flow is Flow.BOTH


def test_a_kind_that_comes_from_quickbooks_only_is_not_written_there() -> None:
    way = direction(Kind.BILL, policy(AccountProfile.TWO_WAY, transactions_direction=Flow.TO_PLATFORM))

    assert (way.into_platform, way.into_quickbooks) == (True, False)


def test_every_kind_has_a_direction_for_every_profile() -> None:
    assert {(kind, profile) for kind in TABLE for profile in TABLE[kind]} == {
        (kind, profile) for kind in Kind for profile in AccountProfile
    }
