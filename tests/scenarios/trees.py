"""Hierarchies: parents come first, five levels deep, and what moves or retires does so on both sides."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    is_here,
    is_there,
    issue,
    issues,
    no_issues,
    number_here,
    refused,
    synced,
    wrote,
)
from tests.scenarios.scenario import Round, Scenario

_LEVELS = tuple(
    here.has(f"classes/l{level}", name=f"Level {level}", parent=f"l{level - 1}" if level > 1 else None)
    for level in range(1, 6)
)
_VENDORS = tuple(here.vendor(f"v{at}", f"Vendor {at}") for at in range(10))
_PATH = "Level 1:Level 2:Level 3:Level 4:Level 5"

SCENARIOS = (
    Scenario(
        "five levels go there, parents first",
        "Hierarchies sync parents first, up to QuickBooks' five levels.",
        given=here.BOOKS,
        edits=list(_LEVELS),
        expect=[
            synced(accounting_class={"created_in_quickbooks": 5}),
            is_there("Class", "Level 5", FullyQualifiedName=_PATH),
            is_here("classes/l5", parent="l4", state="agreed"),
            refused(here.has("classes/l6", name="Level 6", parent="l5"), code="nested_too_deep"),
            refused(here.has("classes/l1", name="Level 1", parent="l5"), code="parent_cycle"),
            no_issues(),
        ],
        then=[
            Round(
                edits=[here.edits("classes/l5", parent="l1")],
                expect=[is_there("Class", "Level 5", FullyQualifiedName="Level 1:Level 5"), no_issues()],
            ),
            Round(
                edits=[there.moves("Class", "Level 4", below="Level 1")],
                expect=[is_here("classes/l4", parent="l1", state="agreed"), wrote(0), no_issues()],
            ),
        ],
    ),
    Scenario(
        "five levels come from there, parents first",
        "Hierarchies that are made in QuickBooks come with their parents, sub-accounts by their full names.",
        given=here.BOOKS,
        edits=[
            there.customer("Oak"),
            there.customer("Oak East", parent="Oak"),
            there.customer("Oak Far East", parent="Oak East"),
            there.customer("Oak Island", parent="Oak Far East"),
            there.customer("Oak Cape", parent="Oak Island"),
        ],
        expect=[
            synced(customer={"created_in_platform": 5}),
            number_here(5, "customers"),
            is_here("customers?name=Oak Cape", state="agreed"),
            no_issues(),
        ],
    ),
    Scenario(
        "categories are read and never used",
        "Items of QuickBooks' categories come with their category, and a category is no item for a line.",
        given=here.SALES,
        edits=[
            there.makes("Item", Name="Cakes", Type="Category"),
            there.sells("Cheese cake", below="Cakes"),
        ],
        expect=[
            is_here("items?name=Cakes", type="Category", state="agreed"),
            is_here("items?name=Cheese cake", type="Service", state="agreed"),
            no_issues(),
        ],
    ),
    Scenario(
        "many entries made inactive there at once are held",
        "Unusually many list entries made inactive at once wait until somebody says that it is meant.",
        given=[*here.BOOKS, *_VENDORS],
        edits=[there.archives("Vendor", f"Vendor {at}") for at in range(6)],
        expect=[
            issue("mass_removal", offers="proceed"),
            issues(1),
            is_here("vendors/v1", archived=False, state="held", code="mass_removal"),
            wrote(0),
        ],
        then=[
            Round(
                edits=[here.acts("mass_removal", "proceed")],
                expect=[is_here("vendors/v1", archived=True, state="agreed"), no_issues()],
            )
        ],
    ),
    Scenario(
        "many entries archived here at once are held",
        "Unusually many list entries archived at once wait until somebody says that it is meant.",
        given=[*here.BOOKS, *_VENDORS],
        edits=[here.archives(f"vendors/v{at}") for at in range(6)],
        expect=[
            issue("mass_removal", offers="proceed"),
            is_there("Vendor", "Vendor 1", Active=True),
            wrote(0),
        ],
        then=[
            Round(
                edits=[here.acts("mass_removal", "proceed")],
                expect=[is_here("vendors/v1", archived=True, state="agreed"), no_issues()],
            )
        ],
    ),
    Scenario(
        "one name for a vendor, a customer or an employee",
        "QuickBooks knows a name once among vendors, customers and employees: renaming one is the way out.",
        given=here.BOOKS,
        edits=[
            there.makes("Employee", DisplayName="Ada Moss", GivenName="Ada", FamilyName="Moss"),
            here.customer("ada", "ADA MOSS"),
        ],
        expect=[
            is_here("customers/ada", state="failed", code="duplicate_name"),
            issue("duplicate_name", on="ada", offers="link"),
        ],
        then=[
            Round(
                edits=[here.edits("customers/ada", name="Ada Moss (customer)")],
                expect=[is_there("Customer", "Ada Moss (customer)", Active=True), no_issues()],
            )
        ],
    ),
)
