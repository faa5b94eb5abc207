"""Payments of invoices: to QuickBooks always, from it for newer accounts; its own ones and credit memos."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    direction,
    explained,
    explained_there,
    is_here,
    is_there,
    issue,
    money_in_clearing_balance,
    moved_there,
    no_issues,
    nothing_here,
    nothing_there,
    number_here,
    number_there,
    received_there_into,
    refused,
    synced,
    wrote,
)
from tests.scenarios.scenario import Round, Scenario

_MADE_THERE = "invoice-payments?status=received"
_RECEIVED = (*here.SOLD, here.receives("r1", {"i1": "40.00"}, reference="2081"))

SCENARIOS = (
    Scenario(
        "payments that are received here go there",
        "Payments of invoices sync to QuickBooks, into the account that the preferences name.",
        profile="one_way",
        given=here.SOLD_TWICE,
        edits=[here.receives("r1", {"i1": "100.00", "i2": "20.00"}, reference="2081", memo="Thanks")],
        expect=[
            direction("invoice_payment", "to_quickbooks"),
            synced(invoice_payment={"created_in_quickbooks": 1}),
            is_there(
                "Payment",
                "2081",
                TotalAmt="120.00",
                UnappliedAmt="0.00",
                CustomerRef="Birch Bakery",
            ),
            received_there_into("Checking"),
            is_there("Invoice", "1", Balance="0.00"),
            is_there("Invoice", "2", Balance="30.00"),
            is_here("invoices/i1", balance="0.00", quickbooks_balance="0.00", status="paid", state="agreed"),
            is_here("invoices/i2", balance="30.00", quickbooks_balance="30.00", status="partially_paid"),
            is_here("invoice-payments/r1", amount="120.00", state="agreed", unapplied="0.00", unmapped=[]),
            no_issues(),
        ],
        then=[Round(edits=[], expect=[wrote(0), number_here(1, "invoice-payments")])],
    ),
    Scenario(
        "what was sent is fixed, and can be voided",
        "A payment that QuickBooks has keeps its money; voided here it is voided there.",
        given=_RECEIVED,
        edits=[here.edits("invoice-payments/r1", memo="By cheque")],
        expect=[
            is_there("Payment", "2081", TotalAmt="40.00"),
            refused(here.edits("invoice-payments/r1", received_on="2026-02-01"), code="payment_posted"),
            refused(
                here.receives("r2", {"i1": "60.01"}),
                code="exceeds_balance",
            ),
        ],
        then=[
            Round(
                edits=[here.voids("r1", "invoice-payments")],
                expect=[
                    is_there("Payment", "2081", TotalAmt="0.00"),
                    is_there("Invoice", "1", Balance="100.00"),
                    is_here("invoices/i1", balance="100.00", quickbooks_balance="100.00", status="open"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "a payment waits for its account",
        "Payments wait for a bank account in the preferences.",
        given=(*here.SALES, here.invoice("i1", "100.00")),
        edits=[here.receives("r1", {"i1": "100.00"})],
        expect=[
            is_here("invoice-payments/r1", state="held", code="preferences_missing"),
            explained("invoice-payments/r1", code="preferences_missing", verdict="hold"),
            issue("preferences_missing", on="r1"),
            nothing_there("Payment"),
        ],
        then=[
            Round(
                edits=[here.prefers(deposit_to_account="bank")],
                expect=[is_there("Payment", TotalAmt="100.00"), no_issues()],
            )
        ],
    ),
    Scenario(
        "an online payment goes against the money-in clearing account",
        "Online payments come into the clearing account, which a funds transfer brings to zero.",
        given=here.SOLD,
        edits=[here.receives("r1", {"i1": "100.00"}, method="online")],
        expect=[
            is_there("Payment", TotalAmt="100.00"),
            received_there_into("Money In Clearing"),
            is_there("Account", "Money In Clearing", AccountType="Bank"),
            money_in_clearing_balance("100.00"),
            no_issues(),
        ],
        then=[
            Round(
                edits=[
                    here.transfers(
                        "t1",
                        "100.00",
                        payments=["r1"],
                        from_account="money-in-clearing",
                        to_account="bank",
                    )
                ],
                expect=[
                    moved_there("100.00", debit="Checking", credit="Money In Clearing"),
                    money_in_clearing_balance("0.00"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "a payment of another customer's invoice is refused",
        "A payment pays invoices of its own customer only.",
        given=(*here.SOLD, here.customer("oak", "Oak Cafe")),
        edits=[],
        expect=[refused(here.receives("r1", {"i1": "10.00"}, customer="oak"), code="customer_mismatch")],
    ),
    Scenario(
        "payments that are made there come here",
        "For newer accounts payments of invoices made in QuickBooks sync: parts, several invoices.",
        given=here.SOLD_TWICE,
        edits=[there.receives({"1": "40.00", "2": "50.00"}, PaymentRefNum="77", PrivateNote="By hand")],
        expect=[
            direction("invoice_payment", "both"),
            synced(invoice_payment={"created_in_platform": 1}),
            is_here(
                _MADE_THERE,
                origin="quickbooks",
                method="offline",
                amount="90.00",
                customer="birch",
                reference="77",
                memo="By hand",
                lines=[{"invoice": "i1", "amount": "40.00"}, {"invoice": "i2", "amount": "50.00"}],
                unmapped=[],
                unapplied="0.00",
                state="agreed",
            ),
            is_here("invoices/i1", balance="60.00", quickbooks_balance="60.00", status="partially_paid"),
            is_here("invoices/i2", balance="0.00", status="paid"),
            number_there(1, "Payment"),
            wrote(0),
            no_issues(),
        ],
        then=[
            Round(
                edits=[there.voids("Payment")],
                expect=[
                    is_here("invoice-payments?status=voided", origin="quickbooks", state="agreed"),
                    is_here("invoices/i1", balance="100.00", quickbooks_balance="100.00", status="open"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "a rest that pays nothing yet is shown",
        "What a customer pays beyond his invoices is unapplied, counts in the amount, and is shown.",
        given=here.SOLD,
        edits=[there.receives({"1": "100.00"}, total="120.00")],
        expect=[
            is_here(_MADE_THERE, amount="120.00", unapplied="20.00", state="agreed"),
            is_here("invoices/i1", balance="0.00", quickbooks_balance="0.00", status="paid"),
            no_issues(),
        ],
    ),
    Scenario(
        "an invoice paid by a credit memo follows",
        "Currently, Credit Memos do not sync; what they pay does.",
        given=here.SOLD,
        edits=[
            there.credit_memo("30.00", DocNumber="CM-1"),
            there.receives({"1": "100.00"}, credits={"CM-1": "30.00"}),
        ],
        expect=[
            is_here(_MADE_THERE, amount="70.00", lines=[{"invoice": "i1", "amount": "100.00"}]),
            is_here("invoices/i1", balance="0.00", quickbooks_balance="0.00", status="paid"),
            no_issues(),
        ],
    ),
    Scenario(
        "a credit memo is named and left alone",
        "Currently, Credit Memos do not sync: they are seen, said to stay there once, and never touched.",
        given=here.SOLD,
        edits=[there.credit_memo("30.00", DocNumber="CM-1")],
        expect=[
            synced(credit_memo={"skipped": 1}),
            direction("credit_memo", "never"),
            explained_there("CreditMemo", "CM-1", code="credit_memo", verdict="skip"),
            is_there("CreditMemo", "CM-1", SyncToken="0"),
            wrote(0),
            no_issues(),
        ],
        then=[
            Round(
                edits=[there.edits("CreditMemo", "CM-1", PrivateNote="Goodwill")],
                expect=[synced(), is_there("CreditMemo", "CM-1", PrivateNote="Goodwill"), no_issues()],
            )
        ],
    ),
    Scenario(
        "a link that QuickBooks made itself comes as it is",
        "QuickBooks links credits to invoices by payments of 0.00: they come here and are never echoed.",
        given=here.SOLD,
        edits=[
            there.credit_memo("100.00", DocNumber="CM-1"),
            there.receives(
                {"1": "100.00"},
                credits={"CM-1": "100.00"},
                PrivateNote="Created by QB Online to link credits to charges.",
            ),
        ],
        expect=[
            is_here(_MADE_THERE, amount="0.00", lines=[{"invoice": "i1", "amount": "100.00"}]),
            is_here("invoices/i1", balance="0.00", quickbooks_balance="0.00", status="paid"),
            wrote(0),
            no_issues(),
        ],
    ),
    Scenario(
        "a deposited payment is locked",
        "What was taken to the bank can't be voided: QuickBooks says so, and so does the issue.",
        given=_RECEIVED,
        edits=[there.deposits("2081"), here.voids("r1", "invoice-payments")],
        expect=[
            is_there("Payment", "2081", TotalAmt="40.00"),
            is_here("invoice-payments/r1", state="failed", code="deposited"),
            issue("deposited", on="r1", offers="retry"),
        ],
    ),
    Scenario(
        "payments made there stay there for older accounts",
        "For accounts of before 9/15/17 payments made in QuickBooks do not sync; the invoice says so.",
        profile="one_way",
        given=here.SOLD,
        edits=[there.receives({"1": "40.00"}, PaymentRefNum="77")],
        expect=[
            nothing_here("invoice-payments"),
            explained_there("Payment", "77", code="direction", verdict="skip"),
            is_here("invoices/i1", balance="100.00", quickbooks_balance="60.00", code="paid_in_quickbooks"),
            issue("paid_in_quickbooks", on="i1", offers="record_here"),
        ],
        then=[
            Round(
                edits=[here.acts("paid_in_quickbooks", "record_here")],
                expect=[
                    is_here(_MADE_THERE, amount="40.00", sync=False, reference="77"),
                    is_here("invoices/i1", balance="60.00", quickbooks_balance="60.00", code=None),
                    number_there(1, "Payment"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "one that was entered on both sides is one",
        "A payment that is marked as recorded in QuickBooks is found there, and not sent again.",
        given=here.SOLD,
        edits=[
            here.receives("r1", {"i1": "40.00"}, sync=False),
            there.receives({"1": "40.00"}, PaymentRefNum="77"),
        ],
        expect=[
            is_here("invoice-payments/r1", state="agreed", reference="77"),
            number_here(1, "invoice-payments"),
            number_there(1, "Payment"),
            is_here("invoices/i1", balance="60.00", quickbooks_balance="60.00"),
            no_issues(),
        ],
    ),
    Scenario(
        "one of two that are marked as recorded there is asked about",
        "Of two equal payments that QuickBooks is said to have, a person says which is the one it has.",
        profile="one_way",
        given=here.SOLD,
        edits=[
            here.receives("r1", {"i1": "40.00"}, sync=False),
            here.receives("r2", {"i1": "40.00"}, sync=False),
            there.receives({"1": "40.00"}),
        ],
        expect=[
            is_here("invoice-payments/r1", state="held", code="ambiguous"),
            is_here("invoice-payments/r2", state="held", code="ambiguous"),
            issue("ambiguous", on="r2", offers="link"),
        ],
        then=[
            Round(
                edits=[here.voids("r1", "invoice-payments")],
                expect=[
                    is_here("invoice-payments/r2", state="agreed"),
                    is_here("invoices/i1", balance="60.00", quickbooks_balance="60.00", code=None),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "a payment that turns up later is asked about",
        "A payment in QuickBooks that may be either of two that were recorded here is told, and follows.",
        profile="one_way",
        given=(
            *here.SOLD,
            here.receives("r1", {"i1": "40.00"}, sync=False),
            here.receives("r2", {"i1": "40.00"}, sync=False),
        ),
        edits=[there.receives({"1": "40.00"}, PaymentRefNum="77")],
        expect=[
            is_here("invoice-payments/r1", state="skipped", code="sync_off"),
            explained_there("Payment", "77", code="direction", verdict="skip"),
            issue("ambiguous", offers="link"),
        ],
        then=[
            Round(
                edits=[here.voids("r1", "invoice-payments")],
                expect=[is_here("invoice-payments/r2", state="agreed", reference="77"), no_issues()],
            )
        ],
    ),
    Scenario(
        "one that may be on both sides waits for a person",
        "A payment of the same customer, invoices and days as one in QuickBooks is not sent by itself.",
        given=here.SOLD,
        edits=[here.receives("r1", {"i1": "40.00"}), there.receives({"1": "40.00"})],
        expect=[
            is_here("invoice-payments/r1", state="held", code="possible_duplicate"),
            issue("possible_duplicate", on="r1", offers="link"),
            number_there(1, "Payment"),
        ],
    ),
    Scenario(
        "what is paid on both sides is told",
        "No payment brings an invoice below what is open in QuickBooks.",
        given=here.SOLD,
        profile="one_way",
        edits=[here.receives("r1", {"i1": "100.00"}), there.receives({"1": "40.00"})],
        expect=[
            is_here("invoice-payments/r1", state="held", code="paid_twice"),
            issue("paid_twice", on="r1"),
            number_there(1, "Payment"),
        ],
    ),
    Scenario(
        "what pays only history stays there",
        "A payment of invoices that are not here stays in QuickBooks; it is no issue.",
        given=here.SALES,
        edits=[
            there.invoice("50.00"),
            there.receives({"1": "15.00"}),
            there.receives({"1": "25.00"}, PaymentRefNum="78"),
        ],
        expect=[
            nothing_here("invoice-payments"),
            nothing_here("invoices"),
            explained_there("Payment", "78", code="pays_nothing_here", verdict="skip"),
            no_issues(),
        ],
    ),
)
