"""Vendor credits: they sync at once, and are applied in QuickBooks when the bill's status says so."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    explained,
    explained_there,
    is_here,
    is_there,
    issue,
    no_issues,
    nothing_here,
    nothing_there,
    number_here,
    number_there,
    refused,
    settled_there,
    synced,
    wrote,
)
from tests.scenarios.scenario import Round, Scenario

_CREDITED = (*here.ONE_BILL, here.credit("c1", number="VC-1", amount="30.00"))
_SECOND = (
    here.bill("b2", number="B-2", amount="50.00"),
    here.credit("c2", number="VC-2", amount="60.00"),
)

SCENARIOS = (
    Scenario(
        "an unapplied credit syncs at once",
        "Unapplied vendor credits sync to QuickBooks, and from there they don't come here.",
        given=here.BOOKS,
        edits=[here.credit("c1", number="VC-1", amount="30.00"), there.credit("QC-1", "20.00")],
        expect=[
            is_there("VendorCredit", "VC-1", TotalAmt="30.00", Balance="30.00"),
            is_here("vendor-credits/c1", balance="30.00", state="agreed"),
            number_here(1, "vendor-credits"),
            nothing_here("vendor-credits?number=QC-1"),
            explained_there("VendorCredit", "QC-1", code="direction", verdict="skip"),
            no_issues(),
        ],
    ),
    Scenario(
        "a credit that pays a part of a bill waits",
        "A credit that covers a bill partly waits until the rest is paid; then both go.",
        given=_CREDITED,
        edits=[here.uses("use", {"c1": "30.00"}, on={"b1": "30.00"})],
        expect=[
            is_here("bill-payments/use", state="held", code="credit_waits_for_bill"),
            issue("credit_waits_for_bill", on="use"),
            explained("bill-payments/use", code="credit_waits_for_bill", verdict="hold"),
            is_there("Bill", "B-1", Balance="100.00"),
            is_there("VendorCredit", "VC-1", Balance="30.00"),
            is_here(
                "bills/b1", balance="70.00", quickbooks_balance="100.00", status="partially_paid", code=None
            ),
        ],
        then=[
            Round(
                edits=[here.pays("rest", {"b1": "70.00"})],
                expect=[
                    synced(bill_payment={"created_in_quickbooks": 2}),
                    settled_there("Bill", "B-1", by={"70.00": "70.00", "0.00": "30.00"}),
                    settled_there("VendorCredit", "VC-1", by={"0.00": "30.00"}),
                    is_there("Bill", "B-1", Balance="0.00"),
                    is_there("VendorCredit", "VC-1", Balance="0.00"),
                    is_here("vendor-credits/c1", balance="0.00", quickbooks_balance="0.00", status="paid"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "a credit that pays a bill wholly makes a payment of nothing",
        "A bill that a credit covers wholly is paid in QuickBooks by a new payment of $0.",
        given=[
            *here.BOOKS,
            here.bill("b1", number="B-1", amount="30.00"),
            here.credit("c1", number="VC-1", amount="50.00"),
        ],
        edits=[here.uses("use", {"c1": "30.00"}, on={"b1": "30.00"})],
        expect=[
            is_there("BillPayment", TotalAmt="0.00"),
            settled_there("Bill", "B-1", by={"0.00": "30.00"}),
            is_there("Bill", "B-1", Balance="0.00"),
            is_there("VendorCredit", "VC-1", Balance="20.00"),
            is_here("bills/b1", balance="0.00", status="paid", code=None),
            is_here(
                "vendor-credits/c1", balance="20.00", quickbooks_balance="20.00", status="partially_paid"
            ),
            no_issues(),
        ],
    ),
    Scenario(
        "several credits on several bills, in one application",
        "An application may use several credits for several bills; it waits until all of them are covered.",
        given=[*_CREDITED, *_SECOND],
        edits=[here.uses("use", {"c1": "30.00", "c2": "60.00"}, on={"b1": "40.00", "b2": "50.00"})],
        expect=[issue("credit_waits_for_bill", on="use"), nothing_there("BillPayment")],
        then=[
            Round(
                edits=[here.pays("rest", {"b1": "60.00"})],
                expect=[
                    settled_there("Bill", "B-1", by={"60.00": "60.00", "0.00": "40.00"}),
                    settled_there("Bill", "B-2", by={"0.00": "50.00"}),
                    is_there("VendorCredit", "VC-1", Balance="0.00"),
                    is_there("VendorCredit", "VC-2", Balance="0.00"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "a payment that uses a credit beside money never waits",
        "Where money moves, the credit goes with it: payment and credit are linked to the bill together.",
        given=_CREDITED,
        edits=[here.pays("p1", {"b1": "80.00"}, credits={"c1": "30.00"})],
        expect=[
            is_there("BillPayment", TotalAmt="50.00"),
            is_there("Bill", "B-1", Balance="20.00"),
            is_there("VendorCredit", "VC-1", Balance="0.00"),
            is_here("bills/b1", balance="20.00", quickbooks_balance="20.00"),
        ],
    ),
    Scenario(
        "a company may have credits applied at once",
        "With the preference for immediate application a credit is applied before its bill is paid.",
        given=[*_CREDITED, here.uses("use", {"c1": "30.00"}, on={"b1": "30.00"})],
        edits=[here.prefers(partial_credit_application="immediate")],
        expect=[
            synced(bill_payment={"created_in_quickbooks": 1}),
            is_there("Bill", "B-1", Balance="70.00"),
            is_there("VendorCredit", "VC-1", Balance="0.00"),
            no_issues(),
        ],
    ),
    Scenario(
        "an application is undone by a void",
        "A credit that is taken off a bill is unapplied in QuickBooks, too, and can be used again.",
        given=[
            *here.BOOKS,
            here.bill("b1", number="B-1", amount="30.00"),
            here.credit("c1", number="VC-1", amount="30.00"),
            here.uses("use", {"c1": "30.00"}, on={"b1": "30.00"}),
        ],
        edits=[here.voids("use")],
        expect=[
            is_there("Bill", "B-1", Balance="30.00"),
            is_there("VendorCredit", "VC-1", Balance="30.00"),
            is_here(
                "vendor-credits/c1", balance="30.00", quickbooks_balance="30.00", status="open", code=None
            ),
            is_here("bills/b1", balance="30.00", status="open", code=None),
            no_issues(),
        ],
    ),
    Scenario(
        "applied by hand in QuickBooks first",
        "A credit that somebody applied in QuickBooks is not applied again: the same use of it is matched.",
        given=_CREDITED,
        edits=[
            here.uses("use", {"c1": "30.00"}, on={"b1": "30.00"}),
            there.applies_credit({"VC-1": "30.00"}, to={"B-1": "30.00"}),
        ],
        expect=[
            number_there(1, "BillPayment"),
            number_here(1, "bill-payments"),
            is_here("bill-payments/use", state="agreed", code=None),
            is_here("bills/b1", balance="70.00", quickbooks_balance="70.00", code=None),
            is_here("vendor-credits/c1", balance="0.00", quickbooks_balance="0.00"),
            no_issues(),
        ],
    ),
    Scenario(
        "applied by hand in QuickBooks, one way",
        "Where payments go one way, a credit that was used up in QuickBooks is told, and not used again.",
        profile="one_way",
        given=[*_CREDITED, here.bill("b2", number="B-2", amount="50.00")],
        edits=[
            there.applies_credit({"VC-1": "30.00"}, to={"B-2": "30.00"}),
            here.pays("p1", {"b1": "100.00"}, credits={"c1": "30.00"}),
        ],
        expect=[
            is_here("bill-payments/p1", state="held", code="credit_used_in_quickbooks"),
            issue("credit_used_in_quickbooks", on="p1", offers="link"),
            issue("paid_in_quickbooks", on="b2", offers="record_here"),
            is_there("Bill", "B-1", Balance="100.00"),
            wrote(0),
        ],
        then=[
            Round(
                edits=[there.deletes("BillPayment")],
                expect=[
                    is_there("Bill", "B-1", Balance="0.00"),
                    is_there("VendorCredit", "VC-1", Balance="0.00"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "no more of a credit than there is",
        "A credit is used up to its balance, and for its own vendor only.",
        given=[
            *_CREDITED,
            here.vendor("birch", "Birch"),
            here.bill("b2", number="B-2", amount="50.00", vendor="birch"),
        ],
        expect=[
            refused(here.uses("use", {"c1": "30.01"}, on={"b1": "30.01"}), code="exceeds_balance"),
            refused(
                here.uses("use", {"c1": "30.00"}, on={"b2": "30.00"}, vendor="birch"), code="vendor_mismatch"
            ),
        ],
    ),
    Scenario(
        "a credit's number that QuickBooks has",
        "A vendor credit's number is unique for its vendor: another one of that number is not doubled.",
        given=[*here.BOOKS, there.vendor("Birch")],
        edits=[here.credit("c1", number="VC-1", amount="30.00"), there.credit("VC-1", "20.00")],
        expect=[issue("number_taken", on="c1", offers="link"), number_there(1, "VendorCredit")],
        then=[
            Round(
                edits=[here.edits("vendor-credits/c1", number="VC-2")],
                expect=[is_there("VendorCredit", "VC-2", TotalAmt="30.00"), no_issues()],
            )
        ],
    ),
)
