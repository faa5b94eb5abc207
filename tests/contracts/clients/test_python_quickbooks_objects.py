"""python-quickbooks: every class that can be written is created, read, found, changed and got rid of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from quickbooks import objects as qbo
from quickbooks.exceptions import ObjectNotFoundException

from tests.contracts.clients.shop import Shop, make


@dataclass(frozen=True)
class Case:
    """How an object is made, and what is changed about it."""

    kind: type[Any]
    build: Callable[[Shop], Any]
    field: str = "PrivateNote"
    value: Any = "changed"


LISTS = (
    Case(qbo.Account, lambda _: make(qbo.Account, Name="Till", AccountType="Bank"), "Description"),
    Case(qbo.Class, lambda _: make(qbo.Class, Name="Wood"), "Name", "Stone"),
    Case(qbo.Customer, lambda _: make(qbo.Customer, DisplayName="Ada's Café & Söhne"), "Notes"),
    Case(qbo.Department, lambda _: make(qbo.Department, Name="North"), "Name", "South"),
    Case(
        qbo.Employee,
        lambda _: make(qbo.Employee, GivenName="Emil", FamilyName="Lang"),
        "EmployeeNumber",
        "7",
    ),
    Case(
        qbo.Item,
        lambda shop: make(
            qbo.Item,
            Name="Oak board",
            Type="Inventory",
            Sku="OAK-1",
            TrackQtyOnHand=True,
            QtyOnHand=10,
            InvStartDate="2026-01-01",
            IncomeAccountRef=shop.accounts["Sales"],
            ExpenseAccountRef=shop.accounts["Cost of Goods Sold"],
            AssetAccountRef=shop.accounts["Uncategorized Asset"],
        ),
        "Description",
    ),
    Case(qbo.PaymentMethod, lambda _: make(qbo.PaymentMethod, Name="Wire"), "Name", "Bank wire"),
    Case(qbo.Term, lambda _: make(qbo.Term, Name="Net 7", DueDays=7), "DueDays", 8),
    Case(qbo.Vendor, lambda _: make(qbo.Vendor, DisplayName="Pine & Sons", Vendor1099=True), "AcctNum"),
)

TRANSACTIONS = (
    Case(qbo.Bill, lambda shop: shop.bill(337.5, DocNumber="B-1")),
    Case(qbo.BillPayment, lambda shop: shop.bill_payment(20, shop.bill().save(qb=shop.qb))),
    Case(qbo.CreditMemo, lambda shop: make(qbo.CreditMemo, CustomerRef=shop.customer, Line=[shop.sold()])),
    Case(
        qbo.Deposit,
        lambda shop: make(
            qbo.Deposit,
            DepositToAccountRef=shop.accounts["Checking"],
            Line=[
                make(
                    qbo.DepositLine,
                    Amount=5,
                    DepositLineDetail=make(qbo.DepositLineDetail, AccountRef=shop.accounts["Sales"]),
                )
            ],
        ),
    ),
    Case(qbo.Estimate, lambda shop: make(qbo.Estimate, CustomerRef=shop.customer, Line=[shop.sold()])),
    Case(qbo.Invoice, lambda shop: shop.invoice()),
    Case(
        qbo.JournalEntry,
        lambda shop: make(
            qbo.JournalEntry, Line=[shop.posted("Debit", "Checking"), shop.posted("Credit", "Sales")]
        ),
    ),
    Case(qbo.Payment, lambda shop: shop.payment(100, shop.invoice().save(qb=shop.qb))),
    Case(
        qbo.Purchase,
        lambda shop: make(
            qbo.Purchase, AccountRef=shop.accounts["Checking"], PaymentType="Cash", Line=[shop.spent()]
        ),
    ),
    Case(
        qbo.PurchaseOrder,
        lambda shop: make(qbo.PurchaseOrder, VendorRef=shop.vendor, Line=[shop.ordered()]),
    ),
    Case(
        qbo.RefundReceipt,
        lambda shop: make(
            qbo.RefundReceipt,
            CustomerRef=shop.customer,
            DepositToAccountRef=shop.accounts["Checking"],
            Line=[shop.sold(12.34)],
        ),
    ),
    Case(
        qbo.SalesReceipt,
        lambda shop: make(qbo.SalesReceipt, CustomerRef=shop.customer, Line=[shop.sold()]),
    ),
    Case(
        qbo.TimeActivity,
        lambda shop: make(qbo.TimeActivity, NameOf="Vendor", VendorRef=shop.vendor, Hours=2, Minutes=30),
        "Description",
    ),
    Case(
        qbo.Transfer,
        lambda shop: make(
            qbo.Transfer,
            Amount=5,
            FromAccountRef=shop.accounts["Checking"],
            ToAccountRef=shop.accounts["Savings"],
        ),
    ),
    Case(qbo.VendorCredit, lambda shop: make(qbo.VendorCredit, VendorRef=shop.vendor, Line=[shop.spent()])),
)


def name_of(case: Case) -> str:
    return str(case.kind.qbo_object_name)


def created(shop: Shop, case: Case) -> Any:
    """Create the object, and hold every way of reading it against the answer and the books."""
    kind, qb = case.kind, shop.qb
    made = case.build(shop).save(qb=qb)
    stored = shop.company.read(name_of(case), made.Id)
    assert stored is not None
    assert (stored["Id"], stored["SyncToken"]) == (made.Id, "0")

    found = [
        kind.get(made.Id, qb=qb),
        *kind.where(f"Id = '{made.Id}'", qb=qb),
        *kind.filter(Id=made.Id, qb=qb),
        *kind.choose([made.Id, "99999"], qb=qb),
        *kind.query(f"select * from {name_of(case)} where Id = '{made.Id}'", qb=qb),  # noqa: S608
        *(one for one in kind.all(qb=qb) if one.Id == made.Id),
    ]
    shown = found[0].to_dict()
    assert [one.to_dict() for one in found] == [shown] * 6
    # An account's answer to its creation lacks LastUpdatedTime.
    assert {**made.to_dict(), "MetaData": None} == {**shown, "MetaData": None}
    assert kind.count(f"Id = '{made.Id}'", qb=qb) == 1
    return found[0]


def changed(shop: Shop, case: Case, known: Any) -> Any:
    """Write the object back with a change, whole, as this client does."""
    setattr(known, case.field, case.value)
    saved = known.save(qb=shop.qb)
    stored = shop.company.read(name_of(case), known.Id)
    assert stored is not None
    assert (getattr(saved, case.field), saved.SyncToken) == (case.value, "1")
    assert (stored[case.field], stored["SyncToken"]) == (case.value, "1")
    return saved


@pytest.mark.parametrize("case", LISTS, ids=name_of)
def test_lists_are_written_and_made_inactive(shop: Shop, case: Case) -> None:
    saved = changed(shop, case, created(shop, case))

    saved.Active = False
    gone = saved.save(qb=shop.qb)

    assert not gone.Active
    assert saved.Id not in [one.Id for one in case.kind.all(qb=shop.qb)]
    assert [one.Id for one in case.kind.filter(Active=False, qb=shop.qb)] == [saved.Id]


@pytest.mark.parametrize("case", TRANSACTIONS, ids=name_of)
def test_transactions_are_written_and_deleted(shop: Shop, case: Case) -> None:
    before = shop.company.read(name_of(case), case.build(shop).save(qb=shop.qb).Id)
    known = created(shop, case)
    stored = shop.company.read(name_of(case), known.Id)
    saved = changed(shop, case, known)
    after = shop.company.read(name_of(case), known.Id)

    assert before is not None
    assert stored is not None
    assert after is not None
    assert (after.get("TotalAmt"), after.get("TxnDate"), len(after.get("Line", ()))) == (
        stored.get("TotalAmt"),
        stored.get("TxnDate"),
        len(stored.get("Line", ())),
    )

    answer = saved.delete(qb=shop.qb)

    assert answer[name_of(case)] == {"domain": "QBO", "status": "Deleted", "Id": known.Id}
    assert shop.company.read(name_of(case), known.Id) is None
    assert case.kind.count(qb=shop.qb) == 1
    with pytest.raises(ObjectNotFoundException) as refused:
        case.kind.get(known.Id, qb=shop.qb)
    assert refused.value.error_code == 610
