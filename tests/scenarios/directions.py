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
from tests.scenarios.scenario import Round, Scenario

_TO_QUICKBOOKS = here.has_support_set(transactions_direction="to_quickbooks")
_BOTH = here.has_support_set(transactions_direction="both")

SCENARIOS = (
    Scenario(
        "payments by account profile: one way",
        "Who signed up on 9/15/17 or before, or is under a console, has payments go to QuickBooks only.",
        profile="one_way",
        given=here.BOOKS,
        expect=[
            direction("bill_payment", "to_quickbooks"),
            direction("bill", "both"),
            direction("vendor_credit", "to_quickbooks"),
            direction("funds_transfer", "to_quickbooks"),
        ],
    ),
    Scenario(
        "payments by account profile: both ways",
        "Who signed up after 9/15/17 and is not under a console has bill payments sync both ways.",
        given=here.BOOKS,
        expect=[
            direction("bill_payment", "both"),
            direction("vendor", "both"),
            direction("vendor_credit", "to_quickbooks"),
            direction("funds_transfer", "to_quickbooks"),
        ],
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
