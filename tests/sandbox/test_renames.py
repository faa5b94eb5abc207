"""After a rename whoever names the renamed reads anew, and nobody else is written anew."""

import random

from service.sandbox import Company
from service.sandbox.renames import MOST_AT_ONCE, REMEMBERED, Renames
from service.sandbox.render import document, render
from service.sandbox.wire import encode
from tests.sandbox.conftest import Ids

NAMING = b'{"VendorRef":{"value":"56","name":"Old"}}'


def stale(company: Company) -> list[str]:
    """Answer the objects that don't read as they would if they were written anew."""
    books = company.books
    return [
        f"{entity} {one.id}"
        for entity in ("Bill", "Account", "Customer", "Vendor")
        for one in books.shelves[entity]
        if render(books, one) != encode(document(books, one))
    ]


def test_only_the_bills_of_the_renamed_vendor_are_written_anew(company: Company, ids: Ids) -> None:
    for number in range(60):  # so that the vendor's id is no account's
        company.create("Vendor", {"DisplayName": f"Other {number}"})
    renamed = company.create("Vendor", {"DisplayName": "Before"})["Id"]
    its = company.create("Bill", ids.bill(1, VendorRef={"value": renamed}))["Id"]
    other = company.create("Bill", ids.bill(2))["Id"]
    kept = company.books.shelves["Bill"].get(other)
    assert kept is not None
    written = kept.rendered

    company.update("Vendor", {"Id": renamed, "DisplayName": "After"})

    shown = {bill["Id"]: bill["VendorRef"]["name"] for bill in company.all("Bill")}
    assert shown == {its: "After", other: "Pine & Sons"}
    assert kept.rendered is written


def test_whatever_is_renamed_or_moved_everything_reads_as_if_written_anew(company: Company, ids: Ids) -> None:
    chance = random.Random(11)
    tree = [ids.expense]
    for number in range(6):
        below = {"SubAccount": True, "ParentRef": {"value": chance.choice(tree[-2:])}}
        above = below if number < 3 else {}
        made = company.create("Account", {"Name": f"A{number}", "AccountType": "Expense", **above})
        tree.append(made["Id"])
    for account in tree:
        line = ids.line(5)
        line["AccountBasedExpenseLineDetail"]["AccountRef"]["value"] = account
        company.create("Bill", ids.bill(1, Line=[line]))

    for number in range(80):
        company.update("Account", {"Id": chance.choice(tree), "Name": f"Renamed {number}"})
        if number % 3 == 0:
            company.update("Vendor", {"Id": ids.vendor, "DisplayName": f"Vendor {number}"})
        if number % 20 == 19:
            top = company.create("Account", {"Name": f"Top {number}", "AccountType": "Expense"})["Id"]
            moved = {"Id": tree[1], "SubAccount": True, "ParentRef": {"value": top}}
            company.update("Account", moved)
        if chance.random() < 0.3:
            assert stale(company) == []
    assert stale(company) == []


def test_more_renames_than_are_remembered_concern_everybody() -> None:
    renames = Renames()

    for _ in range(REMEMBERED):
        renames.note(["7"])
    assert not renames.concern(NAMING, 0)
    renames.note(["7"])

    assert renames.concern(NAMING, 0)
    assert not renames.concern(NAMING, 1)


def test_a_rename_concerns_who_names_it_and_a_large_one_everybody() -> None:
    renames = Renames()

    renames.note(["5", "6"])
    assert not renames.concern(NAMING, 0)
    renames.note(["56"])
    assert renames.concern(NAMING, 0)
    assert not renames.concern(NAMING, 2)
    renames.note([f"{number}00" for number in range(MOST_AT_ONCE + 1)])
    assert renames.concern(NAMING, 2)
