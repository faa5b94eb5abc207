"""A company's profile follows from when it signed up, and its preferences have the FAQ's defaults."""

import datetime as dt

import pytest

from service.core.merge import Keep
from service.core.policy import AccountProfile, Flow, Preferences, account_profile
from service.core.records import Kind


@pytest.mark.parametrize(
    ("signed_up_on", "console", "profile"),
    [
        (dt.date(2017, 9, 15), False, AccountProfile.ONE_WAY),
        (dt.date(2017, 9, 16), False, AccountProfile.TWO_WAY),
        (dt.date(2017, 9, 15), True, AccountProfile.ONE_WAY),
        (dt.date(2026, 1, 1), True, AccountProfile.ONE_WAY),
        (dt.date(2026, 1, 1), False, AccountProfile.TWO_WAY),
    ],
)
def test_payments_come_back_for_who_signed_up_later_and_not_under_a_console(
    signed_up_on, console, profile
) -> None:
    assert account_profile(signed_up_on, console) is profile


def test_quickbooks_wins_a_conflict_unless_the_company_chose_otherwise_for_that_kind() -> None:
    preferences = Preferences(conflict={"vendor": Keep.PLATFORM, "bill": Keep.ASK})

    assert preferences.keep(Kind.VENDOR) is Keep.PLATFORM
    assert preferences.keep(Kind.BILL) is Keep.ASK
    assert preferences.keep(Kind.ACCOUNT) is Keep.QUICKBOOKS


def test_a_company_that_chose_nothing_syncs_by_itself_both_ways_and_waits_for_its_accounts() -> None:
    preferences = Preferences()

    assert preferences.sync_automatically
    assert preferences.transactions_direction is Flow.BOTH
    assert not preferences.only_approved
    assert preferences.unallocated_expense_account is None
    assert preferences.bank_accounts == {}
