"""What QuickBooks refuses, or would: each has one reason, no sync repeats it, and mending it lets it go."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    is_here,
    is_there,
    issue,
    issues,
    no_issues,
    nothing_there,
    number_here,
    number_there,
    synced,
    wrote,
)
from tests.scenarios.scenario import Round, Scenario

_PAID = (*here.ONE_BILL, here.pays("p1", {"b1": "40.00"}))

SCENARIOS = (
    Scenario(
        "money on a paid bill is locked",
        "The amount of a bill that has payments is fixed; its memo, accounts and due date still follow.",
        given=_PAID,
        edits=[here.reprices("bills/b1", "120.00"), here.edits("bills/b1", due_on="2026-04-30")],
        expect=[
            is_here("bills/b1", state="held", code="money_locked"),
            issue("money_locked", on="b1"),
            is_there("Bill", "B-1", TotalAmt="100.00", DueDate="2026-04-30"),
        ],
        then=[
            Round(
                edits=[here.voids("p1")],
                expect=[is_there("Bill", "B-1", TotalAmt="120.00", Balance="120.00"), no_issues()],
            )
        ],
    ),
    Scenario(
        "money on a paid bill may be undone",
        "The amount of a bill that has payments is fixed: taking the change back closes the issue.",
        given=_PAID,
        edits=[here.reprices("bills/b1", "120.00")],
        expect=[issue("money_locked", on="b1"), wrote(0)],
        then=[
            Round(
                edits=[here.reprices("bills/b1", "100.00")],
                expect=[
                    is_here("bills/b1", state="agreed", code=None, balance="60.00"),
                    wrote(0),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "an amount that changes in QuickBooks comes here",
        "A bill's amount that is changed in QuickBooks comes here, with the balance that follows.",
        given=_PAID,
        edits=[there.reprices("Bill", "B-1", "120.00")],
        expect=[
            is_here("bills/b1", amount="120.00", balance="80.00", quickbooks_balance="80.00", state="agreed"),
            no_issues(),
        ],
    ),
    Scenario(
        "an account that is inactive",
        "A bill on an account that is inactive in QuickBooks gets one reason, and goes once it is active.",
        given=[*here.BOOKS, here.account("travel", "Travel", "Expense")],
        edits=[
            there.archives("Account", "Travel"),
            here.bill("b1", number="B-1", amount="100.00", lines=[{"amount": "100.00", "account": "travel"}]),
        ],
        expect=[
            is_here("bills/b1", code="inactive_reference"),
            issue("inactive_reference", on="b1", offers="retry"),
            nothing_there("Bill"),
        ],
        then=[
            Round(expect=[synced(), wrote(0)]),
            Round(
                edits=[there.revives("Account", "Travel")],
                expect=[
                    is_there("Bill", "B-1", Balance="100.00"),
                    is_here("bills/b1", state="agreed"),
                    no_issues(),
                ],
            ),
        ],
    ),
    Scenario(
        "a vendor that is inactive",
        "A payment or bill of a vendor that was made inactive in QuickBooks gets one reason, never a loop.",
        given=here.ONE_BILL,
        edits=[there.archives("Vendor", "Ash & Co"), here.bill("b2", number="B-2", amount="50.00")],
        expect=[
            is_here("vendors/ash", archived=True),
            is_here("bills/b2", code="inactive_reference"),
            issues(1),
            nothing_there("Bill", "B-2"),
        ],
        then=[
            Round(expect=[synced(), wrote(0)]),
            Round(
                edits=[there.revives("Vendor", "Ash & Co")],
                expect=[is_there("Bill", "B-2", Balance="50.00"), no_issues()],
            ),
        ],
    ),
    Scenario(
        "a bank account that is inactive",
        "A payment waits while its bank account is inactive in QuickBooks.",
        given=here.ONE_BILL,
        edits=[
            there.archives("Account", "Company Card"),
            here.pays("p1", {"b1": "100.00"}, bank_account="card"),
        ],
        expect=[issue("payment_account", on="p1"), nothing_there("BillPayment")],
        then=[
            Round(
                edits=[there.revives("Account", "Company Card")],
                expect=[is_there("Bill", "B-1", Balance="0.00"), no_issues()],
            )
        ],
    ),
    Scenario(
        "the same bill on both sides is one",
        "Bills pair by vendor and number: one that was entered on both sides is linked, not doubled.",
        given=here.BOOKS,
        edits=[here.bill("b1", number="B-1", amount="100.00"), there.bill("B-1", "100.00")],
        expect=[number_there(1, "Bill"), number_here(1, "bills"), is_here("bills/b1", state="agreed")],
    ),
    Scenario(
        "one number, two amounts",
        "A bill number that the vendor's other bill has in QuickBooks is told: neither merged nor created.",
        given=here.BOOKS,
        edits=[here.bill("b1", number="B-1", amount="100.00"), there.bill("B-1", "90.00")],
        expect=[
            is_here("bills/b1", state="held", code="number_taken"),
            issue("number_taken", on="b1", offers="link"),
            number_there(1, "Bill"),
            number_here(1, "bills"),
        ],
        then=[
            Round(
                edits=[here.edits("bills/b1", number="B-2")],
                expect=[
                    is_there("Bill", "B-2", TotalAmt="100.00"),
                    is_here("bills?number=B-1", amount="90.00", state="agreed"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "one number, two amounts: linked",
        "A bill number that the vendor's other bill has may be one bill: a person links them.",
        given=here.BOOKS,
        edits=[here.bill("b1", number="B-1", amount="100.00"), there.bill("B-1", "90.00")],
        expect=[issue("number_taken", on="b1", offers="link")],
        then=[
            Round(
                edits=[here.acts("number_taken", "link", on="b1", to=("Bill", "B-1"))],
                expect=[
                    is_here("bills/b1", amount="90.00", quickbooks_balance="90.00"),
                    number_there(1, "Bill"),
                    number_here(1, "bills"),
                    issue("conflict_settled", on="b1"),
                ],
            ),
            Round(edits=[here.acts("conflict_settled", "keep_quickbooks", on="b1")], expect=[no_issues()]),
        ],
    ),
    Scenario(
        "a check number that is used",
        "Where QuickBooks warns of check numbers that are used, such a payment is told and not repeated.",
        given=[
            there.sets(OtherPrefs={"NameValue": [{"Name": "WarnDuplicateCheckNumber", "Value": "true"}]}),
            *here.TWO_BILLS,
            here.pays("p1", {"b1": "100.00"}, reference="1001"),
        ],
        edits=[here.pays("p2", {"b2": "50.00"}, reference="1001")],
        expect=[
            is_here("bill-payments/p2", code="payment_number_used"),
            issue("payment_number_used", on="p2", offers="retry"),
            is_there("Bill", "B-2", Balance="50.00"),
        ],
        then=[
            Round(expect=[synced(), wrote(0)]),
            Round(
                edits=[here.edits("bill-payments/p2", reference="1002")],
                expect=[is_there("BillPayment", "1002", TotalAmt="50.00"), no_issues()],
            ),
        ],
    ),
    Scenario(
        "a copy in QuickBooks",
        "Somebody copies a bill in QuickBooks, our mark with it: the copy is not taken for the bill.",
        given=here.ONE_BILL,
        edits=[there.copies("Bill", "B-1", "B-1 copy")],
        expect=[issue("duplicate_in_quickbooks", offers="ignore"), number_here(1, "bills"), wrote(0)],
        then=[
            Round(
                edits=[here.acts("duplicate_in_quickbooks", "ignore")],
                expect=[no_issues(), is_here("bills/b1", number="B-1", state="agreed")],
            )
        ],
    ),
)
