"""Merges in QuickBooks: of two entries of a list one remains, and the records here follow it."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    is_here,
    is_there,
    issue,
    issues,
    no_issues,
    number_here,
    number_there,
    wrote,
)
from tests.scenarios.scenario import Round, Scenario

_OAK = there.vendor("Oak Ltd")
_TWO_VENDORS = (
    *here.ONE_BILL,
    here.vendor("oak", "Oak Ltd"),
    here.bill("b2", number="O-1", amount="10.00", vendor="oak"),
)

SCENARIOS = (
    Scenario(
        "a merged vendor whose survivor is not here follows",
        "Where QuickBooks makes one of two vendors, a record that has only the lost one is the other now.",
        given=here.ONE_BILL,
        edits=[_OAK, there.merges("Vendor", "Ash & Co", into="Oak Ltd")],
        expect=[
            is_here("vendors/ash", name="Oak Ltd", archived=False, state="agreed"),
            is_here("bills/b1", vendor="ash", state="agreed"),
            is_there("Bill", "B-1", VendorRef="Oak Ltd"),
            number_here(1, "vendors"),
            wrote(0),
            no_issues(),
        ],
    ),
    Scenario(
        "two merged vendors that are both here",
        "Where both are here, the lost one is written as the other from now on, and an issue says so.",
        given=_TWO_VENDORS,
        edits=[there.merges("Vendor", "Oak Ltd", into="Ash & Co")],
        expect=[
            is_here("vendors/ash", name="Ash & Co", state="agreed"),
            is_here("vendors/oak", name="Oak Ltd", archived=False, state="held", code="merged_in_quickbooks"),
            is_here("bills/b2", vendor="oak", state="agreed"),
            issue("merged_in_quickbooks", on="oak", offers="recreate"),
            issues(1),
            wrote(0),
        ],
        then=[
            Round(
                edits=[here.bill("b3", number="O-2", amount="20.00", vendor="oak")],
                expect=[is_there("Bill", "O-2", VendorRef="Ash & Co"), number_there(1, "Vendor", "Ash & Co")],
            ),
            Round(
                edits=[there.edits("Bill", "O-1", PrivateNote="Seen"), here.edits("bills/b3", memo="Mine")],
                expect=[
                    is_here("bills/b2", vendor="oak", memo="Seen", state="agreed"),
                    is_there("Bill", "O-2", VendorRef="Ash & Co"),
                    is_here("bills/b3", vendor="oak", memo="Mine", state="agreed"),
                ],
            ),
            Round(
                edits=[here.archives("vendors/oak")],
                expect=[is_here("vendors/oak", archived=True), is_there("Vendor", "Ash & Co", Active=True)],
            ),
        ],
    ),
    Scenario(
        "a merged vendor that is wanted after all",
        "The lost one can be renamed and written to QuickBooks again.",
        given=_TWO_VENDORS,
        edits=[there.merges("Vendor", "Oak Ltd", into="Ash & Co")],
        expect=[issue("merged_in_quickbooks", on="oak")],
        then=[
            Round(
                edits=[
                    here.edits("vendors/oak", name="Oak & Sons"),
                    here.acts("merged_in_quickbooks", "recreate"),
                ],
                expect=[is_there("Vendor", "Oak & Sons", Active=True), no_issues()],
            )
        ],
    ),
    Scenario(
        "merged customers",
        "Customers that are made one in QuickBooks keep their invoices here.",
        given=(*here.SOLD, here.customer("oak", "Oak Cafe"), here.invoice("i2", "20.00", customer="oak")),
        edits=[there.merges("Customer", "Oak Cafe", into="Birch Bakery")],
        expect=[
            is_here("customers/oak", state="held", code="merged_in_quickbooks"),
            is_here("invoices/i2", customer="oak", state="agreed"),
            issue("merged_in_quickbooks", on="oak"),
        ],
    ),
    Scenario(
        "merged accounts",
        "Accounts that are made one in QuickBooks keep the lines of bills here.",
        given=(
            *here.ONE_BILL,
            here.account("paper", "Paper", "Expense"),
            here.bill(
                "b2",
                number="B-2",
                amount="10.00",
                lines=[{"id": "1", "amount": "10.00", "account": "paper"}],
            ),
        ),
        edits=[there.merges("Account", "Paper", into="Uncategorized Expense")],
        expect=[
            is_here("accounts/paper", state="held", code="merged_in_quickbooks"),
            is_here("bills/b2", state="agreed"),
            issue("merged_in_quickbooks", on="paper"),
        ],
    ),
    Scenario(
        "merged items",
        "Items that are made one in QuickBooks keep the lines of invoices here.",
        given=(
            *here.SOLD,
            here.item("cake", "Cake"),
            here.invoice("i2", "20.00", lines=[{"id": "1", "amount": "20.00", "item": "cake"}]),
        ),
        edits=[there.merges("Item", "Cake", into="Baking")],
        expect=[
            is_here("items/cake", state="held", code="merged_in_quickbooks"),
            is_here("invoices/i2", state="agreed"),
            issue("merged_in_quickbooks", on="cake"),
        ],
    ),
)
