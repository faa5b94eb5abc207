"""Two thousand records of all kinds that agree on both sides, made in bulk."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from service.core.policy import Preferences
from service.core.records import (
    Account,
    AccountingClass,
    Bill,
    BillLine,
    BillPayment,
    Customer,
    Document,
    FundsTransfer,
    InvoicePayment,
    Item,
    Kind,
    Location,
    Method,
    PaidBill,
    PaidInvoice,
    PaymentStatus,
    UsedCredit,
    VendorCredit,
)
from service.sandbox.generate import generate
from service.store import record_writes
from service.store.record_writes import Write
from tests.house import COMPANY, House

DAY = dt.date(2026, 2, 20)
VENDORS, IMPORTED, WRITTEN, CREDITS = 180, 700, 220, 60
CUSTOMERS, INVOICES, PAID, RECEIVED, TRANSFERS = 180, 330, 160, 100, 40
BANK, EXPENSE, INCOME = "bank", "expense", "income"


async def make_books(house: House) -> None:
    """Fill both sides, and sync until they agree."""
    await house.connect()
    generate(house.quickbooks, vendors=VENDORS, bills=IMPORTED)
    _sell(house)
    house.clock.advance(3600)
    await house.sync()
    await _choose(house)
    await house.sync()
    await _put(house, Kind.BILL, {f"b{n}": _bill(house, n) for n in range(WRITTEN)})
    await _put(house, Kind.VENDOR_CREDIT, {f"c{n}": _credit(house, n) for n in range(CREDITS)})
    await house.sync()
    await _pay(house)
    await _move(house)
    for _ in range(3):
        await house.sync()
        house.clock.advance(3600)


def _sell(house: House) -> None:
    """Sell and bill in QuickBooks, before the first sync."""
    books = house.quickbooks
    account = next(each["Id"] for each in books.all("Account") if each["AccountType"] == "Income")
    ids = [books.create("Customer", {"DisplayName": f"Customer {n:03}"})["Id"] for n in range(CUSTOMERS)]
    items = [
        books.create(
            "Item",
            {"Name": f"Item {n:02}", "Type": "Service", "IncomeAccountRef": {"value": account}},
        )["Id"]
        for n in range(20)
    ]
    for n in range(INVOICES):
        line = {
            "Amount": Decimal(100 + n),
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": items[n % 20]}},
        }
        body = {"CustomerRef": {"value": ids[n % CUSTOMERS]}, "TxnDate": DAY.isoformat(), "Line": [line]}
        books.create("Invoice", body | {"DocNumber": f"S-{n:04}"})


async def _choose(house: House) -> None:
    """Make lists here, and set the preferences."""
    lists: dict[Kind, dict[str, Document]] = {
        Kind.ACCOUNT: {
            BANK: Account(name="House bank", type="Bank"),
            EXPENSE: Account(name="Goods", type="Expense"),
            INCOME: Account(name="Other sales", type="Income"),
        },
        Kind.ACCOUNTING_CLASS: {f"k{n}": AccountingClass(name=f"Class {n:02}") for n in range(20)},
        Kind.LOCATION: {f"l{n}": Location(name=f"Branch {n:02}") for n in range(10)},
        Kind.ITEM: {
            f"i{n}": Item(name=f"Work {n:02}", type="Service", income_account=INCOME) for n in range(20)
        },
        Kind.CUSTOMER: {f"u{n}": Customer(name=f"Buyer {n:02}") for n in range(20)},
    }
    for kind, documents in lists.items():
        await _put(house, kind, documents)
    await house.prefer(
        Preferences(
            unallocated_expense_account=EXPENSE,
            unallocated_income_account=INCOME,
            default_bank_account=BANK,
            deposit_to_account=BANK,
        )
    )
    house.vendors = sorted(each.id for each in await house.all(Kind.VENDOR))  # type: ignore[attr-defined]


def _line(n: int) -> BillLine:
    return BillLine(id="1", amount=Decimal(50 + n), description=f"Delivery {n}")


def _bill(house: House, n: int) -> Bill:
    vendor = house.vendors[n % len(house.vendors)]  # type: ignore[attr-defined]
    return Bill(vendor=vendor, number=f"B-{n:04}", issued_on=DAY, memo=f"Order {n}", lines=(_line(n),))


def _credit(house: House, n: int) -> VendorCredit:
    vendor = house.vendors[n % len(house.vendors)]  # type: ignore[attr-defined]
    return VendorCredit(vendor=vendor, number=f"V-{n:04}", issued_on=DAY, lines=(_line(n),))


async def _pay(house: House) -> None:
    """Pay bills (online, offline, and with credits), and take money in."""
    payments: dict[str, Document] = {}
    for n in range(PAID):
        bill = _bill(house, n)
        share = _line(n).amount if n % 3 else Decimal(30)
        made = BillPayment(
            vendor=bill.vendor,
            paid_on=DAY,
            method=Method.ONLINE if n % 2 else Method.OFFLINE,
            status=PaymentStatus.PROCESSED,
            lines=(PaidBill(bill=f"b{n}", amount=share),),
        )
        if n < 20 and n % 3:
            made = replace(made, credits=(UsedCredit(vendor_credit=f"c{n}", amount=Decimal(10)),))
        payments[f"p{n}"] = made
    await _put(house, Kind.BILL_PAYMENT, payments)
    invoices = sorted(await house.all(Kind.INVOICE), key=lambda each: each.document.number or "")  # type: ignore[union-attr]
    received: dict[str, Document] = {}
    for n, invoice in enumerate(invoices[:RECEIVED]):
        assert invoice.amount is not None
        received[f"r{n}"] = InvoicePayment(
            customer=invoice.document.customer,  # type: ignore[union-attr]
            received_on=DAY,
            method=Method.ONLINE if n % 2 else Method.OFFLINE,
            lines=(PaidInvoice(invoice=invoice.id, amount=invoice.amount if n % 4 else Decimal(40)),),
        )
    await _put(house, Kind.INVOICE_PAYMENT, received)
    await house.sync()


async def _move(house: House) -> None:
    """Move on the money of some of the payments that went out online."""
    clearing = (await house.preferences()).money_out_clearing_account
    assert clearing is not None
    transfers: dict[str, Document] = {}
    for n in range(TRANSFERS):
        payment = await house.get(Kind.BILL_PAYMENT, f"p{2 * n + 1}")
        assert payment.amount is not None
        if payment.amount:
            transfers[f"t{n}"] = FundsTransfer(
                moved_on=DAY,
                from_account=BANK,
                to_account=clearing,
                amount=payment.amount,
                payments=(payment.id,),
            )
    await _put(house, Kind.FUNDS_TRANSFER, transfers)


async def _put(house: House, kind: Kind, documents: dict[str, Document]) -> None:
    writes = [Write(id=record, document=document) for record, document in documents.items()]

    def write(connection: Any) -> None:
        for part in _parts(writes):
            done = record_writes.put_many(connection, COMPANY, kind, part, house.clock.now())
            refused = [each for each in done if each.refusal is not None]
            assert not refused, refused[:3]

    await house.store.run(write)


def _parts(writes: list[Write]) -> Iterable[list[Write]]:
    return (writes[at : at + 500] for at in range(0, len(writes), 500))
