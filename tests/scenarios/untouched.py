"""What never syncs: the service neither reads nor writes it, and says so."""

from tests.scenarios import here, there
from tests.scenarios.expectations import is_here, is_there, no_issues, number_there, synced, untouched
from tests.scenarios.scenario import Scenario

SCENARIOS = (
    Scenario(
        "documents",
        "Documents and attachments do not sync.",
        given=here.ONE_BILL,
        edits=[there.attaches("Bill", "B-1", "scan.pdf"), here.edits("bills/b1", memo="March")],
        expect=[
            untouched("Attachable"),
            number_there(1, "Attachable"),
            is_there("Attachable", FileName="scan.pdf"),
            is_there("Bill", "B-1", Balance="100.00"),
            is_here("bills/b1", memo="March", state="agreed"),
            no_issues(),
        ],
    ),
    Scenario(
        "payment terms and employees",
        "Neither payment terms nor employees sync.",
        given=here.ONE_BILL,
        edits=[
            there.makes("Term", Name="Net 45", DueDays=45),
            there.makes("Employee", GivenName="Ada", FamilyName="Moss"),
        ],
        expect=[
            untouched("Term"),
            untouched("Employee"),
            synced(),
            no_issues(),
        ],
    ),
    Scenario(
        "journal entries of others",
        "Of journal entries only the transfers that the platform made are followed.",
        given=here.ONE_BILL,
        edits=[there.enters_journal("J-1", "20.00", vendor="Ash & Co"), here.vendor("birch", "Birch")],
        expect=[
            synced(vendor={"created_in_quickbooks": 1}),
            is_there("JournalEntry", "J-1", SyncToken="0"),
            no_issues(),
        ],
    ),
    Scenario(
        "what the platform doesn't know stays as it is",
        "Fields that only QuickBooks has are left alone when a bill is changed here.",
        given=here.ONE_BILL,
        edits=[
            there.edits("Bill", "B-1", SalesTermRef={"value": "3"}),
            here.edits("bills/b1", memo="March"),
        ],
        expect=[
            is_there("Bill", "B-1", SalesTermRef="3"),
            is_here("bills/b1", memo="March", state="agreed"),
            no_issues(),
        ],
    ),
)
