"""Directions: what one-way settings keep on one side is told, and comes once they are switched back."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    direction,
    explained_there,
    is_here,
    is_there,
    issue,
    no_issues,
    nothing_here,
    number_here,
    refused,
    synced,
)
from tests.scenarios.scenario import Profile, Round, Scenario

_TO_QUICKBOOKS = here.has_support_set(transactions_direction="to_quickbooks")
_BOTH = here.has_support_set(transactions_direction="both")

_PROFILES: tuple[Profile, ...] = ("one_way", "two_way")
_BOTH_WAYS = (
    *("account", "accounting_class", "location", "vendor", "customer", "item"),
    *("bill", "invoice"),
)
_SAME_FOR_ALL = (
    *(direction(kind, "both") for kind in _BOTH_WAYS),
    direction("vendor_credit", "to_quickbooks"),
    direction("funds_transfer", "to_quickbooks"),
    direction("credit_memo", "never"),
)
_ENTERED_HERE = (
    here.account("fees", "Fees", "Expense"),
    here.has("classes/retail", name="Retail"),
    here.has("locations/oak", name="Oakport"),
    here.vendor("elm", "Elm Ltd"),
    here.customer("elm", "Elm Cafe"),
    here.item("icing", "Icing"),
    here.bill("b1", number="B-1", amount="100.00"),
    here.credit("c1", number="VC-1", amount="30.00"),
    here.invoice("i1", "100.00"),
)
_ENTERED_THERE = (
    there.makes("Account", Name="Postage", AccountType="Expense"),
    there.makes("Class", Name="Trade"),
    there.makes("Department", Name="Elmport"),
    there.vendor("Fir Ltd"),
    there.customer("Fir Cafe"),
    there.bill("Q-1", "40.00"),
    there.credit("Q-C", "5.00"),
    there.invoice("50.00"),
    there.credit_memo("5.00", DocNumber="Q-M"),
)

SCENARIOS = (
    Scenario(
        "payments by account profile: one way",
        "Who signed up on 9/15/17 or before, or is under a console, has payments go to QuickBooks only.",
        profile="one_way",
        given=here.BOOKS,
        expect=[
            direction("bill_payment", "to_quickbooks"),
            direction("invoice_payment", "to_quickbooks"),
            *_SAME_FOR_ALL,
        ],
    ),
    Scenario(
        "payments by account profile: both ways",
        "Who signed up after 9/15/17 and is not under a console has bill payments sync both ways.",
        given=here.BOOKS,
        expect=[
            direction("bill_payment", "both"),
            direction("invoice_payment", "both"),
            *_SAME_FOR_ALL,
        ],
    ),
    *(
        Scenario(
            f"all but payments goes the same way whenever the account signed up: {profile}",
            "Lists, bills and invoices sync in both directions; credits and transfers go to QuickBooks.",
            profile=profile,
            given=here.SALES,
            edits=[*_ENTERED_HERE, *_ENTERED_THERE],
            expect=[
                is_there("Account", "Fees", AccountType="Expense"),
                is_there("Class", "Retail", Active=True),
                is_there("Department", "Oakport", Active=True),
                is_there("Vendor", "Elm Ltd", Active=True),
                is_there("Customer", "Elm Cafe", Active=True),
                is_there("Item", "Icing", Type="Service"),
                is_there("Bill", "B-1", Balance="100.00"),
                is_there("VendorCredit", "VC-1", Balance="30.00"),
                is_here("invoices/i1", state="agreed", balance="100.00"),
                is_here("accounts?name=Postage", state="agreed"),
                is_here("classes?name=Trade", state="agreed"),
                is_here("locations?name=Elmport", state="agreed"),
                is_here("vendors?name=Fir Ltd", state="agreed"),
                is_here("customers?name=Fir Cafe", state="agreed"),
                is_here("bills?number=Q-1", amount="40.00", state="agreed"),
                number_here(2, "invoices"),
                number_here(1, "vendor-credits"),
                explained_there("VendorCredit", "Q-C", code="direction", verdict="skip"),
                explained_there("CreditMemo", "Q-M", code="credit_memo", verdict="skip"),
                no_issues(),
            ],
        )
        for profile in _PROFILES
    ),
    Scenario(
        "bills and payments of QuickBooks are kept out, and let in again",
        "Customer support can stop bills of QuickBooks from coming, and undo it; lists stay two-way.",
        given=[*here.ONE_BILL, _TO_QUICKBOOKS],
        edits=[
            there.bill("Q-1", "40.00"),
            there.pays({"B-1": "30.00"}),
            there.vendor("Birch"),
            here.bill("b2", number="B-2", amount="50.00"),
        ],
        expect=[
            nothing_here("bills?number=Q-1"),
            nothing_here("bill-payments"),
            explained_there("Bill", "Q-1", code="direction", verdict="skip"),
            explained_there("BillPayment", None, code="direction", verdict="skip"),
            is_here("vendors?name=Birch", state="agreed"),
            is_there("Bill", "B-2", Balance="50.00"),
            issue("paid_in_quickbooks", on="b1"),
        ],
        then=[
            Round(
                edits=[_BOTH],
                expect=[
                    is_here("bills?number=Q-1", amount="40.00", state="agreed"),
                    is_here("bill-payments?status=processed", amount="30.00", origin="quickbooks"),
                    is_here("bills/b1", balance="70.00", quickbooks_balance="70.00", code=None),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "it takes customer support",
        "Stopping bills of QuickBooks, and payments both ways for an older account, take customer support.",
        profile="one_way",
        given=here.BOOKS,
        expect=[
            refused(here.prefers(transactions_direction="to_quickbooks"), code="scope_missing"),
            refused(here.prefers(bill_payment_direction="both"), code="scope_missing"),
        ],
    ),
    Scenario(
        "a linked bill that is changed there while it goes one way",
        "What goes to QuickBooks only is neither taken nor written over: a change there is told.",
        given=[*here.ONE_BILL, _TO_QUICKBOOKS],
        edits=[there.edits("Bill", "B-1", DueDate="2026-04-30"), here.edits("bills/b1", memo="March")],
        expect=[
            is_here(
                "bills/b1", due_on=here.TODAY, memo="March", state="conflict", code="changed_in_quickbooks"
            ),
            is_there("Bill", "B-1", DueDate="2026-04-30"),
            issue("changed_in_quickbooks", on="b1", offers="keep_quickbooks"),
        ],
        then=[
            Round(
                edits=[_BOTH],
                expect=[is_here("bills/b1", due_on="2026-04-30", memo="March", state="agreed"), no_issues()],
            )
        ],
    ),
    Scenario(
        "an older account opts for payments both ways",
        "Older accounts can have payments synced both ways: what stayed in QuickBooks until then comes.",
        profile="one_way",
        given=here.TWO_BILLS,
        edits=[there.pays({"B-1": "100.00"})],
        expect=[issue("paid_in_quickbooks", on="b1"), nothing_here("bill-payments")],
        then=[
            Round(
                edits=[here.has_support_set(bill_payment_direction="both")],
                expect=[
                    direction("bill_payment", "both"),
                    synced(bill_payment={"created_in_platform": 1}),
                    is_here("bills/b1", balance="0.00", quickbooks_balance="0.00", status="paid", code=None),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "a newer account has payments go one way",
        "Payments can be made to go to QuickBooks only; bills keep going both ways.",
        given=[*here.ONE_BILL, here.prefers(bill_payment_direction="to_quickbooks")],
        edits=[there.pays({"B-1": "100.00"}), there.bill("Q-1", "40.00")],
        expect=[
            direction("bill_payment", "to_quickbooks"),
            is_here("bills?number=Q-1", state="agreed"),
            issue("paid_in_quickbooks", on="b1"),
            number_here(0, "bill-payments"),
        ],
        then=[
            Round(
                edits=[here.prefers(bill_payment_direction="both")],
                expect=[is_here("bill-payments?status=processed", origin="quickbooks"), no_issues()],
            )
        ],
    ),
)
