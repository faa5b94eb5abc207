"""Eligibility: what crosses at all, what never does, and what does once it is put right."""

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
    number_there,
    synced,
)
from tests.scenarios.scenario import Round, Scenario

_EUROS = (
    there.sets(CurrencyPrefs={"MultiCurrencyEnabled": True}),
    there.vendor("Rhine GmbH", CurrencyRef={"value": "EUR"}),
)

SCENARIOS = (
    Scenario(
        "unpaid bills sync both ways",
        "Unpaid bills sync in both directions.",
        given=here.BOOKS,
        edits=[there.bill("Q-1", "40.00"), here.bill("b1", number="B-1", amount="100.00")],
        expect=[
            is_here("bills?number=Q-1", amount="40.00", balance="40.00", status="open", origin="quickbooks"),
            is_there("Bill", "B-1", VendorRef="Ash & Co", Balance="100.00"),
            synced(bill={"created_in_platform": 1, "created_in_quickbooks": 1}),
            no_issues(),
        ],
    ),
    Scenario(
        "what was paid before the first sync is history",
        "Only unpaid bills come here: no paid or partly paid ones of before.",
        given=[
            *here.BOOKS,
            there.vendor("Birch"),
            there.bill("Q-1", "40.00", vendor="Birch"),
            there.bill("Q-2", "40.00", vendor="Birch"),
            there.bill("Q-3", "40.00", vendor="Birch"),
            there.pays({"Q-1": "40.00"}),
            there.pays({"Q-2": "10.00"}),
        ],
        expect=[
            is_here("bills?number=Q-3", balance="40.00"),
            nothing_here("bills?number=Q-1"),
            nothing_here("bills?number=Q-2"),
            nothing_here("bill-payments"),
            explained_there("Bill", "Q-2", code="not_unpaid", verdict="skip"),
            no_issues(),
        ],
    ),
    Scenario(
        "what is entered and paid between two syncs is history too",
        "A bill that was never seen unpaid does not come here, and neither does its payment.",
        given=here.BOOKS,
        edits=[there.bill("Q-1", "40.00"), there.pays({"Q-1": "40.00"})],
        expect=[
            nothing_here("bills?number=Q-1"),
            nothing_here("bill-payments"),
            explained_there("Bill", "Q-1", code="not_unpaid", verdict="skip"),
            explained_there("BillPayment", None, code="pays_nothing_here", verdict="skip"),
            no_issues(),
        ],
    ),
    Scenario(
        "a bill that is opened again in QuickBooks comes here",
        "What is unpaid is eligible, whatever it was before.",
        given=[
            *here.BOOKS,
            there.vendor("Birch"),
            there.bill("Q-1", "40.00", vendor="Birch"),
            there.pays({"Q-1": "40.00"}),
        ],
        edits=[there.voids("BillPayment")],
        expect=[
            synced(bill={"created_in_platform": 1}, bill_payment={"skipped": 1}),
            is_here("bills?number=Q-1", balance="40.00", state="agreed"),
            nothing_here("bill-payments"),
        ],
    ),
    Scenario(
        "only dollars sync",
        "Bills in another currency are not synced, in either direction.",
        given=[*_EUROS, *here.BOOKS],
        edits=[
            there.bill("Q-1", "40.00", vendor="Rhine GmbH", CurrencyRef={"value": "EUR"}),
            here.bill("b1", number="B-1", amount="100.00", currency="EUR"),
        ],
        expect=[
            nothing_here("bills?number=Q-1"),
            explained_there("Bill", "Q-1", code="currency_not_usd", verdict="skip"),
            nothing_there("Bill", "B-1"),
            is_here("bills/b1", state="skipped", code="currency_not_usd"),
            explained("bills/b1", code="currency_not_usd", verdict="skip"),
            no_issues(),
        ],
    ),
    Scenario(
        "without a currency the home currency counts",
        "Only dollars sync: where QuickBooks keeps its books in another currency, nothing does.",
        given=[there.sets(CurrencyPrefs={"HomeCurrency": {"value": "CAD"}}), *here.BOOKS],
        edits=[there.bill("Q-1", "40.00"), here.bill("b1", number="B-1", amount="100.00")],
        expect=[
            nothing_here("bills?number=Q-1"),
            nothing_there("Bill", "B-1"),
            explained("bills/b1", code="currency_not_usd", verdict="skip"),
            explained_there("Bill", "Q-1", code="currency_not_usd", verdict="skip"),
        ],
    ),
    Scenario(
        "a dollar bill needs a vendor that is kept in dollars",
        "Only dollars sync: a vendor has one currency in QuickBooks.",
        given=[*_EUROS, *here.BOOKS, here.vendor("rhine", "Rhine GmbH")],
        edits=[here.bill("b1", number="B-1", amount="100.00", vendor="rhine", currency="USD")],
        expect=[
            is_here("bills/b1", state="skipped", code="vendor_currency"),
            explained("bills/b1", code="vendor_currency", verdict="skip"),
            nothing_there("Bill"),
        ],
    ),
    Scenario(
        "a bill needs a number",
        "A bill without a number does not sync; it follows once it has one.",
        given=here.BOOKS,
        edits=[there.bill(None, "40.00"), here.bill("b1", number=None, amount="100.00")],
        expect=[
            is_here("bills/b1", state="skipped", code="number_missing"),
            explained_there("Bill", None, code="number_missing", verdict="skip"),
            number_there(1, "Bill"),
            no_issues(),
        ],
        then=[
            Round(
                edits=[there.edits("Bill", None, DocNumber="Q-1"), here.edits("bills/b1", number="B-1")],
                expect=[
                    is_here("bills?number=Q-1", amount="40.00", state="agreed"),
                    is_there("Bill", "B-1", TotalAmt="100.00"),
                    is_here("bills/b1", state="agreed", code=None),
                ],
            )
        ],
    ),
    Scenario(
        "a bill of nothing is not sent",
        "A bill or vendor credit of $0 does not sync to QuickBooks.",
        given=here.BOOKS,
        edits=[
            here.bill("b1", number="B-1", amount="0.00"),
            here.credit("c1", number="VC-1", amount="0.00"),
        ],
        expect=[
            is_here("bills/b1", state="skipped", code="zero_amount"),
            is_here("vendor-credits/c1", state="skipped", code="zero_amount"),
            nothing_there("Bill"),
            nothing_there("VendorCredit"),
            no_issues(),
        ],
        then=[
            Round(
                edits=[here.reprices("bills/b1", "12.00")],
                expect=[is_there("Bill", "B-1", TotalAmt="12.00"), is_here("bills/b1", state="agreed")],
            )
        ],
    ),
    Scenario(
        "a linked bill follows its payments",
        "A bill that synced while it was unpaid stays in step when it is paid.",
        given=here.ONE_BILL,
        edits=[there.pays({"B-1": "40.00"})],
        expect=[
            is_here(
                "bills/b1", balance="60.00", quickbooks_balance="60.00", status="partially_paid", code=None
            )
        ],
        then=[
            Round(
                edits=[there.pays({"B-1": "60.00"})],
                expect=[
                    is_here("bills/b1", balance="0.00", quickbooks_balance="0.00", status="paid", code=None)
                ],
            )
        ],
    ),
    Scenario(
        "one bad record stops only what hangs on it",
        "A bill waits for its vendor; others don't wait with it.",
        given=[*here.BOOKS, there.makes("Customer", DisplayName="Birch")],
        edits=[
            here.vendor("birch", "Birch"),
            here.bill("b1", number="B-1", amount="100.00", vendor="birch"),
            here.bill("b2", number="B-2", amount="50.00"),
        ],
        expect=[
            issue("duplicate_name", on="birch", offers="link"),
            is_here("vendors/birch", state="failed", code="duplicate_name"),
            is_here("bills/b1", state="held", code="parent_not_synced"),
            is_there("Bill", "B-2", Balance="50.00"),
            number_there(1, "Bill"),
        ],
        then=[
            Round(
                edits=[here.edits("vendors/birch", name="Birch (vendor)")],
                expect=[is_there("Bill", "B-1", VendorRef="Birch (vendor)"), no_issues()],
            )
        ],
    ),
    Scenario(
        "nothing is dated into closed books",
        "What is dated before the closing date waits until the books are opened or it is dated later.",
        given=[*here.BOOKS, there.closes_books("2026-01-31")],
        edits=[
            here.bill("b1", number="B-1", amount="100.00", issued_on="2026-01-20"),
            here.bill("b2", number="B-2", amount="50.00"),
            here.bill("b3", number="B-3", amount="70.00", issued_on="2026-01-30"),
        ],
        expect=[
            is_here("bills/b1", state="held", code="books_closed"),
            issue("books_closed", on="b1"),
            explained("bills/b3", code="books_closed", verdict="hold"),
            number_there(1, "Bill"),
        ],
        then=[
            Round(
                edits=[here.edits("bills/b1", issued_on="2026-02-01")],
                expect=[
                    synced(bill={"created_in_quickbooks": 1}),
                    is_there("Bill", "B-1", TxnDate="2026-02-01"),
                ],
            ),
            Round(
                edits=[there.closes_books(None)],
                mode="full",
                expect=[is_there("Bill", "B-3", TxnDate="2026-01-30"), no_issues()],
            ),
        ],
    ),
)
