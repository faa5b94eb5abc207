"""Customers go both ways, with those below them; projects come from QuickBooks and stay as it has them."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    explained,
    is_here,
    is_there,
    issue,
    no_issues,
    number_here,
    number_there,
    refused,
    synced,
    wrote,
)
from tests.scenarios.scenario import Round, Scenario

_FIVE_LEVELS = [
    here.customer("k1", "Birch"),
    *(here.customer(f"k{level}", f"Birch {level}", parent=f"k{level - 1}") for level in range(2, 6)),
]
_PROJECT = [
    *here.BOOKS,
    there.customer("Birch"),
    there.customer("Harbour Hall", parent="Birch", IsProject=True, BillWithParent=True),
]

SCENARIOS = (
    Scenario(
        "customers pair by name and go both ways",
        "Customers sync in both directions; one of the same name on both sides is one.",
        given=here.BOOKS,
        edits=[
            here.customer("birch", "Birch Bakery", phone="555 0140"),
            there.customer("birch  bakery", CompanyName="Birch Bakery LLC"),
            there.customer("Cedar"),
            here.customer("elm", "Elm"),
        ],
        expect=[
            is_here("customers/birch", company_name="Birch Bakery LLC", phone="555 0140"),
            is_here("customers?name=Cedar", state="agreed", project=False, parent=None),
            is_there("Customer", "Elm", Active=True, Job=False),
            number_there(3, "Customer"),
            number_here(3, "customers"),
        ],
    ),
    Scenario(
        "sub-customers go both ways, five levels of them",
        "Customers sync with those below them, parents first.",
        given=here.BOOKS,
        edits=[
            *_FIVE_LEVELS,
            there.customer("Cedar"),
            there.customer("Cedar Kitchen", parent="Cedar"),
        ],
        expect=[
            is_there("Customer", "Birch:Birch 2:Birch 3:Birch 4:Birch 5", Job=True),
            is_here("customers?name=Cedar Kitchen", state="agreed"),
            refused(here.customer("k6", "Birch 6", parent="k5"), code="nested_too_deep"),
            refused(here.customer("k1", "Birch", parent="k3"), code="parent_cycle"),
            number_there(7, "Customer"),
            no_issues(),
        ],
    ),
    Scenario(
        "one of them moves below another",
        "A parent that changes on one side changes on the other.",
        given=[
            *here.BOOKS,
            here.customer("birch", "Birch"),
            here.customer("cedar", "Cedar"),
            here.customer("hall", "Hall", parent="birch"),
            here.customer("shed", "Shed", parent="birch"),
        ],
        edits=[here.edits("customers/hall", parent="cedar"), there.moves("Customer", "Shed", below="Cedar")],
        expect=[
            is_there("Customer", "Cedar:Hall", Job=True),
            is_here("customers/shed", parent="cedar", state="agreed"),
            no_issues(),
        ],
    ),
    Scenario(
        "projects come here and nothing goes back",
        "Projects are customers that only QuickBooks changes: they come here, and are read only.",
        given=_PROJECT,
        edits=[
            here.edits("customers?name=Harbour Hall", phone="555 0150"),
            there.edits("Customer", "Harbour Hall", CompanyName="Hall LLC"),
        ],
        expect=[
            is_here("customers?name=Harbour Hall", project=True, company_name="Hall LLC", state="held"),
            issue("project", offers="keep_quickbooks"),
            explained("customers?name=Harbour Hall", code="project", verdict="hold"),
            is_there("Customer", "Harbour Hall", PrimaryPhone=None),
            wrote(0),
        ],
        then=[
            Round(
                edits=[here.acts("project", "keep_quickbooks")],
                expect=[is_here("customers?name=Harbour Hall", phone=None, state="agreed"), no_issues()],
            )
        ],
    ),
    Scenario(
        "a project here may be named, and not made",
        "Projects are made in QuickBooks: a bill made here may be for one.",
        given=_PROJECT,
        edits=[
            here.has("customers/new", name="New Hall", project=True),
            there.bill("B-1", "100.00", customer="Harbour Hall"),
        ],
        expect=[
            is_here("customers/new", project=False, state="agreed"),
            is_here("bills?number=B-1", state="agreed"),
            is_there("Customer", "New Hall", IsProject=None),
            no_issues(),
        ],
    ),
    Scenario(
        "a customer's name belongs to a vendor",
        "Customers, vendors and employees share one space of names: a rename mends what QuickBooks refuses.",
        given=here.BOOKS,
        edits=[here.customer("ash-too", "ASH & Co")],
        expect=[
            is_here("customers/ash-too", state="failed", code="duplicate_name"),
            issue("duplicate_name", on="ash-too", offers="link"),
            number_there(0, "Customer"),
        ],
        then=[
            Round(
                edits=[here.edits("customers/ash-too", name="Ash & Co, customer")],
                expect=[is_there("Customer", "Ash & Co, customer", Active=True), no_issues()],
            )
        ],
    ),
    Scenario(
        "inactive there is archived here, and back",
        "A customer that is made inactive on one side is inactive on the other.",
        given=[*here.BOOKS, here.customer("birch", "Birch"), here.customer("cedar", "Cedar")],
        edits=[there.archives("Customer", "Birch"), here.archives("customers/cedar")],
        expect=[
            is_here("customers/birch", archived=True, state="agreed"),
            is_there("Customer", "Cedar (deleted)", Active=False),
        ],
        then=[
            Round(
                edits=[there.revives("Customer", "Birch"), here.customer("cedar", "Cedar")],
                expect=[
                    is_here("customers/birch", archived=False, name="Birch", state="agreed"),
                    is_there("Customer", "Cedar", Active=True),
                    number_there(2, "Customer"),
                ],
            )
        ],
    ),
    Scenario(
        "bills are for customers, and billable",
        "A bill's line names the customer that it was bought for, and whether that customer is to be billed.",
        given=[*here.BOOKS, here.customer("birch", "Birch")],
        edits=[
            here.bill(
                "b1",
                number="B-1",
                amount="100.00",
                lines=[{"id": "1", "amount": "100.00", "customer": "birch", "billable": True}],
            ),
            there.bill("B-2", "50.00", customer="Birch"),
        ],
        expect=[
            synced(bill={"created_in_platform": 1, "created_in_quickbooks": 1}),
            is_here("bills/b1", state="agreed"),
            is_here("bills?number=B-2", state="agreed"),
            refused(
                here.bill("b3", number="B-3", amount="1.00", lines=[{"amount": "1.00", "billable": True}]),
                code="billable_without_customer",
            ),
            no_issues(),
        ],
        then=[
            Round(
                edits=[there.bills_customer("B-1"), here.edits("bills/b1", memo="March")],
                expect=[is_there("Bill", "B-1", Balance="100.00"), is_here("bills/b1", state="agreed")],
            )
        ],
    ),
)
