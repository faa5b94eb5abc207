"""Paid there, open here: a bill that is paid in QuickBooks is told before it is paid again."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    explained_there,
    is_here,
    is_there,
    issue,
    no_issues,
    nothing_here,
    number_here,
    number_there,
    synced,
    wrote,
)
from tests.scenarios.scenario import Round, Scenario

SCENARIOS = (
    Scenario(
        "a payment made there doesn't come here, one way",
        "For older accounts payments made in QuickBooks do not sync; they are recorded here.",
        profile="one_way",
        given=here.ONE_BILL,
        edits=[there.pays({"B-1": "100.00"})],
        expect=[
            nothing_here("bill-payments"),
            explained_there("BillPayment", None, code="direction", verdict="skip"),
            is_here("bills/b1", balance="100.00", quickbooks_balance="0.00", code="paid_in_quickbooks"),
            issue("paid_in_quickbooks", on="b1", offers="record_here"),
            synced(bill_payment={"skipped": 1}),
        ],
        then=[
            Round(
                edits=[here.acts("paid_in_quickbooks", "record_here", on="b1")],
                expect=[
                    is_here("bill-payments?status=processed", sync=False, amount="100.00", state="agreed"),
                    is_here("bills/b1", balance="0.00", status="paid", code=None),
                    number_there(1, "BillPayment"),
                    wrote(0),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "a part that was paid there is told, too",
        "What is open here and paid there is told for each bill, also where it is a part of it.",
        profile="one_way",
        given=here.TWO_BILLS,
        edits=[there.pays({"B-1": "40.00", "B-2": "50.00"})],
        expect=[
            issue("paid_in_quickbooks", on="b1"),
            issue("paid_in_quickbooks", on="b2"),
        ],
        then=[
            Round(
                edits=[here.acts("paid_in_quickbooks", "record_here", on="b1")],
                expect=[
                    is_here("bills/b1", balance="60.00", quickbooks_balance="60.00", status="partially_paid"),
                    is_here("bills/b2", balance="0.00", quickbooks_balance="0.00", status="paid"),
                    number_here(1, "bill-payments"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "it may be taken back there instead",
        "An issue closes by itself once its cause is gone.",
        profile="one_way",
        given=here.ONE_BILL,
        edits=[there.pays({"B-1": "100.00"})],
        expect=[issue("paid_in_quickbooks", on="b1")],
        then=[
            Round(
                edits=[there.voids("BillPayment")],
                expect=[
                    is_here("bills/b1", balance="100.00", quickbooks_balance="100.00", code=None),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "nobody pays a bill that is paid there",
        "A payment of a bill that was paid in QuickBooks is not sent: it would be paid twice.",
        profile="one_way",
        given=here.ONE_BILL,
        edits=[there.pays({"B-1": "100.00"}), here.pays("p1", {"b1": "60.00"})],
        expect=[
            is_here("bill-payments/p1", state="held", code="paid_twice"),
            issue("paid_twice", on="p1", offers="link"),
            number_there(1, "BillPayment"),
            wrote(0),
        ],
        then=[
            Round(
                edits=[there.voids("BillPayment")],
                expect=[
                    is_there("Bill", "B-1", Balance="40.00"),
                    is_here("bill-payments/p1", state="agreed"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "a payment that was sent and one made there: both ways",
        "With payments both ways a bill that is paid twice is told: too much was settled.",
        given=here.ONE_BILL,
        edits=[there.pays({"B-1": "100.00"}), here.pays("p1", {"b1": "60.00"}, method="online")],
        expect=[
            number_there(1, "BillPayment"),
            issue("paid_twice", on="p1"),
            is_there("Bill", "B-1", Balance="0.00"),
        ],
        then=[
            Round(
                edits=[here.voids("p1")],
                expect=[
                    is_here("bills/b1", balance="0.00", quickbooks_balance="0.00", status="paid", code=None),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "the payment there is the one here",
        "A payment that is held as paid twice is linked with the one in QuickBooks that it is.",
        profile="one_way",
        given=here.ONE_BILL,
        edits=[there.pays({"B-1": "100.00"}, DocNumber="1001"), here.pays("p1", {"b1": "100.00"})],
        expect=[issue("paid_twice", on="p1", offers="link"), number_there(1, "BillPayment")],
        then=[
            Round(
                edits=[here.acts("paid_twice", "link", on="p1", to=("BillPayment", "1001"))],
                expect=[
                    is_here("bill-payments/p1", state="agreed", code=None),
                    is_here("bills/b1", balance="0.00", quickbooks_balance="0.00", code=None),
                    number_there(1, "BillPayment"),
                    no_issues(),
                ],
            )
        ],
    ),
)
