"""What balances allow of a payment, in a bookkeeper's words, and when a credit is released."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from service.core.payments import Application, Funding, Target
from service.core.policy import AccountProfile, CreditApplication, Facts, Policy, Preferences
from service.core.records import BillPayment, Kind, Method, PaidBill, UsedCredit
from service.core.references import Reference
from service.core.rules import Candidate, Gate, Standing, first_objection

OUT = Gate.INTO_QUICKBOOKS
BANK = Funding(account="bank", preference="default_bank_account", type="Bank")
MONEY = Decimal("70.00")
CREDIT = Decimal("30.00")
HUNDRED = Decimal("100.00")


def payment(amount: Decimal = MONEY, credit: Decimal | None = None, **fields: Any) -> BillPayment:
    """A payment of one bill, with so much of a credit."""
    return BillPayment(
        vendor="41",
        paid_on=dt.date(2026, 3, 2),
        reference="77",
        currency="USD",
        lines=(PaidBill(bill="145", amount=amount),),
        credits=() if credit is None else (UsedCredit(vendor_credit="90", amount=credit),),
        **fields,
    )


def share(of: str, amount: Decimal, **fields: Any) -> Application:
    return Application(payment=of, amount=amount, **fields)


def bill(
    *applications: Application, there: Decimal | None = HUNDRED, amount: Decimal = HUNDRED, id: str = "145"
) -> Target:
    """A bill, and what QuickBooks says is open of it."""
    return Target(
        reference=Reference(Kind.BILL, id),
        label=f"bill B-{id}",
        amount=amount,
        quickbooks_amount=None if there is None else amount,
        quickbooks_balance=there,
        applications=applications,
    )


def credit(*applications: Application, there: Decimal | None = CREDIT) -> Target:
    """A vendor credit of 30.00, and what QuickBooks says is left of it."""
    found = bill(*applications, there=there, amount=CREDIT)
    return replace(found, reference=Reference(Kind.VENDOR_CREDIT, "90"), label="vendor credit VC-1")


def stopped(document: BillPayment, *targets: Target, **more: Any) -> tuple[str, str, str] | None:
    """What stops payment p1: code, reason and fix."""
    chosen = Preferences(**more.pop("preferences", {}))
    facts = Facts(**more.pop("facts", {}))
    subject = Candidate(
        **{
            "kind": Kind.BILL_PAYMENT,
            "document": document,
            "policy": Policy(profile=AccountProfile.TWO_WAY, preferences=chosen, facts=facts),
            "id": "p1",
            "currency": "USD",
            "funding": BANK,
            "targets": targets,
        }
        | more
    )
    found = first_objection(subject, OUT)
    return found and (found[0], found[1].reason, found[1].fix)


# What QuickBooks says is open


@pytest.mark.parametrize(
    ("others", "there", "open_there"),
    [
        ([], "69.99", "69.99"),
        ([], "0.00", "0.00"),
        ([share("p2", Decimal("30.01"), coming=True)], "100.00", "69.99"),
        (
            [share("p2", Decimal("20.00"), coming=True), share("p3", Decimal("20.00"), coming=True)],
            "100.00",
            "60.00",
        ),
        ([share("p2", HUNDRED, coming=True)], "50.00", "-50.00"),
    ],
)
def test_no_more_is_paid_than_is_open_there_and_the_reason_says_how_much_that_is(
    others, there, open_there
) -> None:
    found = stopped(payment(), bill(share("p1", MONEY), *others, there=Decimal(there)))

    assert found is not None
    code, reason, fix = found
    assert code == "paid_twice"
    assert reason == (
        f"Bill payment 77 pays bill B-145, of which QuickBooks says that only {open_there} is open: "
        "it was paid there, too."
    )
    assert "sync to false" in fix
    assert "void this one" in fix


@pytest.mark.parametrize(
    ("others", "there"),
    [
        ([], "70.00"),
        ([], None),
        ([share("p2", HUNDRED, linked=True)], "70.00"),
        ([share("p2", HUNDRED, sync=False)], "70.00"),
        ([share("p2", HUNDRED)], "70.00"),
        ([share("p2", CREDIT, coming=True)], "100.00"),
    ],
)
def test_only_what_is_on_its_way_there_leaves_less(others, there) -> None:
    target = bill(share("p1", MONEY), *others, there=None if there is None else Decimal(there))

    assert stopped(payment(), target) is None


def test_the_bill_that_is_paid_there_is_named_and_not_another() -> None:
    open_one, paid = bill(share("p1", MONEY)), bill(share("p1", CREDIT), there=Decimal(0), id="146")
    two = replace(payment(), lines=(*payment().lines, PaidBill(bill="146", amount=CREDIT)))

    assert "bill B-146" in stopped(two, open_one, paid)[1]


def test_two_lines_of_one_bill_count_together() -> None:
    half = PaidBill(bill="145", amount=Decimal("60.00"))
    twice = replace(payment(), lines=(half, half))

    found = stopped(twice, bill(share("p1", Decimal("120.00"))))

    assert found[0] == "paid_twice"


def test_no_more_of_a_credit_is_used_than_is_left_there() -> None:
    used = payment(HUNDRED, CREDIT)

    found = stopped(used, bill(share("p1", HUNDRED)), credit(share("p1", CREDIT), there=Decimal("29.99")))

    assert found == (
        "credit_used_in_quickbooks",
        "Bill payment 77 uses vendor credit VC-1, of which QuickBooks says that only 29.99 is left: it was "
        "applied there, too.",
        "Remove the application in QuickBooks, or link this one with it; else void this one.",
    )
    assert stopped(used, bill(share("p1", HUNDRED)), credit(share("p1", CREDIT))) is None


def test_a_bill_that_is_paid_there_is_told_before_its_credit() -> None:
    found = stopped(
        payment(HUNDRED, CREDIT),
        bill(share("p1", HUNDRED), there=Decimal(0)),
        credit(share("p1", CREDIT), there=Decimal(0)),
    )

    assert found[0] == "paid_twice"


def test_what_is_there_already_is_held_to_no_balance() -> None:
    empty = (bill(share("p1", MONEY), there=Decimal(0)), credit(share("p1", CREDIT), there=Decimal(0)))

    assert stopped(payment(HUNDRED, CREDIT), *empty, linked=True) is None


@given(mine=st.integers(1, 200), coming=st.integers(0, 200), there=st.integers(0, 200))
def test_a_payment_goes_exactly_if_it_fits_into_what_is_left(mine, coming, there) -> None:
    amounts = [Decimal(each) for each in (mine, coming, there)]
    target = bill(share("p1", amounts[0]), share("p2", amounts[1], coming=True), there=amounts[2])

    found = stopped(payment(amounts[0]), target)

    assert (found is None) == (mine + coming <= there)


# When a credit is released


USE = payment(CREDIT, CREDIT)
MINE = share("p1", CREDIT, moves_money=False)


@pytest.mark.parametrize(
    ("rest", "released"),
    [
        ([], False),
        ([share("p2", Decimal("69.99"), coming=True)], False),
        ([share("p2", MONEY, coming=True)], True),
        ([share("p2", MONEY, linked=True)], True),
        ([share("p2", MONEY, scheduled=True, linked=True)], True),
        ([share("p2", MONEY, scheduled=True, coming=True)], True),
        ([share("p2", MONEY, sync=False)], True),
        ([share("p2", MONEY, scheduled=True)], False),
        ([share("p2", MONEY, code="preferences_missing")], False),
        ([share("p2", MONEY, moves_money=False)], True),
        ([share("p2", Decimal("35.00"), linked=True), share("p3", Decimal("35.00"), linked=True)], True),
        ([share("p2", Decimal("35.00"), linked=True), share("p3", Decimal("35.00"))], False),
    ],
)
def test_a_credit_is_applied_when_its_bill_is_covered_and_the_money_is_there_or_coming(
    rest, released
) -> None:
    found = stopped(USE, bill(MINE, *rest), credit(MINE))

    assert (found is None) == released
    assert released or found[0] == "credit_waits_for_bill"


def test_a_credit_that_waits_says_how_much_of_which_bill_is_open() -> None:
    found = stopped(USE, bill(MINE, share("p2", Decimal("20.00"), linked=True)), credit(MINE))

    assert found[1] == "Bill payment 77 applies a credit to bill B-145, of which 50.00 is open."
    assert "partial_credit_application to immediate" in found[2]


def test_a_credit_that_waits_for_a_payment_names_it() -> None:
    found = stopped(USE, bill(MINE, share("p2", MONEY)), credit(MINE))

    assert found[1] == (
        "Bill payment 77 applies a credit to bill B-145, whose payment p2 is not in QuickBooks yet."
    )
    assert found[2] == "Mend payment p2: the credit follows with it."


def test_every_bill_that_a_credit_is_applied_to_has_to_be_covered() -> None:
    covered = bill(MINE, share("p2", MONEY, linked=True))
    other = bill(share("p1", CREDIT, moves_money=False), id="146")

    found = stopped(USE, covered, other, credit(MINE))

    assert found[0] == "credit_waits_for_bill"
    assert "B-146" in found[1]
    assert "70.00" in found[1]


@pytest.mark.parametrize("rest", [[], [share("p2", MONEY)]])
def test_a_credit_goes_at_once_where_the_company_wants_that(rest) -> None:
    at_once = {"partial_credit_application": CreditApplication.IMMEDIATE}

    assert stopped(USE, bill(MINE, *rest), credit(MINE), preferences=at_once) is None


def test_at_once_is_no_leave_to_pay_what_is_paid() -> None:
    at_once = {"partial_credit_application": CreditApplication.IMMEDIATE}

    found = stopped(USE, bill(MINE, there=Decimal("29.99")), credit(MINE), preferences=at_once)

    assert found[0] == "paid_twice"


def test_a_payment_that_moves_money_is_never_held_for_its_credit() -> None:
    half = payment(Decimal("50.00"), CREDIT)

    assert stopped(half, bill(share("p1", Decimal("50.00"))), credit(share("p1", CREDIT))) is None


def test_a_credit_that_is_applied_there_already_waits_for_nothing() -> None:
    assert stopped(USE, bill(MINE), credit(MINE), linked=True) is None


# The account, and the words about it


@pytest.mark.parametrize(
    ("funding", "method", "code", "words"),
    [
        (
            {"account": None, "type": None},
            Method.OFFLINE,
            "preferences_missing",
            "default_bank_account is not set",
        ),
        (
            {"account": "x", "preference": "bank_accounts.house", "type": None},
            Method.OFFLINE,
            "preferences_missing",
            "bank_accounts.house is not set",
        ),
        (
            {"account": None, "preference": "money_out_clearing_account", "type": None},
            Method.ONLINE,
            "preferences_missing",
            "money_out_clearing_account is not set",
        ),
        ({"archived": True}, Method.OFFLINE, "payment_account", "account bank, which is inactive"),
        (
            {"type": "Expense"},
            Method.OFFLINE,
            "payment_account",
            "of type Expense; it takes Bank or Credit Card",
        ),
        ({"type": "Credit Card"}, Method.ONLINE, "payment_account", "of type Credit Card; it takes Bank."),
    ],
)
def test_what_is_wrong_with_its_account_is_said_in_words(funding, method, code, words) -> None:
    found = stopped(payment(method=method), bill(share("p1", MONEY)), funding=replace(BANK, **funding))

    assert found[0] == code
    assert words in found[1]


@pytest.mark.parametrize("type", ["Bank", "Credit Card"])
def test_a_payment_that_was_told_of_goes_against_a_bank_or_a_card(type) -> None:
    assert stopped(payment(), bill(share("p1", MONEY)), funding=replace(BANK, type=type)) is None


def test_of_all_that_stops_it_what_can_not_be_mended_comes_first_and_balances_last() -> None:
    """Each cause is taken away in turn: what stops it then comes next."""
    wrong: dict[str, Any] = {
        "document": payment(HUNDRED, HUNDRED, sync=False),
        "currency": "EUR",
        "funding": replace(BANK, type=None),
        "facts": {"books_closed_on": dt.date(2026, 3, 31)},
        "unlinked": (Reference(Kind.BILL, "145"),),
        "there": Decimal(0),
    }
    mends: list[dict[str, Any]] = [
        {},
        {"document": payment(HUNDRED, HUNDRED)},
        {"currency": "USD"},
        {"funding": replace(BANK, archived=True)},
        {"funding": BANK},
        {"facts": {}},
        {"unlinked": ()},
        {"there": HUNDRED},
    ]

    codes = []
    for mend in mends:
        wrong |= mend
        rest = dict(wrong)
        document, there = rest.pop("document"), rest.pop("there")
        found = stopped(document, bill(share("p1", HUNDRED), amount=Decimal("150.00"), there=there), **rest)
        codes.append(found and found[0])

    assert codes == [
        "sync_off",
        "currency_not_usd",
        "preferences_missing",
        "payment_account",
        "books_closed",
        "parent_not_synced",
        "paid_twice",
        "credit_waits_for_bill",
    ]


def test_what_only_waits_is_held_and_what_is_as_it_is_is_skipped() -> None:
    subject = Candidate(
        kind=Kind.BILL_PAYMENT,
        document=payment(),
        policy=Policy(profile=AccountProfile.TWO_WAY),
        id="p1",
        currency="USD",
        funding=BANK,
        targets=(bill(share("p1", MONEY), there=Decimal(0)),),
    )

    held = first_objection(subject, OUT)
    skipped = first_objection(replace(subject, document=payment(sync=False)), OUT)

    assert (held[1].standing, held[1].field) == (Standing.HOLD, "lines")
    assert (skipped[1].standing, skipped[1].field) == (Standing.SKIP, "sync")
