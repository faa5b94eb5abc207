"""python-quickbooks: asking, ordering, counting and paging, over a list of several pages."""

from decimal import Decimal

import pytest
from quickbooks import QuickBooks
from quickbooks import objects as qbo
from quickbooks.exceptions import ValidationException

from tests.contracts.clients.shop import Shop

VENDORS = 2345


@pytest.fixture
def crowded(shop: Shop) -> Shop:
    """More vendors than fit on two pages of 1000."""
    for number in range(VENDORS):
        shop.company.create("Vendor", {"DisplayName": f"Vendor {number:04}", "AcctNum": str(number % 7)})
    return shop


def test_pages_leave_nothing_out_and_repeat_nothing(crowded: Shop) -> None:
    known = [one["Id"] for one in crowded.company.all("Vendor")]
    for size in (1000, 100, 999):
        seen: list[str] = []
        while page := qbo.Vendor.all(
            order_by="Id", start_position=len(seen) + 1, max_results=size, qb=crowded.qb
        ):
            assert len(page) <= size
            seen += [one.Id for one in page]

        assert seen == known


def test_a_page_has_a_hundred_rows_unless_asked(crowded: Shop) -> None:
    qb = crowded.qb

    assert len(qbo.Vendor.query("select * from Vendor", qb=qb)) == 100
    assert len(qbo.Vendor.query("select * from Vendor maxresults 1000", qb=qb)) == 1000
    assert qbo.Vendor.count(qb=qb) == VENDORS
    assert qbo.Vendor.count("AcctNum = '3'", qb=qb) == len(range(3, VENDORS, 7))


def test_conditions_find_what_they_say(crowded: Shop) -> None:
    qb = crowded.qb
    choice = ["Vendor 0003", "Vendor 0001", "Vendor 9999"]

    liked = qbo.Vendor.where("DisplayName LIKE 'Vendor 23%'", max_results=1000, qb=qb)
    both = qbo.Vendor.filter(AcctNum="0", DisplayName="Vendor 0007", qb=qb)
    chosen = qbo.Vendor.choose(choice, field="DisplayName", qb=qb)
    last = qbo.Vendor.where("", order_by="DisplayName DESC", max_results=2, qb=qb)

    assert len(liked) == 45
    assert [one.DisplayName for one in both] == ["Vendor 0007"]
    assert sorted(one.DisplayName for one in chosen) == ["Vendor 0001", "Vendor 0003"]
    assert [one.DisplayName for one in last] == ["Vendor 2344", "Vendor 2343"]


def test_names_with_apostrophes_and_ampersands_are_found(shop: Shop) -> None:
    name = r"Bob's \ Burgers & Söhne + 5 %"
    shop.company.create("Vendor", {"DisplayName": "Bob's & Söhne + 5 %"})

    found = qbo.Vendor.filter(DisplayName="Bob's & Söhne + 5 %", qb=shop.qb)

    assert [one.DisplayName for one in found] == ["Bob's & Söhne + 5 %"]
    assert qbo.Vendor.filter(DisplayName=name.replace("\\", "\\\\"), qb=shop.qb) == []


def test_amounts_and_dates_are_compared_as_such(shop: Shop) -> None:
    for amount, day in ((9, "2026-01-05"), (10.5, "2026-02-05"), (100, "2026-03-05")):
        shop.bill(amount, TxnDate=day).save(qb=shop.qb)

    dear = qbo.Bill.where("TotalAmt > '9.99'", order_by="TotalAmt", qb=shop.qb)
    late = qbo.Bill.where("TxnDate >= '2026-02-05' AND TxnDate < '2026-03-05'", qb=shop.qb)
    of_vendor = qbo.Bill.where(f"VendorRef = '{shop.vendor.value}'", order_by="TxnDate DESC", qb=shop.qb)

    assert [one.TotalAmt for one in dear] == [10.5, 100]
    assert [one.TotalAmt for one in late] == [10.5]
    assert [one.TxnDate for one in of_vendor] == ["2026-03-05", "2026-02-05", "2026-01-05"]


def test_what_changed_since_a_time_is_found(shop: Shop) -> None:
    first = shop.bill(10).save(qb=shop.qb)
    moment = shop.company.read("Bill", first.Id)
    assert moment is not None
    since = moment["MetaData"]["LastUpdatedTime"]

    found = qbo.Bill.where(f"MetaData.LastUpdatedTime >= '{since}'", qb=shop.qb)
    none = qbo.Bill.where("MetaData.LastUpdatedTime > '2030-01-01T00:00:00-08:00'", qb=shop.qb)

    assert [one.Id for one in found] == [first.Id]
    assert none == []


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("select * from Custmoer", 4001),
        ("select * from Vendor where Nonsense = '1'", 4001),
        ("select * frm Vendor", 4000),
        ("select * from Vendor startposition 0", 4001),
    ],
)
def test_bad_queries_are_validation_exceptions(shop: Shop, statement: str, code: int) -> None:
    with pytest.raises(ValidationException) as refused:
        qbo.Vendor.query(statement, qb=shop.qb)

    assert refused.value.error_code == code
    assert refused.value.detail


def test_amounts_come_and_go_as_decimals(shop: Shop) -> None:
    exact = Decimal("1234567890.10")
    qb = QuickBooks(
        auth_client=shop.qb.auth_client,
        refresh_token=shop.qb.refresh_token,
        company_id=shop.access.realm_id,
        minorversion=75,
        use_decimal=True,
    )
    with qb.session:
        made = shop.bill(exact).save(qb=qb)
        read = qbo.Bill.get(made.Id, qb=qb)

    stored = shop.company.read("Bill", made.Id)
    assert stored is not None
    assert (type(read.TotalAmt), read.TotalAmt, stored["TotalAmt"]) == (Decimal, exact, exact)
    assert str(read.Line[0].Amount) == "1234567890.10"
