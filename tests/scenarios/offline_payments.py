"""Offline payments: what was paid by check or card outside the platform, and is only recorded here."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    explained,
    is_here,
    is_there,
    issue,
    no_issues,
    nothing_there,
    number_here,
    number_there,
    paid_there_from,
    refused,
    synced,
)
from tests.scenarios.scenario import Round, Scenario

SCENARIOS = (
    Scenario(
        "by check, from the default account, with its number",
        "A bill that is marked as paid is paid in QuickBooks from the default bank account.",
        given=here.ONE_BILL,
        edits=[here.pays("p1", {"b1": "100.00"}, reference="1001")],
        expect=[
            is_there("BillPayment", "1001", TotalAmt="100.00", PayType="Check", TxnDate=here.TODAY),
            paid_there_from("Checking"),
            is_there("Bill", "B-1", Balance="0.00"),
            is_here("bills/b1", balance="0.00", quickbooks_balance="0.00", status="paid", code=None),
            no_issues(),
        ],
    ),
    Scenario(
        "by card, parts of several bills",
        "An account of type Credit Card makes it a card payment; parts of several bills may be paid at once.",
        given=here.TWO_BILLS,
        edits=[here.pays("p1", {"b1": "40.00", "b2": "50.00"}, bank_account="card")],
        expect=[
            paid_there_from("Company Card"),
            is_there("BillPayment", PayType="CreditCard", TotalAmt="90.00"),
            is_there("Bill", "B-1", Balance="60.00"),
            is_here("bills/b1", balance="60.00", status="partially_paid"),
            is_here("bills/b2", balance="0.00", status="paid"),
        ],
    ),
    Scenario(
        "in parts, until nothing is left",
        "Partial payments are allowed; what is left is right on both sides after each.",
        given=here.ONE_BILL,
        edits=[here.pays("p1", {"b1": "30.00"})],
        expect=[
            is_here("bills/b1", balance="70.00", quickbooks_balance="70.00", status="partially_paid"),
            refused(here.pays("p2", {"b1": "70.01"}), code="exceeds_balance"),
        ],
        then=[
            Round(
                edits=[here.pays("p2", {"b1": "70.00"})],
                expect=[
                    is_here("bills/b1", balance="0.00", quickbooks_balance="0.00", status="paid"),
                    number_there(2, "BillPayment"),
                ],
            )
        ],
    ),
    Scenario(
        "an account that can't pay is held",
        "A payment goes against an account of type Bank or Credit Card.",
        given=here.ONE_BILL,
        edits=[here.pays("p1", {"b1": "100.00"}, bank_account="expense")],
        expect=[
            issue("payment_account", on="p1", offers="retry"),
            explained("bill-payments/p1", code="payment_account", verdict="hold"),
            nothing_there("BillPayment"),
        ],
        then=[
            Round(
                edits=[here.edits("bill-payments/p1", bank_account="bank")],
                expect=[paid_there_from("Checking"), is_there("Bill", "B-1", Balance="0.00"), no_issues()],
            )
        ],
    ),
    Scenario(
        "recorded there already: found",
        "With its sync box unchecked a payment is not sent: it is the one that QuickBooks has.",
        profile="one_way",
        given=here.ONE_BILL,
        edits=[
            here.pays("p1", {"b1": "100.00"}, sync=False),
            there.pays({"B-1": "100.00"}, DocNumber="1001"),
        ],
        expect=[
            number_there(1, "BillPayment"),
            is_here("bill-payments/p1", state="agreed", sync=False),
            is_here("bills/b1", balance="0.00", quickbooks_balance="0.00", status="paid", code=None),
            no_issues(),
        ],
    ),
    Scenario(
        "recorded there already: not found",
        "With its sync box unchecked a payment is never sent, also where QuickBooks doesn't have it.",
        given=here.ONE_BILL,
        edits=[here.pays("p1", {"b1": "100.00"}, sync=False)],
        expect=[
            nothing_there("BillPayment"),
            is_here("bill-payments/p1", state="skipped", code="sync_off"),
            is_here("bills/b1", balance="0.00", quickbooks_balance="100.00", status="paid", code=None),
            explained("bill-payments/p1", code="sync_off", verdict="skip"),
            no_issues(),
        ],
        then=[
            Round(
                edits=[here.edits("bill-payments/p1", sync=True)],
                expect=[
                    is_there("Bill", "B-1", Balance="0.00"),
                    is_here("bill-payments/p1", state="agreed", code=None),
                ],
            )
        ],
    ),
    Scenario(
        "changed in QuickBooks: taken",
        "An offline payment is edited where it stands: QuickBooks' account, date and reference come here.",
        given=[*here.ONE_BILL, here.pays("p1", {"b1": "100.00"}, reference="1001")],
        edits=[there.edits("BillPayment", "1001", DocNumber="1002", TxnDate="2026-02-27")],
        expect=[
            is_here("bill-payments/p1", reference="1002", paid_on="2026-02-27", state="agreed"),
            synced(bill_payment={"updated_in_platform": 1}),
            no_issues(),
        ],
    ),
    Scenario(
        "changed in QuickBooks, one way: told",
        "Where payments go to QuickBooks only, a change made there is neither taken nor written over.",
        profile="one_way",
        given=[*here.ONE_BILL, here.pays("p1", {"b1": "100.00"}, reference="1001")],
        edits=[
            there.edits("BillPayment", "1001", DocNumber="1002"),
            here.edits("bill-payments/p1", memo="Rent"),
        ],
        expect=[
            is_here("bill-payments/p1", reference="1001", state="conflict", code="changed_in_quickbooks"),
            is_there("BillPayment", "1002", TotalAmt="100.00"),
            issue("changed_in_quickbooks", on="p1", offers="keep_quickbooks"),
        ],
        then=[
            Round(
                edits=[here.acts("changed_in_quickbooks", "keep_quickbooks", on="p1")],
                expect=[
                    is_here("bill-payments/p1", reference="1002", memo="Rent", state="agreed"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "voided here, voided there",
        "Voids of offline payments sync in both directions: here to QuickBooks.",
        given=[*here.ONE_BILL, here.pays("p1", {"b1": "100.00"}, reference="1001")],
        edits=[here.voids("p1")],
        expect=[
            is_there("BillPayment", "1001", TotalAmt="0.00"),
            is_there("Bill", "B-1", Balance="100.00"),
            is_here("bills/b1", balance="100.00", quickbooks_balance="100.00", status="open"),
            refused(here.edits("bill-payments/p1", status="processed"), code="payment_voided"),
        ],
    ),
    Scenario(
        "voided there, voided here",
        "Voids of offline payments sync in both directions: QuickBooks to here.",
        given=[*here.ONE_BILL, here.pays("p1", {"b1": "100.00"}, reference="1001")],
        edits=[there.voids("BillPayment", "1001")],
        expect=[
            is_here("bill-payments/p1", status="voided", state="agreed", code=None),
            is_here("bills/b1", balance="100.00", quickbooks_balance="100.00", status="open"),
            synced(bill_payment={"updated_in_platform": 1}),
            no_issues(),
        ],
    ),
    Scenario(
        "deleted there, voided here",
        "An offline payment that is deleted in QuickBooks is voided here.",
        given=[*here.ONE_BILL, here.pays("p1", {"b1": "100.00"})],
        edits=[there.deletes("BillPayment")],
        expect=[
            is_here("bill-payments/p1", status="voided"),
            is_here("bills/b1", balance="100.00", status="open"),
            nothing_there("BillPayment"),
            no_issues(),
        ],
    ),
    Scenario(
        "the same payment on both sides: one",
        "A payment that was entered on both sides is held, for nobody pays twice unasked: it is linked.",
        given=here.ONE_BILL,
        edits=[
            here.pays("p1", {"b1": "40.00"}, reference="1001"),
            there.pays({"B-1": "40.00"}, DocNumber="1001"),
        ],
        expect=[
            is_here("bill-payments/p1", state="held", code="possible_duplicate"),
            issue("possible_duplicate", on="p1", offers="proceed"),
            number_there(1, "BillPayment"),
        ],
        then=[
            Round(
                edits=[here.acts("possible_duplicate", "link", on="p1", to=("BillPayment", "1001"))],
                expect=[
                    number_there(1, "BillPayment"),
                    number_here(1, "bill-payments"),
                    is_here("bill-payments/p1", state="agreed", code=None, reference="1001"),
                    is_here("bills/b1", balance="60.00", quickbooks_balance="60.00"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "the same payment on both sides: two",
        "A payment that was entered on both sides is held, for nobody pays twice unasked: both are meant.",
        given=here.ONE_BILL,
        edits=[here.pays("p1", {"b1": "40.00"}), there.pays({"B-1": "40.00"})],
        expect=[issue("possible_duplicate", on="p1", offers="link"), number_there(1, "BillPayment")],
        then=[
            Round(
                edits=[here.acts("possible_duplicate", "proceed", on="p1")],
                expect=[
                    number_there(2, "BillPayment"),
                    is_here("bills/b1", balance="20.00", quickbooks_balance="20.00"),
                    no_issues(),
                ],
            )
        ],
    ),
)
