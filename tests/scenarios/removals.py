"""Voids, deletes and archives, both ways: nothing is undone silently, and no money just goes."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    is_here,
    is_there,
    issue,
    issues,
    no_issues,
    nothing_there,
    number_there,
    synced,
    wrote,
)
from tests.scenarios.scenario import Round, Scenario

_PAID = (*here.ONE_BILL, here.pays("p1", {"b1": "40.00"}))
_BILLS = tuple(here.bill(f"b{each}", number=f"B-{each}", amount="100.00") for each in range(1, 7))
_PAYMENTS = tuple(here.pays(f"p{each}", {f"b{each}": "100.00"}, reference=str(each)) for each in range(1, 7))

SCENARIOS = (
    Scenario(
        "a bill deleted there is archived here, and back",
        "A bill that is deleted in QuickBooks goes here, too; one that is archived here is deleted there.",
        given=here.TWO_BILLS,
        edits=[there.deletes("Bill", "B-1"), here.archives("bills/b2")],
        expect=[
            is_here("bills/b1", archived=True),
            nothing_there("Bill"),
            synced(bill={"archived_in_platform": 1, "removed_in_quickbooks": 1}),
            no_issues(),
        ],
    ),
    Scenario(
        "a vendor credit deleted there is asked about",
        "Vendor credits go to QuickBooks only: a delete there is told, and the credit can be written again.",
        given=[*here.BOOKS, here.credit("c1", number="VC-1", amount="30.00")],
        edits=[there.deletes("VendorCredit", "VC-1")],
        expect=[
            is_here("vendor-credits/c1", archived=False, state="conflict", code="removed_in_quickbooks"),
            issue("removed_in_quickbooks", on="c1", offers="recreate"),
            nothing_there("VendorCredit"),
        ],
        then=[
            Round(
                edits=[here.acts("removed_in_quickbooks", "recreate", on="c1")],
                expect=[is_there("VendorCredit", "VC-1", TotalAmt="30.00"), no_issues()],
            )
        ],
    ),
    Scenario(
        "a bill deleted there that is paid here: written again",
        "A bill that a payment here settles is not just archived when it is deleted in QuickBooks.",
        given=[*here.ONE_BILL, here.prefers(default_bank_account=None)],
        edits=[there.deletes("Bill", "B-1"), here.pays("p1", {"b1": "40.00"})],
        expect=[
            is_here("bills/b1", archived=False, state="conflict", code="removed_in_quickbooks"),
            issue("removed_in_quickbooks", on="b1", offers="recreate"),
            nothing_there("Bill"),
            nothing_there("BillPayment"),
        ],
        then=[
            Round(
                edits=[
                    here.acts("removed_in_quickbooks", "recreate", on="b1"),
                    here.prefers(default_bank_account="bank"),
                ],
                expect=[
                    is_there("Bill", "B-1", Balance="60.00"),
                    number_there(1, "BillPayment"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "a bill with payments there is not deleted",
        "A bill that is archived here is not deleted in QuickBooks while something is applied to it there.",
        profile="one_way",
        given=here.ONE_BILL,
        edits=[there.pays({"B-1": "40.00"}), here.archives("bills/b1")],
        expect=[
            is_here("bills/b1", archived=True, state="held", code="removal_blocked"),
            issue("removal_blocked", on="b1", offers="retry"),
            is_there("Bill", "B-1", Balance="60.00"),
        ],
        then=[
            Round(
                edits=[there.deletes("BillPayment"), here.acts("removal_blocked", "retry", on="b1")],
                expect=[nothing_there("Bill"), no_issues()],
            )
        ],
    ),
    Scenario(
        "deleted there, changed here: a person chooses",
        "What is deleted on one side and changed on the other is never lost: somebody decides.",
        given=here.TWO_BILLS,
        edits=[
            there.deletes("Bill", "B-1"),
            here.edits("bills/b1", memo="Due soon"),
            there.deletes("Bill", "B-2"),
            here.edits("bills/b2", memo="Due soon"),
        ],
        expect=[
            issue("removed_there_changed_here", on="b1", offers="recreate"),
            issue("removed_there_changed_here", on="b2", offers="accept"),
            is_here("bills/b1", archived=False, memo="Due soon"),
            wrote(0),
        ],
        then=[
            Round(
                edits=[
                    here.acts("removed_there_changed_here", "recreate", on="b1"),
                    here.acts("removed_there_changed_here", "accept", on="b2"),
                ],
                expect=[
                    is_there("Bill", "B-1", Balance="100.00"),
                    nothing_there("Bill", "B-2"),
                    is_here("bills/b2", archived=True),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "archived here, changed there: a person chooses",
        "What is archived here and changed in QuickBooks is neither deleted there nor restored here unasked.",
        given=here.TWO_BILLS,
        edits=[
            here.archives("bills/b1"),
            there.edits("Bill", "B-1", DueDate="2026-04-30"),
            here.archives("bills/b2"),
            there.edits("Bill", "B-2", DueDate="2026-04-30"),
        ],
        expect=[
            issue("removed_here_changed_there", on="b1", offers="recreate"),
            issue("removed_here_changed_there", on="b2", offers="accept"),
            number_there(2, "Bill"),
            wrote(0),
        ],
        then=[
            Round(
                edits=[
                    here.acts("removed_here_changed_there", "recreate", on="b1"),
                    here.acts("removed_here_changed_there", "accept", on="b2"),
                ],
                expect=[
                    is_here("bills/b1", archived=False, due_on="2026-04-30", state="agreed"),
                    nothing_there("Bill", "B-2"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "voided here, changed there: a void is never undone",
        "A payment that is voided here and changed in QuickBooks waits; accepted, it is voided there.",
        given=_PAID,
        edits=[here.voids("p1"), there.edits("BillPayment", None, TxnDate="2026-02-27")],
        expect=[
            issue("removed_here_changed_there", on="p1", offers="accept"),
            is_there("Bill", "B-1", Balance="60.00"),
            is_here("bill-payments/p1", status="voided"),
        ],
        then=[
            Round(
                edits=[here.acts("removed_here_changed_there", "accept", on="p1")],
                expect=[
                    is_there("Bill", "B-1", Balance="100.00"),
                    is_here("bills/b1", balance="100.00", quickbooks_balance="100.00", status="open"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "what both sides voided is at rest",
        "A void that both sides have is never repeated.",
        given=_PAID,
        edits=[here.voids("p1"), there.voids("BillPayment")],
        expect=[
            is_there("Bill", "B-1", Balance="100.00"),
            is_here("bills/b1", balance="100.00", quickbooks_balance="100.00", status="open"),
            wrote(0),
            no_issues(),
        ],
    ),
    Scenario(
        "many bills archived at once are held",
        "Unusually many removals are held until somebody says that they are meant; all else goes on.",
        given=[*here.BOOKS, *_BILLS],
        edits=[
            *(here.archives(f"bills/b{each}") for each in range(1, 7)),
            here.bill("b7", number="B-7", amount="70.00"),
        ],
        expect=[
            issue("mass_removal", offers="proceed"),
            issues(1),
            number_there(7, "Bill"),
            is_here("bills/b1", archived=True, state="held", code="mass_removal"),
        ],
        then=[
            Round(
                edits=[here.acts("mass_removal", "proceed")],
                expect=[number_there(1, "Bill"), is_there("Bill", "B-7", Balance="70.00"), no_issues()],
            )
        ],
    ),
    Scenario(
        "many payments deleted in QuickBooks at once are held",
        "Unusually many removals are held until somebody says that they are meant: payments, too.",
        given=[*here.BOOKS, *_BILLS, *_PAYMENTS],
        edits=[there.deletes("BillPayment", str(each)) for each in range(1, 7)],
        expect=[
            issue("mass_removal", offers="proceed"),
            is_here("bill-payments/p1", status="processed", state="held", code="mass_removal"),
            is_here("bills/b1", balance="0.00", quickbooks_balance="100.00"),
            wrote(0),
        ],
        then=[
            Round(
                edits=[here.acts("mass_removal", "proceed")],
                expect=[
                    is_here("bill-payments/p1", status="voided"),
                    is_here("bills/b1", balance="100.00", quickbooks_balance="100.00", status="open"),
                    nothing_there("BillPayment"),
                    no_issues(),
                ],
            )
        ],
    ),
)
