"""Payments that are made in QuickBooks come here as they are, are never echoed, and are edited there."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    explained_there,
    is_here,
    is_there,
    no_issues,
    nothing_here,
    number_here,
    number_there,
    refused,
    synced,
    wrote,
)
from tests.scenarios.scenario import Round, Scenario

_MADE_THERE = "bill-payments?status=processed"
_OWED = there.enters_journal("J-1", "20.00", vendor="Ash & Co")

SCENARIOS = (
    Scenario(
        "a payment of parts of several bills comes here",
        "For newer accounts payments made in QuickBooks sync, too: parts, several bills, check numbers.",
        given=here.TWO_BILLS,
        edits=[there.pays({"B-1": "40.00", "B-2": "50.00"}, DocNumber="1001", PrivateNote="By hand")],
        expect=[
            synced(bill_payment={"created_in_platform": 1}),
            is_here(
                _MADE_THERE,
                origin="quickbooks",
                method="offline",
                amount="90.00",
                bank_account="bank",
                reference="1001",
                memo="By hand",
                lines=[{"bill": "b1", "amount": "40.00"}, {"bill": "b2", "amount": "50.00"}],
                unmapped=[],
                state="agreed",
            ),
            is_here(
                "bills/b1", balance="60.00", quickbooks_balance="60.00", status="partially_paid", code=None
            ),
            is_here("bills/b2", balance="0.00", status="paid"),
            number_there(1, "BillPayment"),
            no_issues(),
        ],
    ),
    Scenario(
        "a card payment with a credit comes here",
        "A payment by card that also uses a vendor credit comes here with both.",
        given=[*here.ONE_BILL, here.credit("c1", number="VC-1", amount="30.00")],
        edits=[there.pays({"B-1": "100.00"}, credits={"VC-1": "30.00"}, by="Company Card")],
        expect=[
            is_here(
                _MADE_THERE,
                amount="70.00",
                bank_account="card",
                lines=[{"bill": "b1", "amount": "100.00"}],
                credits=[{"vendor_credit": "c1", "amount": "30.00"}],
            ),
            is_here("vendor-credits/c1", balance="0.00", quickbooks_balance="0.00", status="paid"),
            is_here("bills/b1", balance="0.00", quickbooks_balance="0.00"),
            no_issues(),
        ],
    ),
    Scenario(
        "what else it pays is shown as unmapped",
        "Lines that pay what isn't held here count in the amount and are shown, never lost.",
        given=here.ONE_BILL,
        edits=[_OWED, there.pays({"B-1": "100.00"}, also={"J-1": "20.00"})],
        expect=[
            is_here(
                _MADE_THERE, amount="120.00", lines=[{"bill": "b1", "amount": "100.00"}], unapplied="0.00"
            ),
            is_here("bills/b1", balance="0.00", quickbooks_balance="0.00"),
            number_there(1, "JournalEntry"),
            wrote(0),
            no_issues(),
        ],
    ),
    Scenario(
        "what pays only history stays there",
        "A payment of bills that are not here stays in QuickBooks; it is no issue.",
        given=[
            *here.BOOKS,
            there.vendor("Birch"),
            there.bill("Q-1", "40.00", vendor="Birch"),
            there.pays({"Q-1": "15.00"}),
        ],
        edits=[there.pays({"Q-1": "25.00"}, DocNumber="1002")],
        expect=[
            nothing_here("bill-payments"),
            nothing_here("bills?number=Q-1"),
            explained_there("BillPayment", "1002", code="pays_nothing_here", verdict="skip"),
            explained_there("Bill", "Q-1", code="not_unpaid", verdict="skip"),
            no_issues(),
        ],
    ),
    Scenario(
        "a void there is a void here",
        "A payment that came from QuickBooks and is voided there is voided here.",
        given=here.ONE_BILL,
        edits=[there.pays({"B-1": "40.00"})],
        expect=[number_here(1, "bill-payments")],
        then=[
            Round(
                edits=[there.voids("BillPayment"), here.edits("bills/b1", memo="Paid?")],
                expect=[
                    is_here("bill-payments?status=voided", origin="quickbooks", state="agreed"),
                    is_here("bills/b1", balance="100.00", quickbooks_balance="100.00", status="open"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "a delete there is a void here",
        "A payment that came from QuickBooks and is deleted there is voided here, never written again.",
        given=here.ONE_BILL,
        edits=[there.pays({"B-1": "40.00"})],
        expect=[number_here(1, "bill-payments")],
        then=[
            Round(
                edits=[there.deletes("BillPayment")],
                expect=[
                    is_here("bill-payments?status=voided", origin="quickbooks"),
                    is_here("bills/b1", balance="100.00", status="open"),
                    number_there(0, "BillPayment"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "it is edited there",
        "A payment that came from QuickBooks follows its edits there, and can't be edited here.",
        given=here.TWO_BILLS,
        edits=[there.pays({"B-1": "40.00"}, DocNumber="1001")],
        expect=[refused(here.edits(_MADE_THERE, reference="1002"), code="made_in_quickbooks")],
        then=[
            Round(
                edits=[there.repays("1001", {"B-1": "30.00", "B-2": "50.00"})],
                expect=[
                    is_here(_MADE_THERE, amount="80.00"),
                    is_here("bills/b1", balance="70.00", quickbooks_balance="70.00"),
                    is_here("bills/b2", balance="0.00", quickbooks_balance="0.00"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "it can be voided here",
        "A payment that came from QuickBooks can be voided here; so it is there.",
        given=here.ONE_BILL,
        edits=[there.pays({"B-1": "40.00"}, DocNumber="1001")],
        expect=[is_here(_MADE_THERE, amount="40.00")],
        then=[
            Round(
                edits=[here.voids("status=processed")],
                expect=[
                    is_there("BillPayment", "1001", TotalAmt="0.00"),
                    is_there("Bill", "B-1", Balance="100.00"),
                    is_here("bills/b1", balance="100.00", quickbooks_balance="100.00", status="open"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "voided before it came here",
        "A payment that is made and voided between two syncs never comes here.",
        given=here.ONE_BILL,
        edits=[there.pays({"B-1": "40.00"}), there.voids("BillPayment")],
        expect=[
            nothing_here("bill-payments"),
            is_here("bills/b1", balance="100.00", code=None),
            explained_there("BillPayment", None, code="voided", verdict="skip"),
            no_issues(),
        ],
    ),
)
