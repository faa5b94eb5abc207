"""Preferences: what lacks one is held and listed; once it is set, the next sync lets just that through."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    booked_there,
    explained,
    is_here,
    is_there,
    issue,
    issues,
    next_sync,
    no_issues,
    nothing_here,
    nothing_there,
    number_there,
    paid_there_from,
    refused,
    synced,
)
from tests.scenarios.scenario import Round, Scenario

SCENARIOS = (
    Scenario(
        "bills wait for the unallocated expense account",
        "Bills of either side don't cross until the unallocated expense account is set.",
        given=[*here.BOOKS, here.prefers(unallocated_expense_account=None)],
        edits=[here.bill("b1", number="B-1", amount="100.00"), there.bill("Q-1", "40.00")],
        expect=[
            is_here("bills/b1", state="held", code="preferences_missing"),
            issue("preferences_missing", on="b1", offers="retry"),
            issues(2),
            explained("bills/b1", code="preferences_missing", verdict="hold"),
            nothing_there("Bill", "B-1"),
            nothing_here("bills?number=Q-1"),
        ],
        then=[
            Round(
                edits=[here.prefers(unallocated_expense_account="expense")],
                expect=[
                    synced(bill={"created_in_quickbooks": 1, "created_in_platform": 1}),
                    is_there("Bill", "B-1", TotalAmt="100.00"),
                    is_here("bills?number=Q-1", state="agreed"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "a line without an account goes to the unallocated expense account",
        "The unallocated expense account catches all lines that name no account.",
        given=here.BOOKS,
        edits=[here.bill("b1", number="B-1", amount="100.00")],
        expect=[booked_there("Bill", "B-1", "Uncategorized Expense"), is_here("bills/b1", state="agreed")],
    ),
    Scenario(
        "what is owed stands on the accounts payable account that was chosen",
        "A company with several accounts payable chooses the one that its bills stand on.",
        given=[
            *here.BOOKS,
            here.account("owed", "Owed to Growers", "Accounts Payable"),
            here.prefers(accounts_payable_account="owed"),
        ],
        edits=[
            here.bill("b1", number="B-1", amount="100.00"),
            here.credit("c1", number="VC-1", amount="30.00"),
            here.pays("p1", {"b1": "100.00"}, credits={"c1": "30.00"}, reference="1001"),
        ],
        expect=[
            is_there("Bill", "B-1", APAccountRef="Owed to Growers", Balance="0.00"),
            is_there("VendorCredit", "VC-1", APAccountRef="Owed to Growers"),
            is_there("BillPayment", "1001", APAccountRef="Owed to Growers", TotalAmt="70.00"),
            is_there("Account", "Owed to Growers", CurrentBalance="0.00"),
            no_issues(),
        ],
    ),
    Scenario(
        "a payment waits for a default bank account",
        "Payments wait until a bank account is known; setting it opens no other question.",
        given=here.ONE_BILL,
        edits=[
            here.prefers(default_bank_account=None, only_approved=True),
            here.bill("b2", number="B-2", amount="50.00"),
            here.pays("p1", {"b1": "100.00"}),
        ],
        expect=[
            is_here("bill-payments/p1", state="held", code="preferences_missing"),
            issue("preferences_missing", on="p1"),
            is_here("bills/b1", balance="0.00", quickbooks_balance="100.00", code=None),
            nothing_there("BillPayment"),
        ],
        then=[
            Round(
                edits=[here.prefers(default_bank_account="bank")],
                expect=[
                    synced(bill_payment={"created_in_quickbooks": 1}),
                    paid_there_from("Checking"),
                    is_here("bills/b2", code="not_approved"),
                    is_here("bills/b1", quickbooks_balance="0.00", status="paid"),
                ],
            )
        ],
    ),
    Scenario(
        "each of the platform's bank accounts stands for an account",
        "Every bank account has the account in QuickBooks that stands for it; a payment waits for its own.",
        given=here.TWO_BILLS,
        edits=[
            here.pays("p1", {"b1": "100.00"}, bank_account="house-bank", reference="1"),
            here.pays("p2", {"b2": "50.00"}, reference="2"),
        ],
        expect=[
            is_here("bill-payments/p1", state="held", code="preferences_missing"),
            paid_there_from("Checking", reference="2"),
            number_there(1, "BillPayment"),
        ],
        then=[
            Round(
                edits=[
                    here.account("house", "House bank", "Bank"),
                    here.prefers(bank_accounts={"house-bank": "house"}),
                ],
                expect=[
                    paid_there_from("House bank", reference="1"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "an online payment goes against the clearing account that was chosen",
        "The money-out clearing account may be chosen; only if it is missing, one is made.",
        given=[
            *here.ONE_BILL,
            here.account("clearing", "Payments in transit", "Bank"),
            here.prefers(money_out_clearing_account="clearing"),
        ],
        edits=[here.pays("p1", {"b1": "100.00"}, method="online")],
        expect=[
            synced(bill_payment={"created_in_quickbooks": 1}),
            paid_there_from("Payments in transit"),
            nothing_there("Account", "Money Out Clearing"),
        ],
    ),
    Scenario(
        "only what is approved is sent",
        "With the preference for approved ones, bills and vendor credits wait for their approval.",
        given=[*here.BOOKS, here.prefers(only_approved=True)],
        edits=[
            here.bill("b1", number="B-1", amount="100.00", approval="approved"),
            here.bill("b2", number="B-2", amount="50.00", approval="approving"),
            here.credit("c1", number="VC-1", amount="30.00", approval="denied"),
            there.bill("Q-1", "40.00"),
        ],
        expect=[
            synced(
                bill={"created_in_quickbooks": 1, "created_in_platform": 1, "held": 1},
                vendor_credit={"held": 1},
            ),
            is_here("bills/b2", state="held", code="not_approved"),
            issue("not_approved", on="b2"),
            explained("vendor-credits/c1", code="not_approved", verdict="hold"),
            issues(2),
        ],
        then=[
            Round(
                edits=[here.edits("bills/b2", approval="approved")],
                expect=[synced(bill={"created_in_quickbooks": 1}), is_there("Bill", "B-2", Balance="50.00")],
            ),
            Round(
                edits=[here.prefers(only_approved=False)],
                expect=[
                    synced(vendor_credit={"created_in_quickbooks": 1}),
                    is_there("VendorCredit", "VC-1", TotalAmt="30.00"),
                    no_issues(),
                ],
            ),
        ],
    ),
    Scenario(
        "taking back an approval changes nothing about what was sent",
        "Approval is a gate at the first sending; QuickBooks has no approvals.",
        given=[
            *here.BOOKS,
            here.prefers(only_approved=True),
            here.bill("b1", number="B-1", amount="100.00", approval="approved"),
        ],
        edits=[here.edits("bills/b1", approval="denied", memo="Not ours")],
        expect=[
            is_here("bills/b1", approval="denied", state="agreed", code=None),
            number_there(1, "Bill", "B-1"),
            no_issues(),
        ],
    ),
    Scenario(
        "a sync runs a day after the last one",
        "It runs by itself about 24 hours after the most recent sync; that can be switched off.",
        given=here.BOOKS,
        expect=[next_sync(hours=24)],
        then=[
            Round(edits=[here.prefers(sync_automatically=False)], expect=[next_sync(hours=None)]),
            Round(edits=[here.prefers(sync_automatically=True)], expect=[next_sync(hours=24)]),
        ],
    ),
    Scenario(
        "preferences take accounts of the right type only",
        "The default bank account is of type Bank or Credit Card, the clearing account a Bank.",
        given=here.BOOKS,
        expect=[
            refused(here.prefers(default_bank_account="expense"), code="wrong_account_type"),
            refused(here.prefers(money_out_clearing_account="card"), code="wrong_account_type"),
            refused(here.prefers(unallocated_expense_account="bank"), code="wrong_account_type"),
            refused(here.prefers(bank_accounts={"house-bank": "nowhere"}), code="unknown_reference"),
        ],
    ),
)
