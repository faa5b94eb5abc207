"""What syncs which way, and why."""

import pytest

from service.core.directions import TABLE, direction
from service.core.policy import AccountProfile, Flow, Policy, Preferences
from service.core.records import LISTS, ORDER, SEEN, Kind

PROFILES = list(AccountProfile)


def policy(profile: AccountProfile, **preferences: Flow | None) -> Policy:
    return Policy(profile=profile, preferences=Preferences(**preferences))


COMES_BACK = {
    AccountProfile.ONE_WAY: {*LISTS, Kind.BILL, Kind.INVOICE},
    AccountProfile.TWO_WAY: {*LISTS, Kind.BILL, Kind.INVOICE, Kind.BILL_PAYMENT, Kind.INVOICE_PAYMENT},
}
"""The FAQ: payments sync both ways only for accounts signed up after 9/15/17, outside accountant consoles."""


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("kind", list(ORDER))
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
        (kind, profile) for kind in SEEN for profile in AccountProfile
    }


PAYMENTS = {Kind.BILL_PAYMENT: "bill_payment_direction", Kind.INVOICE_PAYMENT: "invoice_payment_direction"}
CHOICES = [None, Flow.BOTH, Flow.TO_QUICKBOOKS]
WAYS = {
    # profile, the preference of this kind of payments, transactions_direction: what comes of it, and by what
    (AccountProfile.ONE_WAY, None, Flow.BOTH): (Flow.TO_QUICKBOOKS, "9/15/17"),
    (AccountProfile.ONE_WAY, None, Flow.TO_QUICKBOOKS): (Flow.TO_QUICKBOOKS, "9/15/17"),
    (AccountProfile.ONE_WAY, Flow.BOTH, Flow.BOTH): (Flow.BOTH, "both ways"),
    (AccountProfile.ONE_WAY, Flow.BOTH, Flow.TO_QUICKBOOKS): (Flow.TO_QUICKBOOKS, "transactions_direction"),
    (AccountProfile.ONE_WAY, Flow.TO_QUICKBOOKS, Flow.BOTH): (Flow.TO_QUICKBOOKS, "9/15/17"),
    (AccountProfile.ONE_WAY, Flow.TO_QUICKBOOKS, Flow.TO_QUICKBOOKS): (Flow.TO_QUICKBOOKS, "9/15/17"),
    (AccountProfile.TWO_WAY, None, Flow.BOTH): (Flow.BOTH, "both ways"),
    (AccountProfile.TWO_WAY, None, Flow.TO_QUICKBOOKS): (Flow.TO_QUICKBOOKS, "transactions_direction"),
    (AccountProfile.TWO_WAY, Flow.BOTH, Flow.BOTH): (Flow.BOTH, "both ways"),
    (AccountProfile.TWO_WAY, Flow.BOTH, Flow.TO_QUICKBOOKS): (Flow.TO_QUICKBOOKS, "transactions_direction"),
    (AccountProfile.TWO_WAY, Flow.TO_QUICKBOOKS, Flow.BOTH): (Flow.TO_QUICKBOOKS, "preference {name}"),
    (AccountProfile.TWO_WAY, Flow.TO_QUICKBOOKS, Flow.TO_QUICKBOOKS): (
        Flow.TO_QUICKBOOKS,
        "preference {name}",
    ),
}


@pytest.mark.parametrize("transactions", [Flow.BOTH, Flow.TO_QUICKBOOKS])
@pytest.mark.parametrize("chosen", CHOICES)
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("kind", list(PAYMENTS))
def test_payments_go_as_profile_and_preferences_say_and_the_reason_names_which(
    kind, profile, chosen, transactions
) -> None:
    flow, words = WAYS[profile, chosen, transactions]

    way = direction(kind, policy(profile, transactions_direction=transactions, **{PAYMENTS[kind]: chosen}))

    assert way.flow is flow
    assert words.format(name=PAYMENTS[kind]) in way.reason
    assert way.reason.endswith(".")
    assert (way.into_platform, way.into_quickbooks) == (flow is Flow.BOTH, True)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("chosen", CHOICES)
@pytest.mark.parametrize("name", PAYMENTS.values())
def test_what_is_chosen_for_one_kind_of_payments_moves_no_other_kind(name, chosen, profile) -> None:
    plain, other = policy(profile), policy(profile, **{name: chosen})

    moved = {kind for kind in ORDER if direction(kind, plain) != direction(kind, other)}

    assert moved <= {kind for kind, each in PAYMENTS.items() if each == name}


@pytest.mark.parametrize("transactions", [Flow.BOTH, Flow.TO_QUICKBOOKS])
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("kind", [Kind.VENDOR_CREDIT, Kind.FUNDS_TRANSFER])
def test_credits_and_transfers_go_to_quickbooks_whatever_is_chosen(kind, profile, transactions) -> None:
    way = direction(
        kind,
        policy(
            profile,
            transactions_direction=transactions,
            bill_payment_direction=Flow.BOTH,
            invoice_payment_direction=Flow.BOTH,
        ),
    )

    assert way.flow is Flow.TO_QUICKBOOKS
    assert way.reason == "It goes to QuickBooks only."
