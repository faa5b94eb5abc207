"""Unpaid invoices go both ways; QuickBooks numbers them, and what is removed there stays here until told."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    direction,
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
    synced,
    wrote,
)
from tests.scenarios.scenario import Round, Scenario

_OWN_NUMBERS = there.sets(SalesFormsPrefs={"CustomTxnNumbers": True})
_SOLD = (*here.SALES, here.invoice("i1", "100.00"))

SCENARIOS = (
    Scenario(
        "unpaid invoices go both ways",
        "Unpaid invoices sync in both directions; QuickBooks gives them their numbers.",
        given=here.SALES,
        edits=[here.invoice("i1", "100.00", memo="Cakes"), there.invoice("50.00")],
        expect=[
            direction("invoice", "both"),
            number_here(2, "invoices"),
            number_there(2, "Invoice"),
            synced(
                item={"created_in_quickbooks": 1},
                invoice={"created_in_quickbooks": 1, "created_in_platform": 1},
            ),
            is_there("Invoice", "2", TotalAmt="100.00", CustomerRef="Birch Bakery"),
            is_here("invoices/i1", number="2", state="agreed", status="open", memo="Cakes"),
            is_here("invoices?number=1", amount="50.00", customer="birch", balance="50.00"),
            no_issues(),
        ],
    ),
    Scenario(
        "invoices go both ways for accounts of before 9/15/17 too",
        "Unpaid invoices sync in both directions, whenever the account signed up.",
        profile="one_way",
        given=here.SALES,
        edits=[here.invoice("i1", "100.00"), there.invoice("50.00")],
        expect=[direction("invoice", "both"), number_here(2, "invoices"), number_there(2, "Invoice")],
    ),
    Scenario(
        "edits of an invoice go both ways",
        "What is changed in an invoice on one side is changed on the other.",
        given=_SOLD,
        edits=[
            here.edits("invoices/i1", due_on="2026-04-15"),
            there.edits("Invoice", PrivateNote="Call first"),
        ],
        expect=[
            is_there("Invoice", DueDate="2026-04-15"),
            is_here("invoices/i1", memo="Call first", due_on="2026-04-15", state="agreed"),
            no_issues(),
        ],
        then=[
            Round(
                edits=[there.reprices("Invoice", "1", "120.00")],
                expect=[is_here("invoices/i1", amount="120.00", balance="120.00"), wrote(0)],
            ),
            Round(
                edits=[
                    here.edits(
                        "invoices/i1",
                        number=None,
                        lines=[{"id": "1", "description": "Baking", "amount": "130.00", "item": "baking"}],
                    )
                ],
                expect=[
                    is_there("Invoice", TotalAmt="130.00", DocNumber="1"),
                    is_here("invoices/i1", number="1", state="agreed"),
                ],
            ),
        ],
    ),
    Scenario(
        "paid invoices are history",
        "Only unpaid invoices sync.",
        given=here.SALES,
        edits=[there.invoice("50.00"), there.receives({"1": "20.00"})],
        expect=[
            nothing_here("invoices"),
            explained_there("Invoice", None, code="not_unpaid", verdict="skip"),
            no_issues(),
        ],
    ),
    Scenario(
        "an invoice is numbered by one side",
        "Where QuickBooks numbers invoices itself, one with a number of its own waits.",
        given=here.SALES,
        edits=[here.invoice("i1", "100.00", number="A-1")],
        expect=[
            is_here("invoices/i1", state="held", code="number_set_by_quickbooks"),
            issue("number_set_by_quickbooks", on="i1"),
            nothing_there("Invoice"),
        ],
        then=[
            Round(
                edits=[_OWN_NUMBERS, here.invoice("i2", "10.00"), there.invoice("20.00")],
                mode="full",
                expect=[
                    is_there("Invoice", "A-1", TotalAmt="100.00"),
                    is_here("invoices/i1", state="agreed", number="A-1"),
                    is_here("invoices/i2", state="skipped", code="number_missing"),
                    explained("invoices/i2", code="number_missing", verdict="skip"),
                    number_here(2, "invoices"),
                ],
            )
        ],
    ),
    Scenario(
        "the same invoice on both sides is one",
        "An invoice of the same customer, number and amount is the same.",
        given=[*here.SALES, _OWN_NUMBERS],
        mode="full",
        edits=[
            here.invoice("i1", "100.00", number="A-1"),
            there.invoice("100.00", DocNumber="A-1"),
            here.invoice("i2", "70.00", number="A-2"),
            there.invoice("75.00", DocNumber="A-2"),
        ],
        expect=[
            number_there(2, "Invoice"),
            number_here(2, "invoices"),
            is_here("invoices/i1", state="agreed"),
            issue("number_taken", on="i2"),
        ],
    ),
    Scenario(
        "lines without an item are unallocated income",
        "Invoices wait for the unallocated income account; lines without an item go on it.",
        given=[*here.SALES, here.prefers(unallocated_income_account=None)],
        edits=[here.invoice("i1", "100.00"), here.invoice("i2", "50.00"), there.invoice("20.00")],
        expect=[
            issue("preferences_missing", on="i1"),
            is_here("invoices/i2", state="held", code="preferences_missing"),
            nothing_there("Item", "Unallocated Income"),
            number_here(2, "invoices"),
            number_there(1, "Invoice"),
        ],
        then=[
            Round(
                edits=[here.prefers(unallocated_income_account="income")],
                expect=[
                    number_there(3, "Invoice"),
                    number_there(1, "Item", "Unallocated Income"),
                    is_there("Item", "Unallocated Income", Type="Service", IncomeAccountRef="Sales Income"),
                    is_here("invoices/i1", state="agreed"),
                    number_here(3, "invoices"),
                    no_issues(),
                ],
            ),
            Round(
                edits=[
                    here.account("other", "Other Sales", "Income"),
                    here.prefers(unallocated_income_account="other"),
                    here.invoice("i3", "30.00"),
                ],
                expect=[
                    is_there("Item", "Unallocated Income", IncomeAccountRef="Other Sales"),
                    number_there(1, "Item", "Unallocated Income"),
                    is_here("invoices/i3", state="agreed"),
                ],
            ),
        ],
    ),
    Scenario(
        "an item of that name is used",
        "What QuickBooks has by the name already is not made twice.",
        given=[*here.SALES, here.item("old", "Unallocated Income")],
        edits=[here.invoice("i1", "100.00")],
        expect=[
            number_there(1, "Item", "Unallocated Income"),
            is_here("invoices/i1", state="agreed"),
            no_issues(),
        ],
    ),
    Scenario(
        "a discount is kept as it was given",
        "Tax and discount stay as QuickBooks has them.",
        given=here.SALES,
        edits=[here.invoice("i1", "100.00", discount="10.00")],
        expect=[
            is_there("Invoice", TotalAmt="90.00"),
            is_here("invoices/i1", discount="10.00", amount="90.00", state="agreed"),
        ],
        then=[
            Round(
                edits=[here.edits("invoices/i1", memo="Thanks")],
                expect=[is_there("Invoice", TotalAmt="90.00"), is_here("invoices/i1", discount="10.00")],
            )
        ],
    ),
    Scenario(
        "a delete in QuickBooks is asked about",
        "Deleting an invoice in QuickBooks does not delete it here.",
        given=_SOLD,
        edits=[there.deletes("Invoice")],
        expect=[
            issue("removed_in_quickbooks", on="i1", offers="accept"),
            is_here("invoices/i1", archived=False, state="conflict"),
            wrote(0),
        ],
        then=[
            Round(
                edits=[here.acts("removed_in_quickbooks", "recreate")],
                expect=[
                    number_there(1, "Invoice"),
                    is_there("Invoice", "2", TotalAmt="100.00"),
                    is_here("invoices/i1", number="2", state="agreed"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "a void in QuickBooks is asked about",
        "Voiding an invoice in QuickBooks does not take it away here.",
        given=_SOLD,
        edits=[there.voids("Invoice")],
        expect=[
            issue("removed_in_quickbooks", on="i1", offers="accept"),
            is_here("invoices/i1", amount="100.00", archived=False),
            wrote(0),
        ],
        then=[
            Round(
                edits=[here.acts("removed_in_quickbooks", "accept")],
                expect=[is_here("invoices/i1", archived=True), number_there(1, "Invoice"), no_issues()],
            )
        ],
    ),
    Scenario(
        "an invoice archived here is deleted there",
        "What is archived here goes there, while nothing is applied to it.",
        given=[*_SOLD, here.invoice("i2", "50.00")],
        edits=[
            here.archives("invoices/i1"),
            there.receives({"2": "20.00"}),
            here.archives("invoices/i2"),
        ],
        expect=[
            number_there(1, "Invoice"),
            is_here("invoices/i1", archived=True, state="not_synced"),
            issue("removal_blocked", on="i2"),
        ],
    ),
    Scenario(
        "invoices come from a day on",
        "Invoices of before invoice_import_since stay in QuickBooks.",
        given=[*here.SALES, here.prefers(invoice_import_since="2026-03-01")],
        edits=[there.invoice("50.00", TxnDate="2026-02-28"), there.invoice("60.00")],
        expect=[
            number_here(1, "invoices"),
            explained_there("Invoice", "1", code="before_import", verdict="skip"),
        ],
        then=[
            Round(
                edits=[here.prefers(invoice_import_since=None)],
                expect=[number_here(2, "invoices"), no_issues()],
            )
        ],
    ),
    Scenario(
        "invoices of QuickBooks stay there if told",
        "How do I stop bills/invoices syncing from QuickBooks Online?",
        given=[*here.SALES, here.has_support_set(transactions_direction="to_quickbooks")],
        edits=[there.invoice("50.00"), here.invoice("i1", "100.00")],
        expect=[
            number_here(1, "invoices"),
            number_there(2, "Invoice"),
            direction("invoice", "to_quickbooks"),
            explained_there("Invoice", "1", code="direction", verdict="skip"),
        ],
    ),
    Scenario(
        "what is paid there keeps its amounts",
        "An invoice with a payment on it in QuickBooks keeps what is money; the rest still follows.",
        given=_SOLD,
        edits=[
            there.receives({"1": "40.00"}),
            here.edits("invoices/i1", memo="Thanks", lines=[{"id": "1", "amount": "90.00"}]),
        ],
        expect=[
            is_there("Invoice", TotalAmt="100.00", Balance="60.00"),
            is_here("invoices/i1", state="held", code="money_locked"),
            issue("money_locked", on="i1"),
        ],
    ),
)
