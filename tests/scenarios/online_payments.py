"""Online payments: against the clearing account when they are scheduled, cleared when the money moves."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    clearing_balance,
    explained,
    is_here,
    is_there,
    issue,
    moved_there,
    no_issues,
    nothing_there,
    number_there,
    paid_there_from,
    refused,
    synced,
    wrote,
)
from tests.scenarios.scenario import Round, Scenario

_PAID = (*here.ONE_BILL, here.pays("p1", {"b1": "100.00"}, method="online", reference="4711"))

SCENARIOS = (
    Scenario(
        "a scheduled payment makes the bill paid in QuickBooks",
        "Online payments post against the money-out clearing account when they are scheduled.",
        given=here.ONE_BILL,
        edits=[here.pays("p1", {"b1": "100.00"}, method="online", reference="4711")],
        expect=[
            is_here("bills/b1", balance="0.00", quickbooks_balance="0.00", status="scheduled", code=None),
            is_there("Bill", "B-1", Balance="0.00"),
            is_there("BillPayment", "4711", TotalAmt="100.00", VendorRef="Ash & Co"),
            paid_there_from("Money Out Clearing", reference="4711"),
            is_there("Account", "Money Out Clearing", AccountType="Bank"),
            clearing_balance("-100.00"),
            no_issues(),
        ],
        then=[
            Round(
                edits=[here.edits("bill-payments/p1", status="processed")],
                expect=[is_here("bills/b1", status="paid"), wrote(0), number_there(1, "BillPayment")],
            )
        ],
    ),
    Scenario(
        "the clearing account comes to zero",
        "One funds transfer moves the money of several payments; the clearing account ends at zero.",
        given=here.TWO_BILLS,
        edits=[
            here.pays("p1", {"b1": "100.00"}, method="online"),
            here.pays("p2", {"b2": "20.00"}, method="online"),
        ],
        expect=[clearing_balance("-120.00"), nothing_there("JournalEntry")],
        then=[
            Round(
                edits=[here.transfers("t1", "120.00", payments=["p1", "p2"])],
                expect=[
                    synced(funds_transfer={"created_in_quickbooks": 1}),
                    moved_there("120.00", debit="Money Out Clearing", credit="Checking"),
                    clearing_balance("0.00"),
                    is_here("funds-transfers/t1", state="agreed", code=None),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "one payment of several bills is one payment in QuickBooks",
        "Bills of one vendor that are paid together are one bill payment with several lines.",
        given=here.TWO_BILLS,
        edits=[here.pays("p1", {"b1": "100.00", "b2": "50.00"}, method="online")],
        expect=[
            number_there(1, "BillPayment"),
            is_there("BillPayment", TotalAmt="150.00"),
            is_there("Bill", "B-1", Balance="0.00"),
            is_there("Bill", "B-2", Balance="0.00"),
        ],
    ),
    Scenario(
        "what was sent is fixed",
        "Amount, account and date of a scheduled payment can't be edited: it is voided and entered anew.",
        given=_PAID,
        expect=[
            refused(here.edits("bill-payments/p1", paid_on="2026-03-09"), code="payment_posted"),
            refused(here.edits("bill-payments/p1", bank_account="card"), code="payment_posted"),
            refused(
                here.edits("bill-payments/p1", lines=[{"bill": "b1", "amount": "60.00"}]),
                code="payment_posted",
            ),
        ],
    ),
    Scenario(
        "a voided online payment is voided in QuickBooks",
        "Voids of online payments sync to QuickBooks; the bill is open again on both sides.",
        given=_PAID,
        edits=[here.voids("p1")],
        expect=[
            synced(bill_payment={"removed_in_quickbooks": 1}),
            is_there("BillPayment", "4711", TotalAmt="0.00"),
            is_there("Bill", "B-1", Balance="100.00"),
            is_here("bills/b1", balance="100.00", quickbooks_balance="100.00", status="open", code=None),
            clearing_balance("0.00"),
            no_issues(),
        ],
    ),
    Scenario(
        "what is voided before a sync never syncs",
        "A payment that is scheduled and voided between two syncs never reaches QuickBooks.",
        given=here.ONE_BILL,
        edits=[here.pays("p1", {"b1": "100.00"}, method="online"), here.voids("p1")],
        expect=[
            nothing_there("BillPayment"),
            is_here("bill-payments/p1", status="voided"),
            is_here("bills/b1", balance="100.00", status="open"),
            no_issues(),
        ],
    ),
    Scenario(
        "an online payment that is removed in QuickBooks waits for a person: written again",
        "The platform moves that money: a void made in QuickBooks is told, not taken.",
        given=_PAID,
        edits=[there.voids("BillPayment")],
        expect=[
            is_here("bill-payments/p1", status="scheduled", state="conflict", code="removed_in_quickbooks"),
            issue("removed_in_quickbooks", on="p1", offers="recreate"),
            is_here("bills/b1", balance="0.00", quickbooks_balance="100.00"),
            is_there("Bill", "B-1", Balance="100.00"),
            wrote(0),
        ],
        then=[
            Round(
                edits=[here.acts("removed_in_quickbooks", "recreate", on="p1")],
                expect=[
                    is_there("Bill", "B-1", Balance="0.00"),
                    number_there(2, "BillPayment"),
                    clearing_balance("-100.00"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "an online payment that is removed in QuickBooks waits for a person: accepted",
        "The platform moves that money: a delete made in QuickBooks is told, not taken.",
        given=_PAID,
        edits=[there.deletes("BillPayment")],
        expect=[issue("removed_in_quickbooks", on="p1", offers="accept"), wrote(0)],
        then=[
            Round(
                edits=[here.acts("removed_in_quickbooks", "accept", on="p1")],
                expect=[
                    is_here("bill-payments/p1", status="voided"),
                    is_here("bills/b1", balance="100.00", quickbooks_balance="100.00", status="open"),
                    nothing_there("BillPayment"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "an online payment that is changed in QuickBooks waits for a person",
        "The account of an online payment is the platform's: another one in QuickBooks is an issue.",
        given=_PAID,
        edits=[there.edits("BillPayment", "4711", TxnDate="2026-02-27")],
        expect=[
            is_here("bill-payments/p1", paid_on=here.TODAY, state="conflict", code="changed_in_quickbooks"),
            issue("changed_in_quickbooks", on="p1", offers="keep_platform"),
            is_there("BillPayment", "4711", TxnDate="2026-02-27"),
        ],
        then=[
            Round(
                edits=[here.acts("changed_in_quickbooks", "keep_platform", on="p1")],
                expect=[is_there("BillPayment", "4711", TxnDate=here.TODAY), no_issues()],
            )
        ],
    ),
    Scenario(
        "a transfer waits for its account",
        "A funds transfer waits until the accounts that it moves money between are on both sides.",
        given=[*_PAID, there.makes("Account", Name="Vault", AccountType="Expense")],
        edits=[
            here.account("vault", "Vault", "Bank"),
            here.transfers("t1", "100.00", payments=["p1"], from_account="vault"),
        ],
        expect=[
            issue("duplicate_name", on="vault"),
            is_here("funds-transfers/t1", state="held", code="parent_not_synced"),
            explained("funds-transfers/t1", code="parent_not_synced", verdict="hold"),
            nothing_there("JournalEntry"),
        ],
        then=[
            Round(
                edits=[here.edits("accounts/vault", name="Vault account")],
                expect=[
                    moved_there("100.00", debit="Money Out Clearing", credit="Vault account"),
                    no_issues(),
                ],
            )
        ],
    ),
)
