"""Lists: accounts, vendors, classes, locations and items go both ways, paired by their names."""

from tests.scenarios import here, there
from tests.scenarios.expectations import (
    is_here,
    is_there,
    issue,
    no_issues,
    number_here,
    number_there,
    synced,
)
from tests.scenarios.scenario import Round, Scenario, Step


def _located(record: str, *locations: str) -> Step:
    lines = [{"amount": "50.00", "account": "expense", "location": each} for each in locations]
    return here.bill(record, number=record, amount="100.00", lines=lines)


SCENARIOS = (
    Scenario(
        "accounts and sub-accounts go both ways",
        "The chart of accounts syncs in both directions, sub-accounts too.",
        given=here.BOOKS,
        edits=[
            here.has("accounts/travel", name="Travel", type="Expense"),
            here.has("accounts/hotels", name="Hotels", type="Expense", parent="travel"),
            there.makes("Account", Name="Fuel", AccountType="Expense"),
        ],
        expect=[
            is_there("Account", "Travel:Hotels", AccountType="Expense", SubAccount=True),
            is_here("accounts?name=Fuel", type="Expense", state="agreed"),
            no_issues(),
        ],
    ),
    Scenario(
        "vendors pair by name",
        "A vendor of the same name on both sides is one vendor; nobody is doubled.",
        given=here.BOOKS,
        edits=[
            here.vendor("birch", "Birch Ltd", phone="555 0100"),
            there.vendor("Birch Ltd", CompanyName="Birch Limited"),
        ],
        expect=[
            is_here("vendors/birch", company_name="Birch Limited", phone="555 0100", state="agreed"),
            number_there(2, "Vendor"),
            number_here(2, "vendors"),
            no_issues(),
        ],
    ),
    Scenario(
        "edits of different fields meet",
        "Both sides may edit one record; edits of different fields are both kept.",
        given=here.BOOKS,
        edits=[
            here.edits("vendors/ash", email="pay@ash.example"),
            there.renames("Vendor", "Ash & Co", "Ash Ltd"),
        ],
        expect=[
            is_here("vendors/ash", name="Ash Ltd", email="pay@ash.example", state="agreed"),
            is_there("Vendor", "Ash Ltd", PrimaryEmailAddr={"Address": "pay@ash.example"}),
            no_issues(),
        ],
    ),
    Scenario(
        "inactive there is archived here, and back",
        "A list entry that is made inactive on one side is inactive on the other.",
        given=[*here.BOOKS, here.vendor("birch", "Birch"), here.vendor("cedar", "Cedar")],
        edits=[there.archives("Vendor", "Birch"), here.archives("vendors/cedar")],
        expect=[
            is_here("vendors/birch", archived=True, state="agreed"),
            is_there("Vendor", "Cedar (deleted)", Active=False),
        ],
        then=[
            Round(
                edits=[there.revives("Vendor", "Birch"), here.vendor("cedar", "Cedar")],
                expect=[
                    is_here("vendors/birch", archived=False, name="Birch", state="agreed"),
                    is_there("Vendor", "Cedar", Active=True),
                    number_there(3, "Vendor"),
                ],
            )
        ],
    ),
    Scenario(
        "classes, locations and items go both ways, and stand on bills",
        "Classes, locations and items sync in both directions.",
        given=here.BOOKS,
        edits=[
            here.has("classes/shop", name="Shop"),
            here.has("locations/oak", name="Oakport"),
            here.has("items/nails", name="Nails", type="NonInventory", expense_account="expense"),
            here.bill(
                "b1",
                number="B-1",
                amount="100.00",
                location="oak",
                lines=[
                    {
                        "id": "1",
                        "item": "nails",
                        "quantity": "4",
                        "unit_price": "25",
                        "amount": "100.00",
                        "class": "shop",
                    }
                ],
            ),
            there.makes("Class", Name="Yard"),
            there.makes("Department", Name="Elmport"),
        ],
        expect=[
            is_there("Bill", "B-1", DepartmentRef="Oakport", TotalAmt="100.00"),
            is_there("Class", "Shop", Active=True),
            is_there("Item", "Nails", Type="NonInventory"),
            is_here("classes?name=Yard", state="agreed"),
            is_here("locations?name=Elmport", state="agreed"),
            is_here("bills/b1", state="agreed"),
            no_issues(),
        ],
    ),
    Scenario(
        "lines have one location",
        "In QuickBooks a bill has one location: lines that differ in it wait until they don't.",
        given=[
            *here.BOOKS,
            here.has("locations/oak", name="Oakport"),
            here.has("locations/elm", name="Elmport"),
        ],
        edits=[_located("b1", "oak", "oak"), _located("b2", "oak", "elm")],
        expect=[
            is_there("Bill", "b1", DepartmentRef="Oakport"),
            is_here("bills/b1", state="agreed", location=None),
            issue("locations_differ", on="b2", offers="retry"),
            number_there(0, "Bill", "b2"),
        ],
        then=[
            Round(
                edits=[_located("b2", "elm", "elm")],
                expect=[is_there("Bill", "b2", DepartmentRef="Elmport"), no_issues()],
            )
        ],
    ),
    Scenario(
        "the side that was chosen wins a conflict: QuickBooks by default",
        "Where both sides changed one field, QuickBooks' value is kept; the other is shown.",
        given=here.BOOKS,
        edits=[here.edits("vendors/ash", name="Ash Here"), there.renames("Vendor", "Ash & Co", "Ash There")],
        expect=[
            is_here("vendors/ash", name="Ash There"),
            is_there("Vendor", "Ash There", Active=True),
            issue("conflict_settled", on="ash", offers="keep_platform"),
        ],
        then=[
            Round(
                edits=[here.acts("conflict_settled", "keep_platform", on="ash")],
                expect=[
                    is_there("Vendor", "Ash Here", Active=True),
                    is_here("vendors/ash", name="Ash Here"),
                    no_issues(),
                ],
            )
        ],
    ),
    Scenario(
        "the side that was chosen wins a conflict: the platform",
        "The preference for conflicts names, for each kind, the side that wins.",
        given=[*here.BOOKS, here.prefers(conflict={"vendor": "platform"})],
        edits=[here.edits("vendors/ash", name="Ash Here"), there.renames("Vendor", "Ash & Co", "Ash There")],
        expect=[
            is_here("vendors/ash", name="Ash Here"),
            is_there("Vendor", "Ash Here", Active=True),
            issue("conflict_settled", on="ash", offers="keep_quickbooks"),
        ],
    ),
    Scenario(
        "a company may want to be asked",
        "With the preference for being asked, nothing moves until a person chooses.",
        given=[*here.BOOKS, here.prefers(conflict={"vendor": "ask"})],
        edits=[here.edits("vendors/ash", name="Ash Here"), there.renames("Vendor", "Ash & Co", "Ash There")],
        expect=[
            is_here("vendors/ash", name="Ash Here", state="conflict", code="both_changed"),
            is_there("Vendor", "Ash There", Active=True),
            issue("both_changed", on="ash", offers="keep_quickbooks"),
            synced(vendor={"conflict": 1}),
        ],
        then=[
            Round(
                edits=[here.acts("both_changed", "keep_quickbooks", on="ash")],
                expect=[is_here("vendors/ash", name="Ash There", state="agreed"), no_issues()],
            )
        ],
    ),
)
